"""The chain of the audit trail: how an entry is spelled, and whether everything still holds (R18).

A seal takes in the seal before it and every column of its entry, so that a change, a removal or
an insertion shows. Whoever may write anything may also write the chain again: the head kept
outside (`manage.py verify_trail --head`) is what they cannot reach.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.sealing import Scalar, canonical_json, row, seal
from providers.models import AuditEntry, AuditSeal, TrailHead
from providers.scoping import current_scope

# The columns sealed, in order; a new column makes a new form, and old seals keep theirs.
_FIRST: Final = (
    "id", "provider_id", "at", "actor_id", "actor_name", "address", "customer_id", "act",
    "subject", "subject_id", "subject_name", "read_in", "detail",
)  # fmt: skip
FORMS: Final[dict[int, tuple[str, ...]]] = {1: _FIRST, 2: (*_FIRST, "transaction")}
FORM: Final = max(FORMS)
AT_ONCE: Final = 1000
# No transaction lasts so long: an entry that appears later behind the head was slipped in.
LATE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ended: what is kept outside the database."""

    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the chain no longer holds.

    `code`: `content` an entry or a seal was changed, `missing` an entry is gone, `order` a seal is
    gone, `inserted` an entry was slipped in, `tail` the end was cut off, `rewritten` the chain is
    not the one whose head was kept.
    """

    code: str
    position: int
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: how far the chain goes, and its first fault."""

    head: Head
    fault: Fault | None = None


def start_of(provider_id: UUID) -> str:
    """What the first entry is sealed onto: two chains never continue each other."""
    return sha256(f"clausier:trail:{provider_id}".encode()).hexdigest()


def sealed_form(entry: AuditEntry, *, position: int, form: int, sealed_at: datetime) -> bytes:
    """The bytes of an entry at its place."""
    values: list[Any] = [getattr(entry, name) for name in FORMS[form]]
    spelled: list[Scalar] = [
        canonical_json(value) if isinstance(value, dict | list) else value for value in values
    ]
    return row([position, form, sealed_at, *spelled]).encode()


def first_id_of(instant: datetime) -> UUID:
    """The lowest id that an entry made at an instant may have: ids carry their time."""
    return UUID(int=int(instant.timestamp() * 1000) << 80)


def made_at(key: UUID) -> datetime:
    """When a row with such a key was made: the other way round.

    >>> made_at(UUID("019b76da-a800-7000-8000-000000000000")).isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def unsealed() -> QuerySet[AuditEntry]:
    sealed = AuditSeal.objects.filter(entry_id=OuterRef("id"))
    return AuditEntry.objects.filter(~Exists(sealed))


def last_seal() -> TrailHead | None:
    return TrailHead.objects.first()


def head() -> Head:
    """Where the open provider's chain ends."""
    found = last_seal()
    if found is None:
        return Head(0, start_of(current_scope().provider_id))
    return Head(found.position, found.hash)


def verify(*, kept: Head | None = None) -> Verified:
    """Walk the open provider's chain from its start; `kept` is a head exported earlier."""
    last = Head(0, start_of(current_scope().provider_id))
    met = kept is None or kept == last
    for seals in _batches():
        entries = AuditEntry.objects.in_bulk([each.entry_id for each in seals])
        for each in seals:
            entry = entries.get(each.entry_id)
            fault = _fault_at(each, entry, last)
            if fault:
                return Verified(last, fault)
            last = Head(each.position, each.hash)
            met = met or kept == last
    return Verified(last, _fault_at_end(last, met=met))


def _batches() -> Iterator[Sequence[AuditSeal]]:
    last = 0
    while seals := list(AuditSeal.objects.filter(position__gt=last).order_by("position")[:AT_ONCE]):
        yield seals
        last = seals[-1].position


def _fault_at(each: AuditSeal, entry: AuditEntry | None, last: Head) -> Fault | None:
    if each.position != last.position + 1:
        return Fault("order", last.position + 1)
    if entry is None:
        return Fault("missing", each.position, each.entry_id)
    if each.form not in FORMS:
        return Fault("content", each.position, each.entry_id)
    form = sealed_form(entry, position=each.position, form=each.form, sealed_at=each.sealed_at)
    if seal(last.hash, form) != each.hash:
        return Fault("content", each.position, each.entry_id)
    return None


def _fault_at_end(last: Head, *, met: bool) -> Fault | None:
    found = last_seal()
    if (found is None and last.position) or (found and Head(found.position, found.hash) != last):
        return Fault("tail", last.position)
    if not met:
        return Fault("rewritten", last.position)
    if found is None:
        return None
    late = unsealed().filter(id__lt=first_id_of(found.sealed_at - LATE)).order_by("id").first()
    return Fault("inserted", last.position, late.pk) if late else None
