"""Undoing an import: new rows are taken back, changed ones get what they had; all or nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.steps import reached
from imports.enums import ImportState, Verdict
from imports.kinds import KINDS, Hand, Kind
from imports.models import Import, ImportRow
from imports.operations.checking import job_of, locked
from providers.audit import record
from providers.models import Job

UNDO = "import_undo"


class NotDone(DomainError):
    """An import that was never done, or is undone already."""


class CannotUndo(DomainError):
    """Something depends on a row, or somebody changed it since."""


@transaction.atomic
def start_undo(*, import_id: UUID, at: datetime, by: UUID | None = None) -> Job:
    """Ask for an import to be undone; asked twice, it is the same job. Errors: `NotDone`."""
    imported = locked(import_id)
    if imported.state not in (ImportState.COMMITTED, ImportState.UNDONE):
        raise NotDone(_("This import was not done: there is nothing to undo."))
    job = job_of(UNDO, imported, at=at, by=by)
    imported.undo_job = job.pk
    imported.save(update_fields=["undo_job"])
    return job


@transaction.atomic
def undo_rows(*, import_id: UUID, at: datetime, by: UUID | None = None) -> Import:
    """Undo every row, the last first; delivered again, it finds them undone.

    Errors, nothing changed: `NotDone`, `CannotUndo` with the row and the reason.
    """
    imported = locked(import_id)
    if imported.state == ImportState.UNDONE:
        return imported
    if imported.state != ImportState.COMMITTED:
        raise NotDone(_("This import was not done: there is nothing to undo."))
    kind, hand = KINDS[imported.kind], Hand(at, by)
    done = imported.rows.filter(verdict__in=(Verdict.NEW, Verdict.CHANGED))
    for row in done.order_by("-number").iterator(chunk_size=500):
        _undo(kind, row, hand)
    reached("import_rows_undone")
    imported.state, imported.undone_at, imported.undone_by = ImportState.UNDONE, at, by
    imported.save()
    record("import.undone", imported, at=at, actor_id=by, kind=imported.kind)
    return imported


def _undo(kind: Kind, row: ImportRow, hand: Hand) -> None:
    subject = kind.locked(row.subject_id) if row.subject_id else None
    if subject is None:
        raise CannotUndo(_("Row %(row)s, %(label)s: it is not there any more."), params=_named(row))
    if kind.is_readable and kind.current(subject) != row.after:
        raise CannotUndo(
            _("Row %(row)s, %(label)s: somebody has changed it since."), params=_named(row)
        )
    try:
        if row.verdict == Verdict.NEW:
            kind.take_back(subject, hand)
        else:
            kind.change(subject, row.before, hand)
    except DomainError as error:
        raise CannotUndo(error.message, params={**error.params, **_named(row)}) from error


def _named(row: ImportRow) -> dict[str, object]:
    return {"row": row.number, "label": row.label}
