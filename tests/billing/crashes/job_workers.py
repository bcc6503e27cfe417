"""Real processes that work on one long invoice run, all at once or dying where they are told.

python -m tests.billing.crashes.job_workers ask PROVIDER DAY
    asks twice for the run of everything due; prints the job it is.
python -m tests.billing.crashes.job_workers killed PROVIDER DAY JOB
    one worker killed at each named step of a job, each after the lease of the one before.
python -m tests.billing.crashes.job_workers crowd PROVIDER DAY JOB COUNT
    COUNT processes deliver the job at the same moment, after everybody's lease.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.billing.crashes.workers import at, die_at, fork, set_up

CHUNK = 25
JOB_STEPS = (
    "job_claimed", "job_chunk_taken", "job_chunk_computed", "job_transaction_open",
    "contracts_moved", "numbers_taken", "invoices_written", "outbox_written", "counter_moved",
    "job_chunk_written", "job_before_commit", "job_after_commit",
)  # fmt: skip
LAST_STEPS = ("job_finishing", "job_finished")


def choice_of(day: date) -> Any:
    from billing.operations.chosen_run import Choice

    return Choice(day, day)


def ask(provider: UUID, day: date) -> dict[str, Any]:
    from billing.operations.chosen_run import preview_run, start_run
    from providers.scoping import open_scope

    asked = []
    for _click in range(2):
        with open_scope(provider):
            preview = preview_run(choice_of(day))
            seen, key = preview.digest, "the key of the form"
            asked.append(start_run(choice=choice_of(day), seen=seen, key=key, about="", at=at(day)))
    assert asked[0] == asked[1]
    return {
        "job": str(asked[0].pk),
        "invoices": len(preview.invoices),
        "gross": str(preview.gross_amount),
    }


def work(provider: UUID, job: UUID, now: datetime, step: str = "") -> None:
    from billing.operations.chosen_run import InvoiceRun
    from core import steps
    from providers.operations.working import run_job

    InvoiceRun.chunk = CHUNK
    steps.listen(die_at(step) if step else None)
    run_job(provider_id=provider, job_id=job, now=lambda: now)


def killed(provider: UUID, day: date, job: UUID) -> dict[str, int]:
    """How many died where they should; each makes progress or leaves it to the next."""
    from providers.operations.working import LEASE

    now, deaths = at(day), 0
    for step in JOB_STEPS:
        # A worker that died before any progress counts; two in a row are let live in between.
        now += LEASE + timedelta(seconds=1)
        deaths += _die(provider, job, now, step)
        now += LEASE + timedelta(seconds=1)
        _die(provider, job, now, "job_after_commit")
    return {"deaths": deaths}


def _die(provider: UUID, job: UUID, now: datetime, step: str) -> bool:
    child = fork(lambda: work(provider, job, now, step))
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def crowd(provider: UUID, day: date, job: UUID, count: str) -> dict[str, int]:
    now = at(day) + timedelta(days=1)
    children = [fork(lambda: work(provider, job, now)) for _ in range(int(count))]
    return {"failed": sum(os.waitpid(child, 0)[1] != 0 for child in children)}


def ending(provider: UUID, day: date, job: UUID) -> dict[str, int]:
    """Killed while the job ends, then delivered twice more."""
    from providers.operations.working import LEASE

    now, deaths = at(day) + timedelta(days=2), 0
    for step in LAST_STEPS:
        now += LEASE + timedelta(seconds=1)
        deaths += _die(provider, job, now, step)
    for _ in range(2):
        now += LEASE + timedelta(seconds=1)
        work(provider, job, now)
    return {"deaths": deaths}


def main() -> None:
    verb, provider, day, *rest = sys.argv[1:]
    set_up()
    verbs: dict[str, Callable[..., object]] = {
        "ask": ask, "killed": killed, "crowd": crowd, "ending": ending,
    }  # fmt: skip
    jobs = [UUID(text) for text in rest[:1]]
    result = verbs[verb](UUID(provider), date.fromisoformat(day), *jobs, *rest[1:])
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
