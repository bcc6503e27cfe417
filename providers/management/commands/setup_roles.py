"""Print, or run, the SQL that creates the roles of the database."""

import os
from argparse import ArgumentParser
from typing import Any

import psycopg2
import psycopg2.extensions
from django.core.management.base import BaseCommand, CommandError

from providers.roles import (
    APP,
    BACKUP,
    DATABASE,
    OWNER,
    REPORTING,
    database_statements,
    role_statements,
)

PASSWORDS = {
    APP: "APP_PASSWORD",
    OWNER: "OWNER_PASSWORD",
    BACKUP: "BACKUP_PASSWORD",
    REPORTING: "REPORTING_PASSWORD",
}


class Command(BaseCommand):
    help = (
        "Print the SQL of the database roles. With --run, run it as an administrator: the address "
        "is read from DATABASE_ADMIN_URL, the passwords from APP_PASSWORD, OWNER_PASSWORD, "
        "BACKUP_PASSWORD and REPORTING_PASSWORD "
        "(each may be absent: a role without password signs in through a trusted socket only)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="run it instead of printing it")
        parser.add_argument("--database", default=DATABASE, help="name of the database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"]:
            self._run(options["database"])
            return
        self.stdout.write("-- As a superuser, in any database. Then give each role a password.")
        self._print(role_statements(passwords={}, owner_creates_databases=False))
        self.stdout.write(f"-- Once: CREATE DATABASE {options['database']} OWNER {OWNER};")
        self.stdout.write(f"-- In the database {options['database']}, before the first migrate.")
        self._print(database_statements())

    def _print(self, statements: list[str]) -> None:
        for statement in statements:
            self.stdout.write(f"{statement};")

    def _run(self, database: str) -> None:
        address = os.environ.get("DATABASE_ADMIN_URL")
        if not address:
            raise CommandError("DATABASE_ADMIN_URL is not set: the address of a superuser")
        passwords = {
            role: os.environ[variable]
            for role, variable in PASSWORDS.items()
            if os.environ.get(variable)
        }
        statements = role_statements(passwords=passwords, owner_creates_databases=False)
        with_roles = self._session(address)
        for statement in statements:
            with_roles.execute(statement)
        self._create_database(with_roles, database)
        inside = self._session(address, database)
        for statement in database_statements():
            inside.execute(statement)
        self.stdout.write(f"Roles and privileges of {database} are set.")

    def _session(self, address: str, database: str | None = None) -> Any:
        connection = psycopg2.connect(address, dbname=database)
        connection.autocommit = True
        return connection.cursor()

    def _create_database(self, cursor: Any, database: str) -> None:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if not cursor.fetchone():
            name = psycopg2.extensions.quote_ident(database, cursor)
            cursor.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
