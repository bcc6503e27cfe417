"""One migrated template per state of the migrations, one clone of it per worker.

The owner migrates and clones; the tests themselves connect as the app role, so that what the
walls refuse in production they refuse here. Nothing the app role may do empties a table: after
a test that commits, the worker's database is thrown away and cloned again.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import environ
import psycopg2
import psycopg2.errors
import psycopg2.extensions
from django.core.management import call_command
from django.db import connections

from providers.roles import database_statements

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# A change in any of these may change what the migrations build.
SOURCES = (
    "*/migrations/*.py",
    "providers/walls.py",
    "providers/changes.py",
    "providers/history.py",
    "providers/roles.py",
    "requirements.lock",
)
Built = TypeVar("Built")
TEMPLATE, CLONE = "clausier_template", "clausier_test"


def state_of_migrations() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(CHECKOUT.glob(pattern)):
            digest.update(str(path.relative_to(CHECKOUT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class Databases:
    """The databases of one worker of one run."""

    def __init__(self, *, owner_url: str, folder: Path, run: str, worker: str) -> None:
        self.owner: dict[str, Any] = environ.Env.db_url_config(owner_url)
        self.app: dict[str, Any] = dict(connections["default"].settings_dict)
        self.folder = folder
        self.template = f"{TEMPLATE}_{state_of_migrations()}"
        self.clone = f"{CLONE}_{run}_{worker}"
        self.kept: dict[str, Any] = {}

    def as_owner(self, database: str) -> Any:
        """A connection that commits each statement."""
        settings = {**self.owner, "NAME": database}
        connection = psycopg2.connect(**connection_parameters(settings))
        connection.autocommit = True
        return connection

    def prepare(self) -> None:
        """Migrate the template unless it is there, and clone it for this worker."""
        with self._alone():
            self._drop_left_over()
            if not self._exists(self.template):
                self._build_template()
        self.reset()

    def reset(self, template: str = "") -> None:
        """A fresh clone; whoever is still connected to the old one is cut off."""
        connections.close_all()
        self._drop_clone()
        self._execute(f"CREATE DATABASE {self.clone} TEMPLATE {template or self.template}")
        connections["default"].settings_dict["NAME"] = self.clone

    def holding(self, name: str, build: Callable[[], Built]) -> Built:
        """What `build` commits to an empty clone; it builds once, and its rows are cloned then."""
        copy = f"{self.clone}_{name}"
        if name in self.kept:
            self.reset(copy)
        else:
            self.kept[name] = build()
            connections.close_all()
            self._cut_off_the_app()
            self._execute(f"CREATE DATABASE {copy} TEMPLATE {self.clone}")
        return cast("Built", self.kept[name])

    def drop(self) -> None:
        connections.close_all()
        self._drop_clone()
        for name in self.kept:
            self._execute(f"DROP DATABASE IF EXISTS {self.clone}_{name} WITH (FORCE)")

    def _drop_clone(self) -> None:
        """The owner cuts off its own sessions and the app role those of a server's threads; for a
        vacuum of PostgreSQL's own it waits.
        """
        self._cut_off_the_app()
        for pause in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 0.0):
            try:
                self._execute(f"DROP DATABASE IF EXISTS {self.clone} WITH (FORCE)")
            except psycopg2.errors.InsufficientPrivilege:
                if not pause:
                    raise
                time.sleep(pause)
            else:
                return

    def _cut_off_the_app(self) -> None:
        """Only a role itself may end its sessions: a browser keeps its server's threads alive."""
        connection = psycopg2.connect(**connection_parameters({**self.app, "NAME": "postgres"}))
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = %s AND usename = current_user",
                    [self.clone],
                )
        finally:
            connection.close()

    def _build_template(self) -> None:
        draft = f"{self.template}_draft"
        self._execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
        self._execute(f"CREATE DATABASE {draft}")
        inside = self.as_owner(draft)
        with inside.cursor() as cursor:
            for statement in database_statements():
                cursor.execute(statement)
        inside.close()
        with self._django_as_owner(draft):
            call_command("migrate", verbosity=0, interactive=False)
        self._execute(f"ALTER DATABASE {draft} RENAME TO {self.template}")

    @contextmanager
    def _django_as_owner(self, database: str) -> Iterator[None]:
        settings = connections["default"].settings_dict
        before = dict(settings)
        connections.close_all()
        settings.update(self.owner, NAME=database)
        try:
            yield
        finally:
            connections.close_all()
            settings.clear()
            settings.update(before)

    def _drop_left_over(self) -> None:
        """Clones of runs that ended without cleaning up."""
        for name in self._names(f"{CLONE}_"):
            found = re.match(rf"{CLONE}_(\d+)_", name)
            if found and not _is_alive(int(found[1])):
                self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _names(self, prefix: str) -> list[str]:
        rows = self._execute("SELECT datname FROM pg_database ORDER BY datname")
        return [name for (name,) in rows if name.startswith(prefix)]

    def _exists(self, name: str) -> bool:
        return name in self._names(name)

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        connection = self.as_owner("postgres")
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One worker builds the template, the others wait for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "template.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def connection_parameters(settings: dict[str, Any]) -> dict[str, Any]:
    """Django's description of a database as psycopg2's."""
    named = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    options: dict[str, Any] = settings.get("OPTIONS", {})
    return {key: value for key, value in named.items() if value} | options


def address(settings: dict[str, Any]) -> str:
    """The same as a URL, for processes of their own.

    >>> address({"NAME": "n", "USER": "u", "PASSWORD": "", "HOST": "", "PORT": "",
    ...          "OPTIONS": {"host": "/tmp/s"}})
    'postgresql://u@/n?host=/tmp/s'
    """
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    options = "&".join(f"{key}={value}" for key, value in settings.get("OPTIONS", {}).items())
    return (
        f"postgresql://{settings['USER']}{secret}@{settings['HOST']}{port}/{settings['NAME']}"
        + (f"?{options}" if options else "")
    )


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
