"""Files of invoices: one PDF, the sheet and the archive of a period."""

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_pdf_for
from core import clock
from portal.workshop import queries
from portal.workshop.files import stored_file, streamed_file
from portal.workshop.forms import InvoiceFilter
from portal.workshop.frame import page, today, url
from portal.workshop.invoices import invoices_page, of_status, wanted
from portal.workshop.sheets import InvoiceSheet, archive, file_name
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability


@workshop_page(Capability.INVOICES)
def invoice_pdf(request: MemberRequest, invoice_id: UUID) -> HttpResponseBase:
    """The PDF that was stored when the document was issued, or the news that it is on its way."""
    invoice = get_invoice_for(request.member, invoice_id)
    document = get_pdf_for(request.member, invoice)
    if document is None:
        context = {"invoice": invoice, "back_url": url(request.member, "invoice", invoice.pk)}
        return page(request, "pdf_pending.html", context, section="invoices", status=404)
    record_read(document, at=clock.now())
    return stored_file(
        request,
        bytes(document.content),
        name=file_name(invoice.number),
        media_type="application/pdf",
        sha256=document.sha256,
    )


@workshop_page(Capability.INVOICES)
def invoices_csv(request: MemberRequest) -> HttpResponseBase:
    chosen = _chosen(request)
    if isinstance(chosen, HttpResponseBase):
        return chosen
    sheet, name = chosen
    return streamed_file(sheet.text(), name=f"{name}.csv", media_type="text/csv; charset=utf-8")


@workshop_page(Capability.INVOICES)
def invoices_zip(request: MemberRequest) -> HttpResponseBase:
    chosen = _chosen(request)
    if isinstance(chosen, HttpResponseBase):
        return chosen
    sheet, name = chosen
    pieces = archive(sheet, folder=name, day=today(request.member))
    return streamed_file(pieces, name=f"{name}.zip", media_type="application/zip")


def _chosen(request: MemberRequest) -> tuple[InvoiceSheet, str] | HttpResponseBase:
    """The sheet of what the address asks for and its name; else the list with what is missing."""
    form = InvoiceFilter(request.GET)
    search = wanted(form)
    if not search.first_day or not search.last_day:
        if form.is_valid():
            missing = "last_day" if search.first_day else "first_day"
            form.add_error(missing, _("Choose a first and a last day."))
        return invoices_page(request, form)
    rows = of_status(queries.invoices(search), search.status, today(request.member))
    ids = list(rows.order_by("issue_date", "number").values_list("pk", flat=True))
    period = f"{search.first_day} – {search.last_day}"
    record_read(request.member.provider, at=clock.now(), act="invoices.exported", period=period)
    sheet = InvoiceSheet.of(request.member.provider_id, ids, get_language() or "fr")
    name = _("invoices-%(first)s-%(last)s") % {
        "first": search.first_day.isoformat(),
        "last": search.last_day.isoformat(),
    }
    return sheet, name
