"""Verifying a backup: its files, its age and its key first, then a restore that must say the same.

Every fault is one sentence; none means that the backup counts.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg2
from django.conf import settings

from config.embedded.places import CHECKOUT, Place
from config.embedded.postgres import SUPERUSER, Postgres
from config.safekeeping.manifest import (
    DUMP,
    FILES,
    MANIFEST,
    BadManifest,
    Manifest,
    kept,
    read_manifest,
    rows_of,
    structure_of,
)
from config.safekeeping.programs import ProgramFailed, run_program, variables_of
from providers.roles import APP

# Beyond this a good backup is missing: daily, and two hours to make it (R24).
OLDEST: Final = timedelta(hours=26)
MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """Where a backup was restored to: as an administrator, and as the app role."""

    administrator: str
    app: str


@contextmanager
def empty_cluster() -> Iterator[Restored]:
    """A server of its own for a moment, with the roles and an empty database."""
    with tempfile.TemporaryDirectory(prefix="clausier-restore-") as folder:
        Path(folder).chmod(0o755)  # the server may run as somebody else than root
        place = Place(Path(folder), "restore")
        place.data.mkdir(parents=True)
        place.prepare()
        server = Postgres(place)
        try:
            server.start()
            yield Restored(place.database_url(SUPERUSER), place.database_url(APP))
        finally:
            server.stop()
            for left in place.sockets.iterdir():
                left.unlink()
            place.sockets.rmdir()


def newest(folder: Path) -> Path | None:
    """The backup itself, or the last one inside; one that was not finished does not count."""
    if (folder / MANIFEST).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*Z/{MANIFEST}"))
    return found[-1] if found else None


def faults_of(
    folder: Path, *, at: datetime, secrets: Iterable[str], oldest: timedelta = OLDEST
) -> list[str]:
    """What is wrong with a backup as it lies there; nothing is restored yet."""
    try:
        manifest = read_manifest(folder, secrets=secrets)
    except BadManifest as error:
        return [str(error)]
    return [*_of_age(manifest, at, oldest), *_of_files(folder, manifest), *_of_rows(manifest)]


def _of_age(manifest: Manifest, at: datetime, oldest: timedelta) -> Iterator[str]:
    age = at - manifest.age_from
    if age > oldest:
        yield f"it is {age.total_seconds() / 3600:.0f} hours old: a newer one is missing"
    if age < timedelta(0):
        yield "it was made in the future: a clock is wrong"


def _of_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name in (DUMP, FILES):
        told = manifest.files.get(name)
        if told is None or not (folder / name).is_file():
            yield f"{name} is missing"
            continue
        found = kept(folder / name)
        if found.size != told.size:
            yield f"{name} has {found.size} bytes instead of {told.size}"
        elif found != told:
            yield f"{name} is not the file that was written"


def _of_rows(manifest: Manifest) -> Iterator[str]:
    """Providers without a single row of theirs: the dump was made behind the walls."""
    providers = manifest.rows.get("providers_provider", {})
    rows = (set(owners) - {""} for table, owners in manifest.rows.items())
    if int(providers.get("", ["0"])[0]) and not any(rows):
        yield "there are providers, but no row of any of them"


def restore(folder: Path, into: Restored) -> None:
    """Into an empty database that has the roles. Errors: `ProgramFailed`."""
    name = variables_of(into.administrator)["PGDATABASE"]
    options = ("--exit-on-error", "--single-transaction", f"--dbname={name}")
    run_program("pg_restore", *options, str(folder / DUMP), address=into.administrator)


def restored_faults(folder: Path, into: Restored, *, secrets: Iterable[str]) -> list[str]:
    """Restore, and compare: rows by table and provider, structure, chains of documents and acts."""
    manifest = read_manifest(folder, secrets=secrets)
    try:
        restore(folder, into)
    except ProgramFailed as error:
        return [f"it cannot be restored: {error}"]
    connection = psycopg2.connect(into.administrator)
    try:
        with connection.cursor() as cursor:
            found = [*_rows_apart(manifest, rows_of(cursor))]
            found += _facts_apart(manifest.structure, structure_of(cursor))
    finally:
        connection.close()
    return [*found, *_chain_faults(into.app), *_archive_faults(folder / FILES)]


def _rows_apart(manifest: Manifest, found: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    for table in sorted({*manifest.rows, *found}):
        told, here = manifest.rows.get(table, {}), found.get(table, {})
        for owner in sorted({*told, *here}):
            before, after = told.get(owner, ["0", "0"]), here.get(owner, ["0", "0"])
            if before[0] != after[0]:
                yield f"{table}: {after[0]} rows instead of {before[0]} ({owner or 'of nobody'})"
            elif before != after:
                yield f"{table}: its rows are not those that were saved ({owner or 'of nobody'})"


def _facts_apart(told: list[str], here: list[str]) -> list[str]:
    gone, more = sorted({*told} - {*here}), sorted({*here} - {*told})
    return [f"missing: {fact}" for fact in gone[:MOST_TOLD]] + [
        f"not saved so: {fact}" for fact in more[:MOST_TOLD]
    ]


def _chain_faults(address: str) -> Iterator[str]:
    """The portal's own verification, as the app role, in processes of their own."""
    for command in ("verify_chain", "verify_trail"):
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=CHECKOUT,
            env={**_asked(), **os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": address},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            yield f"{command}: {(done.stdout or done.stderr).strip()[-500:]}"


def _asked() -> dict[str, str]:
    """What a process with a database of its own must be told; the environment knows better."""
    return {"SECRET_KEY": settings.SECRET_KEY, "REDIS_URL": settings.REDIS_URL}


def _archive_faults(path: Path) -> Iterator[str]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and (content := archive.extractfile(member)):
                    while content.read(1 << 20):
                        pass
    except (tarfile.TarError, OSError) as error:
        yield f"{FILES} cannot be read ({type(error).__name__})"
