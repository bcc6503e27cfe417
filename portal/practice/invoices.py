"""One invoice explained line by line, its PDF, the archive of a selection."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_pdf_for
from billing.enums import InvoiceKind
from billing.models import Invoice, Settlement
from core.periods import Period
from portal.badges import invoice_badge
from portal.components import Action, Column, Crumb, Empty, Fact, Link, Row, Table
from portal.invoice_tables import vat_table
from portal.listing.archives import invoice_archive
from portal.practice.frame import page, today, url
from portal.practice.invoice_list import INVOICES
from portal.workshop.files import stored_file
from portal.workshop.queries import pdf_facts
from portal.workshop.sheets import file_name
from providers.doors import MemberRequest, practice_page
from providers.models import Membership
from providers.permissions import Capability, may


@practice_page(Capability.INVOICES)
def invoice(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    member = request.member
    found = get_invoice_for(member, invoice_id)
    pdf = Action(
        _("Download the PDF"), url(member, "invoice_pdf", found.pk), "download", is_download=True
    )
    is_invoice = found.kind == InvoiceKind.INVOICE
    context = {
        "crumbs": [Crumb(_("Invoices"), url(member, "invoices"))],
        "title": _title(found),
        "invoice": found,
        "status": invoice_badge(found, today=today(member)),
        "facts": _facts(found),
        "lines": found.lines.order_by("position"),
        "vat_table": vat_table(found),
        "is_invoice": is_invoice,
        "settlement": _settlement(found.settlement) if is_invoice else [],
        "payments": _payments(found) if is_invoice else None,
        "linked": _linked(member, found),
        "action": pdf if pdf_facts(found) else None,
    }
    return page(request, "invoice.html", context, section="invoices")


def _title(invoice: Invoice) -> str:
    kind = _("Credit note") if invoice.kind == InvoiceKind.CREDIT_NOTE else _("Invoice")
    return f"{kind} {invoice.number}"


def _facts(invoice: Invoice) -> list[Fact]:
    facts = [Fact(_("Issued"), invoice.issue_date)]
    if invoice.first_day and invoice.last_day:
        facts.append(Fact(_("Period"), Period(invoice.first_day, invoice.last_day)))
    return [
        *facts,
        Fact(_("Net"), invoice.net_amount),
        Fact(_("VAT"), invoice.vat_amount),
        Fact(_("Gross"), invoice.gross_amount),
    ]


def _settlement(settled: Settlement) -> list[Fact]:
    """When the rest is due; what was credited is said only where something was."""
    left = settled.remaining_amount
    credited = [Fact(_("Amount credited"), settled.credited_amount)]
    return [
        Fact(_("Due"), settled.due_date),
        Fact(_("Amount paid"), settled.paid_amount),
        *(credited if settled.credited_amount else []),
        Fact(_("Remaining"), left),
    ]


def _payments(invoice: Invoice) -> Table:
    columns = (
        Column(_("Received on"), is_row_header=True),
        Column(_("Method")),
        Column(_("Amount"), is_numeric=True),
    )
    received = invoice.payments.filter(reversed_on=None).order_by("received_on", "id")
    rows = [
        Row((row.received_on, row.get_method_display().capitalize(), row.amount))
        for row in received
    ]
    return Table(_("Payments"), columns, rows, Empty(_("No payment received yet"), icon="banknote"))


def _linked(member: Membership, invoice: Invoice) -> list[Link]:
    """The credit note of an invoice, the invoice of a credit note, the contract when readable."""
    others = [] if invoice.credits is None else [invoice.credits]
    others += invoice.credit_notes.only("number", "kind").order_by("issue_date", "id")
    links = [Link(_title(other), url(member, "invoice", other.pk)) for other in others]
    if invoice.contract and may(member.role, Capability.CONTRACTS):
        address = url(member, "contract", invoice.contract.pk)
        links.append(Link(_("Contract %s") % invoice.contract.reference, address))
    return links


@practice_page(Capability.INVOICES)
def invoice_pdf(request: MemberRequest, invoice_id: UUID) -> HttpResponseBase:
    """The document as it was issued. 404 while it is still being drawn."""
    found = get_invoice_for(request.member, invoice_id)
    document = get_pdf_for(request.member, found)
    if document is None:
        raise Http404
    return stored_file(
        request,
        bytes(document.content),
        name=file_name(found.number),
        media_type="application/pdf",
        sha256=document.sha256,
    )


@practice_page(Capability.INVOICES, methods=("GET", "POST"))
def invoices_zip(request: MemberRequest) -> HttpResponseBase:
    """The PDFs of the rows that were ticked, or of all that the filter finds."""
    return invoice_archive(request, INVOICES)
