"""Whole days. A period counts its first and its last day, as French contracts are written."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from core.errors import DomainError
from core.errors import gettext_noop as _

ONE_DAY = timedelta(days=1)
EARLIEST_DAY = date(2000, 1, 1)
LATEST_DAY = date(2099, 12, 31)
_MONTH_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class DayOutOfRange(DomainError):
    """A day that no contract of this portal can have: a typing error, most of the time."""


class EndBeforeStart(DomainError):
    """A period whose last day comes before its first."""


def check_day(day: date, *, field: str = "") -> date:
    """The day itself when it lies in 2000–2099, else `DayOutOfRange` at the given field."""
    if EARLIEST_DAY <= day <= LATEST_DAY:
        return day
    raise DayOutOfRange(
        _("The date %(day)s is outside the years 2000 to 2099."),
        field=field,
        params={"day": day.isoformat()},
    )


def month_length(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _MONTH_LENGTHS[month]


def add_months(anchor: date, months: int) -> date:
    """The same day `months` later (or earlier), clamped to the month's last day (D2).

    Count from the anchor, never from an earlier result: a clamped day would drift.

    >>> add_months(date(2028, 2, 29), 12), add_months(date(2028, 2, 29), 48)
    (datetime.date(2029, 2, 28), datetime.date(2032, 2, 29))
    >>> add_months(date(2026, 12, 31), -3)
    datetime.date(2026, 9, 30)
    """
    years, month_index = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month_index + 1
    if anchor.day <= 28:
        return date(year, month, anchor.day)
    return date(year, month, min(anchor.day, month_length(year, month)))


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return date(day.year, day.month, month_length(day.year, day.month))


def months_elapsed(since: date, until: date) -> int:
    """Months from one day to a later one, where a started month counts (P7).

    >>> months_elapsed(date(2026, 2, 10), date(2027, 1, 1))
    11
    >>> months_elapsed(date(2026, 1, 1), date(2027, 1, 1))
    12
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    return months + 1 if add_months(since, months) < until else months


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from the first to the last, both included."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise EndBeforeStart(
                _("The last day %(last)s comes before the first day %(first)s."),
                field="last_day",
                params={"first": self.first_day.isoformat(), "last": self.last_day.isoformat()},
            )

    @property
    def days(self) -> int:
        return self.last_day.toordinal() - self.first_day.toordinal() + 1

    @property
    def day_after(self) -> date:
        """The first day that is no longer in the period."""
        return self.last_day + ONE_DAY

    def overlaps(self, other: "Period") -> bool:
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def intersection(self, other: "Period") -> "Period | None":
        first_day = max(self.first_day, other.first_day)
        last_day = min(self.last_day, other.last_day)
        return Period(first_day, last_day) if first_day <= last_day else None

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @classmethod
    def of_months(cls, anchor: date, *, number: int, months: int) -> Self:
        """The run `number` (from 1) of `months` months, bounds counted from the anchor (D2, P5).

        >>> Period.of_months(date(2026, 1, 31), number=2, months=1)
        Period(first_day=datetime.date(2026, 2, 28), last_day=datetime.date(2026, 3, 30))
        """
        return cls(
            add_months(anchor, months * (number - 1)), add_months(anchor, months * number) - ONE_DAY
        )

    @classmethod
    def civil_year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31))
