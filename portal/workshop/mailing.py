"""Writing about some invoices once more: to whoever says that nothing came."""

from typing import Final
from uuid import UUID

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Invoice
from billing.operations.mailing import start_mailing
from core import clock
from portal.components import Crumb
from portal.formats import number
from portal.listing.routes import ids_asked_for
from portal.workshop.frame import attempt_once, form_page, go, new_key, posted, url
from portal.workshop.invoice_list import INVOICES
from providers.doors import MemberRequest, workshop_page
from providers.permissions import Capability, Level
from providers.tasks import wake_job

Documents = list[tuple[UUID, str]]
FEW: Final = 3


@workshop_page(Capability.INVOICES, Level.WRITE, methods=("GET", "POST"))
def invoices_mail(request: MemberRequest) -> HttpResponseBase:
    """The rows that were ticked, and no others: a long job, once somebody says yes; a double click
    is one job.
    """
    ids = ids_asked_for(request, INVOICES, only_chosen=True)
    if isinstance(ids, HttpResponseBase):
        return ids
    documents = _named(ids)
    form = forms.Form(posted(request))
    if address := attempt_once(request, form, lambda: _start(request, documents)):
        return go(address)
    title = ngettext(
        "Send %(count)s document again by e-mail",
        "Send %(count)s documents again by e-mail",
        len(documents),
    )
    return form_page(
        request,
        form,
        is_once=True,
        title=title % {"count": number(len(documents))},
        eyebrow=_said(documents),
        lead=_("Everybody who reads the invoices of these practices is written to once more."),
        submit=_("Send again by e-mail"),
        crumbs=[Crumb(_("Invoices"), url(request.member, "invoices"))],
        section="invoices",
    )


def _said(documents: Documents) -> str:
    """Few of them by their names; the title says how many there are."""
    return ", ".join(name for _id, name in documents) if len(documents) <= FEW else ""


def _start(request: MemberRequest, documents: Documents) -> str:
    job = start_mailing(
        documents,
        key=new_key(),
        about=_("sent again"),
        at=clock.now(),
        by=request.user.pk,
        is_again=True,
    )
    wake_job(job)
    return url(request.member, "job", job.pk)


def _named(ids: list[UUID]) -> Documents:
    rows = Invoice.objects.filter(pk__in=ids).order_by("issue_date", "number")
    found = rows.values_list("pk", "number", "customer__name")
    return [(invoice_id, f"{number} · {name}") for invoice_id, number, name in found]
