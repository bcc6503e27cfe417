"""The daily steps that say in time what a date will bring, and no longer than that (D1, D17)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from contracts.models import Alert, Contract
from contracts.operations.alerts import (
    DAYS_BEFORE,
    RULES,
    close_passed,
    raise_for,
)
from contracts.operations.chunks import CHUNK, work_through
from providers.scoping import open_scope

STEP = "deadlines"


def close_passed_alerts(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """The alerts about a day that is over: nobody can act on them any more."""
    closed = 0
    while chunk := _close_chunk(provider_id, day, at):
        closed += chunk
    return closed


def _close_chunk(provider_id: UUID, day: date, at: datetime) -> int:
    """Close some in a transaction of its own. A quiet day reads one index, and no contract."""
    with open_scope(provider_id):
        passed = Alert.objects.filter(closed_at=None, code__in=tuple(RULES), key__lt=str(day))
        chunk = list(passed.order_by("key", "id").values_list("pk", flat=True)[:CHUNK])
        if not chunk:
            return 0
        rows = passed.filter(pk__in=chunk).select_related("contract__customer")
        locked = rows.defer("contract__terms").select_for_update(of=("self",))
        return close_passed(list(locked), at=at)


def raise_alerts(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """Sixty days before the end of a contract that is not renewed, or before the last day to
    refuse the renewal of one that is: an alert, once.

    Every local day is run, so the day sought is one day; contracts signed, renewed or released
    within the sixty days are looked at then.
    """
    target = day + timedelta(days=DAYS_BEFORE)
    with open_scope(provider_id):
        due = Contract.objects.in_force().filter(
            Q(notice_deadline=target) | Q(notice_deadline=None, ends_on=target), is_parked=False
        )
        ids = list(due.order_by("id").values_list("id", flat=True))
    return work_through(
        provider_id=provider_id,
        ids=ids,
        do=partial(_raise_chunk, day=day),
        step=STEP,
        day=issued_on,
        at=at,
    )


def _raise_chunk(ids: Sequence[UUID], *, day: date) -> int:
    contracts = Contract.objects.filter(id__in=ids).defer("terms").order_by("id")
    return raise_for(list(contracts), day=day)
