"""Which periods a contract is invoiced for, and the day each invoice is due to be issued.

P2 (000 facturation), P5 (003 art. 4, 004 conditions financières), P8. Every bound is counted from
the contract's start or from the civil year, never from the period before.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from billing.rules.proration import Method, fraction
from billing.rules.same import Same
from contracts.rules.billing import CADENCE_MONTHS, Cadence
from contracts.rules.duration import AnyDuration
from core.periods import ONE_DAY, Period, add_months, month_length

Anchor = Literal["calendar", "contract_start"]


@dataclass(frozen=True, slots=True)
class Part:
    """Days invoiced at once: `covered` of the `units` of their billing period (P1).

    `cut_months` is how many whole months they are, when the end of a term cut them off (P5).
    """

    period: Period
    covered: int
    units: int
    cut_months: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One invoice to come: a billing period, or the part of it that one term and the start leave.

    `index` of `count` is its place in the year: the civil year, or the year of the contract.
    `earlier` are the parts of the same billing period that come before this one.
    """

    part: Part
    whole: Period
    index: int
    count: int
    issue_day: date
    earlier: tuple[Part, ...] = ()
    revision_day: date | None = None  # set when the issue waits for a revision (P8)

    @property
    def first_day(self) -> date:
        return self.part.period.first_day

    @property
    def last_day(self) -> date:
        return self.part.period.last_day

    @property
    def is_whole(self) -> bool:
        return self.part.period == self.whole

    def cut_at(self, last_day: date, method: Method) -> "Slot":
        """The same slot, shortened because the contract ends inside it."""
        period = Period(self.first_day, last_day)
        return replace(self, part=Part(period, *fraction(period, self.whole, method)))


@dataclass(frozen=True, slots=True)
class Timing:
    """When invoices are issued: `lead_days` before their period, never before the revision's day.

    `revision` is the month and the day of the yearly revision, when the terms have one.
    """

    lead_days: int = 0
    revision: tuple[int, int] | None = None


def _in_year(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, month_length(year, month)))


def revision_before(day: date, revision: tuple[int, int]) -> date:
    """The last revision day on or before a day.

    >>> revision_before(date(2026, 6, 30), (7, 1))
    datetime.date(2025, 7, 1)
    """
    this_year = _in_year(day.year, *revision)
    return this_year if this_year <= day else _in_year(day.year - 1, *revision)


def issue_day(first_day: date, *, signed_on: date, timing: Timing) -> tuple[date, date | None]:
    """The day a period is invoiced, and the revision it waited for, if any (P5, P8).

    INTÉGRAL MICRO invoices 15 days ahead, except what the revision of 1 July prices:

    >>> july = Timing(lead_days=15, revision=(7, 1))
    >>> issue_day(date(2026, 10, 10), signed_on=date(2026, 4, 10), timing=july)
    (datetime.date(2026, 9, 25), None)
    >>> issue_day(date(2026, 7, 1), signed_on=date(2026, 1, 1), timing=july)
    (datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
    """
    nominal = max(first_day - timedelta(days=timing.lead_days), signed_on)
    if timing.lead_days and timing.revision:
        revision_day = revision_before(first_day, timing.revision)
        if revision_day > nominal:
            return revision_day, revision_day
    return nominal, None


def whole_months(period: Period, anchor: date) -> int | None:
    """How many months a period holds, when both its bounds are months after the anchor.

    >>> whole_months(Period(date(2027, 1, 31), date(2027, 2, 27)), date(2026, 1, 31))
    1
    >>> whole_months(Period(date(2027, 2, 1), date(2027, 2, 27)), date(2026, 1, 31)) is None
    True
    """
    bounds = []
    for day in (period.first_day, period.day_after):
        months = (day.year - anchor.year) * 12 + day.month - anchor.month
        if add_months(anchor, months) != day:
            return None
        bounds.append(months)
    return bounds[1] - bounds[0]


class TermEnds:
    """The last days of a contract's terms, asked for one after the other and kept."""

    __slots__ = (
        "_duration",
        "_is_over",
        "_last_days",
        "_signed_on",
        "_starts_on",
        "_stated_months",
    )

    def __init__(
        self, duration: AnyDuration, *, signed_on: date, starts_on: date, stated_months: int | None
    ) -> None:
        self._duration = duration
        self._signed_on = signed_on
        self._starts_on = starts_on
        self._stated_months = stated_months
        self._last_days: list[date] = []
        self._is_over = False

    def _reach(self, day: date) -> None:
        while not self._is_over and not (self._last_days and self._last_days[-1] >= day):
            term = self._duration.term(
                len(self._last_days) + 1,
                signed_on=self._signed_on,
                starts_on=self._starts_on,
                stated_months=self._stated_months,
            )
            if term is None:
                self._is_over = True
            else:
                self._last_days.append(term.value.last_day)

    def next_end(self, day: date) -> date | None:
        """The last day of the term a day belongs to; none once the contract is over."""
        self._reach(day)
        position = bisect_left(self._last_days, day)
        return self._last_days[position] if position < len(self._last_days) else None


