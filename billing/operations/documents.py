"""The PDF of each issued document: drawn after the commit, once, and kept with its hash.

The outbox row written with the invoice is the queue of record; whoever relays it takes one row
at a time under a lease, so that a process killed while drawing only delays the document.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from billing.documents.pdf import draw_invoice
from billing.documents.snapshot import IssuedSnapshot
from billing.documents.view import IncoherentDocument, from_issued
from billing.models import Invoice, InvoiceDocument
from billing.operations.issuing import PDF
from core.pdf import RenderingFailed
from core.steps import reached
from providers.models import OutboxItem, ProviderProfile
from providers.operations.notifications import notify
from providers.scoping import open_scope

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
ISSUED = "invoice_issued"


def relay_documents(*, provider_id: UUID, at: datetime, limit: int = 100) -> int:
    """Draw the documents that wait, at most `limit`; return how many were drawn."""
    drawn = 0
    for _ in range(limit):
        item = _take(provider_id, at)
        if item is None:
            break
        reached("document_taken")
        drawn += _relay(provider_id, item, at)
    return drawn


def _take(provider_id: UUID, at: datetime) -> OutboxItem | None:
    """Lease the next item: another worker leaves it alone until the lease is over."""
    with open_scope(provider_id):
        waiting = OutboxItem.objects.filter(
            kind=PDF, done_at=None, parked_at=None, next_try_at__lte=at
        )
        item = waiting.select_for_update(skip_locked=True).order_by("next_try_at", "id").first()
        if item is not None:
            item.attempts += 1
            item.next_try_at = at + LEASE
            item.save(update_fields=["attempts", "next_try_at"])
        return item


def _relay(provider_id: UUID, item: OutboxItem, at: datetime) -> bool:
    try:
        draw_document(provider_id=provider_id, invoice_id=item.subject_id, at=at)
    except (RenderingFailed, IncoherentDocument, Invoice.DoesNotExist) as error:
        _postpone(provider_id, item, error, at)
        return False
    with open_scope(provider_id):
        OutboxItem.objects.filter(id=item.id).update(done_at=at, error="")
    reached("document_done")
    return True


def _postpone(provider_id: UUID, item: OutboxItem, error: Exception, at: datetime) -> None:
    """Try again later; after five times, wait for a person."""
    parked_at = at if item.attempts >= MOST_ATTEMPTS else None
    with open_scope(provider_id):
        OutboxItem.objects.filter(id=item.id).update(error=str(error), parked_at=parked_at)


def draw_document(*, provider_id: UUID, invoice_id: UUID, at: datetime) -> None:
    """Draw one document unless it was drawn before. Nothing is open while the page is drawn."""
    with open_scope(provider_id):
        if InvoiceDocument.objects.filter(invoice_id=invoice_id).exists():
            return
        invoice = Invoice.objects.select_related("credits").get(id=invoice_id)
        profile = ProviderProfile.objects.get()
        view = from_issued(issued_snapshot(invoice, profile), logo=bytes(profile.logo or b""))
    content = draw_invoice(view, issued_at=invoice.issued_at)
    reached("document_drawn")
    document = InvoiceDocument(
        customer_id=invoice.customer_id,
        invoice=invoice,
        content=content,
        sha256=sha256(content).hexdigest(),
        size=len(content),
        rendered_at=at,
    )
    with open_scope(provider_id):
        InvoiceDocument.objects.bulk_create([document], ignore_conflicts=True)
        tell_of(invoice, key=str(invoice.pk), at=at)
        reached("document_written")
    reached("document_kept")


def draw_or_fail(*, provider_id: UUID, invoice_id: UUID, at: datetime) -> bool:
    """Draw one document unless it was drawn before; False when its PDF cannot be drawn."""
    try:
        draw_document(provider_id=provider_id, invoice_id=invoice_id, at=at)
    except RenderingFailed:
        return False
    return True


def tell_of(invoice: Invoice, *, key: str, at: datetime) -> None:
    """The practice is told once there is something to download; once for each `key`."""
    notify(
        event=ISSUED,
        key=key,
        values={
            "practice": str(invoice.buyer["name"]),
            "number": invoice.number,
            "due_date": invoice.due_date,
        },
        at=at,
        customer_id=invoice.customer_id,
        subject_id=invoice.pk,
    )


def issued_snapshot(invoice: Invoice, profile: ProviderProfile) -> IssuedSnapshot:
    """The document as it was issued: every value comes from its frozen rows."""
    credited = invoice.credits
    snapshot: dict[str, Any] = {
        "kind": invoice.kind,
        "number": invoice.number,
        "issue_date": invoice.issue_date.isoformat(),
        "due_date": invoice.due_date.isoformat(),
        "first_day": _day(invoice.first_day),
        "last_day": _day(invoice.last_day),
        "payment_method": invoice.payment_method,
        "net_amount": str(invoice.net_amount),
        "vat_amount": str(invoice.vat_amount),
        "gross_amount": str(invoice.gross_amount),
        "vat_breakdown": invoice.vat_breakdown,
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "mentions": invoice.mentions,
        "lines": [_line(line) for line in invoice.lines.order_by("position")],
        "reasons": invoice.reasons,
        "credits": credited
        and {"number": credited.number, "issue_date": credited.issue_date.isoformat()},
        "is_demonstration": profile.is_demonstration,
    }
    return cast("IssuedSnapshot", snapshot)


def _line(line: Any) -> dict[str, Any]:
    return {
        "label": line.label,
        "quantity": str(line.quantity),
        "unit_price": str(line.unit_price),
        "net_amount": str(line.net_amount),
        "vat_rate": str(line.vat_rate),
        "first_day": _day(line.first_day),
        "last_day": _day(line.last_day),
        "reasons": line.reasons,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
