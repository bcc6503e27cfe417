"""Which VAT a document bears: the customer's establishment decides, not the provider's (B7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from billing.rules.errors import UnknownPostcode, VatZoneNotServed
from billing.rules.laws import Moved
from billing.rules.pricing import vat_on
from contracts.rules.facts import VatTreatment, VatZone
from core.errors import gettext_noop as _
from core.french import euros, percent
from core.money import ZERO
from core.reasons import Reason

Nature = Literal["service", "on_site_work"]
Category = Literal["S", "E", "O"]

NO_RATE: Final = Decimal("0.00")
PLACE_LAW: Final = Moved("CGI, art. 259, 1°")
SMALL_BUSINESS_LAW: Final = Moved("CGI, art. 293 B")

_OVERSEAS: Final = {
    "971": VatZone.GUADELOUPE,
    "972": VatZone.MARTINIQUE,
    "973": VatZone.GUYANE,
    "974": VatZone.REUNION,
    "976": VatZone.MAYOTTE,
}
_ISLANDS_OUTSIDE: Final = {"97133", "97150"}  # Saint-Barthélemy, Saint-Martin
_MONACO: Final = "980"

_METROPOLE_RATES: Final = (
    (date(2000, 1, 1), Decimal("20.60")),
    (date(2000, 4, 1), Decimal("19.60")),
    (date(2014, 1, 1), Decimal("20.00")),
)
_OVERSEAS_RATES: Final = ((date(2000, 1, 1), Decimal("8.50")),)
RATES: Final = {
    VatZone.METROPOLE: _METROPOLE_RATES,
    VatZone.GUADELOUPE: _OVERSEAS_RATES,
    VatZone.MARTINIQUE: _OVERSEAS_RATES,
    VatZone.REUNION: _OVERSEAS_RATES,
}
WITHOUT_VAT: Final = {VatZone.GUYANE, VatZone.MAYOTTE}


ZONE_NAMES: Final = {
    VatZone.METROPOLE: "en métropole",
    VatZone.GUADELOUPE: "en Guadeloupe",
    VatZone.MARTINIQUE: "en Martinique",
    VatZone.REUNION: "à La Réunion",
    VatZone.GUYANE: "en Guyane",
    VatZone.MAYOTTE: "à Mayotte",
    VatZone.OUTSIDE: "hors zone",
}


class VatRate(NamedTuple):
    """A rate in percent, its EN 16931 category, and why there is none when there is none.

    `mention` is the code of the sentence that the document must then print (`mentions.py`).
    """

    percent: Decimal
    category: Category
    exemption_code: str = ""
    mention: str = ""


SMALL_BUSINESS: Final = VatRate(NO_RATE, "E", "VATEX-FR-FRANCHISE", "vat_small_business")
NOT_APPLICABLE: Final = VatRate(NO_RATE, "O", "VATEX-EU-O", "vat_not_applicable")


@dataclass(frozen=True, slots=True)
class VatTotal:
    """The lines of one rate together, and their tax, rounded once (B7, EN 16931 BR-CO-17)."""

    rate: VatRate
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    def formula(self) -> str:
        return f"{euros(self.net)} × {percent(self.rate.percent)} = {euros(self.vat)}"


def zone_of(postal_code: str) -> VatZone:
    """The VAT zone of a postcode; what is not one of a served territory is outside.

    >>> [zone_of(code).value for code in ("83480", "20000", "98000", "97490", "97300", "97133")]
    ['metropole', 'metropole', 'metropole', 'reunion', 'guyane', 'outside']
    """
    head = postal_code[:3]
    if not (len(postal_code) == 5 and postal_code.isascii() and postal_code.isdigit()):
        return VatZone.OUTSIDE
    if postal_code in _ISLANDS_OUTSIDE:
        return VatZone.OUTSIDE
    if "01" <= postal_code[:2] <= "95" or head == _MONACO:
        return VatZone.METROPOLE
    return _OVERSEAS.get(head, VatZone.OUTSIDE)


def check_postal_code(postal_code: str) -> VatZone:
    """The zone of a customer's postcode, refused where this portal knows no tax."""
    zone = zone_of(postal_code)
    if zone is VatZone.OUTSIDE:
        raise UnknownPostcode(
            _("%(postcode)s is not a postcode of the metropole or of an overseas department."),
            field="postal_code",
            params={"postcode": postal_code},
        )
    return zone


