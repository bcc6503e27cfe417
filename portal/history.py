"""What happened to an object: the acts of the journal with what each of them changed.

Lines of history and acts that one transaction wrote belong together. A line without an act was
changed outside the portal; a practice, which reads shared acts alone, is not shown it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.components import Moment, Text
from portal.history_words import Lookup, changes_in, named, with_sites
from portal.journal import READINGS, actor_of, clock_time, told
from providers.enums import HistoryKind
from providers.models import AuditEntry, HistoryRow, Membership, User
from providers.permissions import Capability, may

OUTSIDE: Final = {
    HistoryKind.ADDED: gettext_lazy("Added outside the portal: %(what)s"),
    HistoryKind.CHANGED: gettext_lazy("Changed outside the portal: %(what)s"),
    HistoryKind.REMOVED: gettext_lazy("Removed outside the portal: %(what)s"),
}
SHOWN: Final = 10
# An act may have changed several rows: the tenth act is still among so many lines.
READ: Final = 40


@dataclass(frozen=True, slots=True)
class History:
    """The block of a page: its moments, latest first, and where the whole of it is read."""

    moments: Sequence[Moment]
    journal_url: str
    journal_label: Text


@dataclass(slots=True)
class _Happening:
    """One act with its lines, or one line that no act explains."""

    at: datetime
    entry: AuditEntry | None = None
    rows: list[HistoryRow] = field(default_factory=list)


def history_of(member: Membership, about: Q, *, journal_url: str) -> History | None:
    """The latest acts and changes of what `about` selects; None for whoever may not read it.

    `about` names columns that acts and lines share: `customer`, `subject`, `subject_id`.
    Two queries, whatever there is.
    """
    if not may(member.role, Capability.AUDIT):
        return None
    lines = HistoryRow.objects.filter(about).order_by("-id")
    rows, entries = list(with_sites(lines)[:READ]), _acts(about, lines[:READ])
    is_practice = member.customer_id is not None
    found = _together(rows, entries, with_orphans=not is_practice)
    names, lookup = _names(entries), Lookup.of(rows)
    zone = ZoneInfo(member.provider.zone)
    moments = [_moment(one, names, lookup, zone) for one in found[:SHOWN]]
    return History(moments, journal_url, _("Whole journal"))


def _acts(about: Q, lines: QuerySet[HistoryRow]) -> list[AuditEntry]:
    """The latest acts, and those behind the lines: older ones, or about something else.

    Of what one transaction did to many, the acts about this one alone.
    """
    called = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
    person = User.objects.filter(pk=OuterRef("actor_id")).values(called=called)
    acts = AuditEntry.objects.exclude(act__in=READINGS).annotate(person=Subquery(person[:1]))
    latest = acts.filter(about).order_by("-at", "-id")[:SHOWN]
    own = Exists(AuditEntry.objects.filter(about, transaction=OuterRef("transaction")))
    behind = acts.filter(about | ~own, transaction__in=lines.values("transaction"))
    behind = behind.order_by("-id")[: 2 * READ]
    return list({entry.pk: entry for entry in latest.union(behind, all=True)}.values())


def _names(entries: Iterable[Any]) -> Mapping[UUID, str]:
    return {entry.actor_id: entry.person for entry in entries if entry.person}


def _together(
    rows: Iterable[HistoryRow], entries: Sequence[AuditEntry], *, with_orphans: bool
) -> list[_Happening]:
    happenings = {entry.pk: _Happening(entry.at, entry) for entry in entries}
    orphans = list[_Happening]()
    for row in rows:
        entry = _act_of(row, entries)
        if entry is not None:
            happenings[entry.pk].rows.append(row)
        elif with_orphans:
            orphans.append(_Happening(row.at, None, [row]))
    everything = [*happenings.values(), *orphans]
    return sorted(everything, key=lambda one: (one.at, _key(one)), reverse=True)


def _key(one: _Happening) -> UUID:
    return one.entry.pk if one.entry else one.rows[0].pk


def _act_of(row: HistoryRow, entries: Sequence[AuditEntry]) -> AuditEntry | None:
    """The act of the same transaction: about the same row if there is one, the first to follow."""
    same = [entry for entry in entries if entry.transaction == row.transaction]
    own = [entry for entry in same if entry.subject_id == row.subject_id] or same
    own.sort(key=lambda entry: entry.pk)
    millisecond = row.pk.int >> 80
    following = (entry for entry in own if entry.pk.int >> 80 >= millisecond)
    return next(following, own[-1] if own else None)


def _moment(one: _Happening, names: Mapping[UUID, str], lookup: Lookup, zone: ZoneInfo) -> Moment:
    local = one.at.astimezone(zone)
    changes = [change for row in reversed(one.rows) for change in changes_in(row, lookup)]
    if one.entry is not None:
        label, who = told(one.entry), actor_of(one.entry, names)
    else:
        row = one.rows[0]
        label = str(OUTSIDE[HistoryKind(row.kind)]) % {"what": named(row.subject)}
        who = _("in the database, as %(role)s") % {"role": row.role}
    return Moment(local.date(), label, detail=f"{who}, {clock_time(local)}", changes=changes)
