"""Files of invoices: one PDF, the archive of a period."""

from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_pdf_for
from core import clock
from portal.listing.archives import invoice_archive
from portal.listing.invoices import period_of
from portal.listing.pages import list_page
from portal.listing.reading import chosen_ids, form_of, values_of
from portal.workshop.files import stored_file
from portal.workshop.frame import page, url
from portal.workshop.invoice_list import INVOICES
from portal.workshop.sheets import file_name
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


@workshop_page(Capability.INVOICES, methods=("GET", "POST"))
def invoices_zip(request: MemberRequest) -> HttpResponseBase:
    """The PDFs of the rows that were ticked, or of the days asked for, with their sheet."""
    form = form_of(INVOICES, request.GET)
    period = period_of(values_of(form))
    if not period and not chosen_ids(request.GET) and form.is_valid():
        missing = "last_day" if form.cleaned_data["first_day"] else "first_day"
        form.add_error(missing, _("Choose a first and a last day."))
        return list_page(request, INVOICES, form)
    return invoice_archive(request, INVOICES)
