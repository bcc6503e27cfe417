"""Long jobs as pages show them: the provider's own pages and the practices' draw the same."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import UUIDField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.errors import DomainError
from portal.archives import parts_of
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    JobProgress,
    Link,
    Pair,
    Row,
    Table,
    Tone,
    Value,
)
from portal.formats import sentence
from portal.lists import ListOrder, listed
from portal.mail_words import mail_badge
from portal.workshop.files import streamed_file
from providers.access import get_job_for, get_mails_for
from providers.doors import MemberRequest
from providers.enums import JobItemState, JobState
from providers.jobs import kind_of
from providers.models import Job, JobItem, Mail, Membership, User
from providers.operations.jobs import resume_job, retry_items, stop_job
from providers.permissions import Capability, Level, may
from providers.tasks import wake_job

Url = Callable[..., str]
NEWEST_FIRST: Final = ListOrder("id", UUIDField(), is_descending=True)
SHOWN: Final = 100
QUARTERS: Final = (100, 75, 50, 25)
# What a job made, and the page that shows it.
PAGES: Final = {"invoice": "invoice", "customer": "customer", "contract": "contract"}
MAIL: Final = "mail"


@dataclass(frozen=True, slots=True)
class Desk:
    """One job for one reader, now."""

    member: Membership
    job: Job
    url: Url
    at: datetime
    more: "Callable[[Desk], list[Action]]" = lambda _desk: []
    follower: Job | None = None  # what the job left to do to another one

    def of_follower(self) -> "Desk | None":
        return replace(self, job=self.follower, follower=None) if self.follower else None

    def to(self, name: str) -> str:
        return self.url(self.member, name, self.job.pk)

    @property
    def may_act(self) -> bool:
        """A practice acts on its own jobs, the provider's staff as the kind asks."""
        if self.member.customer_id is not None:
            return True
        kind, role = kind_of(self.job), self.member.role
        return may(role, Capability.JOBS, Level.WRITE) and may(role, kind.capability, kind.level)


def title_of(job: Job) -> str:
    """What the job does, and for what when it says so."""
    title, about = str(kind_of(job).title), job.parameters.get("about", "")
    return f"{title} · {about}" if about else title


def badge_of(job: Job, at: datetime) -> Badge:
    if job.is_interrupted(at):
        return Badge(_("Interrupted"), Tone.WARNING)
    if job.state == JobState.RUNNING and job.is_stop_asked:
        return Badge(_("Stopping"), Tone.WARNING)
    if job.state == JobState.FINISHED and job.failed:
        return Badge(_("Finished, with failures"), Tone.WARNING)
    return {
        JobState.WAITING: Badge(_("Waiting for its turn"), Tone.INFO),
        JobState.RUNNING: Badge(_("At work"), Tone.INFO),
        JobState.STOPPED: Badge(_("Stopped")),
        JobState.FINISHED: Badge(_("Finished"), Tone.SUCCESS),
        JobState.FAILED: Badge(_("Failed"), Tone.DANGER),
    }[JobState(job.state)]


def progress_of(desk: Desk) -> JobProgress:
    job = desk.job
    percent = 100 * job.settled // job.total if job.total else 0
    quarter = next((step for step in QUARTERS if percent >= step), 0)
    failures = _failures(job)
    is_moving = not job.is_ended
    return JobProgress(
        title=title_of(job),
        badge=badge_of(job, desk.at),
        done=job.settled,
        total=job.total,
        detail=_detail(job, desk.at),
        current=job.label if is_moving else "",
        failures=failures,
        problem=_problem(job, desk.at),
        poll_url=desk.to("job_state") if is_moving else "",
        acts=_acts(desk),
        milestone=f"{quarter}-{int(bool(job.failed))}-{int(job.is_ended)}",
        announcement=_announcement(job, quarter, failures, desk.at),
    )


def _failures(job: Job) -> str:
    if not job.failed:
        return ""
    said = ngettext(
        "%(count)s piece could not be done.", "%(count)s pieces could not be done.", job.failed
    )
    return said % {"count": job.failed}


