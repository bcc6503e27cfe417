"""Prices that include VAT and never drift by a cent (P6)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import euros, percent
from core.money import CENT, to_cents
from core.reasons import Answer, Reason


@dataclass(frozen=True, slots=True)
class VatSplit:
    """An amount including VAT and its two parts."""

    net: Decimal
    vat: Decimal
    gross: Decimal


class NoExactNet(DomainError):
    """No amount excluding VAT gives this amount including VAT; the nearest two that work."""

    def __init__(
        self, gross: Decimal, *, vat_rate: Decimal, nearest: tuple[Decimal, Decimal]
    ) -> None:
        self.nearest = nearest
        super().__init__(
            _(
                "No price excluding VAT gives exactly %(gross)s at %(rate)s of VAT. "
                "The nearest prices that work are %(lower)s and %(higher)s."
            ),
            field="price",
            params={
                "gross": euros(gross),
                "rate": percent(vat_rate),
                "lower": euros(nearest[0]),
                "higher": euros(nearest[1]),
            },
        )


def _gross_of(net: Decimal, vat_rate: Decimal) -> Decimal:
    return net + to_cents(net * vat_rate / 100)


def split_gross(gross: Decimal, *, vat_rate: Decimal, clause: str) -> Answer[VatSplit]:
    """P6 (001 V): the net amount whose VAT, rounded once, gives back the price that was signed.

    `vat_rate` is in percent. `NoExactNet` when there is none.

    >>> signed = split_gross(Decimal("330.00"), vat_rate=Decimal("20"), clause="Contrat, art. V")
    >>> signed.value.net, signed.value.vat
    (Decimal('275.00'), Decimal('55.00'))
    >>> try:
    ...     split_gross(Decimal("330.03"), vat_rate=Decimal("20"), clause="")
    ... except NoExactNet as refusal:
    ...     refusal.nearest
    (Decimal('330.02'), Decimal('330.04'))
    """
    exact = Fraction(gross) * 100 / (100 + Fraction(vat_rate))
    net = to_cents(exact)
    # The amount with VAT grows by a cent at least with each cent of the net one: step to it.
    while _gross_of(net, vat_rate) > gross:
        net -= CENT
    while _gross_of(net + CENT, vat_rate) <= gross:
        net += CENT
    found = _gross_of(net, vat_rate)
    if found != gross:
        higher = _gross_of(net + CENT, vat_rate)
        raise NoExactNet(gross, vat_rate=vat_rate, nearest=(found, higher))
    vat = gross - net
    formula = f"{euros(gross)} ÷ (1 + {percent(vat_rate)}) = {euros(net)} ; TVA {euros(vat)}"
    return Answer(VatSplit(net, vat, gross), (Reason("P6", clause, formula),))
