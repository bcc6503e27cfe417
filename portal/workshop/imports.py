"""« Imports »: a file of customers, contacts, equipment or contracts, in four steps; and their log.

Send, say which column is which, look at what would happen, import. Nothing but the file's values is
written before the last step, and each step has an address that can be left and come back to.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from imports.access import get_import_for
from imports.kinds import KINDS
from imports.models import Import
from imports.operations.checking import check_columns
from imports.operations.committing import start_commit
from imports.operations.reading import guessed, receive_file, table_of_import
from imports.operations.undoing import start_undo
from imports.rules.tables import Table
from portal.components import Crumb
from portal.formats import sentence
from portal.listing.exports import CSV, MEDIA_TYPES, XLSX, Sheet, csv_text, xlsx_bytes
from portal.workshop import import_pages as shown
from portal.workshop.files import streamed_file
from portal.workshop.frame import attempt, form_page, go, page, posted, url
from portal.workshop.import_forms import ColumnsForm, CommitForm, FileForm, HeadForm
from portal.workshop.import_sheets import RefusedSheet, TemplateSheet
from providers.doors import MemberRequest, workshop_page
from providers.models import Job
from providers.permissions import Capability, Level
from providers.tasks import wake_job

BOTH: Final = ("GET", "POST")
SECTION: Final = "customers"


@workshop_page(Capability.IMPORTS)
def imports(request: MemberRequest) -> HttpResponse:
    return page(request, "imports.html", shown.log_context(request), section=SECTION)


@workshop_page(Capability.IMPORTS, Level.WRITE, methods=BOTH)
def import_new(request: MemberRequest) -> HttpResponse:
    """Which file of what; `?kind=` says it already."""
    member, now, by = request.member, clock.now(), request.user.pk
    files = request.FILES if request.method == "POST" else None
    kind = request.GET.get("kind", "")
    form = FileForm(
        posted(request), files, initial={"kind": kind if kind in KINDS else next(iter(KINDS))}
    )
    made = attempt(request, form, lambda: _received(form, now, by))
    if made:
        return go(url(member, "import_columns", made.pk))
    return form_page(
        request,
        form,
        title=_("New import"),
        lead=_(
            "Your file stays as it is: you say which column is which, and see what will happen."
        ),
        template="import_new.html",
        submit=_("Read the file"),
        crumbs=shown.crumbs(member),
        section=SECTION,
        steps=shown.steps(1),
        by_hand=url(member, "customer_new"),
        templates=shown.templates_table(member),
    )


def _received(form: FileForm, now: Any, by: UUID) -> Import:
    file: UploadedFile[Any] = form.cleaned_data["file"]
    name, content = file.name or "", file.read()
    return receive_file(kind=form.cleaned_data["kind"], name=name, content=content, at=now, by=by)


@workshop_page(Capability.IMPORTS, Level.WRITE, methods=BOTH)
def import_columns(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """Which column is which, as guessed from the names; `?head=` reads them in another row."""
    member, now, by = request.member, clock.now(), request.user.pk
    imported = _with_values(get_import_for(member, import_id, write=True))
    kind, table = KINDS[imported.kind], table_of_import(imported)
    head, mapping = _head_asked(request, imported, table)
    form = ColumnsForm(posted(request), kind=kind, table=table, head=head, mapping=mapping)

    def check() -> Job:
        chosen = {"head": form.cleaned_data["head"], "mapping": form.mapping()}
        return check_columns(import_id=imported.pk, **chosen, at=now, by=by)

    job = attempt(request, form, check)
    if job:
        wake_job(job)
        return go(url(member, "import", imported.pk))
    return form_page(
        request,
        form,
        title=_("Which column is which"),
        lead=str(kind.about),
        template="import_columns.html",
        submit=_("Check the file"),
        crumbs=shown.crumbs(member),
        section=SECTION,
        steps=shown.steps(2),
        heads=HeadForm(table=table, initial={"head": head}),
        facts=shown.file_facts(imported),
    )


def _with_values(imported: Import) -> Import:
    """Past its days an import has neither columns nor refused rows to show."""
    if imported.values_erased_at is not None:
        raise Http404
    return imported


def _head_asked(
    request: MemberRequest, imported: Import, table: Table
) -> tuple[int, dict[str, int]]:
    """The row of the names and what they mean: as kept, or as guessed for the row asked for."""
    form = HeadForm(request.GET if "head" in request.GET else request.POST, table=table)
    if not form.is_valid() or form.cleaned_data["head"] == imported.head:
        return imported.head, imported.mapping
    head: int = form.cleaned_data["head"]
    return head, guessed(KINDS[imported.kind], table, head)


@workshop_page(Capability.IMPORTS)
def import_page(request: MemberRequest, import_id: UUID) -> HttpResponse:
    imported = get_import_for(request.member, import_id)
    context = shown.import_context(request, imported)
    return page(request, "import.html", context, section=SECTION)


@workshop_page(Capability.IMPORTS, Level.WRITE, methods=("POST",))
def import_check(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """Check again, with the same columns."""
    imported = get_import_for(request.member, import_id, write=True)
    now, by = clock.now(), request.user.pk
    same = {"head": imported.head, "mapping": imported.mapping}
    return _asked(
        request,
        imported,
        lambda: check_columns(import_id=imported.pk, **same, at=now, by=by),
    )


@workshop_page(Capability.IMPORTS, Level.WRITE, methods=("POST",))
def import_commit(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """Import what the check that was seen announced."""
    imported = get_import_for(request.member, import_id, write=True)
    form, now, by = CommitForm(request.POST), clock.now(), request.user.pk
    seen = form.cleaned_data["seen"] if form.is_valid() else -1
    return _asked(
        request,
        imported,
        lambda: start_commit(import_id=imported.pk, seen=seen, at=now, by=by),
    )


def _asked(request: MemberRequest, imported: Import, start: Callable[[], Job]) -> HttpResponse:
    """Ask for a long job; a refusal is news for the import's page, which says how things stand."""
    try:
        wake_job(start())
    except DomainError as error:
        messages.warning(request, sentence(error))
    return go(url(request.member, "import", imported.pk))


