"""The dry run: every row is done, looked at, and undone; what was seen is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from imports.enums import ImportState, Verdict
from imports.kinds import KINDS, Hand
from imports.models import Import, ImportRow
from imports.operations.judging import Outcome, counts_of, go_through
from imports.operations.reading import choose_columns
from providers.enums import JobState
from providers.models import Job
from providers.operations.jobs import Piece, resume_job, start_job

CHECK = "import_check"
AT_ONCE = 1000


class ValuesErased(DomainError):
    """An import whose values are past their days: it can be neither done nor undone."""


class CheckedSince(DomainError):
    """The columns were chosen anew while a job of the earlier choice was waiting."""


class _TriedOnly(Exception):
    """Undoes what a trial did."""


def start_check(*, import_id: UUID, at: datetime, by: UUID | None = None) -> Job:
    """Ask for the dry run of the columns last chosen; asked twice, it is the same job."""
    imported = locked(import_id)
    job = job_of(CHECK, imported, at=at, by=by)
    imported.check_job = job.pk
    imported.save(update_fields=["check_job"])
    return job


def job_of(kind: str, imported: Import, *, at: datetime, by: UUID | None) -> Job:
    """One job of a kind for one check of an import; asked for again, one that failed goes on."""
    job = start_job(
        kind=kind,
        key=f"{imported.pk}:{imported.checks}:{by or ''}",
        pieces=[Piece(str(imported.pk), imported.file_name)],
        parameters={
            "import": str(imported.pk),
            "check": imported.checks,
            "about": imported.file_name,
        },
        asked_by=by,
        at=at,
    )
    if job.state in (JobState.FAILED, JobState.STOPPED):
        return resume_job(job_id=job.pk, at=at, by=by)
    return job


def locked(import_id: UUID) -> Import:
    """The import, for whoever works on its values. Errors: `ValuesErased`."""
    found: Import = Import.objects.select_for_update().get(id=import_id)
    if found.values_erased_at is not None:
        raise ValuesErased(_("The values of this import are erased: send the file again."))
    return found


@transaction.atomic
def check_columns(
    *, import_id: UUID, head: int, mapping: Mapping[str, int], at: datetime, by: UUID | None = None
) -> Job:
    """Say which column is which, and ask for their dry run.

    Errors: `WrongMapping`, `NotOpen`, `TableRefused`.
    """
    choose_columns(import_id=import_id, head=head, mapping=mapping, at=at, by=by)
    return start_check(import_id=import_id, at=at, by=by)


@transaction.atomic
def check_rows(*, import_id: UUID, check: int, at: datetime, by: UUID | None = None) -> Import:
    """Say of each row what an import would do with it; nothing else is written.

    Errors: `CheckedSince`.
    """
    imported = locked(import_id)
    if imported.checks != check or imported.state not in (ImportState.READ, ImportState.CHECKED):
        raise CheckedSince(_("The columns were chosen again: a newer check tells."))
    outcomes = try_out(imported, Hand(at, by))
    imported.rows.all().delete()
    ImportRow.objects.bulk_create(
        (_row_of(imported, outcome) for outcome in outcomes), batch_size=AT_ONCE
    )
    for name, count in counts_of(outcomes).items():
        setattr(imported, name, count)
    imported.state, imported.checked_at = ImportState.CHECKED, at
    imported.save()
    return imported


def try_out(imported: Import, hand: Hand) -> list[Outcome]:
    """What an import would do, done and undone."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes = go_through(imported, KINDS[imported.kind], hand)
            raise _TriedOnly
    except _TriedOnly:
        return outcomes


def _row_of(imported: Import, outcome: Outcome) -> ImportRow:
    """A new row has no subject yet: the one of the trial is gone."""
    is_new = outcome.verdict is Verdict.NEW
    return ImportRow(
        imported=imported,
        number=outcome.number,
        verdict=outcome.verdict,
        label=outcome.label,
        problems=[problem.as_json() for problem in outcome.problems],
        subject_id=None if is_new else outcome.subject_id,
        doubts=[doubt.as_json() for doubt in outcome.doubts],
        before=outcome.before,
        after=outcome.after,
    )


def verdicts_of(imported: Import) -> Sequence[tuple[int, str]]:
    return list(imported.rows.order_by("number").values_list("number", "verdict"))
