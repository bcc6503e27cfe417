"""« Travaux »: the provider's long jobs, each with an address of its own."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.operations.chosen_run import RUN
from billing.operations.mailing import issued_by, mailing_after
from core import clock
from core.errors import DomainError
from portal import jobs as shown
from portal.archives import start_archive
from portal.components import Action, Crumb, Fact
from portal.formats import sentence
from portal.jobs import Desk
from portal.listing.exports import csv_text
from portal.workshop import queries
from portal.workshop.files import streamed_file
from portal.workshop.frame import go, page, today, url
from portal.workshop.import_pages import next_acts as import_acts
from portal.workshop.runs import steps
from portal.workshop.sheets import InvoiceSheet
from providers.access import get_job_for, require
from providers.audit import record_read
from providers.doors import MemberRequest, workshop_page
from providers.models import Job
from providers.permissions import Capability, Level, may
from providers.tasks import wake_job


def _desk(request: MemberRequest, job_id: UUID) -> Desk:
    member = request.member
    found = get_job_for(member, job_id)
    follower = mailing_after(found) if found.kind == RUN else None
    return Desk(member, found, url, clock.now(), _next_acts, follower)


def _next_acts(desk: Desk) -> list[Action]:
    """What can be done with the invoices that a run issued, or with a file that was imported."""
    if found := import_acts(desk):
        return found
    if desk.job.kind != RUN or not desk.job.done or not desk.job.is_ended:
        return []
    if not may(desk.member.role, Capability.INVOICES):
        return []
    return [
        Action(
            _("Prepare the archive of the PDFs"), desk.to("job_archive"), "archive", is_post=True
        ),
        Action(_("Download the list (CSV)"), desk.to("job_csv"), "download", is_download=True),
    ]


@workshop_page(Capability.JOBS)
def jobs(request: MemberRequest) -> HttpResponse:
    context = shown.list_context(request, request.member, queries.own_jobs(), url)
    return page(request, "jobs.html", context, section="jobs")


@workshop_page(Capability.JOBS)
def job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    desk = _desk(request, job_id)
    context = {**shown.job_context(desk), **_of_a_run(request, desk.job)}
    section = "invoicing" if desk.job.kind == RUN else "jobs"
    return page(request, "job.html", context, section=section)


def _of_a_run(request: MemberRequest, job: Job) -> dict[str, Any]:
    """The last two of the five steps, and what a person kept out."""
    if job.kind != RUN:
        return {"steps": []}
    aside = queries.set_aside().count()
    announced = [
        Fact(_("Invoices announced"), job.parameters["invoices"]),
        Fact(_("Gross announced"), Decimal(job.parameters["gross_amount"])),
        Fact(_("Contracts set aside"), aside),
    ]
    return {
        "steps": steps(5 if job.is_ended else 4),
        "facts": announced,
        "crumbs": [Crumb(_("To invoice"), url(request.member, "invoicing"))],
    }


@workshop_page(Capability.JOBS)
def job_csv(request: MemberRequest, job_id: UUID) -> HttpResponseBase:
    """The invoices that a job issued, as a sheet."""
    found = get_job_for(request.member, job_id)
    require(request.member, Capability.INVOICES, Level.READ)
    ids = [invoice_id for invoice_id, _number in issued_by(found)]
    sheet = InvoiceSheet.of(request.member.provider_id, ids, get_language() or "fr")
    name = f"{_('invoices')}-{found.asked_at:%Y-%m-%d}.csv"
    record_read(found, at=clock.now(), act="invoices.exported", period=name)
    return streamed_file(csv_text(sheet), name=name, media_type="text/csv; charset=utf-8")


@workshop_page(Capability.JOBS, Level.WRITE, methods=("POST",))
def job_archive(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Every PDF of what a job issued, as a job of its own; asked twice in a day, it is one."""
    member, found = request.member, get_job_for(request.member, job_id)
    require(member, Capability.INVOICES, Level.READ)
    key = f"{found.pk.hex}-{found.done}-{request.user.pk.hex}-{today(member):%Y%m%d}"
    name = f"{_('invoices')}-{found.asked_at:%Y-%m-%d}"
    try:
        made = start_archive(
            issued_by(found),
            key=key,
            name=name,
            about=str(found.parameters.get("about", "")),
            at=clock.now(),
            by=request.user.pk,
        )
    except DomainError as error:
        messages.warning(request, sentence(error))
        return go(url(member, "job", found.pk))
    wake_job(made)
    return go(url(member, "job", made.pk))


@workshop_page(Capability.JOBS)
def job_state(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return shown.fragment(request, _desk(request, job_id))


@workshop_page(Capability.JOBS)
def job_follower(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return shown.follower_fragment(request, _desk(request, job_id))


@workshop_page(Capability.JOBS, is_sensitive=True)
def job_file(request: MemberRequest, job_id: UUID) -> HttpResponseBase:
    found = get_job_for(request.member, job_id)
    answer = shown.file_of(found)
    record_read(found, at=clock.now(), act="invoices.exported", period=found.file_name)
    return answer


@workshop_page(Capability.JOBS, Level.WRITE, methods=("POST",))
def job_stop(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "stop")


@workshop_page(Capability.JOBS, Level.WRITE, methods=("POST",))
def job_resume(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "resume")


@workshop_page(Capability.JOBS, Level.WRITE, methods=("POST",))
def job_retry(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "retry")


def _act(request: MemberRequest, job_id: UUID, name: str) -> HttpResponse:
    shown.act(request, job_id, name)
    return go(url(request.member, "job", job_id))
