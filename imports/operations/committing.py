"""The import itself: one transaction, that does what the check announced or nothing at all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from core.steps import reached
from imports.enums import ImportState, Verdict
from imports.kinds import KINDS, Hand
from imports.models import Import, ImportRow
from imports.operations.checking import AT_ONCE, job_of, locked, verdicts_of
from imports.operations.judging import Outcome, go_through
from providers.audit import record
from providers.models import Job

COMMIT = "import_commit"


class NotChecked(DomainError):
    """An import that nobody has checked, or whose check is not the one that was seen."""


class ChangedSince(DomainError):
    """Something in the house changed between the check and the import."""


class NothingToImport(DomainError):
    """Every row is refused, or is there already."""


@transaction.atomic
def start_commit(*, import_id: UUID, seen: int, at: datetime, by: UUID | None = None) -> Job:
    """Ask for the import of what the check `seen` announced; asked twice, it is the same job.

    Errors: `NotChecked`, `NothingToImport`, `KeyUsedAlready`.
    """
    imported = locked(import_id)
    if imported.checks != seen or imported.state == ImportState.READ:
        raise NotChecked(_("The check was done again: look at it before you import."))
    if not imported.new + imported.changed:
        raise NothingToImport(
            _("There is nothing to import: every row is there already, or refused.")
        )
    job = job_of(COMMIT, imported, at=at, by=by)
    imported.commit_job = job.pk
    imported.save(update_fields=["commit_job"])
    return job


@transaction.atomic
def commit_rows(*, import_id: UUID, check: int, at: datetime, by: UUID | None = None) -> Import:
    """Import the rows; delivered again, it finds them imported.

    Errors: `NotChecked`, `ChangedSince`.
    """
    imported = locked(import_id)
    if imported.checks != check or imported.state == ImportState.READ:
        raise NotChecked(_("The check was done again: look at it before you import."))
    if imported.state != ImportState.CHECKED:
        return imported
    outcomes = go_through(imported, KINDS[imported.kind], Hand(at, by))
    reached("import_rows_written")
    _compare(imported, outcomes)
    _keep(imported, outcomes)
    imported.state, imported.committed_at, imported.committed_by = ImportState.COMMITTED, at, by
    imported.save()
    counts = {name: getattr(imported, name) for name in ("new", "changed", "unchanged", "refused")}
    record("import.committed", imported, at=at, actor_id=by, kind=imported.kind, **counts)
    return imported


def _compare(imported: Import, outcomes: list[Outcome]) -> None:
    """Row by row what was announced; the first that differs stops everything."""
    found = [(outcome.number, str(outcome.verdict)) for outcome in outcomes]
    announced = verdicts_of(imported)
    if found == announced:
        return
    pairs = zip(found, announced, strict=False)
    number = next((mine[0] for mine, seen in pairs if mine != seen), 0)
    raise ChangedSince(
        _("Row %(row)s is not what the check said any more: check the file again."),
        params={"row": number},
    )


def _keep(imported: Import, outcomes: list[Outcome]) -> None:
    """What each row found and left, for whoever wants to undo it."""
    done = {row.number: row for row in outcomes if row.verdict in (Verdict.NEW, Verdict.CHANGED)}
    rows = list(imported.rows.filter(number__in=done))
    for row in rows:
        outcome = done[row.number]
        row.subject_id, row.before, row.after = outcome.subject_id, outcome.before, outcome.after
    ImportRow.objects.bulk_update(rows, ["subject_id", "before", "after"], batch_size=AT_ONCE)
