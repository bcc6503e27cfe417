"""What happens to a contract on the days its scenario names, by the product's own operations."""

from datetime import datetime
from uuid import UUID, uuid4

from billing.enums import InvoiceKind
from billing.models import Invoice, Settlement
from billing.operations.credit_notes import cancel_invoice
from billing.operations.payments import record_payment
from billing.operations.setting_aside import set_aside
from contracts.enums import PaymentMethod
from contracts.models import Parking
from contracts.operations.parking import release
from core.errors import DomainError
from core.errors import gettext_noop as _
from scenarios.rules.file import Cancellation, Event, Payment


class NoSuchInvoice(DomainError):
    """An event names an invoice that was not issued by its day."""


def happen(event: Event, *, contract_id: UUID, at: datetime, by: UUID | None) -> None:
    """Let one event happen to a contract. Errors: `NoSuchInvoice`, and those of the operation."""
    if isinstance(event, Payment):
        _receive(event, contract_id, at, by)
    elif isinstance(event, Cancellation):
        _cancel(event, contract_id, at, by)
    else:
        set_aside(contract_ids=[contract_id], reason=event.reason, at=at, by=by)


def _invoice(event: Payment | Cancellation, contract_id: UUID) -> Invoice:
    """An invoice named by its place in the order of issue, from 1."""
    issued = Invoice.objects.filter(contract=contract_id, kind=InvoiceKind.INVOICE)
    rows = list(issued.order_by("year", "sequence")[: event.invoice])
    if len(rows) < event.invoice:
        raise NoSuchInvoice(
            _("Invoice %(place)s is not issued on %(day)s."),
            field="invoice",
            params={"place": event.invoice, "day": event.on.isoformat()},
        )
    return rows[-1]


def _receive(event: Payment, contract_id: UUID, at: datetime, by: UUID | None) -> None:
    invoice = _invoice(event, contract_id)
    left = Settlement.objects.get(invoice=invoice).remaining_amount
    record_payment(
        invoice_id=invoice.id,
        amount=left if event.amount is None else event.amount,
        received_on=event.on,
        method=PaymentMethod(invoice.payment_method),
        request_key=uuid4().hex,
        at=at,
        actor_id=by,
    )


def _cancel(event: Cancellation, contract_id: UUID, at: datetime, by: UUID | None) -> None:
    """Cancel, and give the contract back to the run of the same day where the event says so."""
    invoice = _invoice(event, contract_id)
    cancel_invoice(invoice_id=invoice.id, issued_on=event.on, at=at, actor_id=by)
    waiting = Parking.objects.filter(contract=contract_id, released_at=None)
    for parking_id in waiting.values_list("id", flat=True) if event.released else ():
        release(parking_id=parking_id, day=event.on, at=at, by=by)
