"""Working through a long job, chunk by chunk.

The database is the queue of record; the queue of tasks only wakes. Whoever runs a job holds it
by a lease; each chunk is committed together with its progress and under the job's own row lock,
so that a worker that died, was overtaken or was started twice repeats no effect.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import F, Q

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.steps import reached
from providers.enums import JobItemState, JobState
from providers.faults import FAULTS
from providers.jobs import Chunk, Kind, Result, StopsTheJob, failure, kind_of
from providers.models import Job, JobItem, User
from providers.operations.notifications import notify
from providers.presence import acting_as
from providers.scoping import open_scope

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
LOOKED_AT: Final = timedelta(seconds=30)  # how long somebody watches a job they started
MOST_DEATHS: Final = 3
# A worker hands a long job back after so many chunks: others wait for their turn too.
CHUNKS_AT_ONCE: Final = 40
WORKER_LOST: Final = _("Three workers in a row were lost on this job: somebody must look at it.")


class LeaseLost(RuntimeError):
    """Another worker took the job over: what this one was about to write is undone."""


def run_job(
    *,
    provider_id: UUID,
    job_id: UUID,
    now: Callable[[], datetime],
    most_chunks: int = CHUNKS_AT_ONCE,
) -> Job | None:
    """Take a job and work through it; return the job to wake now: this one when it is handed back
    with something left to do, or the one that follows it.

    Delivered many times at once, one worker takes it and the others find nothing to take.
    """
    worker = _claim(provider_id, job_id, now)
    if worker is None:
        return None
    reached("job_claimed")
    try:
        with acting_as(_asker(worker.job)):
            return worker.work(most_chunks)
    except LeaseLost:
        logger.warning("job %s was taken over by another worker", job_id)
    except DomainError as error:
        worker.fail(error)
    return None


def tell_of_the_end(job: Job) -> None:
    """Tell whoever asked for a job that took so long that they no longer look at it."""
    if job.asked_by is None or job.ended_at is None or job.ended_at - job.asked_at < LOOKED_AT:
        return
    notify(
        event="archive_ready" if job.customer_id else "job_ended",
        key=f"{job.pk}:{job.ended_at.isoformat()}",
        values={
            "job": kind_of(job).title,
            "about": job.parameters.get("about", ""),
            "state": JobState(job.state).label,
            "total": job.total,
            "failed": job.failed,
        },
        at=job.ended_at,
        customer_id=job.customer_id,
        subject_id=job.pk,
        among=Q(user=job.asked_by),
    )


def _asker(job: Job) -> User | None:
    """Who is named in what the job does; nobody for a job of the house itself."""
    return User.objects.filter(pk=job.asked_by).first() if job.asked_by else None


def _claim(provider_id: UUID, job_id: UUID, now: Callable[[], datetime]) -> "_Worker | None":
    """Take the job by one conditional update; a job that lost three workers is taken no more."""
    at, token = now(), uuid4()
    with open_scope(provider_id):
        mine = Job.objects.filter(id=job_id)
        lost = mine.filter(state=JobState.RUNNING, lease_until__lt=at)
        is_given_up = lost.filter(deaths__gte=MOST_DEATHS - 1).update(
            state=JobState.FAILED, deaths=MOST_DEATHS, ended_at=at, lease_token=None,
            code="worker_lost", template=WORKER_LOST, params={},
        )  # fmt: skip
        if is_given_up:
            tell_of_the_end(mine.get())
        lost.filter(is_stop_asked=True).update(
            state=JobState.STOPPED, ended_at=at, lease_token=None
        )
        claim = {
            "state": JobState.RUNNING, "lease_token": token, "lease_until": at + LEASE,
            "begun_at": at, "settled_before": F("done") + F("failed") + F("skipped"),
        }  # fmt: skip
        taken = lost.update(**claim, deaths=F("deaths") + 1)
        taken = taken or mine.filter(state=JobState.WAITING).update(**claim)
        if not taken:
            return None
        return _Worker(provider_id, Job.objects.get(id=job_id), token, now)


@dataclass(slots=True)
class _Worker:
    """One process at work on one job, for as long as its lease holds."""

    provider_id: UUID
    job: Job
    token: UUID
    now: Callable[[], datetime]
    follower: Job | None = None

    @property
    def kind(self) -> Kind:
        return kind_of(self.job)

    def work(self, most_chunks: int) -> Job | None:
        """Chunk by chunk; return the job to wake now."""
        for _turn in range(most_chunks):
            if not self.advance():
                return self.follower
        return self.hand_back()

    def advance(self) -> bool:
        """One chunk, or the end; False when this worker has nothing more to do."""
        items = self._take()
        if items is None:
            return False
        if not items:
            return self._finish()
        reached("job_chunk_taken")
        try:
            self._do(items)
        except StopsTheJob:
            raise
        except FAULTS:
            for item in items:
                self._do_alone(item)
        return True

    def hand_back(self) -> Job:
        """Let others have their turn: the job waits to be taken again."""
        with open_scope(self.provider_id):
            job = self._locked()
            self._change(job, state=JobState.WAITING, lease_token=None, lease_until=None)
        return job

    def fail(self, error: DomainError) -> None:
        """End the job with its reason; whoever resumes it goes on where it stands."""
        with open_scope(self.provider_id):
            params = {name: str(value) for name, value in error.params.items()}
            is_ours = Job.objects.filter(id=self.job.id, lease_token=self.token).update(
                state=JobState.FAILED, ended_at=self.now(), lease_token=None, lease_until=None,
                code=error.code[:60], template=error.message, params=params,
            )  # fmt: skip
            if is_ours:
                tell_of_the_end(Job.objects.get(id=self.job.id))

    def _take(self) -> list[JobItem] | None:
        """The next pieces, with a sign of life; None when somebody asked to stop."""
        with open_scope(self.provider_id):
            job = self._locked()
            if job.is_stop_asked:
                self._change(
                    job, state=JobState.STOPPED, ended_at=self.now(), lease_token=None, label=""
                )
                return None
            waiting = job.items.filter(state=JobItemState.WAITING).order_by("position")
            items = list(waiting[: self.kind.chunk])
            label = items[0].label if items else ""
            self._change(job, label=label, lease_until=self.now() + LEASE)
            self.job = job
            return items

    def _do(self, items: Sequence[JobItem]) -> None:
        chunk = Chunk(self.job, items, self.now())
        computed = self.kind.compute(chunk)
        reached("job_chunk_computed")
        with open_scope(self.provider_id):
            job = self._locked()
            reached("job_transaction_open")
            results = self.kind.write(Chunk(job, items, chunk.at), computed)
            reached("job_chunk_written")
            self._note(job, items, results)
            reached("job_before_commit")
        reached("job_after_commit")

    def _do_alone(self, item: JobItem) -> None:
        try:
            self._do([item])
        except StopsTheJob:
            raise
        except FAULTS as error:
            if not isinstance(error, DomainError):
                logger.exception("job %s, item %s", self.job.id, item.key)
            with open_scope(self.provider_id):
                self._note(self._locked(), [item], [failure(error)])

    def _note(self, job: Job, items: Sequence[JobItem], results: Sequence[Result]) -> None:
        """What became of each piece, and how far the job is now."""
        for item, result in zip(items, results, strict=True):
            item.state, item.code, item.template = result.state, result.code[:60], result.template
            item.params = {name: str(value) for name, value in result.params.items()}
            item.made = [dict(each) for each in result.made]
        JobItem.objects.bulk_update(items, ["state", "code", "template", "params", "made"])
        states = [result.state for result in results]
        self._change(
            job,
            done=job.done + states.count(JobItemState.DONE),
            failed=job.failed + states.count(JobItemState.FAILED),
            skipped=job.skipped + states.count(JobItemState.SKIPPED),
            lease_until=self.now() + LEASE,
            deaths=0,
        )

    def _finish(self) -> bool:
        reached("job_finishing")
        with open_scope(self.provider_id):
            job = self._locked()
            self.follower = self.kind.finish(job, self.now())
            self._change(
                job, state=JobState.FINISHED, ended_at=self.now(), lease_token=None, label=""
            )
            tell_of_the_end(job)
        reached("job_finished")
        return False

    def _locked(self) -> Job:
        """The job's row, locked, while it is still this worker's."""
        held = Job.objects.select_for_update().filter(id=self.job.id, lease_token=self.token)
        job = held.first()
        if job is None:
            raise LeaseLost(str(self.job.id))
        return job

    def _change(self, job: Job, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(job, name, value)
        job.save(update_fields=list(changes))
