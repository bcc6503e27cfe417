"""What was known of the Syntec index on each day (P10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from core.periods import add_months, month_end

OLD: Final = "old"
REVISED: Final = "revised"
LAST_MONTH_OF_OLD_SERIES: Final = "2022-07"


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of the index as it was published on a day; a later one for the month supersedes it.

    `month` is written "2026-11". `is_estimated`: the publication date is a guess.
    """

    series: str
    month: str
    value: Decimal
    published: date
    is_estimated: bool = False

    @property
    def is_usable(self) -> bool:
        """The revised series was worked back before August 2022; those values serve nothing."""
        return self.series == series_of(self.month)


def series_of(month: str) -> str:
    """The series that gives the index of a month."""
    return OLD if month <= LAST_MONTH_OF_OLD_SERIES else REVISED


def months_between(earlier: str, later: str) -> int:
    """
    >>> months_between("2025-12", "2026-11")
    11
    """
    return (int(later[:4]) - int(earlier[:4])) * 12 + int(later[5:]) - int(earlier[5:])


def estimated_publication(month: str) -> date:
    """The last day of the month that follows the measured one, where no date is known.

    >>> estimated_publication("2024-01")
    datetime.date(2024, 2, 29)
    """
    first_day = date(int(month[:4]), int(month[5:]), 1)
    return month_end(add_months(first_day, 1))


def expected_on(day: date) -> str:
    """The month whose value should be known by the end of a day.

    >>> expected_on(date(2026, 12, 30)), expected_on(date(2026, 12, 31))
    ('2026-10', '2026-11')
    """
    months_ago = 1 if day == month_end(day) else 2
    return f"{add_months(day.replace(day=1), -months_ago):%Y-%m}"


class IndexTable:
    """Observations of one provider, asked by day; built once, shared by the contracts of a run.

    Observations come in the order in which they were recorded: of two that were published for a
    month on the same day, the later one corrects the other.
    """

    def __init__(self, observations: Iterable[Observation]) -> None:
        usable = [observation for observation in observations if observation.is_usable]
        self._by_publication = sorted(usable, key=lambda observation: observation.published)
        self._answers: dict[date, Observation | None] = {}

    def latest_on(self, day: date) -> Observation | None:
        """The most recent month published on or before a day, with its value as known that day."""
        if day not in self._answers:
            self._answers[day] = self._find(day)
        return self._answers[day]

    def _find(self, day: date) -> Observation | None:
        latest: Observation | None = None
        for observation in self._by_publication:
            if observation.published > day:
                break
            if latest is None or observation.month >= latest.month:
                latest = observation
        return latest

    @property
    def last_publication(self) -> date | None:
        """The day after which nothing is known: forecasts go on at an unchanged index."""
        return self._by_publication[-1].published if self._by_publication else None
