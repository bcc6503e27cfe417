"""Pro rata temporis: the price of a part of a billing period (P1)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from core.french import euros
from core.money import ZERO
from core.periods import Period, add_months

Method = Literal["days", "thirtieths", "months"]

UNITS: dict[Method, str] = {"days": "j", "thirtieths": "j de 30/360", "months": "mois"}


def share(price: Decimal, numerator: int, denominator: int) -> Decimal:
    """A price that is not negative × numerator ÷ denominator, rounded half up to the cent, once.

    Same as `to_cents(Fraction(price) * numerator / denominator)`, by whole division of hundredths:
    exact as well, and quick enough for every line of a run.

    >>> share(Decimal("2400.00"), 290, 365)
    Decimal('1906.85')
    """
    hundredths, rest = divmod(price * 100 * numerator, denominator)
    return (hundredths + 1 if rest * 2 >= denominator else hundredths).scaleb(-2)


def _thirtieth(year: int, month: int, day: int) -> int:
    return 360 * year + 30 * month + min(day, 30)


def thirtieths(period: Period) -> int:
    """Days of a period when every month has thirty (30/360).

    Counted from the first day to the day after the last: a month is 30 whatever its length, and
    two periods that touch count as much as both together.

    >>> from datetime import date
    >>> thirtieths(Period(date(2026, 2, 1), date(2026, 2, 28)))
    30
    >>> thirtieths(Period(date(2026, 2, 10), date(2026, 3, 31)))
    51
    """
    first, after = period.first_day, period.day_after
    return _thirtieth(after.year, after.month, after.day) - _thirtieth(
        first.year, first.month, first.day
    )


def months_started(part: Period, whole: Period) -> int:
    """Months of the billing period that the part touches: a started month counts.

    Months run from the first day of the billing period.

    >>> from datetime import date
    >>> quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    >>> months_started(Period(date(2026, 2, 10), date(2026, 3, 31)), quarter)
    2
    """
    touched = months = 0
    start = whole.first_day
    while start <= part.last_day:
        months += 1
        after = add_months(whole.first_day, months)
        touched += part.first_day < after
        start = after
    return touched


def fraction(part: Period, whole: Period, method: Method) -> tuple[int, int]:
    """Units covered and units of the billing period, by the offer's method.

    >>> from datetime import date
    >>> quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    >>> start = Period(date(2026, 2, 10), date(2026, 3, 31))
    >>> [fraction(start, quarter, method) for method in ("days", "thirtieths", "months")]
    [(50, 90), (51, 90), (2, 3)]
    """
    if method == "days":
        return part.days, whole.days
    if method == "thirtieths":
        return thirtieths(part), thirtieths(whole)
    return months_started(part, whole), months_started(whole, whole)


def prorate(price: Decimal, part: Period, whole: Period, method: Method = "days") -> Decimal:
    """The price of a billing period × units covered ÷ units of the period (P1).

    Clauses: 000 facturation, 004 conditions financières. Both days included, rounded half up to
    the cent, once. MIS, 1,200.00 € a year by quarter, from 10 February 2026:

    >>> from datetime import date
    >>> prorate(Decimal("300.00"), Period(date(2026, 2, 10), date(2026, 3, 31)),
    ...         Period(date(2026, 1, 1), date(2026, 3, 31)))
    Decimal('166.67')
    """
    covered, units = fraction(part, whole, method)
    return share(price, covered, units)


def prorate_parts(
    price: Decimal, parts: Sequence[Period], whole: Period, method: Method = "days"
) -> list[Decimal]:
    """The prices of consecutive parts of a billing period: the last is the remainder (P1).

    They sum to the price of the days they cover together; none is below zero nor above what is
    left, even when the roundings of earlier parts exceed a very small price.

    >>> from datetime import date
    >>> whole = Period(date(2026, 1, 1), date(2026, 3, 31))
    >>> start = Period(date(2026, 2, 10), date(2026, 3, 31))
    >>> cut = [Period(date(2026, 1, 1), date(2026, 2, 9)), start]
    >>> prorate_parts(Decimal("100.00"), cut, whole)
    [Decimal('44.44'), Decimal('55.56')]
    """
    left = prorate(price, Period(parts[0].first_day, parts[-1].last_day), whole, method)
    amounts = []
    for part in parts[:-1]:
        amount = min(prorate(price, part, whole, method), left)
        amounts.append(amount)
        left -= amount
    return [*amounts, max(left, ZERO)]


def part_formula(price: Decimal, covered: int, units: int, method: Method, amount: Decimal) -> str:
    """The sum as it is printed: « 300,00 € × 50 j ÷ 90 j = 166,67 € »."""
    unit = UNITS[method]
    return f"{euros(price)} × {covered} {unit} ÷ {units} {unit} = {euros(amount)}"
