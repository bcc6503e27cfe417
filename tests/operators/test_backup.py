"""The restore drill (T33): what was saved comes back whole, and five planted faults are caught.

Short form: three providers, a few hundred invoices; `script/test --long`: 100,000.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.doctor import State, safekeeping
from config.embedded.places import Place
from config.embedded.postgres import SUPERUSER, Postgres
from config.embedded.services import Services
from config.safekeeping import making
from config.safekeeping.making import EmptyBackup, make_backup
from config.safekeeping.manifest import DUMP, FILES, MANIFEST, read_manifest, write_manifest
from config.safekeeping.programs import ProgramFailed, run_program
from config.safekeeping.verifying import (
    Restored,
    empty_cluster,
    faults_of,
    newest,
    restored_faults,
)
from core import clock
from providers.roles import BACKUP, OWNER, REPORTING
from tests.billing.crashes.conftest import Cluster, reachable

IS_LONG = os.environ.get("CLAUSIER_LONG") == "1"
CONTRACTS, PROVIDERS = (100_000, 20) if IS_LONG else (300, 3)
ISSUED = CONTRACTS - 1  # one waits for the day after
DAY_AFTER = "2026-01-02"
SECRET = "drill-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM"
OTHER = SECRET[::-1]
UNREACHED = "before configured recovery target was reached"


class Drill:
    """An installation with invoices, its archived log, and a backup of each kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = Place(folder, "drill")
        self.cluster = Cluster(self.place)
        self.files = folder / "files"
        self.wal, self.base = folder / "wal", folder / "base"
        self.providers: list[str] = []
        self.backup = folder

    def administrator(self) -> str:
        return self.place.database_url(SUPERUSER)

    def run(self, *arguments: str, **more: str) -> str:
        return self.cluster.run(*arguments, SECRET_KEY=SECRET, **more)

    def build(self) -> None:
        """Migrated, invoiced, with a log that is archived from the first day."""
        services = Services(self.place)
        services.ensure_started()
        self.wal.mkdir(mode=0o777)
        self.wal.chmod(0o777)
        with services.postgres.session() as link, link.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET archive_mode = on")
            cursor.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {self.wal}/%f'")
        services.postgres.stop()
        services.postgres.start()
        self.run("manage.py", "migrate", "-v0", CLAUSIER_CONNECT_AS="owner")
        self.providers = self.cluster.seed(CONTRACTS, PROVIDERS)
        self.put_off_one()
        for provider in self.providers:
            self.cluster.workers("clean", provider)
        self.files.mkdir()
        (self.files / "a document.pdf").write_bytes(b"%PDF-1.7 drill")

    def put_off_one(self) -> None:
        """A contract that the restored portal is to invoice."""
        with self.owner() as link, link.cursor() as cursor:
            cursor.execute(
                f"UPDATE contracts_contract SET next_invoice_on = '{DAY_AFTER}' WHERE id ="
                " (SELECT id FROM contracts_contract ORDER BY id LIMIT 1)"
            )

    def owner(self) -> Any:
        link = self.cluster.owner()
        with link.cursor() as cursor:
            cursor.execute("SELECT set_config('app.provider', %s, false)", [self.providers[0]])
        return link

    def save(self) -> None:
        options = (f"--pgdata={self.base}", "--checkpoint=fast", "--wal-method=none")
        run_program("pg_basebackup", *options, address=self.administrator())
        self.backup = make_backup(
            self.folder / "backups",
            address=self.place.database_url(BACKUP),
            files=self.files,
            at=clock.now(),
            secret=SECRET,
        )


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    found = Drill(reachable(tmp_path_factory.mktemp("drill")))
    try:
        found.build()
        found.save()
        yield found
    finally:
        Services(found.place).stop()


@pytest.fixture
def copy(drill: Drill, tmp_path: Path) -> Path:
    """The backup, to be spoiled."""
    return Path(shutil.copytree(drill.backup, tmp_path / drill.backup.name))


def told(folder: Path, *, at: datetime | None = None, secret: str = SECRET) -> list[str]:
    return faults_of(folder, at=at or clock.now(), secrets=[secret])


# --- The drill ------------------------------------------------------------------------------------


