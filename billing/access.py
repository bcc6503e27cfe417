"""The only way a page gets a document, its PDF or a payment: 404 when not theirs, else 403."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from billing.models import Invoice, InvoiceDocument, Payment
from providers.access import require
from providers.models import Membership
from providers.permissions import Capability, Level


def get_invoice_for(member: Membership, invoice_id: UUID, *, write: bool = False) -> Invoice:
    """One document with its customer, contract, settlement and the invoice it credits."""
    rows = Invoice.objects.select_related("customer", "contract", "settlement", "credits")
    invoice = get_object_or_404(rows, id=invoice_id)
    require(member, Capability.INVOICES, Level.WRITE if write else Level.READ)
    return invoice


def get_payment_for(member: Membership, payment_id: UUID, *, write: bool = False) -> Payment:
    payment = get_object_or_404(Payment.objects.select_related("invoice"), id=payment_id)
    require(member, Capability.PAYMENTS, Level.WRITE if write else Level.READ)
    return payment


def get_pdf_for(member: Membership, invoice: Invoice) -> InvoiceDocument | None:
    """The stored PDF of a document that the member was given; None while it is being prepared."""
    require(member, Capability.INVOICES, Level.READ)
    return InvoiceDocument.objects.filter(invoice=invoice).first()
