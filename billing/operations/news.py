"""Once the day's run is done: tells the provider's people what it did and found.

It reads what the steps have written under the day's date, so that they need not know who is told;
run again, it tells nobody twice. Digests follow, so that what has just been told is in them.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from contracts.enums import RevisionStatus
from contracts.models import Alert, Parking, PriceRevision
from contracts.operations.alerts import NOTICE_DEADLINE, RENEWAL_PROPOSAL
from providers.daily import DAILY
from providers.models import DueWork, Provider
from providers.operations.notifications import LINES_AT_MOST, notify, send_digests
from providers.scoping import open_scope

DEADLINES: Final = (NOTICE_DEADLINE, RENEWAL_PROPOSAL)
NEWS: Final = "news"
DIGEST: Final = "digest"
OLD_NEWS: Final = timedelta(days=7)


def tell_due_days(*, provider: Provider, today: date, at: datetime) -> int:
    """Tell of each day whose run is done and that was not told of; then the digests of today."""
    known = DueWork.objects.filter(provider=provider)
    told = known.filter(kind=NEWS, done_at__isnull=False).values("day")
    ready = known.filter(kind=DAILY, done_at__isnull=False, day__gt=today - OLD_NEWS)
    count = 0
    for work in ready.exclude(day__in=told).order_by("day"):
        done_on = work.done_at.astimezone(ZoneInfo(provider.zone)).date() if work.done_at else today
        count += tell_the_day(provider_id=provider.pk, day=work.day, issued_on=done_on, at=at)
        _mark(provider, NEWS, work.day, at)
    if not known.filter(kind=DIGEST, day=today, done_at__isnull=False).exists():
        send_digests(provider_id=provider.pk, day=today, at=at)
        _mark(provider, DIGEST, today, at)
    return count


def _mark(provider: Provider, kind: str, day: date, at: datetime) -> None:
    DueWork.objects.get_or_create(
        provider=provider, kind=kind, day=day, defaults={"claimed_at": at, "done_at": at}
    )


def tell_the_day(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """One message an event and a day, which counts and names the contracts."""
    with open_scope(provider_id):
        revisions = PriceRevision.objects.filter(recorded_on=day)
        found: dict[str, QuerySet[Any]] = {
            "notice_deadline": Alert.objects.filter(raised_on=day, code__in=DEADLINES),
            "price_revised": revisions.filter(status=RevisionStatus.APPLIED),
            "revision_held": revisions.filter(status=RevisionStatus.HELD),
            "contracts_parked": Parking.objects.filter(parked_on=issued_on),
        }
        return sum(_told(event, rows, day, at) for event, rows in found.items())


def _told(event: str, rows: QuerySet[Any], day: date, at: datetime) -> int:
    names = rows.order_by("id").values_list("contract__reference", "contract__customer__name")
    lines = [f"{reference} · {customer}" for reference, customer in names]
    if not lines:
        return 0
    values: dict[str, Any] = {"count": len(lines), "lines": lines[:LINES_AT_MOST]}
    return notify(event=event, key=day.isoformat(), values=values, at=at)
