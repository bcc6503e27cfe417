"""The practice's invoices: the list, one explained line by line, its PDF, a year in one archive."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db.models import DateField
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_pdf_for
from billing.enums import InvoiceKind
from billing.models import Invoice, InvoiceDocument, Settlement
from core import clock
from core.errors import DomainError
from core.periods import Period
from portal.archives import AT_ONCE, key_of, start_archive
from portal.badges import invoice_badge
from portal.components import Action, Column, Crumb, Empty, Fact, Link, Rate, Row, Table
from portal.formats import sentence
from portal.lists import ListOrder, capped_counts, listed
from portal.practice import queries
from portal.practice.frame import page, today, url
from portal.workshop import tables
from portal.workshop.files import stored_file, streamed_file
from portal.workshop.frame import go
from portal.workshop.queries import pdf_facts
from portal.workshop.sheets import InvoiceSheet, archive, file_name
from providers.doors import MemberRequest, practice_page
from providers.models import Membership
from providers.permissions import Capability, may
from providers.tasks import wake_job

LATEST_FIRST: Final = ListOrder("issue_date", DateField(), is_descending=True)
TABS: Final[dict[str, Promise]] = {
    "all": gettext_lazy("All"),
    "unpaid": gettext_lazy("To be paid"),
}
MOST_AT_ONCE: Final = 5000


@practice_page(Capability.INVOICES)
def invoices(request: MemberRequest) -> HttpResponse:
    member, found, tab = request.member, queries.invoices(), request.GET.get("status", "all")
    lists = {"all": found, "unpaid": queries.unpaid(found)}
    rows = listed(lists.get(tab, found), LATEST_FIRST, request)
    counts = capped_counts(lists)
    archive_all = _archive_act(member, counts["all"])
    context = {
        "title": _("Invoices"),
        "tabs": tables.tabs(request, TABS, counts, current=tab),
        "table": _table(request, rows.rows, _nothing(tab, counts["all"])),
        "pages": rows.page,
        "action": archive_all if counts["all"] else None,
    }
    return page(request, "invoices.html", context, section="invoices")


def _archive_act(member: Membership, count: int) -> Action:
    """A few documents are sent at once; many are prepared as a long job."""
    if count > AT_ONCE:
        page = url(member, "invoices_archive")
        return Action(_("Prepare the archive of the PDFs"), page, "archive", is_post=True)
    page = url(member, "invoices_zip")
    return Action(_("Download everything (ZIP)"), page, "archive", is_download=True)


def _nothing(tab: str, count: int) -> Empty:
    if tab == "unpaid" and count:
        return Empty(_("Nothing to pay"), _("Every invoice is paid."), icon="circle-check")
    soon = _("Invoices appear here on the day they are issued.")
    return Empty(_("No invoice yet"), soon, icon="receipt-euro")


def _table(request: MemberRequest, rows: list[Invoice], empty: Empty) -> Table:
    day, member = today(request.member), request.member
    drawn = set(
        InvoiceDocument.objects.filter(invoice__in=rows).values_list("invoice_id", flat=True)
    )
    columns = (
        Column(_("Number"), is_row_header=True),
        Column(_("Issued")),
        Column(_("Due")),
        Column(_("Status")),
        Column(_("Gross"), is_numeric=True),
        Column(_("PDF")),
    )
    lines = [
        Row(
            (
                Link(row.number, url(member, "invoice", row.pk)),
                row.issue_date,
                row.due_date if row.kind == InvoiceKind.INVOICE else None,
                invoice_badge(row, today=day),
                row.gross_amount if row.kind == InvoiceKind.INVOICE else -row.gross_amount,
                _pdf_link(member, row) if row.pk in drawn else _("being prepared"),
            )
        )
        for row in rows
    ]
    return Table(_("Invoices"), columns, lines, empty)


def _pdf_link(member: Membership, invoice: Invoice) -> Link:
    return Link(_("Download"), url(member, "invoice_pdf", invoice.pk), invoice.number)


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
        "vat_table": _vat_table(found),
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
    left = settled.gross_amount - settled.paid_amount - settled.credited_amount
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


def _vat_table(invoice: Invoice) -> Table:
    columns = (
        Column(_("VAT rate"), is_row_header=True),
        Column(_("Net"), is_numeric=True),
        Column(_("VAT"), is_numeric=True),
    )
    rows = [
        Row(
            (
                Rate(Decimal(share["vat_rate"])),
                Decimal(share["net_amount"]),
                Decimal(share["vat_amount"]),
            )
        )
        for share in invoice.vat_breakdown
    ]
    return Table(_("VAT by rate"), columns, rows, Empty(_("No VAT")))


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


@practice_page(Capability.INVOICES)
def invoices_zip(request: MemberRequest) -> HttpResponseBase:
    """The latest documents of the practice with their list, in one archive."""
    member = request.member
    latest = queries.invoices().order_by("-issue_date", "-id")
    ids = list(latest.values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(ids) > AT_ONCE:
        messages.info(request, _("So many PDFs are prepared as a long job: ask for it here."))
        return go(url(member, "invoices"))
    language = get_language() or "fr"
    sheet = InvoiceSheet.of(member.provider_id, ids, language, customer_id=member.customer_id)
    pieces = archive(sheet, folder=_("invoices"), day=today(member))
    return streamed_file(pieces, name=f"{_('invoices')}.zip", media_type="application/zip")


@practice_page(Capability.INVOICES, methods=("POST",))
def invoices_archive(request: MemberRequest) -> HttpResponseBase:
    """Every document of the practice as a long job of its own; a double click is one job."""
    member, by = request.member, request.user.pk
    latest = queries.invoices().order_by("-issue_date", "-id")
    rows = list(latest.values_list("pk", "number")[:MOST_AT_ONCE])
    try:
        job = start_archive(
            rows,
            key=key_of([pk for pk, _number in rows], today(member), by),
            name=_("invoices"),
            about="",
            at=clock.now(),
            by=by,
            customer_id=member.customer_id,
        )
    except DomainError as error:
        messages.warning(request, sentence(error))
        return go(url(member, "invoices"))
    wake_job(job)
    return go(url(member, "job", job.pk))
