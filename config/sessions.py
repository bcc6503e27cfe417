"""The sessions of the database, each found by a prepared query: every request looks for one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from providers.prepared import prepared


@prepared
def _session(*, key: Any, now: Any) -> Any:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found: list[Session] = _session(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
