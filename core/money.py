"""Euros: exact until the end, rounded once, half up (P1, P5, B7)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(amount: Decimal | Fraction) -> Decimal:
    """The amount rounded to the cent, half up; a half is rounded away from zero.

    Pass a quotient as a `Fraction`: a `Decimal` one was already rounded, at 28 digits.

    >>> to_cents(Decimal("83.335"))
    Decimal('83.34')
    >>> to_cents(Fraction(1000 * 290, 365))
    Decimal('794.52')
    """
    if isinstance(amount, Fraction):
        hundredths, rest = divmod(abs(amount.numerator) * 100, amount.denominator)
        if rest * 2 >= amount.denominator:
            hundredths += 1
        return (Decimal(hundredths) if amount >= 0 else -Decimal(hundredths)).scaleb(-2)
    return amount.quantize(CENT, ROUND_HALF_UP)


def split(total: Decimal, weights: Sequence[int | Decimal | Fraction]) -> list[Decimal]:
    """Share a total by weight; each share is rounded, the last one takes the remainder (P1).

    >>> split(Decimal("1000.00"), [1] * 12)[-2:]
    [Decimal('83.33'), Decimal('83.37')]
    """
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    if not exact or min(exact) < 0 or whole == 0:
        raise ValueError("shares need at least one weight, none negative, not all zero")
    shares = [to_cents(Fraction(total) * weight / whole) for weight in exact[:-1]]
    return [*shares, total - sum(shares, ZERO)]