def test_a_backup_comes_back_whole_and_numbers_go_on(
    drill: Drill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restored into an empty server: rows, digests, structure, chains; the next number is n + 1."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    assert told(drill.backup) == []
    manifest = read_manifest(drill.backup, secrets=[SECRET])
    invoices = manifest.rows["billing_invoice"]
    assert set(invoices) == set(drill.providers)
    assert sum(int(count) for count, _digest in invoices.values()) == ISSUED
    began = time.monotonic()
    with empty_cluster() as into:
        assert restored_faults(drill.backup, into, secrets=[SECRET]) == []
        assert next_number(into, drill.providers[0]) == CONTRACTS // PROVIDERS
    if not IS_LONG:
        assert time.monotonic() - began < 60


def next_number(into: Restored, provider: str) -> int:
    """The restored portal invoices what is due: the number that it gives."""
    environment = {**os.environ, "DATABASE_URL": into.app, "SECRET_KEY": SECRET}
    environment |= {"REDIS_URL": "redis://localhost:1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    module = "tests.billing.crashes.workers"
    command = [sys.executable, "-m", module, "clean", provider, DAY_AFTER]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    with psycopg2.connect(into.administrator) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT sequence FROM billing_invoice WHERE provider_id = %s"
            " AND issue_date = %s", [provider, DAY_AFTER],
        )  # fmt: skip
        [(number,)] = cursor.fetchall()
    return int(number)


def test_the_commands_do_it_in_two_lines(drill: Drill) -> None:
    """As documented: `backup`, then `verify_backup`; `doctor` reads the same folder."""
    target = drill.folder / "by command"
    variables = {
        "BACKUP_DATABASE_URL": drill.place.database_url(BACKUP),
        "MEDIA_ROOT": str(drill.files),
        "BACKUP_FOLDER": str(target),
    }
    made = drill.run("manage.py", "backup", **variables).strip()
    assert Path(made).parent == target
    assert Path(made).stat().st_mode & 0o077 == 0
    if IS_LONG:
        return
    printed = drill.run("manage.py", "verify_backup", str(target), **variables)
    assert "restored, compared, its chains hold" in printed


def test_a_durable_server_is_told_so(drill: Drill) -> None:
    printed = drill.run("manage.py", "doctor", "--json", "--only", "durability", "role", "walls")
    assert json.loads(printed)["state"] == "OK"


# --- Point in time --------------------------------------------------------------------------------


def instant(drill: Drill) -> tuple[str, str]:
    """Now, by the server, and the segment of its log that is being written."""
    with psycopg2.connect(drill.administrator()) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT clock_timestamp()::text, pg_walfile_name(pg_current_wal_insert_lsn())"
        )
        found, segment = cursor.fetchone() or ("", "")
    return str(found), str(segment)


def archive_all(drill: Drill) -> None:
    with psycopg2.connect(drill.administrator()) as link, link.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_switch_wal())")
        [name] = cursor.fetchone() or ("",)
    wait_until((drill.wal / name).exists, "the log was not archived")


def wait_until(is_so: Callable[[], bool], otherwise: str) -> None:
    """Ten seconds at most."""
    for _ in range(200):
        if is_so():
            return
        time.sleep(0.05)
    pytest.fail(otherwise)


def delete_everything(drill: Drill) -> None:
    """Planted: somebody with all powers empties the payments' side of every provider."""
    with Postgres(drill.place).session("clausier", SUPERUSER) as link, link.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM billing_invoiceline")
        cursor.execute("DELETE FROM billing_invoice")


def recovered(drill: Drill, wal: Path, until: str, folder: Path) -> Postgres:
    """A server started from the base backup, that reads the archived log up to an instant."""
    folder.mkdir()
    place = Place(reachable(folder), "recovered")
    place.data.mkdir(parents=True)
    place.prepare()
    server = Postgres(place)
    shutil.copytree(drill.base, server.data)
    server.data.chmod(0o700)
    (server.data / "postgresql.auto.conf").write_text(
        f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{until}'\n"
        "recovery_target_action = 'promote'\narchive_mode = off\n"
    )
    (server.data / "recovery.signal").touch()
    server.start()
    return server


def test_just_before_a_mass_delete(drill: Drill, tmp_path: Path) -> None:
    """Base backup and log: every invoice is there again; with a hole in the log, none is served."""
    before, segment = instant(drill)
    time.sleep(0.05)
    delete_everything(drill)
    archive_all(drill)
    server = recovered(drill, drill.wal, before, tmp_path / "whole")
    try:
        with server.session("clausier", SUPERUSER) as link, link.cursor() as cursor:
            wait_until(lambda: is_recovered(cursor), "recovery did not end")
            cursor.execute("SELECT count(*) FROM billing_invoice")
            assert cursor.fetchone() == (ISSUED,)
    finally:
        server.stop()
    holed = tmp_path / "holed-log"
    shutil.copytree(drill.wal, holed)
    # The delete may fill more than one segment: coming back to before needs not the last ones.
    (holed / segment).unlink()
    assert is_refused(drill, holed, before, tmp_path / "holed")


def is_recovered(cursor: Any) -> bool:
    cursor.execute("SELECT pg_is_in_recovery()")
    return bool(cursor.fetchone() == (False,))


def is_refused(drill: Drill, wal: Path, until: str, folder: Path) -> bool:
    """PostgreSQL stops rather than serve a state earlier than the one asked for; it may answer
    readers for a moment before it finds that its log ends too early.
    """
    try:
        server = recovered(drill, wal, until, folder)
    except Exception as error:  # noqa: BLE001  the launcher's, with the server's words
        return UNREACHED in str(error)
    try:
        wait_until(lambda: server.pid() is None, "a server with a hole in its log goes on")
    finally:
        server.stop()
    return UNREACHED in server.log.read_text()


