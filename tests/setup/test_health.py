"""`/healthz` and `/readyz`, in good days and in bad ones."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from config.celery import heartbeat
from config.health import HEARTBEAT_KEY
from providers.models import DueWork, Provider


@pytest.fixture
def beating(db: None) -> None:
    heartbeat.delay()


def state(client: Client) -> tuple[int, dict[str, object]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def finished(days_ago: int) -> None:
    provider = Provider.objects.create(slug="p")
    done = timezone.now() - timedelta(days=days_ago)
    DueWork.objects.create(
        provider=provider, kind="daily", day=date(2026, 1, 1), claimed_at=done, done_at=done
    )


def test_everything_works(client: Client, beating: None) -> None:
    status, parts = state(client)
    assert (status, parts["ready"]) == (200, True)
    assert set(parts.values()) == {True, "ok"}


def test_alive_asks_nobody_else(client: Client) -> None:
    """No database fixture: a query would fail this test."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_a_silent_worker_is_told(client: Client, beating: None) -> None:
    cache.delete(HEARTBEAT_KEY)
    status, parts = state(client)
    assert (status, parts["worker"]) == (503, "no heartbeat for 120 seconds")


def test_a_migration_that_was_not_applied_is_told(client: Client, beating: None) -> None:
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("providers")
    MigrationRecorder(connection).record_unapplied(app, newest)
    status, parts = state(client)
    assert (status, parts["migrations"]) == (503, "1 not applied")


def test_a_broker_out_of_reach_is_told(client: Client, beating: None, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    status, parts = state(client)
    assert (status, parts["database"]) == (503, "ok")
    assert parts["broker"] == "OperationalError"


@pytest.mark.parametrize(("days_ago", "status"), [(1, 200), (3, 503)])
def test_the_daily_run_is_told(client: Client, beating: None, days_ago: int, status: int) -> None:
    finished(days_ago)
    assert state(client)[0] == status


def test_a_provider_whose_day_never_ended_is_told(client: Client, beating: None) -> None:
    Provider.objects.create(slug="p")
    assert state(client)[1]["daily_run"] == "never finished"


def test_the_health_pages_carry_the_policy_and_a_number(client: Client) -> None:
    answer = client.get("/healthz")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert len(answer["X-Request-Id"]) == 16
