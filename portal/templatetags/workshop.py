"""Figures that only the provider's own pages show: `{% load workshop %}`."""

from decimal import Decimal

from django import template

from portal import formats

register = template.Library()


@register.filter
def quantity(value: Decimal | int) -> str:
    """Without useless zeros: 12, 2,5."""
    return formats.number(_trimmed(Decimal(value), 0))


@register.filter
def unit_price(value: Decimal) -> str:
    """Two decimals, more only where the price has more: 89,90 €, 0,0125 €."""
    return formats.price(_trimmed(value, 2))


def _trimmed(value: Decimal, decimals: int) -> Decimal:
    """The same number without the zeros beyond `decimals`.

    >>> _trimmed(Decimal("89.900000"), 2), _trimmed(Decimal("12.0000"), 0)
    (Decimal('89.90'), Decimal('12'))
    >>> _trimmed(Decimal("0.012500"), 2)
    Decimal('0.0125')
    """
    least = Decimal(1).scaleb(-decimals)
    shorter = value.normalize()
    exponent = shorter.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -decimals:
        return value.quantize(least)
    return shorter
