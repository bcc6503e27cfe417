"""What a list is: the one description that its page, files and parameter checks are made from.

Nothing outside a description is ever filtered by, sorted by, shown or exported: names that come
with an address are looked up in it, never handed to the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from portal.components import Action, Empty, Row, Text, Value
from portal.listing.spaces import WORKSHOP, Space
from portal.lists import ListOrder
from providers.doors import MemberRequest
from providers.models import Membership
from providers.permissions import Capability, may

M = TypeVar("M", bound=Model)
Condition = Callable[..., Q]

TAB, SORT, SIZE, VIEW, CHOSEN = "status", "sort", "size", "view", "id"
ALL: Final = "all"
SIZES: Final = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Line(Generic[M]):
    """A row with what its cells need to know; `more` is read once for all rows of a page."""

    row: M
    member: Membership
    today: date
    more: Any = None


@dataclass(frozen=True)
class ListColumn(Generic[M]):
    """A column: how it is drawn, what a file holds of it, and by which index it is sorted."""

    key: str
    label: Promise | str
    cell: Callable[[Line[M]], Value]
    export: Callable[[Line[M]], Any] | None = None
    order: ListOrder | None = None
    is_numeric: bool = False
    is_row_header: bool = False
    is_shown: bool = True  # until a person chooses their own columns
    capability: Capability | None = None


@dataclass(frozen=True, slots=True)
class ListTab:
    """A status; its condition knows the day, because « en retard » does."""

    label: Promise
    condition: Callable[[date], Q]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What a field of the filter form asks of the rows, and how its chip says so.

    The condition hands its parts to the database as they are: they may be values still to come.
    """

    condition: Condition
    said: Callable[[Mapping[str, Any]], Text]  # of all values; empty where another chip says it
    with_fields: tuple[str, ...] = ()  # that the chip removes too
    parts: Callable[[Any], tuple[Any, ...]] = lambda value: (value,)


Asked = Mapping[str, tuple[Any, ...]]  # the parts of each filter that was filled in


@dataclass(frozen=True, slots=True)
class Found(Generic[M]):
    """The rows that an address asks for, in its order, before they are cut into pages."""

    request: MemberRequest
    rows: QuerySet[M]
    values: Mapping[str, Any]
    asked: Asked
    tab: str
    today: date

    @property
    def is_whole(self) -> bool:
        """Whether every row is asked for, but for the tab."""
        return not self.asked

    @property
    def is_filtered(self) -> bool:
        return self.tab != ALL or not self.is_whole


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on the rows that were ticked, or on all that the filter finds."""

    label: Promise
    icon: str
    address: Callable[[Membership], str]
    is_whole: Callable[[Mapping[str, Any]], bool] = lambda values: True  # offered for all rows


@dataclass(frozen=True, eq=False)
class ListDescription(Generic[M]):
    """One list. `rows` opens it for a member, `lines` loads what the shown columns need."""

    code: str
    path: str
    file_name: Promise
    capability: Capability
    title: Promise
    status_label: Promise
    columns: Sequence[ListColumn[M]]
    tabs: Mapping[str, ListTab]
    form: type[forms.Form]
    filters: Mapping[str, ListFilter]
    rows: Callable[[], QuerySet[M]]
    lines: Callable[[QuerySet[M]], QuerySet[M]]
    sort: str  # the key of a column, with a dash before it for the greatest first
    empty: Callable[[Found[M]], Empty]
    row_name: Callable[[M], str]
    action: Callable[[Membership], Action | None] = lambda member: None
    also: Callable[[Membership], Sequence[Action]] = lambda member: ()  # beside the action
    more: Callable[[Sequence[M], date], Any] = lambda rows, today: None
    # Rows that stand for those of a tab one by one and are counted more quickly; they understand
    # the conditions of the filters named.
    counted: Callable[[str, Sequence[str], date], QuerySet[Any] | None] = (
        lambda tab, filters, today: None
    )
    around: Callable[[Found[M], int], Mapping[str, Any]] = lambda found, count: {}
    total: Callable[[Mapping[str, Any], Sequence[ListColumn[M]]], Row | None] = (
        lambda around, columns: None
    )
    acts: Sequence[BulkAct] = ()
    sheet: Callable[..., Any] | None = None
    template: str = "listing/list.html"
    space: Space = WORKSHOP

    def columns_for(self, member: Membership) -> list[ListColumn[M]]:
        """Those that the member's role may see; nothing else of a row leaves the server."""
        return [
            column
            for column in self.columns
            if column.capability is None or may(member.role, column.capability)
        ]

    @cached_property
    def sorts(self) -> dict[str, ListOrder]:
        """Every word that `sort` may be, with the order it stands for."""
        found = {}
        for column in self.columns:
            if column.order:
                for sign, is_descending in (("", False), ("-", True)):
                    found[sign + column.key] = ListOrder(
                        column.order.column, column.order.field, is_descending, column.order.absent
                    )
        return found

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names that an address of this list may carry."""
        return (*self.form.base_fields, TAB, SORT, SIZE, VIEW)
