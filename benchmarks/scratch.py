"""Scratch databases for the benchmarks: seeded once, cloned for each measure, dropped after."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from providers.roles import database_statements

CHECKOUT = Path(__file__).resolve().parent.parent


def _with_database(url: str, name: str) -> str:
    """The same server, another database: only the last part of the path changes."""
    address, _, query = url.partition("?")
    server = address.rpartition("/")[0]
    return f"{server}/{name}" + (f"?{query}" if query else "")


class Scratch:
    """The databases of one benchmark, on the server that DATABASE_OWNER_URL names."""

    def __init__(self, app_url: str, owner_url: str, prefix: str = "bench") -> None:
        self.app_url, self.owner_url = app_url, owner_url
        self.prefix = f"{prefix}_{os.getpid()}"
        self.names: list[str] = []

    def environment(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(60),
            "DATABASE_URL": _with_database(self.app_url, name),
            "DATABASE_OWNER_URL": _with_database(self.owner_url, name),
            "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0"),
        }

    def _execute(self, statement: str) -> None:
        self.execute_in("postgres", statement)

    def execute_in(self, name: str, statement: str) -> None:
        """One statement of the owner's in a database."""
        link = psycopg2.connect(_with_database(self.owner_url, name))
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement)
        link.close()

    def create(self, suffix: str, template: str | None = None) -> str:
        name = f"{self.prefix}_{suffix}"
        self._execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        self.names.append(name)
        if template is None:
            for statement in database_statements():
                self.execute_in(name, statement)
            self.run(name, "manage.py", "migrate", "-v0", as_owner=True)
        return name

    def run(self, name: str, *arguments: str, as_owner: bool = False) -> str:
        """A fresh process on one database; its standard output."""
        environment = self.environment(name)
        if as_owner:
            environment["CLAUSIER_CONNECT_AS"] = "owner"
        done = subprocess.run(
            [sys.executable, *arguments], cwd=CHECKOUT, env=environment, check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def collect_static(self) -> None:
        """Hashed names, as a served site has them."""
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
        subprocess.run(command, cwd=CHECKOUT, env=self.environment("postgres"), check=True)

    def drop(self) -> None:
        for name in self.names:
            self._drop(name)

    def _drop(self, name: str) -> None:
        """The server's own vacuum may be at work in it: it is waited for."""
        for _ in range(60):
            try:
                self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            except psycopg2.Error:
                time.sleep(1)
            else:
                return


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Scratch databases on the embedded server, or on the one of the environment."""
    sys.path.insert(0, str(CHECKOUT))
    if "DATABASE_URL" in os.environ:
        databases = Scratch(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"])
    else:
        from config.embedded.places import Place
        from config.embedded.services import Services

        place = Place.here()
        Services(place).ensure_started()
        variables = place.variables()
        os.environ["REDIS_URL"] = variables["REDIS_URL"]
        databases = Scratch(variables["DATABASE_URL"], variables["DATABASE_OWNER_URL"])
    try:
        yield databases
    finally:
        databases.drop()