class Schedule:
    """The slots of one contract, made when asked for and kept.

    A start on 10 February by calendar quarter, in a term that ends with the year:

    >>> from contracts.rules.duration import CivilYear
    >>> schedule = Schedule(
    ...     CivilYear(kind="civil_year", clause="CGS"), anchor="calendar", cadence="quarterly",
    ...     timing=Timing(), signed_on=date(2026, 2, 10), starts_on=date(2026, 2, 10))
    >>> for slot in schedule.slots():
    ...     print(slot.first_day, slot.last_day, slot.index, slot.count, slot.issue_day)
    2026-02-10 2026-03-31 1 4 2026-02-10
    2026-04-01 2026-06-30 2 4 2026-04-01
    2026-07-01 2026-09-30 3 4 2026-07-01
    2026-10-01 2026-12-31 4 4 2026-10-01
    """

    __slots__ = (
        "_ends",
        "_kept",
        "_months",
        "_origin",
        "_signed_on",
        "_starts_on",
        "_timing",
        "anchor",
        "method",
    )

    def __init__(
        self,
        duration: AnyDuration,
        *,
        anchor: Anchor,
        cadence: Cadence,
        timing: Timing,
        signed_on: date,
        starts_on: date,
        stated_months: int | None = None,
        method: Method = "days",
    ) -> None:
        self.anchor = anchor
        self.method = method
        self._months = CADENCE_MONTHS[cadence]
        self._timing = timing
        self._signed_on = signed_on
        self._starts_on = starts_on
        self._origin = starts_on
        if anchor == "calendar":
            month = (starts_on.month - 1) // self._months * self._months + 1
            self._origin = date(starts_on.year, month, 1)
        self._ends = TermEnds(
            duration, signed_on=signed_on, starts_on=starts_on, stated_months=stated_months
        )
        self._kept: dict[int, tuple[Slot, ...]] = {}

    def slots(self, since: date | None = None) -> Iterator[Slot]:
        """In order, those that end on or after a day, until the last term is over."""
        number = self._number_on(since) if since and since > self._starts_on else 0
        while found := self._in_period(number):
            yield from (slot for slot in found if since is None or slot.last_day >= since)
            number += 1

    def _number_on(self, day: date) -> int:
        months = (day.year - self._origin.year) * 12 + day.month - self._origin.month
        number = months // self._months
        return number - 1 if add_months(self._origin, number * self._months) > day else number

    def _in_period(self, number: int) -> tuple[Slot, ...]:
        found = self._kept.get(number)
        if found is None:
            found = self._kept[number] = self._make(number)
        return found

    def _make(self, number: int) -> tuple[Slot, ...]:
        whole = Period.of_months(self._origin, number=number + 1, months=self._months)
        parts = self._parts(whole)
        return tuple(
            self._slot(number, whole, part, parts[:position]) for position, part in enumerate(parts)
        )

    def _slot(self, number: int, whole: Period, part: Part, earlier: tuple[Part, ...]) -> Slot:
        count = 12 // self._months
        index = (
            number % count
            if self.anchor == "contract_start"
            else ((whole.first_day.month - 1) // self._months)
        )
        day, revision_day = issue_day(
            part.period.first_day, signed_on=self._signed_on, timing=self._timing
        )
        return Slot(part, whole, index + 1, count, day, earlier, revision_day)

    def _parts(self, whole: Period) -> tuple[Part, ...]:
        parts = []
        first_day = max(whole.first_day, self._starts_on)
        while first_day <= whole.last_day and (end := self._ends.next_end(first_day)):
            period = Period(first_day, min(end, whole.last_day))
            is_cut = end < whole.last_day
            cut_months = whole_months(period, self._origin) if is_cut else None
            parts.append(Part(period, *fraction(period, whole, self.method), cut_months))
            first_day = period.last_day + ONE_DAY
        return tuple(parts)


@lru_cache(maxsize=4096)
def kept_schedule(
    duration: Same[AnyDuration],
    *,
    anchor: Anchor,
    cadence: Cadence,
    timing: Timing,
    signed_on: date,
    starts_on: date,
    stated_months: int | None,
    method: Method,
) -> Schedule:
    """The schedule of all contracts with the same terms, cadence and days: most of a run."""
    return Schedule(
        duration.value,
        anchor=anchor,
        cadence=cadence,
        timing=timing,
        signed_on=signed_on,
        starts_on=starts_on,
        stated_months=stated_months,
        method=method,
    )
