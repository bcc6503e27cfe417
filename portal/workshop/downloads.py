"""Files of invoices: one PDF, the archive of a period."""

from uuid import UUID

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.access import get_invoice_for, get_pdf_for
from billing.models import Invoice
from core import clock
from core.periods import Period
from portal.archives import AT_ONCE, key_of, start_archive
from portal.components import Crumb
from portal.formats import number
from portal.listing.pages import list_page
from portal.listing.reading import chosen_ids, form_of, values_of
from portal.listing.routes import ids_asked_for, note_export
from portal.workshop.files import stored_file, streamed_file
from portal.workshop.frame import attempt, form_page, go, page, posted, today, url
from portal.workshop.invoice_list import INVOICES, period_of
from portal.workshop.sheets import InvoiceSheet, archive, file_name
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability
from providers.tasks import wake_job


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
    ids = ids_asked_for(request, INVOICES)
    if isinstance(ids, HttpResponseBase):
        return ids
    ids = _in_order_of_issue(ids)
    sheet = InvoiceSheet.of(request.member.provider_id, ids, get_language() or "fr")
    day = today(request.member)
    days = period or Period(day, day)
    name = _("invoices-%(first)s-%(last)s") % {
        "first": days.first_day.isoformat(),
        "last": days.last_day.isoformat(),
    }
    note_export(request, INVOICES, "zip", len(ids))
    if len(ids) > AT_ONCE or request.method == "POST":
        return _archive_page(request, list(ids), name)
    pieces = archive(sheet, folder=name, day=day)
    return streamed_file(pieces, name=f"{name}.zip", media_type="application/zip")


def _in_order_of_issue(ids: list[UUID]) -> list[UUID]:
    """An archive is read like a ledger, sent at once or as a job, however the page was sorted."""
    rows = Invoice.objects.filter(pk__in=ids).order_by("issue_date", "number")
    return list(rows.values_list("pk", flat=True))


def _archive_page(request: MemberRequest, ids: list[UUID], name: str) -> HttpResponseBase:
    """Many PDFs are packed as a long job, once somebody asks for it; a double click is one job."""
    member, by, form = request.member, request.user.pk, forms.Form(posted(request))
    rows = Invoice.objects.filter(pk__in=ids).order_by("issue_date", "number")
    job = attempt(
        request,
        form,
        lambda: start_archive(
            rows.values_list("pk", "number"),
            key=key_of(ids, today(member), by),
            name=name,
            about=name.partition("-")[2],
            at=clock.now(),
            by=by,
        ),
    )
    if job:
        wake_job(job)
        return go(url(member, "job", job.pk))
    return form_page(
        request,
        form,
        title=_("Archive of %(count)s documents") % {"count": number(len(ids))},
        lead=_("So many PDFs are prepared as a long job, and kept for seven days."),
        submit=_("Prepare the archive of the PDFs"),
        crumbs=[Crumb(_("Invoices"), url(member, "invoices"))],
        section="invoices",
    )
