"""Cancelling an invoice: a credit note for the whole of it, in its own series (B1)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from billing.enums import DocumentType, InvoiceKind, SettlementStatus
from billing.models import Claim, Invoice, InvoiceLine, Settlement
from billing.operations.issuing import DocumentToIssue, Issue, LineToIssue, issue_documents
from billing.rules.chain import reasons_json
from contracts.models import Contract
from contracts.operations.parking import park
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import long_date
from core.reasons import Reason
from core.sealing import canonical_json
from providers import audit
from providers.models import ProviderProfile

BASIS = "CGI, annexe II, art. 242 nonies A, I"


class InvoiceNotCancellable(DomainError):
    """A credit note, an invoice already cancelled, or one that holds a payment."""


class CancelledByHand(DomainError):
    """Why a contract waits: one of its invoices was cancelled, a person lets it be issued again."""


@transaction.atomic
def cancel_invoice(
    *, invoice_id: UUID, issued_on: date, at: datetime, actor_id: UUID | None = None
) -> Invoice:
    """Issue the credit note of a whole invoice and release the days it had claimed.

    The contract is parked: the same days are invoiced again once a person has mended what was
    wrong and released it. Errors: `InvoiceNotCancellable`, `IssueDateTooEarly`.
    """
    invoice = Invoice.objects.get(id=invoice_id)
    if invoice.contract_id:
        Contract.objects.select_for_update().get(id=invoice.contract_id)
    settlement = Settlement.objects.select_for_update().get(invoice_id=invoice_id)
    _check(invoice, settlement)
    document = _credit_note(invoice, issued_on)
    prefix = ProviderProfile.objects.get().credit_note_prefix
    issue_documents([document], Issue(prefix, issued_on, at, actor_id))
    settlement.credited_amount = settlement.gross_amount
    settlement.status = SettlementStatus.CANCELLED
    settlement.save(update_fields=["credited_amount", "status"])
    credit_note = Invoice.objects.get(id=document.id)
    _release(invoice, credit_note, issued_on=issued_on, at=at)
    audit.record(
        "invoice.cancelled", invoice, at=at, actor_id=actor_id, credit_note=credit_note.number
    )
    return credit_note


def _check(invoice: Invoice, settlement: Settlement) -> None:
    if invoice.kind != InvoiceKind.INVOICE:
        raise InvoiceNotCancellable(_("A credit note is not cancelled: issue a new invoice."))
    if settlement.credited_amount or settlement.status == SettlementStatus.CANCELLED:
        raise InvoiceNotCancellable(_("This invoice has already been cancelled."))
    if settlement.paid_amount:
        raise InvoiceNotCancellable(
            _("This invoice holds a payment: reverse the payment, then cancel the invoice.")
        )


def _credit_note(invoice: Invoice, issued_on: date) -> DocumentToIssue:
    """Every line of the invoice again, positive: on a credit note it is taken off."""
    why = Reason(
        "B1",
        BASIS,
        f"annulation de la facture {invoice.number} du {long_date(invoice.issue_date)}",
    )
    return DocumentToIssue(
        kind=InvoiceKind.CREDIT_NOTE,
        document=DocumentType.CANCELLATION,
        customer_id=invoice.customer_id,
        contract_id=invoice.contract_id,
        credits_id=invoice.id,
        business_day=issued_on,
        due_date=issued_on,
        first_day=invoice.first_day,
        last_day=invoice.last_day,
        payment_method=invoice.payment_method,
        net_amount=invoice.net_amount,
        vat_amount=invoice.vat_amount,
        gross_amount=invoice.gross_amount,
        vat_breakdown=canonical_json(invoice.vat_breakdown),
        seller=canonical_json(invoice.seller),
        buyer=canonical_json(invoice.buyer),
        mentions=canonical_json(invoice.mentions),
        reasons=reasons_json([why]),
        lines=tuple(_line_again(line) for line in invoice.lines.order_by("position")),
    )


def _line_again(line: InvoiceLine) -> LineToIssue:
    return LineToIssue(
        label=line.label,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net_amount=line.net_amount,
        vat_rate=line.vat_rate,
        vat_code=line.vat_code,
        first_day=line.first_day,
        last_day=line.last_day,
        reasons=canonical_json(line.reasons),
    )


def _release(invoice: Invoice, credit_note: Invoice, *, issued_on: date, at: datetime) -> None:
    """Free the invoiced days, and let the contract wait for a person before they are due again."""
    claims = Claim.objects.filter(invoice=invoice, released_by=None)
    if not claims.update(released_by=credit_note):
        return
    contract = invoice.contract
    if contract is None:
        return
    due_again = min(filter(None, (contract.next_invoice_on, invoice.business_day)))
    Contract.objects.filter(id=contract.id).update(next_invoice_on=due_again)
    error = CancelledByHand(
        _("Invoice %(number)s was cancelled: release the contract to invoice these days again."),
        params={"number": invoice.number},
    )
    park(contract=contract, step="invoicing", error=error, day=issued_on, at=at)
