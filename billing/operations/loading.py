"""Reading what an invoice run needs, a chunk at a time: a constant number of queries a chunk."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from billing.models import Claim, SetAside
from billing.rules.errors import BillingFault
from billing.rules.vat import zone_of
from contracts.models import Contract, ContractLine
from contracts.queries import terms_by_hash
from contracts.rules.facts import ContractFacts, LineFacts, PriceChange, VatTreatment
from core.errors import gettext_noop as _
from core.reasons import reasons_from_json
from providers.enums import VatRegime
from providers.models import LegalIdentity, ProviderProfile


class NoLegalIdentity(BillingFault):
    """Nobody to issue a document: the provider has no legal identity that day."""


CONTRACT_COLUMNS = (
    "id",
    "customer_id",
    "reference",
    "terms_hash",
    "signed_on",
    "starts_on",
    "cadence",
    "payment_method",
    "stated_months",
    "ended_on",
    "earliest_due_date",
    "next_invoice_on",
)
LINE_COLUMNS = ("id", "contract_id", "kind", "label", "quantity")
PRICE_COLUMNS = ("prices__applies_from", "prices__annual_price", "prices__reasons")
# What an invoice says of its buyer.
BUYER_COLUMNS = ("name", "siren", "street", "postal_code", "city")


@dataclass(frozen=True, slots=True)
class Seller:
    """Who issues, as it stands on the day of issue."""

    profile: ProviderProfile
    identity: LegalIdentity

    @property
    def is_small_business(self) -> bool:
        return self.identity.vat_regime == VatRegime.SMALL_BUSINESS


@dataclass(frozen=True, slots=True)
class DueContract:
    """A contract with everything that its invoices say."""

    facts: ContractFacts
    reference: str
    next_invoice_on: date | None
    buyer: dict[str, Any]


def seller_on(day: date) -> Seller:
    """Who issues documents on a day. Errors: `NoLegalIdentity`."""
    identity = LegalIdentity.objects.all().on(day).order_by("-valid_from").first()
    if identity is None:
        raise NoLegalIdentity(
            _("The provider has no legal identity on %(day)s."), params={"day": day.isoformat()}
        )
    return Seller(ProviderProfile.objects.get(), identity)


def due_ids(
    day: date,
    *,
    after: tuple[date, UUID] | None,
    limit: int,
    only: Sequence[UUID] | QuerySet[Any, Any] | None = None,
) -> list[tuple[date, UUID]]:
    """The next contracts with something to invoice, by day then id: one index read."""
    due = not_set_aside(Contract.objects.to_invoice(day))
    if only is not None:
        due = due.filter(id__in=only)
    if after:
        reached = RawSQL("(next_invoice_on, contracts_contract.id) > (%s, %s)", [*after])
        due = due.filter(ExpressionWrapper(reached, output_field=BooleanField()))
    rows = due.order_by("next_invoice_on", "id").values_list("next_invoice_on", "id")[:limit]
    return [(day, contract_id) for day, contract_id in rows if day is not None]


def is_anything_due(day: date) -> bool:
    """One index read, whatever the number of contracts; those set aside count too."""
    due = Contract.objects.to_invoice(day).order_by("next_invoice_on", "id")
    return bool(due.values_list("id")[:1])


def not_set_aside(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Without those that a person keeps out of the runs."""
    kept = SetAside.objects.filter(contract=OuterRef("pk"), brought_back_at=None)
    return contracts.filter(~Exists(kept))


def load_contracts(ids: Sequence[UUID], *, seller: Seller) -> list[DueContract]:
    """Contracts in the order of their ids, in three queries whatever their number;
    one more for terms that this process has never read.
    """
    of_buyer = [f"customer__{name}" for name in BUYER_COLUMNS]
    rows = list(
        Contract.objects.filter(id__in=ids)
        .order_by("id")
        .values_list(*CONTRACT_COLUMNS, *of_buyer, named=True)
    )
    terms = terms_by_hash({row.terms_hash for row in rows})
    lines = _lines([row.id for row in rows])
    return [
        DueContract(
            facts=ContractFacts(
                id=row.id,
                customer_id=row.customer_id,
                terms=terms[row.terms_hash],
                signed_on=row.signed_on,
                starts_on=row.starts_on,
                cadence=row.cadence,
                payment_method=row.payment_method,
                vat=VatTreatment(zone_of(row.customer__postal_code), seller.is_small_business),
                lines=tuple(lines[row.id]),
                stated_months=row.stated_months,
                last_day=row.ended_on,
                first_due_day=row.earliest_due_date,
                is_demonstration=seller.profile.is_demonstration,
            ),
            reference=row.reference,
            next_invoice_on=row.next_invoice_on,
            buyer={name: getattr(row, f"customer__{name}") for name in BUYER_COLUMNS},
        )
        for row in rows
    ]


def _lines(contract_ids: Sequence[UUID]) -> dict[UUID, list[LineFacts]]:
    """The lines of each contract in their order, with every price each has had."""
    claimed = dict(
        Claim.objects.filter(contract__in=contract_ids, released_by=None)
        .values("line_id")
        .values_list("line_id", ArrayAgg("first_day"))
    )
    lines: dict[UUID, list[LineFacts]] = defaultdict(list)
    for line_id, found in groupby(_priced_lines(contract_ids), key=lambda row: row.id):
        rows = list(found)
        lines[rows[0].contract_id].append(
            LineFacts(
                id=line_id,
                kind=rows[0].kind,
                label=rows[0].label,
                quantity=rows[0].quantity,
                prices=tuple(_changes(rows)),
                claimed=frozenset(claimed.get(line_id, ())),
            )
        )
    return lines


def _priced_lines(contract_ids: Sequence[UUID]) -> QuerySet[ContractLine, Any]:
    """A row for each price of each line, the oldest first; one row for a line without a price."""
    found = ContractLine.objects.filter(contract__in=contract_ids)
    found = found.order_by("contract", "position", "id", "prices__applies_from")
    return found.values_list(*LINE_COLUMNS, *PRICE_COLUMNS, named=True)


def _changes(rows: Iterable[Any]) -> Iterator[PriceChange]:
    for row in rows:
        if row.prices__applies_from is not None:
            reasons = reasons_from_json(row.prices__reasons)
            yield PriceChange(row.prices__applies_from, row.prices__annual_price, reasons)
