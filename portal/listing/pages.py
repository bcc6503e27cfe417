"""The page of a list, drawn from its description."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.components import Action, Chip, Column, Row, Tab, Table
from portal.formats import number
from portal.listing.description import (
    ALL,
    CHOSEN,
    SIZE,
    SIZES,
    SORT,
    TAB,
    VIEW,
    Found,
    Line,
    ListColumn,
    ListDescription,
    M,
)
from portal.listing.reading import (
    counts_of,
    find,
    form_of,
    own_query,
    page_of,
    shown_columns,
    size_of,
    sort_of,
    views_of,
)
from portal.lists import COUNTED_AT_MOST, filtered_address
from portal.models import SavedView
from portal.workshop.frame import UNPROCESSABLE
from providers.doors import MemberRequest


def list_page(
    request: MemberRequest, description: ListDescription[M], form: forms.Form | None = None
) -> HttpResponse:
    """The list; with 422 when a filter or an act cannot be understood."""
    form = form or form_of(description, request.GET)
    views = views_of(description, request.member)
    if not request.GET and (first := next((each for each in views if each.is_default), None)):
        return HttpResponseRedirect(_view_address(request, first))
    view = _chosen(views, request.GET.get(VIEW, ""))
    found = find(description, request, form)
    counts = counts_of(description, found)
    columns = shown_columns(description, request.member, view or _nameless(views))
    rows = page_of(description, found)
    around = description.around(found, counts[found.tab])
    table = _table(description, found, columns, rows.rows, around)
    context = {
        "title": description.title,
        "code": description.code,
        "status_label": description.status_label,
        "action": description.action(request.member),
        "also": description.also(request.member),
        "tabs": _tabs(description, found, counts),
        "form": form,
        "reset_url": f"{request.path}?{TAB}={ALL}",
        "chips": chips_of(description, found),
        "hidden": _hidden(description, form, request),
        "table": table,
        "pages": rows.page,
        "sizes": _sizes(request),
        "found": _found_text(counts[found.tab]),
        "whole_acts": _whole_acts(description, found, counts[found.tab]),
        "chosen_acts": [(act, act.address(request.member)) for act in description.acts],
        **_views(description, request, views, view),
        **_columns(description, request, columns),
        **around,
    }
    status = UNPROCESSABLE if form.errors else 200
    return description.space.page(
        request, description.template, context, section=description.code, status=status
    )


def _chosen(views: Sequence[SavedView], wanted: str) -> SavedView | None:
    return next((view for view in views if view.name and str(view.pk) == wanted), None)


def _nameless(views: Sequence[SavedView]) -> SavedView | None:
    return next((view for view in views if not view.name), None)


def _tabs(description: ListDescription[M], found: Found[M], counts: dict[str, int]) -> list[Tab]:
    return [
        Tab(
            tab.label,
            filtered_address(found.request, **{TAB: code}),
            is_current=code == found.tab,
            count=counts[code],
        )
        for code, tab in description.tabs.items()
    ]


def chips_of(description: ListDescription[M], found: Found[M]) -> list[Chip]:
    """The filters in force, each with the list without it."""
    return [
        Chip(said, _without(found, name, *each.with_fields))
        for name, each in description.filters.items()
        if found.values.get(name) and (said := each.said(found.values))
    ]


def _without(found: Found[M], *names: str) -> str:
    return filtered_address(found.request, **{TAB: found.tab}, **dict.fromkeys(names, ""))


def _hidden(
    description: ListDescription[M], form: forms.Form, request: MemberRequest
) -> list[tuple[str, str]]:
    """What the filter form carries along unseen: the tab, the order, the size, the view."""
    kept = [(name, request.GET.get(name, "")) for name in (TAB, SORT, SIZE, VIEW)]
    return [(name, value) for name, value in kept if value and "\x00" not in value]


def _table(
    description: ListDescription[M],
    found: Found[M],
    columns: Sequence[ListColumn[M]],
    rows: Sequence[M],
    around: Any,
) -> Table:
    more = description.more(rows, found.today)
    lines = [Line(row, found.request.member, found.today, more) for row in rows]
    return Table(
        description.title,
        [_column(description, found, column) for column in columns],
        [
            Row(
                [column.cell(line) for column in columns],
                choice=str(line.row.pk),
                choice_label=_("Choose %s") % description.row_name(line.row),
            )
            for line in lines
        ],
        description.empty(found),
        total=description.total(around, columns),
        choice=CHOSEN if description.acts else "",
    )


def _column(description: ListDescription[M], found: Found[M], column: ListColumn[M]) -> Column:
    """A column that an index sorts by is headed by a link that sorts, then turns round."""
    if column.order is None:
        return Column(column.label, column.is_numeric, column.is_row_header)
    current = sort_of(description, found.request.GET)
    ways = {column.key: "ascending", f"-{column.key}": "descending"}
    first = f"-{column.key}" if column.order.is_descending else column.key
    turned = column.key if current.startswith("-") else f"-{column.key}"
    return Column(
        column.label,
        column.is_numeric,
        column.is_row_header,
        sort_url=filtered_address(
            found.request, **{TAB: found.tab, SORT: turned if current in ways else first}
        ),
        sorted=ways.get(current, ""),
    )


def _sizes(request: MemberRequest) -> list[Tab]:
    current = size_of(request.GET)
    return [
        Tab(str(size), filtered_address(request, **{SIZE: str(size)}), is_current=size == current)
        for size in SIZES
    ]


def _found_text(count: int) -> str:
    if count > COUNTED_AT_MOST:
        return _("more than 1,000 results")
    return ngettext("%(count)s result", "%(count)s results", count) % {"count": number(count)}


def _whole_acts(description: ListDescription[M], found: Found[M], count: int) -> list[Action]:
    """Acts on all that the filter finds: they take the filter, so no row is counted or named."""
    query = own_query(description, found.request.GET.urlencode())
    return [
        Action(
            act.label,
            f"{act.address(found.request.member)}?{query}",
            icon=act.icon,
        )
        for act in description.acts
        if count and act.is_whole(found.values)
    ]


def _views(
    description: ListDescription[M],
    request: MemberRequest,
    views: Sequence[SavedView],
    view: SavedView | None,
) -> dict[str, Any]:
    """The person's views as tabs of their own, and what the forms about them need."""
    named = [
        Tab(each.name, _view_address(request, each), is_current=each == view)
        for each in views
        if each.name
    ]
    return {
        "views": named,
        "view": view,
        "views_url": description.space.url(request.member, f"{description.code}_views"),
        "query": own_query(description, request.GET.urlencode()),
    }


def _view_address(request: MemberRequest, view: SavedView) -> str:
    return f"{request.path}?{view.query}{'&' if view.query else ''}{VIEW}={view.pk}"


def _columns(
    description: ListDescription[M], request: MemberRequest, shown: Sequence[ListColumn[M]]
) -> dict[str, Any]:
    keys = {column.key for column in shown}
    offered = [
        (column.key, column.label, column.key in keys)
        for column in description.columns_for(request.member)
        if not column.is_row_header
    ]
    return {"offered_columns": offered}
