"""Asking for a long job, stopping it, going on with it, and doing again what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from core.errors import DomainError
from core.errors import gettext_noop as _
from providers.audit import record
from providers.enums import JobItemState, JobState
from providers.jobs import kind_named
from providers.models import Job, JobItem, JobPart
from providers.scoping import current_scope, open_scope


class KeyUsedAlready(DomainError):
    """The key of a form was used for something else."""


class NothingToDo(DomainError):
    """A job without a single piece."""


class NotAsked(DomainError):
    """The job is not in a state where this can be asked of it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a job to be: its key is unique in the job."""

    key: str
    label: str
    parameters: dict[str, Any] = field(default_factory=dict)


def start_job(
    *,
    kind: str,
    key: str,
    pieces: Iterable[Piece],
    at: datetime,
    parameters: dict[str, Any] | None = None,
    customer_id: UUID | None = None,
    asked_by: UUID | None = None,
) -> Job:
    """Write a job down with all its pieces; asked again with the same key, it is the same job.

    `customer_id` is the practice that asks: its job is written by the provider's own hand, as
    its pieces and the audit trail are, and read by the practice. Errors: `NothingToDo`,
    `KeyUsedAlready`.
    """
    kind_named(kind)  # unknown kinds are refused before anything is written
    with open_scope(current_scope().provider_id):
        job, is_new = Job.objects.get_or_create(
            business_key=f"{kind}:{key}"[:100],
            defaults={
                "kind": kind,
                "customer_id": customer_id,
                "parameters": parameters or {},
                "asked_by": asked_by,
                "asked_at": at,
            },
        )
        if not is_new:
            return _the_same(job, customer_id, asked_by)
        rows = [
            JobItem(
                job=job, position=place, key=piece.key[:100], label=piece.label[:200],
                parameters=piece.parameters,
            )
            for place, piece in enumerate(pieces)
        ]  # fmt: skip
        if not rows:
            raise NothingToDo(_("There is nothing to do."))
        JobItem.objects.bulk_create(rows, batch_size=1000)
        job.total = len(rows)
        job.save(update_fields=["total"])
        record("job.asked", job, at=at, actor_id=asked_by, kind=kind, total=job.total)
        return job


def _the_same(job: Job, customer_id: UUID | None, asked_by: UUID | None) -> Job:
    if (job.customer_id, job.asked_by) != (customer_id, asked_by):
        raise KeyUsedAlready(_("This form was sent already."))
    return job


def stop_job(*, job_id: UUID, at: datetime, by: UUID | None = None) -> Job:
    """Stop after the chunk at work; at once when no worker holds it. Errors: `NotAsked`."""
    with open_scope(current_scope().provider_id):
        job = _locked(job_id)
        if job.is_ended:
            raise NotAsked(_("This job is over already."))
        if job.state == JobState.WAITING or job.is_interrupted(at):
            job.state, job.ended_at, job.lease_token, job.label = JobState.STOPPED, at, None, ""
        else:
            job.is_stop_asked = True
        job.save(update_fields=["state", "ended_at", "lease_token", "label", "is_stop_asked"])
        record("job.stopped", job, at=at, actor_id=by)
        return job


def resume_job(*, job_id: UUID, at: datetime, by: UUID | None = None) -> Job:
    """Go on where the job stands; asked twice, it is resumed once. Errors: `NotAsked`."""
    with open_scope(current_scope().provider_id):
        job = _locked(job_id)
        if job.state not in (JobState.STOPPED, JobState.FAILED) and not job.is_interrupted(at):
            raise NotAsked(_("This job goes on by itself."))
        _wait_again(job)
        record("job.resumed", job, at=at, actor_id=by)
        return job


def retry_items(
    *, job_id: UUID, at: datetime, item_ids: Sequence[UUID] = (), by: UUID | None = None
) -> Job:
    """Do again the pieces that failed, or the chosen ones among them. Errors: `NotAsked`."""
    with open_scope(current_scope().provider_id):
        job = _locked(job_id)
        if not job.is_ended:
            raise NotAsked(_("Wait for the end of the job, or stop it first."))
        chosen = Q(id__in=item_ids) if item_ids else Q()
        failed = job.items.filter(chosen, state=JobItemState.FAILED)
        count = failed.update(state=JobItemState.WAITING, code="", template="", params={})
        if not count:
            raise NotAsked(_("Nothing of this job has failed."))
        job.failed -= count
        _wait_again(job)
        record("job.retried", job, at=at, actor_id=by, count=count)
        return job


def purge_files(*, at: datetime) -> int:
    """Take away the files past their days; what the jobs did stays known."""
    expired = Job.objects.filter(file_expires_at__lt=at)
    JobPart.objects.filter(job__in=expired).delete()
    gone: int = expired.update(file_expires_at=None, file_size=0, file_sha256="")
    return gone


def _wait_again(job: Job) -> None:
    job.state, job.is_stop_asked, job.deaths, job.ended_at = JobState.WAITING, False, 0, None
    job.lease_token, job.lease_until = None, None
    job.code, job.template, job.params = "", "", {}
    job.save()


def _locked(job_id: UUID) -> Job:
    found: Job = Job.objects.select_for_update().get(id=job_id)
    return found
