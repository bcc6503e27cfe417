"""What a price that a person typed must be, and the lines a contract is priced by (P3, P6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.enums import LineKind
from contracts.rules.options import Option
from contracts.rules.price import Price
from contracts.rules.pricing_grid import price_fleet
from contracts.rules.terms import Terms
from contracts.rules.vat_included import NoExactNet, split_gross
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import euros
from core.money import to_cents
from core.reasons import Reason

HIGHEST = Decimal(10000000)


class WrongPrice(DomainError):
    """An amount that no contract can have: below zero, endless, or finer than a cent."""


class PriceMissing(DomainError):
    """Neither the offer nor the person who prepares the contract says what it costs."""


class UnknownOption(DomainError):
    """An option that the offer does not have."""


class VatRateNeeded(DomainError):
    """A price including VAT can only be checked with the rate of the customer's place."""


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One recurring line of a contract being prepared, at its price for the whole quantity."""

    kind: str
    code: str
    label: str
    quantity: int
    annual_price: Decimal
    is_sample: bool
    reasons: tuple[Reason, ...]


def check_price(
    annual_price: Decimal,
    *,
    price: Price,
    vat_rate: Decimal | None,
    field: str = "annual_price",
) -> tuple[Reason, ...]:
    """The reasons of a price in whole cents; one that includes VAT must have an exact net (P6)."""
    if not annual_price.is_finite():
        raise WrongPrice(_("A price is an amount in euros."), field=field)
    if not 0 <= annual_price < HIGHEST or to_cents(annual_price) != annual_price:
        raise WrongPrice(
            _("A price is not below zero, has two decimals at most and stays below ten millions."),
            field=field,
        )
    if not price.includes_vat:
        return ()
    if vat_rate is None:
        raise VatRateNeeded(
            _("The VAT rate of the customer is needed to check a price that includes VAT."),
            field=field,
        )
    try:
        return split_gross(annual_price, vat_rate=vat_rate, clause=price.clause).reasons
    except NoExactNet as error:
        error.field = field
        raise


def lines_of_offer(
    terms: Terms, *, label: str, fleet: Mapping[str, int], level: str | None
) -> list[DraftLine]:
    """P3: the lines at the offer's own prices, samples marked as such."""
    if not (terms.price.grid or terms.price.base is not None or terms.price.annual is not None):
        raise PriceMissing(
            _("The offer states no price: give the yearly price agreed."), field="annual_price"
        )
    answer = price_fleet(terms.price, fleet, level=level)
    return [
        DraftLine(
            kind=LineKind.BASE if row.kind == "base" else LineKind.EQUIPMENT,
            code=row.kind,
            label=row.label or label,
            quantity=row.quantity,
            annual_price=row.annual,
            is_sample=terms.price.sample,
            reasons=answer.reasons,
        )
        for row in answer.value
    ]


def option_of_offer(terms: Terms, code: str, *, capacity_gb: int | None) -> DraftLine:
    """An option at the offer's price: that of the tier of a backup volume, else its own."""
    option = option_of(terms, code)
    annual_price, is_sample = _tier_price(option, capacity_gb) or (option.annual, option.sample)
    if annual_price is None:
        raise PriceMissing(
            _("The option %(code)s has no price in the offer: give one."),
            field="options",
            params={"code": code},
        )
    reason = Reason("P3", option.clause, f"{option.name.fr} : {euros(annual_price)}")
    return _option_line(code, option, annual_price, (reason,), is_sample=is_sample)


def _tier_price(option: Option, capacity_gb: int | None) -> tuple[Decimal, bool] | None:
    overage = option.backup.overage if option.backup else None
    if capacity_gb is None or overage is None or overage.kind != "tiers" or not overage.tiers:
        return None
    for tier in sorted(overage.tiers, key=lambda tier: tier.up_to_gb):
        if capacity_gb <= tier.up_to_gb:
            return tier.annual, overage.sample
    raise PriceMissing(
        _("The offer has no price for a backup of %(volume)s GB: give one."),
        field="options",
        params={"volume": capacity_gb},
    )


def _option_line(
    code: str,
    option: Option,
    annual_price: Decimal,
    reasons: tuple[Reason, ...],
    *,
    is_sample: bool,
) -> DraftLine:
    name = option.name.fr
    return DraftLine(LineKind.OPTION, code, name, 1, annual_price, is_sample, reasons)


def agreed_base(
    terms: Terms, *, label: str, annual_price: Decimal, vat_rate: Decimal | None
) -> DraftLine:
    """The yearly price agreed with this customer, for all that has no price of its own."""
    reasons = check_price(annual_price, price=terms.price, vat_rate=vat_rate)
    agreed = Reason("P3", terms.price.clause, f"prix annuel convenu : {euros(annual_price)}")
    return DraftLine(
        LineKind.BASE, "base", label, 1, annual_price, is_sample=False, reasons=(agreed, *reasons)
    )


def agreed_option(
    terms: Terms, code: str, *, annual_price: Decimal, vat_rate: Decimal | None
) -> DraftLine:
    """An option at the yearly price agreed for it."""
    option = option_of(terms, code)
    reasons = check_price(annual_price, price=terms.price, vat_rate=vat_rate, field="options")
    agreed = Reason("P3", option.clause, f"prix annuel convenu : {euros(annual_price)}")
    return _option_line(code, option, annual_price, (agreed, *reasons), is_sample=False)


def option_of(terms: Terms, code: str) -> Option:
    option = terms.options.get(code)
    if option is None:
        raise UnknownOption(
            _("The offer has no option %(code)s."), field="options", params={"code": code}
        )
    return option
