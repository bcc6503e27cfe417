"""« Travaux »: the provider's long jobs, each with an address of its own."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase

from core import clock
from portal import jobs as shown
from portal.jobs import Desk
from portal.workshop.frame import go, page, url
from providers.access import get_job_for
from providers.doors import MemberRequest, workshop_page
from providers.models import Job
from providers.permissions import Capability, Level


def _desk(request: MemberRequest, job_id: UUID) -> Desk:
    member = request.member
    return Desk(member, get_job_for(member, job_id), url, clock.now())


@workshop_page(Capability.JOBS)
def jobs(request: MemberRequest) -> HttpResponse:
    """The provider's own; what a practice asked for itself is not listed."""
    rows = Job.objects.filter(customer=None)
    context = shown.list_context(request, request.member, rows, url)
    return page(request, "jobs.html", context, section="jobs")


@workshop_page(Capability.JOBS)
def job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    context = shown.job_context(_desk(request, job_id))
    return page(request, "job.html", context, section="jobs")


@workshop_page(Capability.JOBS)
def job_state(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return shown.fragment(request, _desk(request, job_id))


@workshop_page(Capability.JOBS)
def job_file(request: MemberRequest, job_id: UUID) -> HttpResponseBase:
    return shown.file_of(get_job_for(request.member, job_id))


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
