"""The months to come of one contract, by the rules that will run them; nothing is written."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from billing.operations.loading import Seller, load_contracts, seller_on
from billing.rules.forecast import Event, forecast
from billing.rules.vat import rate_on, zone_of
from contracts.models import Contract
from contracts.operations.preparing import CadenceNotOffered
from contracts.operations.prices import DraftLine, agreed_base, lines_of_offer
from contracts.operations.revisions import standings
from contracts.queries import index_table
from contracts.rules.billing import Cadence
from contracts.rules.facts import ContractFacts, LineFacts, PriceChange, VatTreatment
from contracts.rules.index_table import IndexTable
from contracts.rules.payment import Method
from contracts.rules.terms import Terms
from core.errors import gettext_noop as _
from core.periods import ONE_DAY

MONTHS = 24


def forecast_of(contract: Contract, day: date, *, months: int = MONTHS) -> list[Event]:
    """Terms, revisions and invoices from a day on. Errors: those that would park the contract."""
    table = index_table()
    facts = load_contracts([contract.pk], seller=seller_on(day))[0].facts
    return forecast(_revised_so_far(facts, contract, table), table, day, months=months)


def _revised_so_far(facts: ContractFacts, contract: Contract, table: IndexTable) -> ContractFacts:
    """The facts with the last revision that the next one starts from (P7)."""
    if contract.next_revision_on is None:
        return facts
    standing = standings([contract], day=contract.next_revision_on, table=table)[0]
    return replace(
        facts,
        last_applied=standing.last_applied,
        revised_until=contract.next_revision_on - ONE_DAY,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A customer who would sign today: what a forecast of bare terms needs to know of it.

    Without a price, those of the offer apply, for so many pieces of each kind of equipment.
    """

    postal_code: str
    starts_on: date
    cadence: Cadence
    method: Method
    annual_price: Decimal | None = None
    pieces: int = 1
    level: str = ""


def forecast_of_terms(
    terms: Terms, signer: Signer, day: date, *, name: str, months: int = MONTHS
) -> list[Event]:
    """What these terms do to whoever signs them on a day. Nothing is written.

    Errors: `UnknownPostcode`, `PriceMissing`, `NoGridPrice`, `NoExactNet`, `CadenceNotOffered`,
    and those that would park the contract.
    """
    if signer.cadence not in terms.billing.cadences:
        raise CadenceNotOffered(
            _("The offer is not invoiced %(cadence)s."),
            field="cadence",
            params={"cadence": signer.cadence},
        )
    seller = seller_on(day)
    vat = VatTreatment(zone_of(signer.postal_code), seller.is_small_business)
    lines = _lines(terms, signer, name, rate_on(vat, day).percent)
    agreed_on = min(day, signer.starts_on)
    facts = _facts(terms, signer, vat, seller, day)
    facts = replace(
        facts,
        lines=tuple(_line(number, line, agreed_on) for number, line in enumerate(lines, start=1)),
    )
    return forecast(facts, index_table(), day, months=months)


def _lines(terms: Terms, signer: Signer, name: str, vat_rate: Decimal) -> list[DraftLine]:
    if signer.annual_price is not None:
        price = signer.annual_price
        return [agreed_base(terms, label=name, annual_price=price, vat_rate=vat_rate)]
    level = signer.level or next((line.level for line in terms.price.grid if line.level), None)
    fleet: dict[str, int] = {
        line.kind: signer.pieces for line in terms.price.grid if line.level in {level, None}
    }
    return lines_of_offer(terms, label=name, fleet=fleet, level=level)


def _facts(
    terms: Terms, signer: Signer, vat: VatTreatment, seller: Seller, day: date
) -> ContractFacts:
    return ContractFacts(
        id=UUID(int=0),
        customer_id=UUID(int=0),
        terms=terms,
        signed_on=day,
        starts_on=signer.starts_on,
        cadence=signer.cadence,
        payment_method=signer.method,
        vat=vat,
        lines=(),
        is_demonstration=seller.profile.is_demonstration,
    )


def _line(number: int, line: DraftLine, agreed_on: date) -> LineFacts:
    change = PriceChange(agreed_on, line.annual_price, line.reasons)
    quantity = Decimal(line.quantity)
    return LineFacts(UUID(int=number), line.kind, line.label, quantity, (change,))
