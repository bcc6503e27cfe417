"""Making a backup: one snapshot, from which the dump and the manifest are both taken."""

import os
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg2

from config.safekeeping.manifest import (
    DUMP,
    FILES,
    Manifest,
    fingerprint,
    kept,
    rows_of,
    structure_of,
    write_manifest,
)
from config.safekeeping.programs import run_program

PASSES_WALLS: Final = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user"


class EmptyBackup(RuntimeError):
    """What was about to be written would hold no row of any provider."""


def make_backup(folder: Path, *, address: str, files: Path, at: datetime, secret: str) -> Path:
    """Write a backup below `folder` and return where; half of one never bears its final name.

    `address` is that of the backup role. Errors: `EmptyBackup` for a role that the walls stop,
    `ProgramFailed`, `OSError`.
    """
    done = folder / f"{at:%Y-%m-%dT%H%M%SZ}"
    draft = folder / f"{done.name}.part"
    draft.mkdir(mode=0o700, parents=True)
    try:
        _fill(draft, address, files, at, secret)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.rename(done)
    _settle(folder)
    return done


def _fill(draft: Path, address: str, files: Path, at: datetime, secret: str) -> None:
    found = _taken(draft, address, at, secret)
    _pack(files, draft / FILES)
    found.files.update({name: kept(draft / name) for name in (DUMP, FILES)})
    write_manifest(draft, found, secret=secret)
    for path in draft.iterdir():
        _settle(path)


def _taken(draft: Path, address: str, at: datetime, secret: str) -> Manifest:
    connection = psycopg2.connect(address)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            _refuse_walled(cursor)
            snapshot = _one(cursor, "SELECT pg_export_snapshot()")
            options = ("--format=custom", f"--snapshot={snapshot}", f"--file={draft / DUMP}")
            run_program("pg_dump", *options, address=address)
            return Manifest(
                made_at=at.isoformat(),
                server=_one(cursor, "SHOW server_version"),
                key=fingerprint(secret),
                rows=rows_of(cursor),
                structure=structure_of(cursor),
            )
    finally:
        connection.close()


def _refuse_walled(cursor: Any) -> None:
    """Under the policies every table of providers looks empty, and the dump would be."""
    if not _one(cursor, PASSES_WALLS):
        raise EmptyBackup(
            "this role stands behind the walls between providers: its dump would be empty. "
            "BACKUP_DATABASE_URL names the backup role."
        )


def _one(cursor: Any, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]


def _pack(files: Path, target: Path) -> None:
    """The documents' folder; an installation that has none packs nothing."""
    with tarfile.open(target, "w") as archive:
        if files.is_dir():
            archive.add(files, arcname="files")


def _settle(path: Path) -> None:
    """On the disk before it counts."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
