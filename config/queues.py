"""What waits, over all providers, as numbers without names.

The app role stays behind the walls: each active provider is opened in turn, as every sweep does,
and only counts come out. So no function, view or role that reads across providers exists. A reading
is kept for `FRESH_SECONDS`, so that asking often costs no more than asking once.
"""

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import CharField, Count, Max, Min, Q
from django.db.models.functions import Cast
from kombu import Connection

from config.health import HEARTBEAT_KEY, PATIENCE
from contracts.models import Parking
from core import clock
from providers import daily
from providers.enums import JobState, ProviderStatus
from providers.models import DueWork, Job, OutboxItem, Provider
from providers.scoping import open_scope
from providers.trail import made_at

KEY: Final = "metrics:queues"
FRESH_SECONDS: Final = 30
# The outbox's kinds of work, in words that an operator reads.
OUTBOX: Final = {"mail": "mail", "invoice_pdf": "documents"}
WEIGHED: Final = (
    "providers_outboxitem", "providers_mail", "providers_job", "providers_jobitem",
    "providers_jobpart", "billing_invoicedocument", "providers_auditentry", "django_session",
)  # fmt: skip
Values = dict[tuple[str, ...], float]


@dataclass
class Queues:
    """Figures by name: what it says, the names of its labels, the values by their labels."""

    figures: dict[str, tuple[str, tuple[str, ...], Values]] = field(default_factory=dict)

    def add(self, name: str, help_: str, labels: tuple[str, ...], values: Values) -> None:
        self.figures[name] = (help_, labels, values)


@dataclass
class _Sums:
    """Added up provider by provider; `oldest` are instants."""

    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    oldest: dict[str, datetime] = field(default_factory=dict)
    parked_contracts: int = 0
    days: Counter[str] = field(default_factory=Counter)

    def note_oldest(self, queue: str, at: datetime | None) -> None:
        if at is not None:
            self.oldest[queue] = min(at, self.oldest.get(queue, at))


def measured_queues() -> Queues:
    """The last reading, or a new one."""
    kept = cache.get(KEY)
    if isinstance(kept, Queues):
        return _with_heartbeat(kept)
    found = _measure()
    cache.set(KEY, found, FRESH_SECONDS)
    return _with_heartbeat(found)


def _measure() -> Queues:
    began, now, sums = time.perf_counter(), clock.now(), _Sums()
    for provider in Provider.objects.filter(status=ProviderStatus.ACTIVE).order_by("slug"):
        with open_scope(provider.pk):
            _add_outbox(sums)
            _add_jobs(sums)
            sums.parked_contracts += Parking.objects.filter(released_at=None).count()
        sums.days[_day_of(provider)] += 1
    found = _told(sums, now)
    _add_sizes(found)
    _add_broker(found)
    seconds = time.perf_counter() - began
    found.add("queues_read_seconds", "Seconds that this reading took.", (), {(): seconds})
    return found


def _add_outbox(sums: _Sums) -> None:
    """Rows not done, by kind; how old the oldest is stands in its id."""
    is_waiting = Q(parked_at=None)
    rows = OutboxItem.objects.filter(done_at=None).order_by().values("kind")
    for row in rows.annotate(
        waiting=Count("id", filter=is_waiting),
        parked=Count("id", filter=~is_waiting),
        oldest=Min(Cast("id", CharField()), filter=is_waiting),
    ):
        queue = OUTBOX.get(row["kind"], "other")
        sums.items[queue, "waiting"] += row["waiting"]
        sums.items[queue, "parked"] += row["parked"]
        sums.note_oldest(queue, made_at(UUID(row["oldest"])) if row["oldest"] else None)


def _add_jobs(sums: _Sums) -> None:
    rows = Job.objects.order_by().values("state").annotate(n=Count("id"), oldest=Min("asked_at"))
    for row in rows:
        sums.items["jobs", row["state"].lower()] += row["n"]
        if row["state"] == JobState.WAITING:
            sums.note_oldest("jobs", row["oldest"])


def _day_of(provider: Provider) -> str:
    """Whether the provider's local day is done; `astray` when its clock jumped."""
    try:
        due = daily.due_days(provider_id=provider.pk, today=clock.today(provider.zone))
    except daily.ClockWentAstray:
        return "astray"
    if not due:
        return "done"
    return "due" if len(due) == 1 else "late"


def _told(sums: _Sums, now: datetime) -> Queues:
    known = [(queue, state) for queue in OUTBOX.values() for state in ("waiting", "parked")]
    known += [("jobs", str(state).lower()) for state in JobState.values]
    items: Values = {key: float(sums.items[key]) for key in {*known, *sums.items}}
    ages: Values = {
        (queue,): max(0.0, (now - sums.oldest[queue]).total_seconds())
        if queue in sums.oldest
        else 0.0
        for queue in {*OUTBOX.values(), "jobs", *sums.oldest}
    }
    days: Values = {
        (state,): float(sums.days[state]) for state in ("done", "due", "late", "astray")
    }
    newest = DueWork.objects.filter(kind=daily.DAILY).aggregate(at=Max("done_at"))["at"]
    found = Queues()
    found.add("queue_items", "Rows of the queues of record.", ("queue", "state"), items)
    found.add("queue_oldest_seconds", "Age of the oldest row that waits.", ("queue",), ages)
    parked: Values = {(): float(sums.parked_contracts)}
    found.add("parked_contracts", "Contracts that a step set aside.", (), parked)
    found.add("providers_by_day", "Providers by the state of their local day.", ("state",), days)
    if newest is not None:
        last: Values = {(): newest.timestamp()}
        found.add("daily_run_last_timestamp_seconds", "When a day was last finished.", (), last)
    return found


def _add_sizes(found: Queues) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        total = float((cursor.fetchone() or (0,))[0])
        # The tables are arguments: their names are read from the catalogue, their rows are not.
        cursor.execute(
            "SELECT name, pg_total_relation_size(name::regclass) FROM unnest(%s) AS name",
            [list(WEIGHED)],
        )
        sizes: Values = {(name,): float(size) for name, size in cursor.fetchall()}
    found.add("table_bytes", "Size of a table with its indexes.", ("table",), sizes)
    found.add("database_bytes", "Size of the database.", (), {(): total})


def _add_broker(found: Queues) -> None:
    """Messages that no worker has taken yet: a broker that does not answer has no figure."""
    try:
        with Connection(settings.CELERY_BROKER_URL, **_broker_options()) as link:
            name = current_app.conf.task_default_queue
            channel: Any = link.default_channel  # of Redis, whatever the types say
            waiting = channel.client.llen(name)
    except Exception:  # noqa: BLE001  whatever its driver raises
        return
    found.add("broker_messages", "Messages in the broker's queue.", (), {(): float(waiting)})


def _broker_options() -> dict[str, Any]:
    given = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    return {"transport_options": {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **given}}


def _with_heartbeat(found: Queues) -> Queues:
    """Never kept: it is what tells that the rest is old."""
    beaten_at = cache.get(HEARTBEAT_KEY)
    age = math.inf if beaten_at is None else max(0.0, time.time() - beaten_at)
    help_ = "Seconds since beat, broker and worker last worked together; +Inf when they do not."
    found.add("worker_heartbeat_age_seconds", help_, (), {(): age})
    return found
