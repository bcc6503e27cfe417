"""Long jobs: asked once, taken by one worker, never done twice, never lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from core import steps
from providers.enums import JobItemState, JobState, Role
from providers.models import AuditEntry, Job, JobPart, Notification, Provider, User
from providers.operations.jobs import (
    KeyUsedAlready,
    NotAsked,
    NothingToDo,
    Piece,
    purge_files,
    resume_job,
    retry_items,
    start_job,
    stop_job,
)
from providers.operations.working import LEASE, LOOKED_AT, MOST_DEATHS, run_job
from providers.presence import acting_as, present
from providers.scoping import open_scope
from providers.tasks import wake_jobs, work_on_job
from tests.factories import a_member, a_provider
from tests.providers.kinds import ACT

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
LATER = NOW + LEASE + timedelta(seconds=1)


class Death(BaseException):
    """A worker that is gone: nothing of what it had not committed remains."""


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> None:
    settings.CLAUSIER_JOBS = settings.CLAUSIER_JOBS | {"counted": "tests.providers.kinds.Counted"}


@pytest.fixture
def provider(db: None) -> Provider:
    return a_provider()


def pieces(count: int = 12, **named: str) -> list[Piece]:
    found = [Piece(f"piece-{n}", f"Pièce {n}") for n in range(count)]
    return found + [Piece(key, label) for key, label in named.items()]


def asked(
    provider: Provider, rows: list[Piece] | None = None, key: str = "k", by: UUID | None = None
) -> Job:
    with open_scope(provider.id):
        return start_job(kind="counted", key=key, pieces=rows or pieces(), at=NOW, asked_by=by)


def work(job: Job, at: datetime = NOW, most: int = 40) -> bool:
    """Whether it was handed back."""
    left = run_job(provider_id=job.provider_id, job_id=job.id, now=lambda: at, most_chunks=most)
    return left is not None


def read(job: Job) -> Job:
    with open_scope(job.provider_id):
        return Job.objects.get(id=job.id)


def effects(job: Job) -> list[str]:
    with open_scope(job.provider_id):
        rows = AuditEntry.objects.filter(act=ACT).values_list("detail", flat=True)
        return sorted(row["key"] for row in rows)


def endings(job: Job) -> int:
    return len(enders(job))


def enders(job: Job) -> list[str]:
    """The names in the entry that the end of the job writes."""
    with open_scope(job.provider_id):
        rows = AuditEntry.objects.filter(act="test.finish")
        return list(rows.values_list("actor_name", flat=True))


def dying_at(step: str) -> Callable[[str], None]:
    def listener(reached: str) -> None:
        if reached == step:
            raise Death

    return listener


ALL = sorted(f"piece-{n}" for n in range(12))


def test_a_job_works_through_its_pieces_and_says_how_far_it_is(provider: Provider) -> None:
    job = asked(provider)
    assert work(job, most=1)
    half = read(job)
    assert (half.state, half.done, half.total) == (JobState.WAITING, 5, 12)
    assert not work(job)
    whole = read(job)
    assert (whole.state, whole.done, whole.label) == (JobState.FINISHED, 12, "")
    assert effects(job) == ALL
    assert endings(job) == 1


def test_what_a_job_does_keeps_the_name_of_whoever_asked(provider: Provider) -> None:
    with open_scope(provider.id):
        person = a_member(Role.ACCOUNTANT, name="Claire Exemple").user
        job = start_job(kind="counted", key="k", pieces=pieces(), at=NOW, asked_by=person.pk)
    assert work(job, most=1)
    work(job)
    assert enders(job) == ["Claire Exemple"]
    assert present().person() is None  # the worker goes on to the next job as nobody


def test_a_job_of_the_house_itself_names_nobody(provider: Provider) -> None:
    job = asked(provider)
    with acting_as(User(pk=UUID(int=7), name="Somebody else")):
        work(job)
    assert enders(job) == [""]


def test_asked_twice_it_is_one_job(provider: Provider) -> None:
    assert asked(provider) == asked(provider)
    with open_scope(provider.id):
        assert Job.objects.get().items.count() == 12
        assert AuditEntry.objects.filter(act="job.asked").count() == 1
        with pytest.raises(KeyUsedAlready):
            start_job(kind="counted", key="k", pieces=[], at=NOW, asked_by=UUID(int=7))


def test_a_job_of_nothing_is_refused_and_leaves_no_row(provider: Provider) -> None:
    with open_scope(provider.id):
        with pytest.raises(NothingToDo):
            start_job(kind="counted", key="k", pieces=[], at=NOW)
        with pytest.raises(KeyError):
            start_job(kind="unheard of", key="k", pieces=pieces(), at=NOW)
        assert not Job.objects.exists()


STEPS = (
    "job_claimed", "job_chunk_taken", "job_chunk_computed", "job_transaction_open",
    "job_chunk_written", "job_before_commit", "job_after_commit", "job_finishing", "job_finished",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_dies_repeats_and_loses_nothing(provider: Provider, step: str) -> None:
    job = asked(provider)
    steps.listen(dying_at(step))
    try:
        with pytest.raises(Death):
            work(job)
    finally:
        steps.listen(None)
    died = read(job)
    assert died.is_interrupted(LATER) == (step != "job_finished")
    assert not work(job, NOW)  # its lease still holds: nobody else takes it
    work(job, LATER)
    assert read(job).state == JobState.FINISHED
    assert effects(job) == ALL
    assert endings(job) == 1


def test_a_worker_that_was_overtaken_writes_nothing(provider: Provider) -> None:
    """The first one sleeps past its lease between computing and writing; the second does it all."""
    job = asked(provider)
    woken: list[str] = []

    def overtake(reached: str) -> None:
        if reached == "job_chunk_computed" and not woken:
            woken.append("once")
            assert not work(job, LATER)

    steps.listen(overtake)
    try:
        assert not work(job)
    finally:
        steps.listen(None)
    assert woken == ["once"]
    assert effects(job) == ALL
    assert (read(job).state, read(job).done, endings(job)) == (JobState.FINISHED, 12, 1)


def test_a_job_that_kills_three_workers_is_parked_with_its_reason(provider: Provider) -> None:
    job, at = asked(provider, pieces(1, crash="Pièce fatale")), NOW
    for death in range(MOST_DEATHS):
        with pytest.raises(RuntimeError):
            work(job, at)
        at += LEASE + timedelta(seconds=1)
        assert (read(job).state, read(job).deaths) == (JobState.RUNNING, death)
    assert not work(job, at)
    parked = read(job)
    assert (parked.state, parked.code) == (JobState.FAILED, "worker_lost")
    assert parked.template
    assert not work(job, at + LEASE)
    assert effects(job) == []


def test_a_piece_that_fails_is_said_and_done_again_alone(provider: Provider) -> None:
    job = asked(provider, pieces(6, bad="Mauvaise pièce"))
    work(job)
    done = read(job)
    assert (done.state, done.done, done.failed, done.settled) == (JobState.FINISHED, 6, 1, 7)
    with open_scope(provider.id):
        item = job.items.get(state=JobItemState.FAILED)
        assert (item.label, item.template[:8]) == ("Mauvaise pièce", "The date")
        Job.objects.filter(id=job.id).update(parameters={"is_mended": True})
        retry_items(job_id=job.id, item_ids=[item.id], at=NOW)
        with pytest.raises(NotAsked):
            retry_items(job_id=job.id, at=NOW)
    work(job)
    assert (read(job).done, read(job).failed) == (7, 0)
    assert effects(job) == sorted([*(f"piece-{n}" for n in range(6)), "bad"])


def test_a_fault_of_the_whole_job_ends_it_with_its_reason(provider: Provider) -> None:
    job = asked(provider, pieces(6, stop="Arrêt"))
    work(job)
    ended = read(job)
    assert (ended.state, ended.done, ended.code) == (JobState.FAILED, 5, "StopsTheJob")


def test_it_stops_after_the_chunk_at_work_and_goes_on_later(provider: Provider) -> None:
    job = asked(provider)

    def stop(reached: str) -> None:
        if reached == "job_chunk_taken":
            with open_scope(provider.id):
                stop_job(job_id=job.id, at=NOW)

    steps.listen(stop)
    try:
        assert not work(job)
    finally:
        steps.listen(None)
    stopped = read(job)
    assert (stopped.state, stopped.done, endings(job)) == (JobState.STOPPED, 5, 0)
    assert not work(job)
    with open_scope(provider.id):
        resume_job(job_id=job.id, at=NOW)
        with pytest.raises(NotAsked):
            resume_job(job_id=job.id, at=NOW)
    work(job)
    assert effects(job) == ALL


def test_a_job_that_nobody_holds_stops_at_once(provider: Provider) -> None:
    job = asked(provider)
    with open_scope(provider.id):
        assert stop_job(job_id=job.id, at=NOW).state == JobState.STOPPED
        with pytest.raises(NotAsked):
            stop_job(job_id=job.id, at=NOW)


def test_stopping_reaches_a_job_whose_worker_died(provider: Provider) -> None:
    job = asked(provider)
    steps.listen(dying_at("job_chunk_taken"))
    try:
        with pytest.raises(Death):
            work(job)
    finally:
        steps.listen(None)
    with open_scope(provider.id):
        stop_job(job_id=job.id, at=NOW)  # the lease holds: whoever takes the job over stops it
    assert not work(job, LATER)
    assert (read(job).state, effects(job)) == (JobState.STOPPED, [])


def test_the_task_delivered_three_times_does_it_once(provider: Provider) -> None:
    job = asked(provider)
    for _ in range(3):
        work_on_job(provider_id=str(provider.id), job_id=str(job.id))
    assert (effects(job), endings(job)) == (ALL, 1)


def test_the_sweep_finds_what_was_never_woken_and_what_was_left(provider: Provider) -> None:
    job = asked(provider)
    steps.listen(dying_at("job_after_commit"))
    try:
        with pytest.raises(Death):
            work(job)
    finally:
        steps.listen(None)
    other = asked(provider, key="other", rows=[Piece("other", "Autre")])
    with time_machine.travel(NOW, tick=False):
        assert wake_jobs() == 1
    with time_machine.travel(LATER, tick=False):
        assert wake_jobs() == 1
        assert wake_jobs() == 0
    assert (read(job).state, read(other).state) == (JobState.FINISHED, JobState.FINISHED)
    assert effects(job) == sorted([*ALL, "other"])


def test_a_file_past_its_days_is_taken_away(provider: Provider) -> None:
    job = asked(provider)
    with open_scope(provider.id):
        JobPart.objects.create(job=job, position=0, content=b"x")
        Job.objects.filter(id=job.id).update(file_size=1, file_expires_at=NOW)
        assert purge_files(at=NOW) == 0
        assert purge_files(at=LATER) == 1
        assert purge_files(at=LATER) == 0
        assert not JobPart.objects.exists()
    assert (read(job).file_size, read(job).file_expires_at) == (0, None)


# --- Told of the end ------------------------------------------------------------------------------


def told(provider: Provider) -> list[tuple[UUID, str]]:
    with open_scope(provider.id):
        return [(line.user_id, line.title) for line in Notification.objects.order_by("id")]


@pytest.fixture
def asker(provider: Provider) -> UUID:
    """One of two owners."""
    with open_scope(provider.id):
        first, _second = (a_member(Role.OWNER) for _ in range(2))
        return first.user_id


def test_whoever_started_a_long_job_alone_is_told_of_its_end(
    provider: Provider, asker: UUID
) -> None:
    job = asked(provider, by=asker)
    work(job, at=NOW + LOOKED_AT)
    assert told(provider) == [(asker, "Archive de factures\u00a0: terminé")]


def test_a_job_that_somebody_still_watches_tells_nobody(provider: Provider, asker: UUID) -> None:
    work(asked(provider, by=asker), at=NOW + LOOKED_AT - timedelta(seconds=1))
    work(asked(provider, key="of the house"), at=NOW + LOOKED_AT)
    assert told(provider) == []


def test_a_job_that_fails_tells_too(provider: Provider, asker: UUID) -> None:
    work(asked(provider, pieces(1, stop="Arrêt"), by=asker), at=NOW + LOOKED_AT)
    lost = asked(provider, pieces(1, crash="Pièce fatale"), key="lost", by=asker)
    for death in range(MOST_DEATHS):
        with pytest.raises(RuntimeError):
            work(lost, NOW + death * (LEASE + timedelta(seconds=1)))
    work(lost, NOW + MOST_DEATHS * (LEASE + timedelta(seconds=1)))
    assert [title for _user, title in told(provider)] == ["Archive de factures\u00a0: échoué"] * 2
