"""Recurring revenue: what the prices of the contracts in force come to, and why it moves.

It is read from the agreed prices, never from invoices: a quarter paid late or credited moves
nothing here. All amounts are euros a year before VAT, so that every sum is exact.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.money import ZERO, to_cents
from core.periods import add_months

MONTHS_A_YEAR: Final = 12


class Move(StrEnum):
    """Why the recurring revenue moves, in the order of the chart."""

    NEW = "new"  # a contract starts
    EXPANSION = "expansion"  # more is bought, or dearer, under a contract in force
    INDEXATION = "indexation"  # the yearly revision (P7), up or down
    CONTRACTION = "contraction"  # less is bought under a contract in force
    CHURN = "churn"  # a contract ends


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """The price a year of a line from a day on."""

    applies_from: date
    annual_price: Decimal
    is_revised: bool = False


@dataclass(frozen=True, slots=True)
class PricedLife:
    """One line of a contract from its start to its last day, with its prices in order."""

    starts_on: date
    ended_on: date | None
    prices: tuple[AgreedPrice, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a year's revenue changes by from a day on."""

    day: date
    amount: Decimal
    move: Move


def changes_of(line: PricedLife) -> Iterator[Change]:
    """Every change that one line brings; they add up to nothing once its contract has ended.

    >>> line = PricedLife(date(2026, 3, 1), date(2027, 2, 28), (
    ...     AgreedPrice(date(2026, 3, 1), Decimal("1200.00")),
    ...     AgreedPrice(date(2027, 1, 1), Decimal("1230.00"), is_revised=True)))
    >>> [(each.move.value, str(each.amount)) for each in changes_of(line)]
    [('new', '1200.00'), ('indexation', '30.00'), ('churn', '-1230.00')]
    """
    if line.ended_on is not None and line.ended_on < line.starts_on:
        return
    price = ZERO
    for place, agreed in enumerate(line.prices):
        if line.ended_on is not None and agreed.applies_from > line.ended_on:
            break
        amount, price = agreed.annual_price - price, agreed.annual_price
        if amount:
            day = max(agreed.applies_from, line.starts_on)
            yield Change(day, amount, _move(line, agreed, amount, is_first=place == 0))
    if line.ended_on is not None and price:
        yield Change(line.ended_on + timedelta(days=1), -price, Move.CHURN)


def _move(line: PricedLife, agreed: AgreedPrice, amount: Decimal, *, is_first: bool) -> Move:
    if is_first and agreed.applies_from <= line.starts_on:
        return Move.NEW
    if agreed.is_revised:
        return Move.INDEXATION
    return Move.EXPANSION if amount > 0 else Move.CONTRACTION


@dataclass(frozen=True, slots=True)
class Month:
    """A month: what a year's revenue was before it, what moved it, what it is at its end."""

    first_day: date
    start: Decimal
    moves: Mapping[Move, Decimal] = field(default_factory=dict)

    @property
    def end(self) -> Decimal:
        return sum(self.moves.values(), self.start)

    @property
    def monthly(self) -> Decimal:
        """A twelfth of the year's revenue at the end of the month, rounded once."""
        return to_cents(self.end / MONTHS_A_YEAR)


def months_of(changes: Iterable[Change], *, last: date, count: int) -> list[Month]:
    """The `count` months up to the one of `last`, each with what moved it.

    A change counts in the month of its day: what starts on 1 March moves March.

    >>> grown = Change(date(2026, 3, 1), Decimal("1200.00"), Move.NEW)
    >>> [str(month.end) for month in months_of([grown], last=date(2026, 4, 9), count=3)]
    ['0.00', '1200.00', '1200.00']
    """
    firsts = [add_months(last.replace(day=1), back - count + 1) for back in range(count)]
    start, moves = ZERO, {first: dict.fromkeys(Move, ZERO) for first in firsts}
    for change in changes:
        if change.day < firsts[0]:
            start += change.amount
        elif (month := change.day.replace(day=1)) in moves:
            moves[month][change.move] += change.amount
    found: list[Month] = []
    for first in firsts:
        found.append(Month(first, start, moves[first]))
        start = found[-1].end
    return found
