"""A practice’s own long jobs: whoever reads one may stop it and begin it again."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase

from core import clock
from portal import jobs as shown
from portal.jobs import Desk
from portal.practice import queries
from portal.practice.frame import page, url
from portal.workshop.frame import go
from providers.access import get_job_for
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability


def _desk(request: MemberRequest, job_id: UUID) -> Desk:
    member = request.member
    return Desk(member, get_job_for(member, job_id), url, clock.now())


@practice_page(Capability.JOBS)
def jobs(request: MemberRequest) -> HttpResponse:
    context = shown.list_context(request, request.member, queries.jobs(), url)
    return page(request, "jobs.html", context, section="jobs")


@practice_page(Capability.JOBS)
def job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    context = shown.job_context(_desk(request, job_id))
    return page(request, "job.html", context, section="jobs")


@practice_page(Capability.JOBS)
def job_state(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return shown.fragment(request, _desk(request, job_id))


@practice_page(Capability.JOBS, is_sensitive=True)
def job_file(request: MemberRequest, job_id: UUID) -> HttpResponseBase:
    return shown.file_of(get_job_for(request.member, job_id))


@practice_page(Capability.JOBS, methods=("POST",))
def job_stop(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "stop")


@practice_page(Capability.JOBS, methods=("POST",))
def job_resume(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "resume")


@practice_page(Capability.JOBS, methods=("POST",))
def job_retry(request: MemberRequest, job_id: UUID) -> HttpResponse:
    return _act(request, job_id, "retry")


def _act(request: MemberRequest, job_id: UUID, name: str) -> HttpResponse:
    shown.act(request, job_id, name)
    return go(url(request.member, "job", job_id))
