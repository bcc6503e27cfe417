"""What billing needs to know of a contract, as plain values: no row, no query, no clock."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.rules.billing import Cadence
from contracts.rules.indexation import LastApplied, RevisedLine, Revision
from contracts.rules.payment import Method
from contracts.rules.terms import Terms
from core.periods import ONE_DAY
from core.reasons import Reason

PaymentMethod = Method


class VatZone(StrEnum):
    """Where the customer's establishment stands, for the tax (B7)."""

    METROPOLE = "metropole"  # Corsica and Monaco too
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    REUNION = "reunion"
    GUYANE = "guyane"
    MAYOTTE = "mayotte"
    OUTSIDE = "outside"  # other overseas collectivities, each with a tax of its own


@dataclass(frozen=True, slots=True)
class VatTreatment:
    """The customer's zone and whether the provider is an exempt small business (art. 293 B)."""

    zone: VatZone
    is_small_business: bool = False


@dataclass(frozen=True, slots=True)
class PriceChange:
    """The annual price of a line for the periods that start on or after a day (P8).

    The first one applies from the day the price was agreed or the service starts, the earlier.
    """

    applies_from: date
    annual: Decimal
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One recurring price of a contract, for its whole quantity, with what was claimed of it.

    `prices` are in the order of their days. Periods that start before `billed_before`, and those
    that start on a day of `claimed`, are not invoiced again; a released claim is in neither. A
    line added to periods already invoiced has the first of the others as its `billed_before`.
    """

    id: UUID
    kind: str
    label: str
    quantity: Decimal
    prices: tuple[PriceChange, ...]
    billed_before: date | None = None
    claimed: frozenset[date] = frozenset()

    def price_for(self, first_day: date) -> PriceChange | None:
        """The price of the periods that start on a day; none when the line has none yet (P8).

        >>> line = LineFacts(UUID(int=1), "base", "Maintenance", Decimal(1), (
        ...     PriceChange(date(2026, 2, 10), Decimal("1200.00")),
        ...     PriceChange(date(2027, 1, 1), Decimal("1231.12"))))
        >>> line.price_for(date(2026, 12, 31)).annual, line.price_for(date(2027, 1, 1)).annual
        (Decimal('1200.00'), Decimal('1231.12'))
        """
        for price in reversed(self.prices):
            if price.applies_from <= first_day:
                return price
        return None

    def is_claimed(self, first_day: date) -> bool:
        """Whether the period that starts on a day was invoiced."""
        if self.billed_before is not None and first_day < self.billed_before:
            return True
        return first_day in self.claimed


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A signed contract as billing sees it.

    `last_day` is set once an end is known (notice, cessation…); `first_due_day` where a payment
    may not fall due earlier (D16). `last_applied` is the last revision that changed the price,
    `revised_until` the last revision day that was dealt with, whatever came of it (P7, P9).
    """

    id: UUID
    customer_id: UUID
    terms: Terms
    signed_on: date
    starts_on: date
    cadence: Cadence
    payment_method: PaymentMethod
    vat: VatTreatment
    lines: tuple[LineFacts, ...]
    stated_months: int | None = None
    last_day: date | None = None
    first_due_day: date | None = None
    is_demonstration: bool = False
    last_applied: LastApplied | None = None
    revised_until: date | None = None

    def next_revision_day(self) -> date | None:
        """The first revision day that was not dealt with, after the signature."""
        return self.terms.indexation.next_revision_day(self.revised_until or self.signed_on)

    def prices_to_revise(self, day: date) -> dict[str, Decimal]:
        """The annual prices that a revision of that day starts from, by line (P7).

        Lines whose kind the terms do not revise are left out, as are those not yet priced.
        """
        indexation = self.terms.indexation
        if indexation.kind == "none":
            return {}
        priced = (
            (line, line.price_for(day))
            for line in self.lines
            if line.kind.lower() in indexation.revised_lines
        )
        return {str(line.id): price.annual for line, price in priced if price is not None}

    def revised(self, revision: Revision) -> Self:
        """The same contract after a revision: new prices from its day on, when it was applied."""
        after = replace(self, revised_until=revision.day)
        if revision.outcome != "applied":
            return after
        changed = {line.key: line for line in revision.lines}
        lines = tuple(
            _with_price(line, changed[str(line.id)], revision.day)
            if str(line.id) in changed
            else line
            for line in self.lines
        )
        return replace(after, lines=lines, last_applied=revision.last_applied)


def _with_price(line: LineFacts, revised: RevisedLine, day: date) -> LineFacts:
    change = PriceChange(day, revised.new_price, revised.reasons)
    before = (price for price in line.prices if price.applies_from < day)
    after = (price for price in line.prices if price.applies_from > day)
    return replace(line, prices=(*before, change, *after))


def billed_before(starts_on: date, *, days: int, last_day: date | None) -> date | None:
    """The day before which a line is claimed without a hole, from the sum of its claimed days.

    Claims of a line never share a day: if their days add up to all those from the start to the
    last one, nothing is missing in between. None: nothing is claimed, or there is a hole, and the
    first days of the claims must be given one by one.

    >>> billed_before(date(2026, 2, 10), days=141, last_day=date(2026, 6, 30))
    datetime.date(2026, 7, 1)
    >>> billed_before(date(2026, 2, 10), days=91, last_day=date(2026, 6, 30)) is None
    True
    """
    if last_day is None or (last_day - starts_on).days + 1 != days:
        return None
    return last_day + ONE_DAY
