"""The daily step that says in time what a date will bring (D1, D17)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.db.models import Q

from contracts.models import Contract
from contracts.operations.alerts import DAYS_BEFORE, raise_for
from contracts.operations.chunks import work_through
from providers.scoping import open_scope

STEP = "deadlines"


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
