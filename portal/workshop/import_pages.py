"""What the pages of imports show: the log, the steps, the result of a check."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import QuerySet, UUIDField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from imports.enums import ImportState, Verdict
from imports.kinds import KINDS
from imports.models import Import, ImportRow
from portal import jobs
from portal.components import (
    Action,
    Badge,
    Column,
    Crumb,
    Empty,
    Fact,
    Link,
    Pair,
    Row,
    Step,
    Table,
    Tone,
)
from portal.formats import number
from portal.jobs import Desk
from portal.lists import ListOrder, listed
from portal.workshop import queries
from portal.workshop.frame import may_write, url
from portal.workshop.import_changes import changes_more, changes_table, changes_title
from portal.workshop.import_forms import CommitForm
from portal.workshop.import_records import list_of
from portal.workshop.import_sheets import place_of, reason
from providers.doors import MemberRequest
from providers.models import Job, Membership
from providers.permissions import Capability
from providers.queries import names_of

NEWEST_FIRST: Final = ListOrder("id", UUIDField(), is_descending=True)
SHOWN: Final = 100
COUNTS: Final = ("new", "changed", "unchanged", "refused")


def crumbs(member: Membership) -> list[Crumb]:
    return [
        Crumb(_("Customers"), url(member, "customers")),
        Crumb(_("Imports"), url(member, "imports")),
    ]


def steps(current: int) -> list[Step]:
    labels = (_("File"), _("Columns"), _("Check"), _("Import"))
    return [
        Step(label, is_done=place < current, is_current=place == current)
        for place, label in enumerate(labels, start=1)
    ]


def new_import(member: Membership, kind: str = "") -> Action | None:
    address = url(member, "import_new") + (f"?kind={kind}" if kind else "")
    new = Action(_("New import"), address, icon="file-up")
    return new if may_write(member, Capability.IMPORTS) else None


# --- The log ----------------------------------------------------------------------------------


def log_context(request: MemberRequest) -> dict[str, Any]:
    member = request.member
    found = listed(queries.imports(), NEWEST_FIRST, request)
    return {
        "crumbs": crumbs(member)[:1],
        "action": new_import(member),
        "table": _log(member, list(found.rows)),
        "pages": found.page,
        "templates": templates_table(member),
    }


def _log(member: Membership, rows: list[Import]) -> Table:
    names = names_of({row.committed_by or row.sent_by for row in rows})
    columns = (
        Column(_("File"), is_row_header=True),
        Column(_("Content")),
        Column(_("Status")),
        Column(_("By")),
        *(Column(label, is_numeric=True) for label in _count_labels()),
    )
    lines = [
        Row(
            (
                Pair(Link(row.file_name, url(member, "import", row.pk)), row.sent_at),
                capfirst(str(KINDS[row.kind].title)),
                badge_of(row),
                names.get(row.committed_by or row.sent_by),
                *(_counted(row, name) for name in COUNTS),
            )
        )
        for row in rows
    ]
    empty = Empty(
        _("No import yet"),
        _("Customers, contacts, equipment and contracts can be brought in from a file."),
        action=new_import(member),
        icon="file-up",
    )
    return Table(_("Imports"), columns, lines, empty)


def _count_labels() -> Iterator[str]:
    yield from (_("New"), _("Changed"), _("Unchanged"), _("Refused rows"))


def _counted(row: Import, name: str) -> int | None:
    count: int = getattr(row, name)
    return count if row.state != ImportState.READ else None


def badge_of(row: Import) -> Badge:
    return {
        ImportState.READ: Badge(_("Not checked")),
        ImportState.CHECKED: Badge(_("Checked, not imported"), Tone.INFO),
        ImportState.COMMITTED: Badge(_("Imported"), Tone.SUCCESS),
        ImportState.UNDONE: Badge(_("Undone"), Tone.WARNING),
    }[ImportState(row.state)]


def templates_table(member: Membership) -> Table:
    columns = (
        Column(_("Template"), is_row_header=True),
        Column(_("How a row is recognised")),
        Column(_("CSV file")),
        Column(_("Excel file")),
    )
    rows = [
        Row(
            (
                capfirst(str(kind.title)),
                kind.about,
                Link("CSV", url(member, "import_template_csv", kind.code), kind.title),
                Link("XLSX", url(member, "import_template_xlsx", kind.code), kind.title),
            )
        )
        for kind in KINDS.values()
    ]
    return Table(_("Templates"), columns, rows, Empty(_("Nothing here")))


# --- One import -------------------------------------------------------------------------------


def file_facts(imported: Import) -> list[Fact]:
    return [
        Fact(_("File"), imported.file_name),
        Fact(_("Content"), capfirst(str(KINDS[imported.kind].title))),
        Fact(_("Sent on"), imported.sent_at),
    ]


def import_context(request: MemberRequest, imported: Import) -> dict[str, Any]:
    member, job = request.member, _job_of(imported)
    is_open = imported.state in (ImportState.READ, ImportState.CHECKED)
    is_seen = imported.state != ImportState.READ
    is_kept = is_seen and imported.values_erased_at is None
    is_moving = job is not None and not job.is_ended
    return {
        "crumbs": crumbs(member),
        "title": imported.file_name,
        "steps": steps(3 if is_open else 4),
        "badge": badge_of(imported),
        # The title is the file's name already.
        "facts": file_facts(imported)[1:] + _people(imported),
        "counts": _counts(imported) if is_seen else [],
        "is_moving": is_moving,
        **(jobs.state_context(_desk(member, job)) if job and _is_told(job) else {"progress": None}),
        "changes_title": changes_title(imported),
        "is_erased": imported.values_erased_at is not None,
        **(_values(member, imported) if is_kept else {"changes": None}),
        **_acts(member, imported, is_moving=is_moving),
    }


def _values(member: Membership, imported: Import) -> dict[str, Any]:
    """What the rows say, for as long as it is kept."""
    doubted = imported.rows.exclude(doubts=[]).order_by("number")
    count = doubted.count()
    return {
        "changes": changes_table(member, imported),
        "changes_more": changes_more(imported),
        "changes_list": list_of(member, imported),
        "doubts": _cells(imported, doubted, "doubts", _("To be completed")) if count else None,
        "doubts_more": _more(count),
        "problems": _problems(imported),
        "problems_more": _more(imported.refused),
        "downloads": _downloads(member, imported) if imported.refused else [],
    }


def _is_told(job: Job) -> bool:
    """A job that is over and went well has nothing more to say than the counts."""
    return not job.is_ended or bool(job.template)


def _job_of(imported: Import) -> Job | None:
    """The job that is, or was last, at work on it."""
    latest = {
        ImportState.READ: imported.check_job,
        ImportState.CHECKED: imported.commit_job or imported.check_job,
        ImportState.COMMITTED: imported.undo_job or imported.commit_job,
        ImportState.UNDONE: imported.undo_job,
    }[ImportState(imported.state)]
    return Job.objects.filter(id=latest).first() if latest else None


def _desk(member: Membership, job: Job) -> Desk:
    return Desk(member, job, url, clock.now(), next_acts)


def next_acts(desk: Desk) -> list[Action]:
    """From a job that is over to the import it worked on."""
    if not desk.job.kind.startswith("import_") or not desk.job.is_ended:
        return []
    address = url(desk.member, "import", desk.job.parameters["import"])
    return [Action(_("See the import"), address, icon="arrow-right")]


def _people(imported: Import) -> list[Fact]:
    names = names_of({imported.sent_by, imported.committed_by, imported.undone_by})
    done = (
        (_("Imported on"), imported.committed_at, imported.committed_by),
        (_("Undone on"), imported.undone_at, imported.undone_by),
    )
    facts = [Fact(_("Sent by"), names.get(imported.sent_by))]
    facts += [Fact(label, Pair(at, names.get(by))) for label, at, by in done if at]
    return facts


def _counts(imported: Import) -> list[Fact]:
    return [
        Fact(label, getattr(imported, name))
        for label, name in zip(_count_labels(), COUNTS, strict=True)
    ]


def _problems(imported: Import) -> Table:
    refused = imported.rows.filter(verdict=Verdict.REFUSED).order_by("number")
    return _cells(imported, refused, "problems", _("Refused rows"))


def _cells(imported: Import, found: QuerySet[ImportRow], field: str, title: str) -> Table:
    """What is said of each cell of the first rows."""
    kind = KINDS[imported.kind]
    rows = [
        Row((place_of(imported, said["column"], row.number), row.label, reason(kind, said)))
        for row in found[:SHOWN]
        for said in getattr(row, field)
    ]
    columns = (Column(_("Cell"), is_row_header=True), Column(_("Row")), Column(_("Reason")))
    return Table(title, columns, rows, Empty(_("Nothing is refused"), icon="circle-check"))


def _more(count: int) -> str:
    if count <= SHOWN:
        return ""
    return _("The first %(shown)s of %(count)s are shown.") % {"shown": SHOWN, "count": count}


def _downloads(member: Membership, imported: Import) -> list[Action]:
    return [
        Action(
            _("Refused rows (CSV)"),
            url(member, "import_refused_csv", imported.pk),
            "download",
            is_download=True,
        ),
        Action(
            _("Refused rows (Excel)"),
            url(member, "import_refused_xlsx", imported.pk),
            "download",
            is_download=True,
        ),
    ]


def _acts(member: Membership, imported: Import, *, is_moving: bool) -> dict[str, Any]:
    """What may be done now, for whoever may do it."""
    nothing: dict[str, Any] = {"commit": None, "commit_url": "", "more": [], "action": None}
    if is_moving or not may_write(member, Capability.IMPORTS):
        return nothing
    if imported.values_erased_at is not None:
        return nothing | {"action": new_import(member, imported.kind)}
    if imported.state == ImportState.COMMITTED:
        undo = Action(_("Undo the import"), url(member, "import_undo", imported.pk), "undo-2")
        return nothing | {"more": [undo]}
    if imported.state == ImportState.UNDONE:
        return nothing | {"action": new_import(member, imported.kind)}
    found = nothing | {"more": list(_reopening(member, imported))}
    if imported.state == ImportState.CHECKED and imported.new + imported.changed:
        found["commit"] = CommitForm(initial={"seen": imported.checks})
        found["commit_label"] = _commit_label(imported.new + imported.changed)
        found["commit_url"] = url(member, "import_commit", imported.pk)
    return found


def _commit_label(rows: int) -> str:
    said = ngettext("Import %(count)s row", "Import %(count)s rows", rows)
    return said % {"count": number(rows)}


def _reopening(member: Membership, imported: Import) -> Iterable[Action]:
    yield Action(_("Columns"), url(member, "import_columns", imported.pk), "columns-3")
    if imported.checks:
        yield Action(
            _("Check again"), url(member, "import_check", imported.pk), "rotate-ccw", is_post=True
        )


__all__ = [
    "crumbs",
    "file_facts",
    "import_context",
    "log_context",
    "new_import",
    "next_acts",
    "steps",
    "templates_table",
]
