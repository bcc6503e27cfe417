from datetime import date

import pytest

from core.workdays import (
    UnknownCalendar,
    holidays_of,
    is_banking_day,
    is_working_day,
    next_banking_day,
    next_working_day,
)


def test_la_reunion_has_one_holiday_more_than_the_mainland() -> None:
    assert holidays_of("FR-974", 2026) - holidays_of("FR", 2026) == {date(2026, 12, 20)}
    assert len(holidays_of("FR", 2026)) == 11


@pytest.mark.parametrize("code", ["XX", "FR-999", "", "Paris"])
def test_an_unknown_calendar_is_refused(code: str) -> None:
    with pytest.raises(UnknownCalendar) as refusal:
        holidays_of(code, 2026)
    assert refusal.value.field == "holidays"


@pytest.mark.parametrize(
    ("day", "worked", "worked_with_saturdays"),
    [
        (date(2026, 4, 3), True, True),  # Good Friday is no holiday of the mainland
        (date(2026, 4, 4), False, True),
        (date(2026, 4, 5), False, False),
        (date(2026, 4, 6), False, False),
        (date(2026, 8, 15), False, False),  # Assumption, a Saturday
    ],
)
def test_working_days(day: date, worked: bool, worked_with_saturdays: bool) -> None:
    assert is_working_day(day, "FR") is worked
    assert is_working_day(day, "FR", with_saturdays=True) is worked_with_saturdays


def test_the_next_working_day_may_be_the_day_itself() -> None:
    assert next_working_day(date(2026, 12, 24), "FR") == date(2026, 12, 24)
    assert next_working_day(date(2026, 12, 25), "FR") == date(2026, 12, 28)
    assert next_working_day(date(2026, 12, 25), "FR", with_saturdays=True) == date(2026, 12, 26)


@pytest.mark.parametrize(
    "closed",
    [
        date(2027, 1, 1),
        date(2027, 3, 26),  # Good Friday
        date(2027, 3, 29),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2025, 12, 26),
        date(2026, 8, 15),  # Saturday
    ],
)
def test_banks_are_closed(closed: date) -> None:
    assert not is_banking_day(closed)
    assert next_banking_day(closed) > closed


@pytest.mark.parametrize("opened", [date(2026, 7, 14), date(2026, 11, 11), date(2026, 5, 14)])
def test_banks_settle_on_french_holidays(opened: date) -> None:
    assert next_banking_day(opened) == opened
