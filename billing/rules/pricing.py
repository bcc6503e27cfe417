"""The price of a billing period or of a part of it, from the annual price of a line (P5)."""

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from billing.rules.errors import FractionOfCent, NegativePrice
from billing.rules.proration import Method, part_formula, prorate, share
from billing.rules.schedule import Part, Slot
from core.errors import gettext_noop as _
from core.french import euros
from core.money import ZERO, to_cents
from core.periods import Period
from core.reasons import Reason

KEPT: Final = 1 << 15


class Priced(NamedTuple):
    """An amount and the sums that gave it, in order."""

    amount: Decimal
    reasons: tuple[Reason, ...]


def check_annual(annual: Decimal) -> Decimal:
    """The annual price itself, in whole cents and not below zero."""
    if annual < 0:
        raise NegativePrice(
            _("The annual price %(price)s is below zero."),
            field="annual_price",
            params={"price": annual},
        )
    cents = to_cents(annual)
    if cents != annual:
        raise FractionOfCent(
            _("The annual price %(price)s has more than two decimals."),
            field="annual_price",
            params={"price": annual},
        )
    return cents


def period_price(annual: Decimal, *, index: int, count: int) -> Decimal:
    """The price of the `index`-th full period of the `count` in a year (P5: 003 art. 4, 004).

    Annual price × months ÷ 12, rounded half up; the last one is the annual price less the others,
    so that a year sums to it. A price so small that the roundings exceed it leaves nothing to the
    last periods, never less than nothing.

    >>> [period_price(Decimal("1000.00"), index=k, count=12) for k in (1, 11, 12)]
    [Decimal('83.33'), Decimal('83.33'), Decimal('83.37')]
    """
    each = share(annual, 1, count)
    left = max(annual - each * (index - 1), ZERO)
    return left if index == count else min(each, left)


def _period_formula(annual: Decimal, index: int, count: int, amount: Decimal) -> str:
    if count == 1:
        return f"prix annuel : {euros(annual)}"
    if index < count:
        return f"{euros(annual)} × {12 // count} mois ÷ 12 mois = {euros(amount)}"
    return f"{euros(annual)} − {count - 1} × {euros(share(annual, 1, count))} = {euros(amount)}"


@lru_cache(maxsize=KEPT)
def whole_price(annual: Decimal, *, index: int, count: int, clause: str) -> Priced:
    """The price of a full period with its sum; kept, for many lines have the same price."""
    annual = check_annual(annual)
    amount = period_price(annual, index=index, count=count)
    return Priced(amount, (Reason("P5", clause, _period_formula(annual, index, count, amount)),))


@lru_cache(maxsize=KEPT)
def _prorated(price: Decimal, covered: int, units: int, *, method: Method, clause: str) -> Priced:
    amount = share(price, covered, units)
    formula = part_formula(price, covered, units, method, amount)
    return Priced(amount, (Reason("P1", clause, formula),))


def _part_amounts(
    annual: Decimal, price: Decimal, slot: Slot, method: Method
) -> tuple[Decimal, list[Decimal]]:
    """The price of the days of the period the contract covers, and of each part up to this one.

    The part that ends with the period takes what the others leave; none exceeds what is left.
    """
    parts = (*slot.earlier, slot.part)
    covered = Period(parts[0].period.first_day, slot.whole.last_day)
    total = left = prorate(price, covered, slot.whole, method)
    amounts = []
    for part in parts:
        amount = left
        if part.period.last_day != slot.whole.last_day:
            amount = min(_direct(annual, price, part), left)
        amounts.append(amount)
        left -= amount
    return total, amounts


def _direct(annual: Decimal, price: Decimal, part: Part) -> Decimal:
    if part.cut_months is not None:
        return share(annual, part.cut_months, 12)
    return share(price, part.covered, part.units)


def slot_price(annual: Decimal, slot: Slot, *, method: Method, clause: str) -> Priced:
    """The price of a slot at one annual price, with every sum that led to it (P1, P5).

    A full period: `period_price`. The first part, from the start: pro rata (P1). A part that the
    end of a term cuts: annual price × whole months ÷ 12. The last part of a period in several
    parts: what the others leave at this same price, so that the parts sum to the whole.
    """
    whole, part = whole_price(annual, index=slot.index, count=slot.count, clause=clause), slot.part
    if slot.is_whole:
        return whole
    if not slot.earlier and part.cut_months is None:
        prorated = _prorated(whole.amount, part.covered, part.units, method=method, clause=clause)
        return Priced(prorated.amount, whole.reasons + prorated.reasons)
    total, amounts = _part_amounts(annual, whole.amount, slot, method)
    amount = amounts[-1]
    if part.period.last_day == slot.whole.last_day:
        formula = " − ".join(map(euros, (total, *amounts[:-1]))) + f" = {euros(amount)}"
        return Priced(amount, (*whole.reasons, Reason("P1", clause, formula)))
    if part.cut_months is not None:
        formula = f"{euros(annual)} × {part.cut_months} mois ÷ 12 mois = {euros(amount)}"
        return Priced(amount, (Reason("P5", clause, formula),))
    formula = part_formula(whole.amount, part.covered, part.units, method, amount)
    return Priced(amount, (*whole.reasons, Reason("P1", clause, formula)))


def vat_on(net: Decimal, rate: Decimal) -> Decimal:
    """The tax on a sum of lines, rounded once, half up (B7). The rate is in percent.

    >>> vat_on(Decimal("166.67"), Decimal("20")), vat_on(Decimal("1906.85"), Decimal("8.5"))
    (Decimal('33.33'), Decimal('162.08'))
    """
    return to_cents((net * rate).scaleb(-2))
