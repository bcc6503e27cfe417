"""`manage.py doctor`: what each check says when all is well, and with its fault planted."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import pytest
import redis
from django.core.cache import cache
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config import queues
from config.celery import heartbeat
from config.doctor import State, examine, installation, safekeeping, services, walls
from config.health import HEARTBEAT_KEY
from config.management.commands.doctor import CHECKS
from core import clock
from core.pdf.errors import RenderingFailed
from providers.models import AuditEntry, DueWork, OutboxItem, Provider
from providers.roles import APP, BACKUP, OWNER, REPORTING
from providers.scoping import open_scope
from tests.factories import a_provider
from tests.harness.smtp import smtp_sink
from tests.tenancy.tables import FROZEN_TABLES

OK, WARN, FAIL = State.OK, State.WARN, State.FAIL
GOOD = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.delete(queues.KEY)


@pytest.fixture
def planting(owner_connection: Any) -> Iterator[Any]:
    owner_connection.autocommit = False
    with owner_connection.cursor() as cursor:
        yield cursor
    owner_connection.rollback()


def served(settings: Any) -> None:
    """As an installation that serves people."""
    settings.IS_EMBEDDED, settings.DEBUG = False, False
    settings.IS_HTTPS, settings.BASE_URL = True, "https://portail.example"


# --- Settings -------------------------------------------------------------------------------------


def test_configuration(settings: Any) -> None:
    assert installation.configuration().state == OK
    served(settings)
    assert installation.configuration().state == OK
    settings.IS_HTTPS = False
    assert installation.configuration().state == WARN
    settings.DEBUG = True
    assert installation.configuration().state == FAIL


def test_secret(settings: Any) -> None:
    assert installation.secret().state == OK
    settings.SECRET_KEY_FALLBACKS = ["old"]
    assert installation.secret().state == FAIL
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [], "change-me-" * 8
    assert installation.secret().state == FAIL


def test_second_factor(settings: Any) -> None:
    assert installation.second_factor().state == OK
    settings.SECOND_FACTOR_REQUIRED = False
    assert installation.second_factor().state == WARN


def test_logs(settings: Any) -> None:
    served(settings)
    from config.logs import logging_settings

    settings.LOGGING = logging_settings(level="INFO", form="json")
    assert installation.logs().state == OK
    settings.LOGGING = logging_settings(level="INFO", form="console")
    assert installation.logs().state == WARN


def test_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.time_zones().state == OK
    known = available_timezones() - {"Indian/Reunion"}
    monkeypatch.setattr(installation, "available_timezones", lambda: known)
    found = installation.time_zones()
    assert (found.state, found.told) == (FAIL, "no data for Indian/Reunion")


def test_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.clocks().state == OK
    for minutes, state in ((0.5, WARN), (90, FAIL)):
        wrong = timezone.now() - timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda wrong=wrong: wrong)
        assert installation.clocks().state == state


def test_texts(settings: Any, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    assert installation.texts().state == FAIL
    compiled = tmp_path / "fr/LC_MESSAGES/django.mo"
    compiled.parent.mkdir(parents=True)
    compiled.touch()
    assert installation.texts().state == OK


# --- Database -------------------------------------------------------------------------------------


def test_role(planting: Any) -> None:
    assert walls.role().state == OK
    found = walls.role_of(planting)
    assert (found.state, found.told) == (FAIL, f"{OWNER} passes the walls (owner of tables)")


def test_roles() -> None:
    assert walls.roles().state == OK
    good = [(name, False, name == BACKUP) for name in (OWNER, APP, BACKUP)]
    assert walls.roles_of([*good, (REPORTING, False, False)]).state == OK
    assert REPORTING in walls.roles_of(good).told
    assert walls.roles_of([*good, (REPORTING, False, True)]).state == FAIL
    assert walls.roles_of([*good, (REPORTING, True, False)]).state == FAIL


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE billing_invoice DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE billing_invoice NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY wall_read ON billing_invoice",
    ],
)
def test_walls(planting: Any, statement: str) -> None:
    assert walls.walls_of(planting).state == OK
    planting.execute(statement)
    found = walls.walls_of(planting)
    assert (found.state, found.told) == (FAIL, "not walled in: billing_invoice")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE billing_invoice DISABLE TRIGGER frozen_table",
        "DROP TRIGGER frozen_row ON billing_invoice",
    ],
)
def test_frozen_rows(planting: Any, statement: str) -> None:
    assert set(walls.frozen_tables()) == FROZEN_TABLES
    assert walls.frozen_of(planting).state == OK
    planting.execute(statement)
    assert walls.frozen_of(planting).told == "issued rows may be changed: billing_invoice"


def test_migrations() -> None:
    assert walls.migrations().state == OK
    ((app, newest),) = MigrationLoader(connection).graph.leaf_nodes("billing")
    MigrationRecorder(connection).record_unapplied(app, newest)
    found = walls.migrations()
    assert (found.state, found.told) == (FAIL, f"1 not applied: {app}.{newest}")


def test_durability() -> None:
    """The tests' own server never waits for the disk: planted by nature."""
    assert walls.durability().state == FAIL
    assert walls.durability_of(GOOD).state == OK
    for name in GOOD:
        found = walls.durability_of(GOOD | {name: "off"})
        assert (found.state, found.told) == (FAIL, f"off: {name}")


# --- Services -------------------------------------------------------------------------------------