def zone_for(
    *, customer_postal_code: str, place_postal_code: str = "", nature: Nature = "service"
) -> VatZone:
    """Where a supply is taxed: at the customer's, or where the work on equipment is done (B7).

    A practice of Lyon with an annexe in Saint-Denis de La Réunion, repaired there:

    >>> zone_for(
    ...     customer_postal_code="69003", place_postal_code="97400", nature="on_site_work").value
    'reunion'
    """
    at_work = nature == "on_site_work" and place_postal_code
    return zone_of(place_postal_code if at_work else customer_postal_code)


@lru_cache(maxsize=1024)
def _rate(zone: VatZone, day: date) -> VatRate:
    if zone in WITHOUT_VAT:
        return NOT_APPLICABLE
    known = [rate for since, rate in RATES.get(zone, ()) if since <= day]
    if known:
        return VatRate(known[-1], "S")
    raise VatZoneNotServed(
        _("No VAT rate is known for the zone %(zone)s on %(day)s."),
        field="postal_code",
        params={"zone": zone.value, "day": day.isoformat()},
    )


def rate_on(treatment: VatTreatment, day: date) -> VatRate:
    """The rate for a customer on a day: 20 % in the metropole, 8.5 % in three departments (B7).

    >>> rate_on(VatTreatment(VatZone.REUNION), date(2026, 3, 17)).percent
    Decimal('8.50')
    >>> rate_on(VatTreatment(VatZone.MAYOTTE), date(2026, 3, 17)).mention
    'vat_not_applicable'
    """
    return SMALL_BUSINESS if treatment.is_small_business else _rate(treatment.zone, day)


def breakdown(lines: Iterable[tuple[VatRate, Decimal]]) -> tuple[VatTotal, ...]:
    """Net and tax by rate, in the order the rates appear: on the sum of the lines, rounded once.

    Seven lines of 0.33 € at 8.5 %: 0.20 € of tax, where line by line it would be 0.21 €.

    >>> rate = VatRate(Decimal("8.50"), "S")
    >>> [total.vat for total in breakdown([(rate, Decimal("0.33"))] * 7)]
    [Decimal('0.20')]
    """
    nets: dict[VatRate, Decimal] = {}
    for rate, net in lines:
        nets[rate] = nets.get(rate, ZERO) + net
    return tuple(taxed_at(rate, net) for rate, net in nets.items())


def taxed_at(rate: VatRate, net: Decimal) -> VatTotal:
    """A sum of lines of one rate, with its tax."""
    return VatTotal(rate, net, vat_on(net, rate.percent))


def reason_of(total: VatTotal, *, zone: VatZone, day: date) -> Reason:
    """Why the tax is what it is: where the customer is established, and the sum.

    >>> rate = rate_on(VatTreatment(VatZone.REUNION), date(2026, 3, 17))
    >>> total = VatTotal(rate, Decimal("1906.85"), Decimal("162.08"))
    >>> reason = reason_of(total, zone=VatZone.REUNION, day=date(2026, 3, 17))
    >>> reason.formula.replace("\xa0", " ")
    'client à La Réunion : 1 906,85 € × 8,5 % = 162,08 €'
    """
    if total.rate.category == "E":
        return Reason("B7", SMALL_BUSINESS_LAW.on(day), "prestataire en franchise de TVA")
    where = f"client {ZONE_NAMES[zone]}"
    if total.rate.category == "O":
        return Reason("B7", PLACE_LAW.on(day), f"{where} : TVA non applicable")
    return Reason("B7", PLACE_LAW.on(day), f"{where} : {total.formula()}")
