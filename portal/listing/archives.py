"""The PDFs of a selection of invoices with their sheet: at once when few, else as a long job."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.models import Invoice
from core import clock
from core.periods import Period
from portal.archives import AT_ONCE, key_of, start_archive
from portal.components import Crumb
from portal.formats import number
from portal.listing.description import ListDescription
from portal.listing.invoices import period_of
from portal.listing.reading import form_of, values_of
from portal.listing.routes import ids_asked_for, note_export
from portal.workshop.files import streamed_file
from portal.workshop.frame import attempt, form_page, go, posted
from portal.workshop.sheets import InvoiceSheet, archive
from providers.doors import MemberRequest
from providers.tasks import wake_job


def invoice_archive(
    request: MemberRequest, description: ListDescription[Invoice]
) -> HttpResponseBase:
    """The rows that were ticked, else those the filter finds, in the reader's own walls."""
    ids = ids_asked_for(request, description)
    if isinstance(ids, HttpResponseBase):
        return ids
    ids, member = _in_order_of_issue(ids), request.member
    name = _name(values_of(form_of(description, request.GET)), request)
    note_export(request, description, "zip", len(ids))
    if len(ids) > AT_ONCE or request.method == "POST":
        return _archive_page(request, description, ids, name)
    sheet = InvoiceSheet.of(
        member.provider_id, ids, get_language() or "fr", customer_id=member.customer_id
    )
    pieces = archive(sheet, folder=name, day=clock.today(member.provider.zone))
    return streamed_file(pieces, name=f"{name}.zip", media_type="application/zip")


def _name(values: Mapping[str, Any], request: MemberRequest) -> str:
    """The days asked for, else today: whoever files the archive away sees them."""
    day = clock.today(request.member.provider.zone)
    days = period_of(values) or Period(day, day)
    return _("invoices-%(first)s-%(last)s") % {
        "first": days.first_day.isoformat(),
        "last": days.last_day.isoformat(),
    }


def _in_order_of_issue(ids: list[UUID]) -> list[UUID]:
    """An archive is read like a ledger, sent at once or as a job, however the page was sorted."""
    return list(_like_a_ledger(ids).values_list("pk", flat=True))


def _like_a_ledger(ids: list[UUID]) -> QuerySet[Invoice]:
    return Invoice.objects.filter(pk__in=ids).order_by("issue_date", "number")


def _archive_page(
    request: MemberRequest, description: ListDescription[Invoice], ids: list[UUID], name: str
) -> HttpResponseBase:
    """Many PDFs are packed as a long job, once somebody asks for it; a double click is one job."""
    member, by, form = request.member, request.user.pk, forms.Form(posted(request))
    rows = _like_a_ledger(ids)
    job = attempt(
        request,
        form,
        lambda: start_archive(
            rows.values_list("pk", "number"),
            key=key_of(ids, clock.today(member.provider.zone), by),
            name=name,
            about=name.partition("-")[2],
            at=clock.now(),
            by=by,
            customer_id=member.customer_id,
        ),
    )
    if job:
        wake_job(job)
        return go(description.space.url(member, "job", job.pk))
    return form_page(
        request,
        form,
        title=_("Archive of %(count)s documents") % {"count": number(len(ids))},
        lead=_("So many PDFs are prepared as a long job, and kept for seven days."),
        submit=_("Prepare the archive of the PDFs"),
        crumbs=[Crumb(_("Invoices"), description.space.url(member, "invoices"))],
        section="invoices",
        draw=description.space.page,
    )
