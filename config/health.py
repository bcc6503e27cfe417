"""Is it alive, and is it ready: `/healthz` and `/readyz` tell the truth, to machines."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from kombu import Connection

from providers.doors import public

HEARTBEAT_KEY = "heartbeat:worker"
HEARTBEAT_SECONDS = 30
# Three beats may be missed before the worker counts as gone.
HEARTBEAT_LIFE = 4 * HEARTBEAT_SECONDS
# A local day is due at its midnight; two days without any finished run is an outage.
LATEST_RUN = timedelta(days=2)
PATIENCE = 3


class NotReady(Exception):
    """One part does not work; the text says which and how, without secrets."""


def note_heartbeat() -> None:
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_LIFE)


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotReady(f"{len(missing)} not applied")


def broker() -> None:
    options = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as link:
        link.ensure_connection(max_retries=1, timeout=PATIENCE)


def shared_cache() -> None:
    cache.set("health:probe", 1, timeout=10)
    if cache.get("health:probe") != 1:
        raise NotReady("does not keep what it is given")


def worker() -> None:
    beaten_at = cache.get(HEARTBEAT_KEY)
    if beaten_at is None:
        raise NotReady(f"no heartbeat for {HEARTBEAT_LIFE} seconds")


def daily_run() -> None:
    """The newest finished day of any provider; an installation without providers owes none."""
    from providers.models import DueWork, Provider

    if not Provider.objects.exists():
        return
    newest = DueWork.objects.aggregate(at=Max("done_at"))["at"]
    if newest is None:
        raise NotReady("never finished")
    if newest < timezone.now() - LATEST_RUN:
        raise NotReady(f"last finished {newest:%Y-%m-%d %H:%M} UTC")


# What the web server itself needs to answer; the others are told, for whoever watches.
NEEDED: dict[str, Callable[[], None]] = {
    "database": database,
    "migrations": migrations,
    "cache": shared_cache,
    "broker": broker,
}
TOLD: dict[str, Callable[[], None]] = {"worker": worker, "daily_run": daily_run}


def _told(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  whatever is broken is the answer
        return type(error).__name__
    return "ok"


@public()
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; no other part is asked: losing the database restarts no web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@public()
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything works, 503 with the parts that do not."""
    parts: dict[str, Any] = {name: _told(check) for name, check in {**NEEDED, **TOLD}.items()}
    is_ready = all(state == "ok" for state in parts.values())
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)