@workshop_page(Capability.IMPORTS, Level.WRITE, methods=BOTH)
def import_undo(request: MemberRequest, import_id: UUID) -> HttpResponse:
    member, now, by = request.member, clock.now(), request.user.pk
    imported = get_import_for(member, import_id, write=True)
    here = url(member, "import", imported.pk)
    form = forms.Form(posted(request))
    job = attempt(request, form, lambda: start_undo(import_id=imported.pk, at=now, by=by))
    if job:
        wake_job(job)
        return go(here)
    return form_page(
        request,
        form,
        title=_("Undo the import of %s?") % imported.file_name,
        lead=_(
            "New rows are taken back, changed ones get their former values. If a single row is "
            "used or was changed since, nothing is undone and you are told which one."
        ),
        submit=_("Undo the import"),
        is_danger=True,
        crumbs=[*shown.crumbs(member), Crumb(imported.file_name, here)],
        section=SECTION,
    )


# --- Files ------------------------------------------------------------------------------------


@workshop_page(Capability.IMPORTS)
def import_refused_csv(request: MemberRequest, import_id: UUID) -> HttpResponseBase:
    return _refused(request, import_id, CSV)


@workshop_page(Capability.IMPORTS)
def import_refused_xlsx(request: MemberRequest, import_id: UUID) -> HttpResponseBase:
    return _refused(request, import_id, XLSX)


def _refused(request: MemberRequest, import_id: UUID, form: str) -> HttpResponseBase:
    imported = _with_values(get_import_for(request.member, import_id))
    kind, language = KINDS[imported.kind], get_language() or "fr"
    sheet = RefusedSheet(request.member.provider_id, imported, kind, language)
    stem = imported.file_name.rpartition(".")[0] or imported.file_name
    return _file(sheet, _("%(name)s-refused") % {"name": stem}, form)


@workshop_page(Capability.IMPORTS)
def import_template_csv(request: MemberRequest, import_kind: str) -> HttpResponseBase:
    return _template(import_kind, CSV)


@workshop_page(Capability.IMPORTS)
def import_template_xlsx(request: MemberRequest, import_kind: str) -> HttpResponseBase:
    return _template(import_kind, XLSX)


def _template(code: str, form: str) -> HttpResponseBase:
    kind = KINDS.get(code)
    if kind is None:
        raise Http404
    sheet = TemplateSheet(kind, get_language() or "fr")
    return _file(sheet, _("template-%(kind)s") % {"kind": str(kind.title).lower()}, form)


def _file(sheet: Sheet, name: str, form: str) -> HttpResponseBase:
    pieces = csv_text(sheet) if form == CSV else xlsx_bytes(sheet)
    return streamed_file(pieces, name=f"{name}.{form}", media_type=MEDIA_TYPES[form])
