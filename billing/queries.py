"""Reads across billing's tables."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.models import Invoice, InvoiceLine, SeriesCounter
from billing.rules.chain import Break, Link, canonical, first_break, genesis
from billing.rules.vat import rate_on, zone_of
from contracts.rules.facts import VatTreatment
from core.sealing import Scalar, canonical_json
from providers.enums import VatRegime
from providers.models import Customer
from providers.queries import legal_identity_on
from providers.scoping import current_scope

CHAIN_CHUNK = 1000
SEALED_COLUMNS = (
    "id", "provider_id", "customer_id", "kind", "document", "contract_id", "credits_id",
    "number", "series", "year", "sequence", "business_day", "issue_date", "due_date",
    "first_day", "last_day", "payment_method", "net_amount", "vat_amount", "gross_amount",
    "vat_breakdown", "seller", "buyer", "mentions", "reasons", "issued_at",
)  # fmt: skip
SEALED_LINE_COLUMNS = (
    "position", "label", "quantity", "unit_price", "net_amount", "vat_rate", "vat_code",
    "first_day", "last_day", "reasons",
)  # fmt: skip


def _scalars(values: Sequence[Any]) -> list[Scalar]:
    return [canonical_json(v) if isinstance(v, list | dict) else v for v in values]


def vat_rate_of(customer: Customer, starts_on: date, day: date) -> Decimal:
    """The rate of the customer's establishment on the first day of the contract, in percent."""
    is_small = legal_identity_on(day).vat_regime == VatRegime.SMALL_BUSINESS
    return rate_on(VatTreatment(zone_of(customer.postal_code), is_small), starts_on).percent


def _lines_of(invoice_ids: Sequence[UUID]) -> dict[UUID, list[list[Scalar]]]:
    lines: dict[UUID, list[list[Scalar]]] = defaultdict(list)
    rows = InvoiceLine.objects.filter(invoice__in=invoice_ids).order_by("invoice", "position")
    for invoice_id, *values in rows.values_list("invoice_id", *SEALED_LINE_COLUMNS):
        lines[invoice_id].append(_scalars(values))
    return lines


def chain_links(series: str) -> Iterator[Link]:
    """The issued documents of a series as they stand in the database, in their order."""
    last = (0, 0)
    while True:
        rows = list(
            Invoice.objects.filter(series=series)
            .extra(where=["(year, sequence) > (%s, %s)"], params=[*last])
            .order_by("year", "sequence")
            .values_list(*SEALED_COLUMNS, "previous_hash", "hash")[:CHAIN_CHUNK]
        )
        if not rows:
            return
        lines = _lines_of([row[0] for row in rows])
        for *header, previous, sealed in rows:
            document = canonical(_scalars(header), lines[header[0]])
            yield Link(header[7], previous, sealed, document)
        last = (rows[-1][9], rows[-1][10])


def verify_series(series: str) -> Break | None:
    """The first document of a series that is not what was issued; None when all are.

    The head kept by the counter is checked too: a tail cut off shows.
    """
    links: list[Link] = []

    def watched() -> Iterator[Link]:
        for link in chain_links(series):
            links[:] = [link]
            yield link

    start = genesis(current_scope().provider_id, series)
    broken = first_break(start, watched())
    if broken:
        return broken
    head = SeriesCounter.objects.filter(series=series).order_by("-year").first()
    last_hash = links[0].hash if links else start
    if head and head.head_hash != last_hash:
        return Break(links[0].number if links else series, "tail")
    return None
