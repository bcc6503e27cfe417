"""Invoices that wait for a person: the daily run prepares them, somebody releases them."""

from datetime import date, datetime
from uuid import UUID

from billing.models import PreparedInvoice
from billing.operations.loading import DueContract, due_ids, load_contracts, seller_on
from billing.rules.drafts import Draft
from billing.rules.plan import due_drafts
from contracts.models import Contract
from contracts.operations.parking import park
from core.reasons import reasons_as_json
from providers.faults import FAULTS
from providers.scoping import open_scope

CHUNK = 500


def prepare_due(*, provider_id: UUID, day: date, issued_on: date, at: datetime) -> int:
    """Write down what is due by the day for a person to look at; return how many invoices wait.

    The same period is prepared once; what is released is computed again on the day of release.
    """
    prepared, after = 0, None
    while True:
        with open_scope(provider_id):
            ids = due_ids(day, after=after, limit=CHUNK)
            if not ids:
                return prepared
            after = ids[-1]
            contracts = load_contracts([i for _day, i in ids], seller=seller_on(issued_on))
            rows = [row for due in contracts for row in _rows(due, day, at)]
            prepared += _write(rows)


def _rows(due: DueContract, day: date, at: datetime) -> list[PreparedInvoice]:
    try:
        drafts = due_drafts(due.facts, day)
    except FAULTS as error:
        park(contract=Contract(id=due.facts.id), step="invoicing", error=error, day=day, at=at)
        return []
    return [_row(draft, day) for draft in drafts]


def _row(draft: Draft, day: date) -> PreparedInvoice:
    return PreparedInvoice(
        customer_id=draft.customer_id,
        contract_id=draft.contract_id,
        first_day=draft.first_day,
        last_day=draft.last_day,
        issue_day=draft.issue_day,
        net_amount=draft.totals.net,
        vat_amount=draft.totals.vat,
        gross_amount=draft.totals.gross,
        lines=[
            {
                "label": line.label,
                "net_amount": str(line.net_amount),
                "vat_rate": str(line.vat_rate),
                "reasons": reasons_as_json(line.reasons),
            }
            for line in draft.lines
        ],
        prepared_on=day,
    )


def _write(rows: list[PreparedInvoice]) -> int:
    """Keep one row a period: prepared again, it takes the amounts of the day."""
    amounts = ["net_amount", "vat_amount", "gross_amount"]
    PreparedInvoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["provider", "contract", "first_day"],
        update_fields=["last_day", "issue_day", *amounts, "lines", "prepared_on"],
    )
    return len(rows)