def _problem(job: Job, at: datetime) -> str:
    if job.template:
        return sentence(DomainError(job.template, params=job.params))
    if job.is_interrupted(at):
        return _("The worker gives no sign of life: the job goes on by itself within a minute.")
    return ""


def _announcement(job: Job, quarter: int, failures: str, at: datetime) -> str:
    said = _("%(percent)s%%, %(done)s of %(total)s.") % {
        "percent": quarter,
        "done": job.settled,
        "total": job.total,
    }
    ending = f" {badge_of(job, at).label}." if job.is_ended else ""
    return " ".join(part for part in (said, failures) if part) + ending


def _detail(job: Job, at: datetime) -> str:
    """How long it still takes, from how long the pieces of this worker took."""
    if job.is_ended or job.is_interrupted(at) or job.begun_at is None:
        return ""
    settled = job.settled - job.settled_before
    if settled <= 0 or job.settled >= job.total:
        return ""
    seconds = (at - job.begun_at).total_seconds() / settled * (job.total - job.settled)
    if seconds < 60:
        return _("less than a minute")
    return _("about %(count)s min") % {"count": round(seconds / 60)}


def _acts(desk: Desk) -> list[Action]:
    job, acts = desk.job, []
    if job.file_size:
        acts.append(Action(_("Download"), desk.to("job_file"), "download"))
    acts += desk.more(desk)
    if not desk.may_act:
        return acts
    if job.state in (JobState.STOPPED, JobState.FAILED) or job.is_interrupted(desk.at):
        acts.append(Action(_("Resume"), desk.to("job_resume"), "play", is_post=True))
    if not job.is_ended and not job.is_stop_asked:
        acts.append(Action(_("Stop"), desk.to("job_stop"), "square", is_post=True))
    if job.is_ended and job.failed:
        label = _("Try again what failed")
        acts.append(Action(label, desk.to("job_retry"), "rotate-ccw", is_post=True))
    return acts


def state_context(desk: Desk) -> dict[str, Any]:
    """The part of the page that changes while the job works."""
    job = desk.job
    ended = job.is_ended
    return {
        "progress": progress_of(desk),
        "failed": _failed(job) if job.failed else [],
        "retry_url": desk.to("job_retry") if ended and desk.may_act else "",
        "skipped": _skipped(desk) if ended and job.skipped else None,
        "made": _made(desk) if ended else None,
        "made_more": _more(job) if ended else "",
        **follower_context(desk),
    }


def follower_context(desk: Desk) -> dict[str, Any]:
    """The bar of the job that goes on where this one ended; its own page says the rest."""
    other = desk.of_follower()
    if other is None:
        return {"follower": None, "follower_link": None}
    poll_url = "" if other.job.is_ended else desk.to("job_follower")
    return {
        "follower": replace(progress_of(other), acts=(), poll_url=poll_url),
        "follower_link": Action(_("See what was sent"), other.to("job"), "mail"),
    }


def _items(job: Job, state: JobItemState) -> Sequence[JobItem]:
    return list(job.items.filter(state=state).order_by("position")[:SHOWN])


def _failed(job: Job) -> Sequence[JobItem]:
    items = _items(job, JobItemState.FAILED)
    for item in items:
        item.reason = reason_of(item)  # type: ignore[attr-defined]
    return items


def reason_of(item: JobItem) -> str:
    return sentence(DomainError(item.template, params=item.params)) if item.template else ""


def _skipped(desk: Desk) -> Table:
    rows = [Row((item.label, reason_of(item))) for item in _items(desk.job, JobItemState.SKIPPED)]
    columns = (Column(_("Piece"), is_row_header=True), Column(_("Reason")))
    return Table(_("Nothing left to do"), columns, rows, Empty(_("Nothing here")))


def _made(desk: Desk) -> Table:
    """What the job made, with links; a job that made nothing to look at shows nothing."""
    items = [item for item in _items(desk.job, JobItemState.DONE) if item.made]
    written = [made["id"] for item in items for made in item.made if made.get("what") == MAIL]
    mails = get_mails_for(desk.member, written) if written else {}
    rows = [Row((item.label, _link(desk, made, mails))) for item in items for made in item.made]
    columns = (Column(_("Piece"), is_row_header=True), Column(_("Result")))
    return Table(_("What was done"), columns, rows, Empty(_("Nothing here")))


