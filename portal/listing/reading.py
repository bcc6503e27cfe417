"""From an address to rows: everything that is not understood is left out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import QueryDict

from core import clock
from portal.listing.description import (
    ALL,
    CHOSEN,
    SIZE,
    SIZES,
    SORT,
    TAB,
    Asked,
    Found,
    ListColumn,
    ListDescription,
    M,
)
from portal.lists import Cut, Key, Listed, ListOrder, arranged, counting
from portal.models import LONGEST_QUERY, SavedView
from portal.queries import own_views
from providers.doors import MemberRequest
from providers.models import Membership
from providers.prepared import prepared

MOST_CHOSEN = 500
MARK_VALUE, MARK_ID = "value of the mark", "id of the mark"


def form_of(description: ListDescription[M], given: QueryDict) -> forms.Form:
    return description.form(given)


def values_of(form: forms.Form) -> dict[str, Any]:
    """The filters that were understood; with one mistake in them the others still hold."""
    form.is_valid()
    return dict(form.cleaned_data)


def tab_of(description: ListDescription[M], given: Mapping[str, Any]) -> str:
    chosen = given.get(TAB, ALL)
    return chosen if chosen in description.tabs else ALL


def sort_of(description: ListDescription[M], given: QueryDict) -> str:
    chosen = given.get(SORT, "")
    return chosen if chosen in description.sorts else description.sort


def order_of(description: ListDescription[M], given: QueryDict) -> ListOrder:
    return description.sorts[sort_of(description, given)]


def size_of(given: QueryDict) -> int:
    chosen = given.get(SIZE, "")
    return next((size for size in SIZES if str(size) == chosen), SIZES[0])


def find(description: ListDescription[M], request: MemberRequest, form: forms.Form) -> Found[M]:
    """The rows of the filters, of every status."""
    values = values_of(form)
    asked = {
        name: each.parts(values[name])
        for name, each in description.filters.items()
        if values.get(name)
    }
    rows = _filtered(description, description.rows(), asked)
    tab = tab_of(description, request.GET)
    return Found(request, rows, values, asked, tab, clock.today(request.member.provider.zone))


def _filtered(description: ListDescription[Any], rows: QuerySet[M], asked: Asked) -> QuerySet[M]:
    for name, parts in asked.items():
        rows = rows.filter(description.filters[name].condition(*parts))
    return rows


def in_tab(description: ListDescription[M], found: Found[M], tab: str) -> QuerySet[M]:
    return found.rows.filter(description.tabs[tab].condition(found.today))


def _is_plain(asked: Asked) -> bool:
    """Whether SQL can be written before the values are known: a query within it is none."""
    return not any(isinstance(part, QuerySet) for parts in asked.values() for part in parts)


def _values(asked: Asked) -> dict[str, Any]:
    """The parts as values of a prepared query, each under a name of its own; None is no value."""
    return {
        f"{name} {place}": part
        for name, parts in asked.items()
        for place, part in enumerate(parts)
        if part is not None
    }


def _asked(values: Mapping[str, Any]) -> Asked:
    asked: dict[str, tuple[Any, ...]] = {}
    for key, part in values.items():
        name, _blank, place = key.rpartition(" ")
        before = asked.get(name, ())
        asked[name] = (*before, *[None] * (int(place) - len(before)), part)
    return asked


def counts_of(description: ListDescription[M], found: Found[M]) -> dict[str, int]:
    """How many rows each tab has, 1,001 standing for more than 1,000; one query for them all."""
    if not _is_plain(found.asked):
        return dict(_counting(description, found.today, found.asked).get())
    [counts] = _counts(description, found.today, **_values(found.asked))
    return cast("dict[str, int]", counts)


@prepared
def _counts(description: ListDescription[Any], today: date, **values: Any) -> Any:
    return _counting(description, today, _asked(values))


def _counting(description: ListDescription[Any], today: date, asked: Asked) -> Any:
    return counting({tab: _counted(description, tab, today, asked) for tab in description.tabs})


def _counted(
    description: ListDescription[Any], tab: str, today: date, asked: Asked
) -> QuerySet[Any]:
    rows = description.counted(tab, tuple(asked), today)
    if rows is None:
        rows = description.rows().filter(description.tabs[tab].condition(today))
    return _filtered(description, rows, asked)


def page_of(description: ListDescription[M], found: Found[M]) -> Listed[M]:
    """The page of rows that the address asks for."""
    given = found.request.GET
    order = order_of(description, given)
    cut = order.cut(found.request, size_of(given))
    return arranged(_read(description, found, order, cut), order, cut, found.request)


def _read(description: ListDescription[M], found: Found[M], order: ListOrder, cut: Cut) -> list[M]:
    if not _is_plain(found.asked):
        return list(order.page(description.lines(in_tab(description, found, found.tab)), cut))
    values = _values(found.asked)
    if cut.mark:
        values |= {MARK_VALUE: cut.mark.value, MARK_ID: cut.mark.id}
    sort = sort_of(description, found.request.GET)
    return _page(description, found.tab, found.today, sort, replace(cut, mark=None), **values)


@prepared
def _page(
    description: ListDescription[Any], tab: str, today: date, sort: str, cut: Cut, **values: Any
) -> QuerySet[Any]:
    if MARK_ID in values:
        cut = replace(cut, mark=Key(values.pop(MARK_VALUE), values.pop(MARK_ID)))
    rows = description.rows().filter(description.tabs[tab].condition(today))
    return description.sorts[sort].page(
        description.lines(_filtered(description, rows, _asked(values))), cut
    )


def chosen_ids(given: QueryDict) -> list[UUID]:
    """The rows that were ticked; what is no id names none."""
    ids = []
    for text in given.getlist(CHOSEN)[:MOST_CHOSEN]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def own_query(description: ListDescription[M], text: str) -> str:
    """The part of a query that this list understands, as it may be kept."""
    try:
        given = QueryDict(text[: LONGEST_QUERY * 2])
    except SuspiciousOperation:  # more fields than any form has
        return ""
    kept = QueryDict(mutable=True)
    for name in description.parameters:
        value = given.get(name, "").replace("\x00", "")
        if value and name != "view":
            kept[name] = value
    kept_text = kept.urlencode()
    return kept_text if len(kept_text) <= LONGEST_QUERY else ""


def views_of(description: ListDescription[M], member: Membership) -> list[SavedView]:
    """The person's own views of this list, the nameless one among them."""
    return _own_views(user_id=member.user_id, listing=description.code)


@prepared
def _own_views(*, user_id: Any, listing: Any) -> QuerySet[SavedView]:
    return own_views(user_id, listing).order_by("name")


def shown_columns(
    description: ListDescription[M], member: Membership, chosen: SavedView | None
) -> list[ListColumn[M]]:
    """The columns of a view, in the list's own order; the first one names the row and stays."""
    allowed = description.columns_for(member)
    wanted = set(chosen.columns) if chosen and isinstance(chosen.columns, list) else set()
    if not wanted & {column.key for column in allowed}:
        return [column for column in allowed if column.is_shown]
    return [column for column in allowed if column.is_row_header or column.key in wanted]