def test_broker(settings: Any) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        known = client.config_get("maxmemory-policy")["maxmemory-policy"]
    assert services.broker() == services.eviction_of(known)
    assert services.eviction_of("noeviction").state == OK
    for policy in ("allkeys-lru", "volatile-ttl", ""):
        assert services.eviction_of(policy).state == FAIL
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    [(_name, found)] = examine({"broker": services.broker})
    assert (found.state, found.told.split(":")[0]) == (FAIL, "OperationalError")


def test_cache_and_worker(settings: Any) -> None:
    assert services.cache().state == OK
    cache.delete(HEARTBEAT_KEY)
    assert services.worker().state == FAIL
    heartbeat.delay()
    assert services.worker().state == OK
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    [(_name, found)] = examine({"cache": services.cache})
    assert found.state == FAIL


def test_daily_run() -> None:
    assert services.daily_run().state == OK
    provider, done = Provider.objects.create(slug="p"), timezone.now() - timedelta(days=3)
    assert services.daily_run().told == "never finished"
    DueWork.objects.create(
        provider=provider, kind="daily", day=done.date(), claimed_at=done, done_at=done
    )
    assert services.daily_run().state == FAIL


@pytest.mark.parametrize("fault", ["parked", "old"])
def test_queues(fault: str) -> None:
    provider, now = a_provider(), clock.now()
    assert services.queues().state == OK
    cache.delete(queues.KEY)
    old = UUID(int=int((now - timedelta(hours=2)).timestamp() * 1000) << 80)
    given: dict[str, Any] = {"parked_at": now} if fault == "parked" else {"id": old}
    with open_scope(provider.pk):
        OutboxItem.objects.create(kind="mail", subject_id=old, next_try_at=now, **given)
    found = services.queues()
    assert (found.state, found.told.split(":")[0]) == (WARN, "mail")


def test_mail(settings: Any) -> None:
    assert services.mail().state == WARN
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with smtp_sink() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        assert services.mail().state == OK
        assert sink.messages == []
    found = services.mail()
    assert (found.state, found.told) == (
        FAIL, f"127.0.0.1:{settings.EMAIL_PORT} does not answer (ConnectionRefusedError)",
    )  # fmt: skip


def test_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    assert services.documents().state == OK

    def broken(*args: Any, **options: Any) -> bytes:
        raise RenderingFailed("no library")

    monkeypatch.setattr(services, "render", broken)
    [(_name, found)] = examine({"documents": services.documents})
    assert (found.state, found.told) == (
        FAIL,
        "RenderingFailed: The document could not be drawn: no library",
    )


def test_fonts() -> None:
    assert services.fonts().state == OK
    found = services.fonts_of(frozenset(services.NEEDED_LETTERS) - {"€", "Σ"})
    assert (found.state, found.told) == (FAIL, "cannot print Σ €")


def test_storage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert services.storage().state == OK

    class Closed(InMemoryStorage):
        def _save(self, name: str, content: Any) -> str:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(services, "default_storage", Closed())
    [(_name, found)] = examine({"storage": services.storage})
    assert (found.state, found.told.split(":")[0]) == (FAIL, "PermissionError")


def test_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert services.space_of(tmp_path / "not/there/yet").told.startswith("writable")
    usage = shutil._ntuple_diskusage(total=100, used=98, free=2)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    assert services.space_of(tmp_path).state == WARN


# --- What must survive ----------------------------------------------------------------------------


def test_seals() -> None:
    provider = a_provider()
    assert safekeeping.seals().state == OK
    late = clock.now() - timedelta(minutes=20)
    with open_scope(provider.pk):
        AuditEntry.objects.create(
            id=UUID(int=int(late.timestamp() * 1000) << 80),
            at=late, act="moon.landed", subject="x",
        )  # fmt: skip
    found = safekeeping.seals()
    assert (found.state, provider.slug in found.told) == (FAIL, True)


def test_no_backup(settings: Any, tmp_path: Path) -> None:
    assert safekeeping.backup().state == WARN
    settings.BACKUP_FOLDER = str(tmp_path)
    assert safekeeping.backup().told == "there is none"


# --- The command ----------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    try:
        call_command("doctor", *options)
    except SystemExit as error:
        return int(error.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_the_worst_finding_is_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--only", "secret", "role")[0] == 0
    assert run(capsys, "--only", "secret", "mail")[0] == 1
    assert run(capsys, "--only", "secret", "mail", "durability")[0] == 2


def test_the_table_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    _code, printed = run(capsys, "--only", "secret", "durability")
    first, second, third = printed.rstrip().splitlines()
    assert first.startswith("OK    secret      ")
    assert second.startswith("FAIL  durability  off: ")
    assert third.strip().startswith("→ Set them on in postgresql.conf")


def test_everything_is_told_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = run(capsys, "--json")
    found = json.loads(printed)
    assert (code, found["state"]) == (2, "FAIL")
    assert [each["check"] for each in found["checks"]] == list(CHECKS)
    wrong = {each["check"]: each["state"] for each in found["checks"] if each["state"] != "OK"}
    assert wrong == {"durability": "FAIL", "worker": "FAIL", "mail": "WARN", "backup": "WARN"}
    assert all(each["remedy"] for each in found["checks"] if each["state"] != "OK")


def test_every_check_has_been_seen_to_find_its_fault() -> None:
    """A check without a test of its own here is one nobody has seen fail."""
    source = Path(__file__).read_text() + Path(__file__).with_name("test_backup.py").read_text()
    rooms = (installation, services, walls, safekeeping)
    for check in CHECKS.values():
        name = f"{check.__module__.rsplit('.', 1)[-1]}.{check.__name__}"
        assert name in source, name
        assert any(getattr(room, check.__name__, None) is check for room in rooms)
