"""Real processes that send messages, and die where they are told.

python -m tests.billing.crashes.mail_workers post PROVIDER DAY COUNT
    writes COUNT messages.
python -m tests.billing.crashes.mail_workers killed PROVIDER DAY
    one worker killed at each named step of a message; then one that is left in peace.
python -m tests.billing.crashes.mail_workers relay PROVIDER DAY TIMES
    one worker, after TIMES leases.
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

MAIL_STEPS = ("mail_taken", "mail_handed_over", "mail_marked")


def post(provider: UUID, day: date, count: str) -> dict[str, int]:
    from providers.operations.mail import post_mail
    from providers.scoping import open_scope

    values: dict[str, Any] = {
        "practice": "Cabinet des Pins",
        "due_date": day,
        "link": "/c/x/factures/",
    }
    with open_scope(provider):
        for number in range(int(count)):
            post_mail(
                event="invoice_issued",
                key=str(number),
                to=f"cabinet-{number}@pins.example",
                language="fr",
                values=values | {"number": f"F2026-{number:05d}"},
                at=at(day),
            )
    return {"posted": int(count)}


def send(provider: UUID, now: datetime, step: str = "") -> int:
    from core import steps
    from providers.operations.sending import relay_mails

    steps.listen(die_at(step) if step else None)
    return relay_mails(provider_id=provider, now=lambda: now)


def killed(provider: UUID, day: date) -> dict[str, int]:
    """Each worker begins when the lease of the dead one is over."""
    from providers.operations.sending import LEASE

    deaths, now = 0, at(day)
    for step in MAIL_STEPS:
        deaths += _dies(provider, now, step)
        now += LEASE + timedelta(seconds=1)
    return {"deaths": deaths, "dealt_with": send(provider, now), "left": send(provider, now)}


def _dies(provider: UUID, now: datetime, step: str) -> bool:
    child = fork(lambda: _send_and_die(provider, now, step))
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def _send_and_die(provider: UUID, now: datetime, step: str) -> None:
    send(provider, now, step)


def relay(provider: UUID, day: date, times: str) -> dict[str, int]:
    from providers.operations.sending import LEASE

    now = at(day) + int(times) * (LEASE + timedelta(seconds=1))
    return {"dealt_with": send(provider, now)}


def main() -> None:
    verb, provider, day, *rest = sys.argv[1:]
    set_up()
    verbs: dict[str, Callable[..., object]] = {"post": post, "killed": killed, "relay": relay}
    sys.stdout.write(json.dumps(verbs[verb](UUID(provider), date.fromisoformat(day), *rest)))


if __name__ == "__main__":
    main()