# --- Planted faults -------------------------------------------------------------------------------


def test_a_dump_of_a_role_under_the_walls_is_refused(drill: Drill, tmp_path: Path) -> None:
    for role in (REPORTING, OWNER):
        with pytest.raises(EmptyBackup, match="would be empty"):
            make_backup(
                tmp_path, address=drill.place.database_url(role), files=drill.files,
                at=clock.now(), secret=SECRET,
            )  # fmt: skip
    assert newest(tmp_path) is None


def test_an_empty_dump_is_caught_when_it_is_verified(
    drill: Drill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nobody asks the role, and pg_dump is told to be content with what it sees."""
    address = drill.place.database_url(REPORTING)
    monkeypatch.setattr(making, "_refuse_walled", lambda cursor: None)
    with pytest.raises(ProgramFailed, match="row-level security"):
        make_backup(
            tmp_path / "a", address=address, files=drill.files, at=clock.now(), secret=SECRET
        )

    def content(name: str, *options: str, address: str = "") -> str:
        return run_program(name, *options, "--enable-row-security", address=address)

    monkeypatch.setattr(making, "run_program", content)
    made = make_backup(
        tmp_path / "b", address=address, files=drill.files, at=clock.now(), secret=SECRET
    )
    assert told(made) == ["there are providers, but no row of any of them"]


def test_a_dump_that_lost_rows_is_caught_when_it_is_restored(
    drill: Drill, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the dump is another one than the manifest's, although its file is whole."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    manifest = read_manifest(copy, secrets=[SECRET])
    manifest.rows["billing_payment"] = {drill.providers[0]: ["7", "1"]}
    manifest.rows["billing_invoice"][drill.providers[0]][1] = "1"
    manifest.structure.append("policy billing_invoice wall_of_wind r")
    write_manifest(copy, manifest, secret=SECRET)
    assert told(copy) == []
    with empty_cluster() as into:
        found = restored_faults(copy, into, secrets=[SECRET])
    assert f"billing_payment: 0 rows instead of 7 ({drill.providers[0]})" in found
    assert any("billing_invoice: its rows are not those" in fault for fault in found)
    assert "missing: policy billing_invoice wall_of_wind r" in found


def test_another_key_is_caught(drill: Drill) -> None:
    assert "another SECRET_KEY" in told(drill.backup, secret=OTHER)[0]
    assert faults_of(drill.backup, at=clock.now(), secrets=[OTHER, SECRET]) == []


def test_an_old_dump_is_caught(drill: Drill) -> None:
    at = clock.now() + timedelta(hours=27)
    assert told(drill.backup, at=at) == ["it is 27 hours old: a newer one is missing"]
    assert told(drill.backup, at=datetime(2020, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", [DUMP, FILES, MANIFEST])
def test_a_truncated_file_is_caught(copy: Path, name: str) -> None:
    with (copy / name).open("r+b") as stream:
        stream.truncate((copy / name).stat().st_size - 100)
    assert name in told(copy)[0]


def test_one_changed_byte_is_caught(copy: Path) -> None:
    with (copy / DUMP).open("r+b") as stream:
        stream.seek(5000)
        byte = stream.read(1)
        stream.seek(5000)
        stream.write(bytes([byte[0] ^ 1]))
    assert told(copy) == [f"{DUMP} is not the file that was written"]
    shutil.copy(copy / MANIFEST, copy / "kept")
    text = (copy / MANIFEST).read_text().replace("billing_invoice", "billing_invoicf")
    (copy / MANIFEST).write_text(text)
    assert told(copy) == [f"{MANIFEST} was altered since it was sealed"]


def test_a_backup_cut_short_does_not_count(drill: Drill, tmp_path: Path) -> None:
    (tmp_path / "2026-01-01T000000Z.part").mkdir()
    assert newest(tmp_path) is None
    assert newest(drill.backup.parent) == drill.backup


def test_the_doctor_looks_at_the_newest_backup(
    drill: Drill, copy: Path, settings: Any, db: None
) -> None:
    settings.SECRET_KEY, settings.BACKUP_FOLDER = SECRET, str(copy.parent)
    assert safekeeping.backup().state == State.OK
    (copy / DUMP).write_bytes(b"")
    assert safekeeping.backup().state == State.FAIL


def test_the_doctor_sees_a_series_that_lost_its_end(drill: Drill) -> None:
    """Planted: invoices removed by a superuser, as the mass delete above does."""
    delete_everything(drill)
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--only", "chains"],
        env={**drill.cluster.environment, "SECRET_KEY": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "FAIL  chains  not where the counter says" in done.stdout
    assert callable(safekeeping.chains)
