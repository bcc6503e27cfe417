"""The journal as people read it: who did or read what, when; searched by what is in an address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import DateTimeField, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.formats import euros
from portal.lists import Key, ListOrder
from providers.acts import ACTS, is_reading, sentence
from providers.jobs import kind_named
from providers.models import AuditEntry
from providers.queries import names_of


class ByInstant(ListOrder):
    """A list in the order of time; an address that carries no whole instant is the first page."""

    def read(self, text: str) -> Key | None:
        value, _tilde, row_id = text.rpartition("~")
        try:
            instant, key = datetime.fromisoformat(value), UUID(row_id)
        except ValueError:
            return None
        return Key(instant, key) if instant.tzinfo else None


LATEST_FIRST: Final = ByInstant("at", DateTimeField(), is_descending=True)
READINGS: Final = tuple(act for act in ACTS if is_reading(act))
NOBODY: Final = "daily"
JOB: Final = "providers.job"


@dataclass(frozen=True, slots=True)
class JournalSearch:
    """What is looked for; empty values look for everything."""

    person: str = ""  # a person's id, or `NOBODY` for the daily run
    act: str = ""
    kind: str = ""  # readings | changes
    subject_id: UUID | None = None
    name: str = ""
    first_day: date | None = None
    last_day: date | None = None

    def entries(self, zone: ZoneInfo) -> QuerySet[AuditEntry]:
        """The entries looked for; days are those of the provider."""
        found = AuditEntry.objects.all()
        if self.person:
            is_nobody = self.person == NOBODY
            found = found.filter(actor_id=None if is_nobody else UUID(self.person))
        if self.act:
            found = found.filter(act=self.act)
        if self.kind:
            is_wanted = found.filter if self.kind == "readings" else found.exclude
            found = is_wanted(act__in=READINGS)
        if self.subject_id:
            found = found.filter(subject_id=self.subject_id)
        if self.name:
            found = found.filter(subject_name__icontains=self.name)
        if self.first_day:
            found = found.filter(at__gte=_midnight(self.first_day, zone))
        if self.last_day:
            found = found.filter(at__lt=_midnight(self.last_day + timedelta(days=1), zone))
        return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def told(entry: AuditEntry) -> str:
    """What was done, as a sentence."""
    return capfirst(sentence(entry.act, subject_of(entry), _said(entry.detail)))


def _said(detail: Mapping[str, Any]) -> dict[str, Any]:
    """An amount is kept as a number, and said as pages say it."""
    kept = detail.get("amount")
    return {**detail, "amount": euros(Decimal(kept))} if kept else dict(detail)


def subject_of(entry: AuditEntry) -> str:
    """What an entry is about, by its name of the day; a long job is kept by its code."""
    if entry.subject == JOB and entry.subject_name in settings.CLAUSIER_JOBS:
        return str(kind_named(entry.subject_name).title)
    return entry.subject_name


def clock_time(local: datetime) -> str:
    """14:05."""
    return f"{local:%H:%M}"


def names_in(entries: Iterable[AuditEntry]) -> Mapping[UUID, str]:
    """Who did what: the name of the day, else today's; one query at most."""
    rows = list(entries)
    known = [(row.actor_id, row.actor_name) for row in rows if row.actor_name]
    names = {key: name for key, name in known if key is not None}
    missing = {row.actor_id for row in rows if row.actor_id} - set(names)
    return names | names_of(missing)


def actor_of(entry: AuditEntry, names: Mapping[UUID, str]) -> str:
    if entry.actor_id is None:
        return _("Daily run")
    return entry.actor_name or names.get(entry.actor_id) or _("Unknown person")
