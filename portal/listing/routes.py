"""The addresses of a list, made from its description and each behind its door."""

from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import clock
from core.errors import DomainError
from portal.formats import sentence
from portal.listing.description import VIEW, ListDescription
from portal.listing.exports import CSV, MEDIA_TYPES, XLSX, Sheet, csv_text, xlsx_bytes
from portal.listing.pages import list_page
from portal.listing.reading import (
    chosen_ids,
    find,
    form_of,
    in_tab,
    order_of,
    own_query,
)
from portal.listing.sheets import ListSheet
from portal.operations import choose_columns, forget_view, record_export, save_view, show_first
from portal.workshop.files import streamed_file
from portal.workshop.frame import go
from providers.audit import record_read
from providers.doors import MemberRequest, lead_to_proof

ONLY_CHOSEN = "chosen"


def list_paths(description: ListDescription[Any]) -> list[URLPattern]:
    """The page, its two files, and the one address that its forms are sent to."""
    door = description.space.door(description.capability)
    sends = description.space.door(description.capability, methods=("POST",))

    @door
    def page(request: MemberRequest) -> HttpResponse:
        return list_page(request, description)

    @door
    def as_csv(request: MemberRequest) -> HttpResponseBase:
        return export(request, description, CSV)

    @door
    def as_xlsx(request: MemberRequest) -> HttpResponseBase:
        return export(request, description, XLSX)

    @sends
    def views(request: MemberRequest) -> HttpResponseBase:
        return change_views(request, description)

    here, code = description.path, description.code
    return [
        path(here, page, name=code),
        path(f"{here}{here.strip('/')}.csv", as_csv, name=f"{code}_csv"),
        path(f"{here}{here.strip('/')}.xlsx", as_xlsx, name=f"{code}_xlsx"),
        path(f"{here}vues/", views, name=f"{code}_views"),
    ]


# A list of more than these is the house's, not somebody's work of the day: say again who you are.
MANY: Final = 200


def ids_asked_for(
    request: MemberRequest, description: ListDescription[Any], *, only_chosen: bool = False
) -> list[UUID] | HttpResponse:
    """The rows that were ticked, else all that the filter finds, unless `only_chosen`; else the
    list with its mistake, or the way to a fresh proof where there are many.
    """
    form = form_of(description, request.GET)
    found = find(description, request, form)
    rows, chosen = in_tab(description, found, found.tab), chosen_ids(request.GET)
    if (only_chosen or ONLY_CHOSEN in request.GET) and not chosen:
        form.add_error(None, _("Tick at least one row."))
    if form.errors:
        return list_page(request, description, form)
    if chosen:
        rows = description.rows().filter(pk__in=chosen)
    order = order_of(description, request.GET)
    ids = list(order.sorted(rows, is_reversed=False).values_list("pk", flat=True))
    return (lead_to_proof(request) if len(ids) > MANY else None) or ids


def export(
    request: MemberRequest, description: ListDescription[Any], kind: str
) -> HttpResponseBase:
    ids = ids_asked_for(request, description)
    if isinstance(ids, HttpResponseBase):
        return ids
    member, day = request.member, clock.today(request.member.provider.zone)
    language = get_language() or "fr"
    make = description.sheet or ListSheet
    sheet = cast("Sheet", make(description, member, ids, day, language))
    note_export(request, description, kind, len(ids))
    pieces = csv_text(sheet) if kind == CSV else xlsx_bytes(sheet)
    name = f"{description.file_name}-{day.isoformat()}.{kind}"
    return streamed_file(pieces, name=name, media_type=MEDIA_TYPES[kind])


def note_export(
    request: MemberRequest, description: ListDescription[Any], kind: str, rows: int
) -> None:
    """Kept only for what was really sent: a HEAD takes nothing away."""
    if request.method == "GET" and description.space.keeps_readings:
        first, last = (_day_text(request, name) for name in ("first_day", "last_day"))
        record_read(
            request.member.provider,
            at=clock.now(),
            act=f"{description.code}.exported",
            period=f"{first} – {last}",
        )
        record_export(
            user_id=request.user.pk,
            listing=description.code,
            kind=kind,
            query=own_query(description, request.GET.urlencode()),
            rows=rows,
            at=clock.now(),
        )


def _day_text(request: MemberRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:10] or "…"


def change_views(request: MemberRequest, description: ListDescription[Any]) -> HttpResponseBase:
    """Save, remove or prefer a view, or choose columns; then back to the list."""
    given = request.POST
    mine: dict[str, Any] = {"user_id": request.user.pk, "listing": description.code}
    query, view_id = own_query(description, given.get("query", "")), _id(given.get(VIEW, ""))
    allowed = {column.key for column in description.columns_for(request.member)}
    columns = [key for key in given.getlist("column") if key in allowed]
    act, back = given.get("act", ""), view_id
    if act == "columns":
        choose_columns(**mine, columns=columns, view_id=view_id)
    elif act == "remove" and view_id:
        forget_view(**mine, view_id=view_id)
        back = None
    elif act == "first" and view_id:
        show_first(**mine, view_id=view_id)
    elif act == "save":
        back = _save(request, {**mine, "query": query, "columns": columns})
    view = f"{VIEW}={back}" if back else ""
    asked = "&".join(filter(None, (query, view))) or "status=all"
    return go(f"{description.space.url(request.member, description.code)}?{asked}")


def _save(request: MemberRequest, values: dict[str, Any]) -> UUID | None:
    try:
        view = save_view(name=request.POST.get("name", ""), **values)
    except DomainError as error:
        messages.error(request, sentence(error))
        return None
    messages.success(request, _("The view “%s” is saved.") % view.name)
    return view.pk


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


__all__ = ["export", "ids_asked_for", "list_paths", "note_export"]
