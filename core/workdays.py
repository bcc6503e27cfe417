"""Calendars that are never mixed: a provider's working days, the law's, the banks'."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

from core.errors import DomainError
from core.errors import gettext_noop as _

ONE_DAY = timedelta(days=1)


class UnknownCalendar(DomainError):
    """A holiday calendar code that names no country or region."""


@lru_cache(maxsize=512)
def holidays_of(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country or region ("FR", "FR-974") in one year.

    >>> abolition_day = date(2026, 12, 20)
    >>> abolition_day in holidays_of("FR-974", 2026), abolition_day in holidays_of("FR", 2026)
    (True, False)
    """
    country, _dash, region = code.partition("-")
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError as error:
        raise UnknownCalendar(
            _("There is no holiday calendar %(code)s."), field="holidays", params={"code": code}
        ) from error


def is_working_day(day: date, calendar: str, *, with_saturdays: bool = False) -> bool:
    """Monday to Friday without public holidays (jour ouvré), or to Saturday (jour ouvrable)."""
    last_weekday = 5 if with_saturdays else 4
    return day.weekday() <= last_weekday and day not in holidays_of(calendar, day.year)


def next_working_day(day: date, calendar: str, *, with_saturdays: bool = False) -> date:
    """The day itself when it is a working day, else the next one.

    >>> next_working_day(date(2026, 5, 1), "FR")
    datetime.date(2026, 5, 4)
    """
    while not is_working_day(day, calendar, with_saturdays=with_saturdays):
        day += ONE_DAY
    return day


@lru_cache(maxsize=128)
def _target_closures(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("XECB", years=year))


def is_banking_day(day: date) -> bool:
    """A day on which TARGET settles: Monday to Friday without its six closing days."""
    return day.weekday() <= 4 and day not in _target_closures(day.year)


def next_banking_day(day: date) -> date:
    """The day itself when banks settle on it, else the next one (B2, B6).

    >>> next_banking_day(date(2026, 8, 15)), next_banking_day(date(2027, 3, 26))
    (datetime.date(2026, 8, 17), datetime.date(2027, 3, 30))
    """
    while not is_banking_day(day):
        day += ONE_DAY
    return day
