"""What may serve, and what each role may do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from config.checks import refuse_powerful_role
from config.embedded.places import Place
from config.embedded.services import Services
from providers.roles import APP, BACKUP, OWNER, POWER, REPORTING, role_statements
from tests.harness.database import Databases, address

GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"]
CELERY = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet"]
SERVERS = {
    "web": [*GUNICORN, "config.wsgi"],
    "worker": [*CELERY, "worker", "--pool", "solo"],
    "beat": [*CELERY, "beat", "--schedule", "{folder}/beat", "--pidfile="],
}
POWERS = {
    APP: "",
    REPORTING: "",
    OWNER: "owner of tables",
    BACKUP: "BYPASSRLS",
    "postgres": "superuser",
}


def connected_as(databases: Databases, role: str) -> str:
    settings = {**databases.owner, "USER": role, "PASSWORD": "", "NAME": databases.clone}
    return address(settings)


@pytest.fixture
def superuser(db: None, databases: Databases) -> Iterator[Any]:
    """The administrator of the tests' own server."""
    with Services(Place.here()).postgres.session(databases.clone) as connection:
        yield connection


def power_of(databases: Databases, role: str) -> str:
    link = psycopg2.connect(connected_as(databases, role))
    try:
        with link.cursor() as cursor:
            cursor.execute(POWER)
            (power,) = cursor.fetchone() or ("unknown",)
            return str(power)
    finally:
        link.close()


def test_the_app_role_may_serve(transactional_db: None) -> None:
    refuse_powerful_role()


@pytest.mark.parametrize(("role", "power"), POWERS.items())
def test_what_passes_the_walls_is_known(
    db: None, databases: Databases, role: str, power: str
) -> None:
    assert power_of(databases, role) == power


def test_a_member_of_a_powerful_role_is_as_powerful(superuser: Any, databases: Databases) -> None:
    """`SET ROLE` is one statement away."""
    member = f"member_{os.getpid()}"
    with superuser.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {member} LOGIN IN ROLE {BACKUP}")
        try:
            assert power_of(databases, member) == "member of a role without walls"
        finally:
            cursor.execute(f"DROP ROLE {member}")


@pytest.mark.parametrize("server", SERVERS)
def test_what_serves_refuses_to_start_as_the_owner(
    server: str,
    checkout: Path,
    tmp_path: Path,
    databases: Databases,
    process_environment: dict[str, str],
) -> None:
    owner = {"DATABASE_URL": process_environment["DATABASE_OWNER_URL"]}
    done = subprocess.run(
        [part.format(folder=tmp_path) for part in SERVERS[server]],
        cwd=checkout,
        env={**process_environment, **owner, "PORT": "0", "WEB_WORKERS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode != 0
    assert "passes the walls between providers (owner of tables)" in done.stdout + done.stderr


def table_rights(superuser: Any, role: str) -> set[str]:
    """What a role may do to every table, taken together."""
    with superuser.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT privilege_type FROM information_schema.table_privileges "
            "WHERE grantee = %s AND table_schema = 'public'",
            [role],
        )
        return {right for (right,) in cursor.fetchall()}


def test_the_app_role_changes_rows_and_the_readers_read(superuser: Any) -> None:
    assert table_rights(superuser, APP) == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert table_rights(superuser, BACKUP) == {"SELECT"}
    assert table_rights(superuser, REPORTING) == {"SELECT"}
    assert table_rights(superuser, "PUBLIC") == set()


def test_the_readers_read_every_table(superuser: Any) -> None:
    with superuser.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'public' AND relkind IN ('r', 'p') "
            "AND NOT (has_table_privilege(%s, c.oid, 'SELECT') "
            "AND has_table_privilege(%s, c.oid, 'SELECT'))",
            [BACKUP, REPORTING],
        )
        assert cursor.fetchall() == []


def test_the_roles_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("setup_roles", "--database", "portal")
    printed = capsys.readouterr().out
    for role in (APP, OWNER, BACKUP, REPORTING):
        assert f"CREATE ROLE {role}" in printed
    assert "CREATE DATABASE portal OWNER clausier_owner" in printed
    assert "TRUNCATE" not in printed


def test_the_roles_can_be_set_again_on_a_server_of_ones_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As a container's one-shot does at every start, on a server that has the roles already."""
    services = Services(Place(tmp_path, "test"))
    monkeypatch.setenv("DATABASE_ADMIN_URL", services.place.database_url("postgres", "postgres"))
    monkeypatch.setenv("APP_PASSWORD", "it's 50 % secret")
    services.ensure_started()
    try:
        for _ in range(2):
            call_command("setup_roles", "--run", "--database", "portal", verbosity=0)
        with services.postgres.session() as link, link.cursor() as cursor:
            cursor.execute("SELECT rolpassword <> '' FROM pg_authid WHERE rolname = %s", [APP])
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'portal'")
            assert cursor.fetchone() == (OWNER,)
    finally:
        services.stop()


def test_without_an_address_the_roles_are_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_ADMIN_URL", raising=False)
    with pytest.raises(CommandError, match="DATABASE_ADMIN_URL"):
        call_command("setup_roles", "--run")


def test_a_password_cannot_leave_its_quotes() -> None:
    statements = role_statements(
        passwords={APP: "a'; DROP ROLE x; --"}, owner_creates_databases=False
    )
    assert statements[-1] == "ALTER ROLE clausier_app PASSWORD 'a''; DROP ROLE x; --'"
    with pytest.raises(ValueError, match="backslash"):
        role_statements(passwords={APP: "a\\"}, owner_creates_databases=False)
