"""The daily run: every step of a provider's local day, in order, and the days that are due.

`run_day` knows no clock: the scheduler, the replay of a contract's life and the tests give it
their own days. `day` is the business day whose work is due; `issued_on` is the provider's real
local day, printed on documents. They differ only when the scheduler catches up after an outage.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from core.errors import DomainError
from core.periods import add_months
from providers.models import DueWork, Provider

DAILY = "daily"
LONGEST_GAP_MONTHS = 36


class ClockWentAstray(DomainError):
    """The clock jumped further than any outage lasts: nothing is run until a person has looked."""


class Step(Protocol):
    """One step: finds its work by index, claims it by a unique key, and may run twice."""

    def __call__(self, *, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class DayReport:
    """How many pieces of work each step did."""

    day: date
    done: dict[str, int]


def daily_steps() -> Iterator[tuple[str, Step]]:
    for path in settings.CLAUSIER_DAILY_STEPS:
        yield path.rsplit(".", 1)[-1], cast("Step", import_string(path))


def run_day(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> DayReport:
    """Do the whole work of one business day; doing it twice changes nothing.

    `at` is the instant written beside what is done (audit, issue); no rule depends on it.
    """
    done = {
        name: step(provider_id=provider_id, day=day, issued_on=issued_on, at=at)
        for name, step in daily_steps()
    }
    return DayReport(day, done)


def due_days(*, provider_id: UUID, today: date) -> list[date]:
    """The local days not yet done, oldest first; a new provider starts today.

    Errors: `ClockWentAstray` when more than 36 months would be caught up at once.
    """
    known = DueWork.objects.filter(provider_id=provider_id, kind=DAILY)
    undone = known.filter(done_at__isnull=True, day__lte=today).values_list("day", flat=True)
    last = known.aggregate(last=Max("day"))["last"]
    if last is None:
        return [today]
    if today > add_months(last, LONGEST_GAP_MONTHS):
        raise ClockWentAstray(f"{last} → {today}", code="clock_went_astray")
    later = [last + timedelta(days=n + 1) for n in range((today - last).days)]
    return sorted(undone) + later


def run_due_days(
    *, provider: Provider, today: date, now: Callable[[], datetime]
) -> list[DayReport]:
    """Catch up: each due day in order, each marked once done. Two schedulers are harmless."""
    reports = []
    for day in due_days(provider_id=provider.id, today=today):
        work, _ = DueWork.objects.get_or_create(
            provider=provider, kind=DAILY, day=day, defaults={"claimed_at": now()}
        )
        reports.append(run_day(provider_id=provider.id, day=day, issued_on=today, at=now()))
        DueWork.objects.filter(pk=work.pk, done_at__isnull=True).update(done_at=now())
    return reports
