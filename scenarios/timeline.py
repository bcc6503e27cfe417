"""A contract's life as a list of dated facts, read from what the product wrote and nothing else."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from billing.enums import InvoiceKind
from billing.models import Invoice
from contracts.enums import RevisionStatus
from contracts.models import Alert, Contract, ContractTerm, Parking, PriceRevision

Entry = dict[str, Any]
LAST = UUID(int=2**128 - 1)


def timeline_of(contract: Contract) -> list[Entry]:
    """One entry a fact, in the order it happened."""
    found = [
        *_terms(contract),
        *_invoices(contract),
        *_revisions(contract),
        *_alerts(contract),
        *_end(contract),
    ]
    return [entry for _key, entry in sorted(found, key=lambda pair: pair[0])]


Dated = Iterator[tuple[tuple[str, UUID], Entry]]


def _dated(row_id: UUID, entry: Entry) -> tuple[tuple[str, UUID], Entry]:
    """Rows are made in order, and their ids sort in the order they were made."""
    return (entry["on"], row_id), entry


def _terms(contract: Contract) -> Dated:
    for row in ContractTerm.objects.filter(contract=contract).order_by("number"):
        entry = {
            "on": row.opened_on.isoformat(),
            "kind": "term",
            "number": row.number,
            "first_day": row.first_day.isoformat(),
            "last_day": row.last_day.isoformat(),
        }
        if row.notice_deadline:
            entry["notice_deadline"] = row.notice_deadline.isoformat()
        yield _dated(row.id, entry | {"because": row.reasons})


def _invoices(contract: Contract) -> Dated:
    rows = Invoice.objects.filter(contract=contract).select_related("credits")
    for row in rows.prefetch_related("lines").order_by("id"):
        entry = {"on": row.issue_date.isoformat(), "kind": "invoice", "number": row.number}
        if row.kind == InvoiceKind.CREDIT_NOTE and row.credits:
            entry |= {"kind": "credit_note", "credits": row.credits.number}
        entry |= _amounts(row) | {"because": row.reasons}
        yield _dated(row.id, entry)


def _amounts(row: Invoice) -> Entry:
    lines = sorted(row.lines.all(), key=lambda line: line.position)
    return {
        "document": row.document,
        "first_day": row.first_day.isoformat() if row.first_day else None,
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "net": str(row.net_amount),
        "vat": str(row.vat_amount),
        "gross": str(row.gross_amount),
        "due_date": row.due_date.isoformat(),
        "lines": [
            {
                "label": line.label,
                "net": str(line.net_amount),
                "vat_rate": str(line.vat_rate),
                "because": line.reasons,
            }
            for line in lines
        ],
    }


def _revisions(contract: Contract) -> Dated:
    for row in PriceRevision.objects.filter(contract=contract).order_by("year"):
        entry = {
            "on": row.recorded_on.isoformat(),
            "kind": "price_revision",
            "old_price": str(row.old_price),
            "new_price": str(row.new_price),
        }
        for name in ("base", "latest"):
            month, value = getattr(row, f"{name}_month"), getattr(row, f"{name}_value")
            if month:
                entry |= {f"{name}_month": f"{month:%Y-%m}", f"{name}_value": str(value)}
        if row.status != RevisionStatus.APPLIED:
            entry["reason"] = row.code
        yield _dated(row.id, entry | {"because": row.reasons})


def _alerts(contract: Contract) -> Dated:
    for row in Alert.objects.filter(contract=contract).order_by("id"):
        entry = {"on": row.raised_on.isoformat(), "kind": "alert", "code": row.code}
        yield _dated(row.id, entry | {"because": row.reasons})
    for parking in Parking.objects.filter(contract=contract).order_by("id"):
        entry = {"on": parking.parked_on.isoformat(), "kind": "alert", "code": "parked"}
        because = [{"rule": "R5", "clause": parking.step, "formula": parking.message}]
        yield _dated(parking.id, entry | {"because": because})


def _end(contract: Contract) -> Dated:
    if contract.ended_on and contract.end_recorded_on:
        entry = {
            "on": contract.end_recorded_on.isoformat(),
            "kind": "end",
            "last_day": contract.ended_on.isoformat(),
            "reason": contract.end_reason,
        }
        yield _dated(LAST, entry | {"because": contract.end_reasons})
