from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import (
    DayOutOfRange,
    EndBeforeStart,
    Period,
    add_months,
    check_day,
    month_end,
    month_length,
    months_elapsed,
)

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
short_runs = st.integers(min_value=-240, max_value=240)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first_day = draw(days)
    return Period(first_day, first_day + timedelta(days=draw(st.integers(0, 1200))))


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 1, 30), 3, date(2026, 4, 30)),
        (date(2026, 12, 31), -3, date(2026, 9, 30)),
        (date(2027, 5, 31), -3, date(2027, 2, 28)),
        (date(2028, 5, 31), -3, date(2028, 2, 29)),
        (date(2027, 2, 28), -3, date(2026, 11, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_keep_the_day_or_the_last_one_of_the_month(
    anchor: date, months: int, expected: date
) -> None:
    assert add_months(anchor, months) == expected


@given(anchor=days, months=short_runs)
def test_months_land_in_the_right_month_and_never_after_the_day(anchor: date, months: int) -> None:
    landed = add_months(anchor, months)
    assert (landed.year * 12 + landed.month) - (anchor.year * 12 + anchor.month) == months
    assert landed.day == min(anchor.day, monthrange(landed.year, landed.month)[1])


@given(day=days)
def test_the_month_end_is_the_day_before_the_first_of_the_next(day: date) -> None:
    assert month_end(day) + timedelta(days=1) == add_months(day.replace(day=1), 1)
    assert month_length(day.year, day.month) == monthrange(day.year, day.month)[1]


@given(anchor=days, months=st.integers(1, 36), count=st.integers(2, 12))
def test_runs_counted_from_the_anchor_follow_each_other_without_gap(
    anchor: date, months: int, count: int
) -> None:
    runs = [Period.of_months(anchor, number=n, months=months) for n in range(1, count + 1)]
    assert runs[0].first_day == anchor
    for earlier, later in pairwise(runs):
        assert later.first_day == earlier.day_after
    assert runs[-1].day_after == add_months(anchor, months * count)


def test_runs_from_the_thirty_first_do_not_drift() -> None:
    starts = [
        Period.of_months(date(2026, 1, 31), number=number, months=1).first_day
        for number in range(1, 6)
    ]
    assert [(start.month, start.day) for start in starts] == [
        (1, 31),
        (2, 28),
        (3, 31),
        (4, 30),
        (5, 31),
    ]


@given(since=days, months=st.integers(0, 60), extra=st.integers(1, 27))
def test_a_started_month_counts(since: date, months: int, extra: int) -> None:
    until = add_months(since, months)
    assert months_elapsed(since, until) == months
    assert months_elapsed(since, until + timedelta(days=extra)) == months + 1


@given(one=periods(), other=periods())
def test_intersection_and_overlap_agree(one: Period, other: Period) -> None:
    common = one.intersection(other)
    assert common == other.intersection(one)
    assert (common is not None) == one.overlaps(other) == other.overlaps(one)
    if common is not None:
        assert common.days <= min(one.days, other.days)
        for bound in (common.first_day, common.last_day):
            assert bound in one
            assert bound in other


def test_both_ends_are_counted() -> None:
    period = Period(date(2026, 2, 10), date(2026, 3, 31))
    assert period.days == 50
    assert date(2026, 2, 10) in period
    assert date(2026, 3, 31) in period
    assert date(2026, 4, 1) not in period
    assert Period.civil_year(2028).days == 366
    assert min(Period.civil_year(2027), period) == period


def test_an_end_before_the_start_is_refused_at_its_field() -> None:
    with pytest.raises(EndBeforeStart) as refusal:
        Period(date(2026, 3, 2), date(2026, 3, 1))
    assert refusal.value.field == "last_day"
    assert "2026-03-01" in str(refusal.value)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1), date(206, 1, 1)])
def test_a_day_outside_the_century_is_refused_at_its_field(day: date) -> None:
    with pytest.raises(DayOutOfRange) as refusal:
        check_day(day, field="signed_on")
    assert refusal.value.field == "signed_on"
    assert refusal.value.code == "DayOutOfRange"


@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2099, 12, 31)])
def test_the_first_and_last_day_of_the_century_are_allowed(day: date) -> None:
    assert check_day(day) == day
