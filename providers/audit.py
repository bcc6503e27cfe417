"""The audit trail: one entry beside each act, in the act's own transaction.

Nothing is asked of the database to write one: names and the address come from `presence`, the
practice from the subject itself. Which acts exist, and who may read of them, is in `acts`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from providers.acts import is_shared
from providers.models import AuditEntry, Customer
from providers.presence import present
from providers.scoping import current_scope

LONGEST_NAME = 200
# What a row without a name of its own is known by, when it is at hand.
KNOWN_BY = ("contract", "invoice", "offer", "user")
HAS_A_NAME = frozenset({"invoice"})  # its number, although its contract is often at hand

_token: ContextVar[UUID | None] = ContextVar("token", default=None)


@contextmanager
def through_token(token_id: UUID) -> Iterator[None]:
    """What is recorded in the block came through a token: its maker's name alone would mislead."""
    held = _token.set(token_id)
    try:
        yield
    finally:
        _token.reset(held)


def record(
    act: str, subject: Model, *, at: datetime, actor_id: UUID | None = None, **detail: Any
) -> AuditEntry:
    """Write who did what; `actor_id` is None for the daily run."""
    entry = entry_of(act, subject, at=at, actor_id=actor_id, **detail)
    entry.save(force_insert=True)
    return entry


def record_read(subject: Model, *, at: datetime, act: str = "", **detail: Any) -> None:
    """Write that a person of the provider opened something confidential of a practice.

    Once per person, object and hour; the second one finds the first and adds nothing. What a
    practice's own members read is theirs, and is not written. The act is `<model>.read` unless
    another is given.
    """
    person = present().person()
    if person is None or current_scope().customer_id is not None:
        return
    act = act or f"{subject._meta.model_name}.read"
    entry = entry_of(act, subject, at=at, actor_id=person.pk, **detail)
    entry.read_in = at.replace(minute=0, second=0, microsecond=0)
    AuditEntry.objects.bulk_create([entry], ignore_conflicts=True)


def entry_of(
    act: str, subject: Model, *, at: datetime, actor_id: UUID | None = None, **detail: Any
) -> AuditEntry:
    """An entry not yet written: for whoever writes many at once."""
    return AuditEntry(
        at=at,
        actor_id=actor_id,
        actor_name=actor_name(actor_id),
        address=present().address,
        customer_id=customer_of(act, subject),
        act=act,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_name=name_of(subject)[:LONGEST_NAME],
        detail={"token": str(token), **detail} if (token := _token.get()) else detail,
    )


def actor_name(actor_id: UUID | None) -> str:
    """The name of whoever is at work; empty for anybody else, whom a page looks up."""
    person = present().person() if actor_id is not None else None
    return str(person) if person is not None and person.pk == actor_id else ""


def customer_of(act: str, subject: Model) -> UUID | None:
    """The practice that may read the entry: a member's own, else the subject's, if shared."""
    own = current_scope().customer_id
    if own is not None or not is_shared(act):
        return own
    found = subject.pk if isinstance(subject, Customer) else getattr(subject, "customer_id", None)
    return found if isinstance(found, UUID) else None


def name_of(subject: Model) -> str:
    """What people call it, without asking the database."""
    if subject._meta.model_name in HAS_A_NAME:
        return str(subject)
    known = subject._state.fields_cache  # noqa: SLF001  what Django has loaded already
    found = next((known[name] for name in KNOWN_BY if known.get(name) is not None), subject)
    return str(found)
