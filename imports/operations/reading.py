"""Receiving a file, and saying which of its columns is which."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import override

from core.errors import DomainError
from core.errors import gettext_noop as _
from imports.enums import ImportState
from imports.kinds import KINDS, Kind
from imports.models import Import, ImportTable
from imports.rules.files import read_file
from imports.rules.tables import HEADS_AMONG, MOST_ROWS, Table, TableRefused
from imports.rules.words import guess, head_of
from providers.audit import record


class WrongMapping(DomainError):
    """A column that a row needs is named nowhere, or one place is named twice."""


class NotOpen(DomainError):
    """An import that is done, or undone: its columns do not change any more."""


@transaction.atomic
def receive_file(
    *, kind: str, name: str, content: bytes, at: datetime, by: UUID | None = None
) -> Import:
    """Read a file and keep its values as text; its bytes are let go. Errors: `TableRefused`."""
    found = read_file(name, content)
    head = head_of(found.table.rows, aliases_of(KINDS[kind]), HEADS_AMONG)
    made = Import(
        kind=kind,
        file_name=found.name,
        file_sha256=found.sha256,
        file_size=found.size,
        head=head,
        mapping=guessed(KINDS[kind], found.table, head),
        sent_at=at,
        sent_by=by,
    )
    made.save(force_insert=True)
    packed = gzip.compress(json.dumps(found.table.rows, ensure_ascii=False).encode(), 6)
    ImportTable.objects.create(imported=made, content=packed)
    return made


def table_of_import(imported: Import) -> Table:
    content = ImportTable.objects.values_list("content", flat=True).get(imported=imported)
    return Table(tuple(tuple(row) for row in json.loads(gzip.decompress(bytes(content)))))


def aliases_of(kind: Kind) -> dict[str, list[str]]:
    """Every name of every column: its code, its label in both languages, its aliases."""
    found: dict[str, list[str]] = {}
    for column in kind.columns:
        names = [column.code, *column.aliases]
        for language in ("fr", "en"):
            with override(language):
                names.append(str(column.label))
        found[column.code] = names
    return found


def guessed(kind: Kind, table: Table, head: int) -> dict[str, int]:
    return guess(table.cells(head), aliases_of(kind))


@transaction.atomic
def choose_columns(
    *, import_id: UUID, head: int, mapping: Mapping[str, int], at: datetime, by: UUID | None = None
) -> Import:
    """Say which row names the columns, and which column is which.

    What an earlier check said is forgotten. Errors: `WrongMapping`, `NotOpen`, `TableRefused`.
    """
    imported: Import = Import.objects.select_for_update().get(id=import_id)
    is_open = imported.state in (ImportState.READ, ImportState.CHECKED)
    if not is_open or imported.values_erased_at is not None:
        raise NotOpen(_("This import is over: send the file again."))
    table = table_of_import(imported)
    _check_mapping(KINDS[imported.kind], mapping)
    _check_rows(table, head)
    imported.head, imported.mapping = head, dict(mapping)
    imported.state, imported.checks = ImportState.READ, imported.checks + 1
    imported.check_job = imported.commit_job = None
    imported.save()
    imported.rows.all().delete()
    record("import.checked", imported, at=at, actor_id=by, kind=imported.kind)
    return imported


def _check_mapping(kind: Kind, mapping: Mapping[str, int]) -> None:
    if not mapping:
        raise WrongMapping(_("Say which column is which."))
    seen: set[int] = set()
    for code, place in mapping.items():
        if place in seen:
            raise WrongMapping(_("This column of the file is chosen twice."), field=code)
        seen.add(place)
    if set(mapping) - set(kind.by_code):
        raise WrongMapping(_("Say which column is which."))


def _check_rows(table: Table, head: int) -> None:
    count = sum(1 for _row in table.below(head))
    if not count:
        raise TableRefused(_("There is no row under the names of the columns."), field="head")
    if count > MOST_ROWS:
        raise TableRefused(
            _("The file has more than %(most)s rows: cut it into several files."),
            field="head",
            params={"most": MOST_ROWS},
        )
