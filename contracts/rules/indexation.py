"""The yearly revision of prices on the Syntec index (P7–P10)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.rules.part import DayOfMonth, Exact, MonthNumber, Part

PriceLineKind = Literal["base", "equipment", "option", "adjustment", "overage"]


class NoIndexation(Part):
    """A price that holds for the whole contract, and changes by agreement alone."""

    rules: ClassVar[tuple[str, ...]] = ("P7",)

    kind: Literal["none"]

    def next_revision_day(self, after: date) -> date | None:
        return None


class SyntecIndexation(Part):
    """P7–P10 (003 art. 3.2; 004, conditions financières): on the same day of every year.

    >>> january = SyntecIndexation(kind="syntec", clause="CGV art. 3.2", month=1, day=1)
    >>> january.next_revision_day(date(2026, 2, 10))
    datetime.date(2027, 1, 1)
    """

    rules: ClassVar[tuple[str, ...]] = ("P7", "P8", "P9", "P10")

    kind: Literal["syntec"]
    month: MonthNumber
    day: DayOfMonth = 1
    may_fall: bool = True
    holds_too_long_span: bool = True
    revised_lines: tuple[PriceLineKind, ...] = (
        "base",
        "equipment",
        "option",
        "adjustment",
        "overage",
    )
    revises_tariffs: bool = False
    link_coefficient: Exact = Decimal("0.97975")

    def revision_day(self, year: int) -> date:
        return date(year, self.month, self.day)

    def next_revision_day(self, after: date) -> date | None:
        """The first revision day that comes after a day."""
        this_year = self.revision_day(after.year)
        return this_year if this_year > after else self.revision_day(after.year + 1)


AnyIndexation = Annotated[NoIndexation | SyntecIndexation, Field(discriminator="kind")]
