"""A request with a key is done once: its first answer is kept and given again (R7).

The answer is written in the transaction of the act itself, so that there is never one without
the other. While that transaction runs, a lock of its own tells the same request from a new one.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.models import KeptAnswer

KEPT_DAYS: Final = 30
# Two numbers name a lock of the transaction; both are taken from the key.
LOCK_SQL: Final = "SELECT pg_try_advisory_xact_lock(hashtext('kept answer' || %s), hashtext(%s))"


class StillRunning(DomainError):
    """The first request with this key has not been answered yet."""


class KeyUsedBefore(DomainError):
    """The key came with another request before."""


def find_answer(*, token_id: UUID, key: str, digest: str) -> KeptAnswer | None:
    """The first answer to this request; None for whoever is first, and holds the key from now on.

    The key is held until the end of the transaction. Errors: `StillRunning`, `KeyUsedBefore`.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_SQL, [str(token_id), key])
        is_first = cursor.fetchone()[0]
    if not is_first:
        raise StillRunning(_("The first request with this key is still running."))
    kept = KeptAnswer.objects.filter(token=token_id, key=key).first()
    if kept is not None and kept.digest != digest:
        raise KeyUsedBefore(_("This key was used for another request."))
    return kept


def keep_answer(
    *,
    token_id: UUID,
    key: str,
    digest: str,
    status: int,
    headers: dict[str, str],
    body: dict[str, str],
    at: datetime,
) -> KeptAnswer:
    """Keep the answer beside what the request did."""
    return KeptAnswer.objects.create(
        token_id=token_id,
        key=key,
        digest=digest,
        status=status,
        headers=headers,
        body=body,
        at=at,
    )


def forget_old_answers(*, at: datetime) -> int:
    """Forget the answers of the open provider that are older than thirty days."""
    gone, _tables = KeptAnswer.objects.filter(at__lt=at - timedelta(days=KEPT_DAYS)).delete()
    return gone
