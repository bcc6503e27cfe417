"""Real processes that run the invoices, die where they are told, and are watched from outside.

python -m tests.billing.crashes.workers crowd PROVIDER DAY COUNT
    COUNT processes issue at once, in small chunks; a fifth of the chunks is rolled back, and
    each process cancels some of the invoices it sees.
python -m tests.billing.crashes.workers killed PROVIDER DAY KILLS SEED
    one worker a named step killed there, then KILLS workers killed at random moments.
python -m tests.billing.crashes.workers clean PROVIDER DAY
    one undisturbed run and one sweep of the documents.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock_time
from importlib import import_module
from uuid import UUID

import django

OPERATIONS = (
    "billing.operations.chosen_run", "billing.operations.credit_notes",
    "billing.operations.documents", "billing.operations.invoice_run",
    "providers.operations.mail", "providers.operations.sending", "providers.operations.working",
)  # fmt: skip
SMALL_CHUNK = 25
ROLLED_BACK = 0.2
RUN_STEPS = (
    "run_started", "chunk_selected", "chunk_loaded", "documents_computed", "transaction_open",
    "contracts_locked", "contracts_moved", "counter_locked", "numbers_taken", "invoices_sealed",
    "invoices_written", "lines_written", "claims_written", "settlements_written",
    "outbox_written", "audit_written", "counter_moved", "before_commit", "after_commit",
    "run_finished",
)  # fmt: skip
DOCUMENT_STEPS = (
    "document_taken", "document_drawn", "document_written", "document_kept", "document_done",
)  # fmt: skip


class Undone(Exception):
    """A transaction given up just before its commit."""


def at(day: date) -> datetime:
    return datetime.combine(day, clock_time(12), UTC)


def issue(provider_id: UUID, day: date) -> int:
    from billing.operations.invoice_run import Run, issue_due

    return issue_due(Run(provider_id, day, day, at(day)))


def set_up() -> None:
    """The portal, with what the children work with: none is killed while it still imports."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for name in OPERATIONS:
        import_module(name)


def fork(work: Callable[[], None]) -> int:
    """A child with connections of its own."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def one_of_the_crowd(provider_id: UUID, day: date, number: int) -> None:
    """Issue until nothing is left; some chunks are undone and begun again."""
    from billing.operations import invoice_run
    from core import steps

    invoice_run.CHUNK = SMALL_CHUNK
    chance = random.Random(number)

    def sometimes_undo(step: str) -> None:
        if step == "before_commit" and chance.random() < ROLLED_BACK:
            raise Undone

    steps.listen(sometimes_undo)
    while True:
        try:
            if not issue(provider_id, day):
                break
        except Undone:
            continue
    steps.listen(None)
    cancel_some(provider_id, day, chance)


def cancel_some(provider_id: UUID, day: date, chance: random.Random) -> None:
    from billing.models import Invoice
    from billing.operations.credit_notes import InvoiceNotCancellable, cancel_invoice
    from providers.scoping import open_scope

    with open_scope(provider_id):
        ids = list(
            Invoice.objects.filter(kind="INVOICE").order_by("id").values_list("id", flat=True)
        )
    for invoice_id in chance.sample(ids, k=min(10, len(ids))):
        try:
            with open_scope(provider_id):
                cancel_invoice(invoice_id=invoice_id, issued_on=day, at=at(day))
        except InvoiceNotCancellable:
            continue


def crowd(provider_id: UUID, day: date, count: int) -> dict[str, float]:
    """Every process issues at once; how long it took, and how many failed."""
    begun = time.monotonic()
    children = [
        fork(lambda n=n: one_of_the_crowd(provider_id, day, n))  # type: ignore[misc]
        for n in range(count)
    ]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
    return {"seconds": time.monotonic() - begun, "failed": failed}


def die_at(step: str) -> Callable[[str], None]:
    def listener(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return listener


def run_and_draw(provider_id: UUID, day: date) -> None:
    from billing.operations.documents import relay_documents

    issue(provider_id, day)
    relay_documents(provider_id=provider_id, at=datetime.now(UTC), limit=1)


def doomed(provider_id: UUID, day: date, step: str) -> None:
    from billing.operations import invoice_run
    from core import steps

    invoice_run.CHUNK = SMALL_CHUNK
    steps.listen(die_at(step) if step else None)
    run_and_draw(provider_id, day)


def killed(provider_id: UUID, day: date, kills: int, seed: int) -> dict[str, int]:
    """Which deaths really happened."""
    chance, at_steps, at_random = random.Random(seed), 0, 0
    for step in RUN_STEPS[:-1]:  # the last step of a run comes when nothing is left
        child = fork(lambda s=step: doomed(provider_id, day, s))  # type: ignore[misc]
        at_steps += os.waitpid(child, 0)[1] == signal.SIGKILL
    for _ in range(kills):
        child = fork(lambda: doomed(provider_id, day, ""))
        time.sleep(chance.uniform(0.01, 0.25))
        os.kill(child, signal.SIGKILL)
        at_random += os.waitpid(child, 0)[1] == signal.SIGKILL
    for step in (RUN_STEPS[-1], *DOCUMENT_STEPS):
        child = fork(lambda s=step: doomed(provider_id, day, s))  # type: ignore[misc]
        at_steps += os.waitpid(child, 0)[1] == signal.SIGKILL
    return {"at_steps": at_steps, "at_random": at_random}


def clean(provider_id: UUID, day: date) -> dict[str, int]:
    return {"issued": issue(provider_id, day)}


def main() -> None:
    verb, provider, day, *rest = sys.argv[1:]
    set_up()
    verbs: dict[str, Callable[..., object]] = {"crowd": crowd, "killed": killed, "clean": clean}
    result = verbs[verb](UUID(provider), date.fromisoformat(day), *map(int, rest))
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