def _link(desk: Desk, made: Mapping[str, str], mails: Mapping[str, Mail]) -> Value:
    if mail := mails.get(made.get("id", "")):
        return Pair(Link(mail.recipient, desk.url(desk.member, MAIL, mail.pk)), mail_badge(mail))
    page, label = PAGES.get(made.get("what", "")), made.get("label", "")
    return Link(label, desk.url(desk.member, page, made["id"])) if page else label


def _more(job: Job) -> str:
    if job.done <= SHOWN:
        return ""
    return _("The first %(shown)s of %(count)s are shown.") % {"shown": SHOWN, "count": job.done}


# --- Answers ----------------------------------------------------------------------------------


def job_context(desk: Desk) -> dict[str, Any]:
    job, title = desk.job, title_of(desk.job)
    state = state_context(desk)
    going_on = _("You may leave this page and come back: the job goes on without you.")
    return {
        "title": title,
        "lead": going_on if state["progress"].poll_url else "",
        "crumbs": [Crumb(_("Long jobs"), desk.url(desk.member, "jobs"))],
        "facts": _facts(job),
        **state,
    }


def _facts(job: Job) -> list[Fact]:
    asker = User.objects.filter(pk=job.asked_by).first() if job.asked_by else None
    facts = [Fact(_("Asked on"), job.asked_at)]
    if asker is not None:
        facts.append(Fact(_("Asked by"), str(asker)))
    if job.file_expires_at:
        facts.append(Fact(_("File kept until"), job.file_expires_at))
    return facts


def fragment(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What htmx puts in place; the last one asks for nothing more."""
    return _part(request, "jobs/_state.html", state_context(desk))


def follower_fragment(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The second bar alone: what stands around it keeps the focus."""
    return _part(request, "jobs/_follower.html", follower_context(desk))


def _part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def list_context(request: HttpRequest, member: Membership, rows: Any, url: Url) -> dict[str, Any]:
    found = listed(rows, NEWEST_FIRST, request)
    return {"table": _table(found.rows, member, url), "pages": found.page}


def _table(jobs: Iterable[Job], member: Membership, url: Url) -> Table:
    at = clock.now()
    columns = (
        Column(_("Job"), is_row_header=True),
        Column(_("State")),
        Column(_("Progress"), is_numeric=True),
        Column(_("Failures"), is_numeric=True),
    )
    rows = [
        Row(
            (
                Pair(Link(title_of(job), url(member, "job", job.pk)), job.asked_at),
                badge_of(job, at),
                _("%(done)s of %(total)s") % {"done": job.settled, "total": job.total},
                job.failed or None,
            )
        )
        for job in jobs
        if may(member.role, kind_of(job).capability)
    ]
    text = _("Invoice runs, imports and archives appear here while they work, and afterwards.")
    return Table(_("Long jobs"), columns, rows, Empty(_("No long job yet"), text, icon="inbox"))


def file_of(job: Job) -> HttpResponseBase:
    if not job.file_size:
        raise Http404
    return streamed_file(parts_of(job), name=job.file_name, media_type=job.file_type)


def act(request: MemberRequest, job_id: UUID, name: str) -> None:
    """Stop, resume or retry; a refusal is news, not an error: the page says where the job is."""
    job = get_job_for(request.member, job_id, write=True)
    at, by = clock.now(), request.user.pk
    try:
        if name == "stop":
            stop_job(job_id=job.pk, at=at, by=by)
        elif name == "resume":
            wake_job(resume_job(job_id=job.pk, at=at, by=by))
        else:
            items = _chosen(request)
            wake_job(retry_items(job_id=job.pk, at=at, item_ids=items, by=by))
    except DomainError as error:
        messages.warning(request, sentence(error))


def _chosen(request: HttpRequest) -> list[UUID]:
    found, field = [], UUIDField()
    for text in request.POST.getlist("items")[:SHOWN]:
        try:
            found.append(field.to_python(text))
        except ValidationError:
            continue
    return found


__all__ = [
    "Desk",
    "act",
    "file_of",
    "fragment",
    "job_context",
    "list_context",
    "progress_of",
]
