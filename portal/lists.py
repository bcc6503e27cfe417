"""Long lists: pages by key, counts that stop, and addresses that keep their filters.

A page is found by the key of the row beside it, never by its number: the last page of a hundred
thousand rows costs what the first one costs, and a row that arrives meanwhile shifts nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    F,
    Field,
    Func,
    Model,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from portal.components import KeyPage
from providers.models import Provider
from providers.prepared import Slot
from providers.scoping import current_scope

M = TypeVar("M", bound=Model)

PAGE_SIZE = 25
COUNTED_AT_MOST = 1000
AFTER, BEFORE, LAST = "after", "before", "last"
PLACES = (AFTER, BEFORE, LAST)
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Key:
    """Where a row stands in a list: the value it is sorted by, then its id."""

    value: Any
    id: UUID

    def __str__(self) -> str:
        return f"{self.value}~{self.id}"


@dataclass(frozen=True, slots=True)
class Listed(Generic[M]):
    """One page of rows and the addresses of the pages around it."""

    rows: list[M]
    page: KeyPage


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A column that an index serves, with the id to tell apart rows of one value."""

    column: str
    field: "Field[Any, Any]"
    is_descending: bool = False
    absent: Any = None  # what a row without a value is sorted by; its index says the same

    @property
    def place(self) -> F | Coalesce:
        """What rows are sorted by, as the index holds it."""
        column = F(self.column)
        return column if self.absent is None else Coalesce(column, Value(self.absent, self.field))

    def key_of(self, row: Model) -> Key:
        value = getattr(row, self.column)
        return Key(self.absent if value is None else value, row.pk)

    def read(self, text: str) -> Key | None:
        """The key an address carries; None when it is not one of ours."""
        value, _tilde, row_id = text.rpartition("~")
        if "\x00" in value or len(value) > LONGEST_VALUE:
            return None
        try:
            key = Key(self.field.to_python(value), UUID(row_id))
        except (ValueError, ValidationError):
            return None
        is_naive = isinstance(key.value, datetime) and timezone.is_naive(key.value)
        return None if is_naive else key

    def cut(self, request: HttpRequest, size: int) -> "Cut":
        """The page that the address asks for; an address that makes no sense is the first."""
        after = self.read(request.GET.get(AFTER, ""))
        before = self.read(request.GET.get(BEFORE, ""))
        is_reversed = after is None and (before is not None or LAST in request.GET)
        return Cut(after or before, is_reversed, size)

    def page(self, rows: QuerySet[M], cut: "Cut") -> QuerySet[M]:
        """The rows of a page, as they are read, and one that tells whether more follow."""
        if cut.mark:
            rows = self.beyond(rows, cut.mark, is_reversed=cut.is_reversed)
        return self.sorted(rows, is_reversed=cut.is_reversed)[: cut.size + 1]

    def sorted(self, rows: QuerySet[M], *, is_reversed: bool) -> QuerySet[M]:
        is_descending = self.is_descending != is_reversed
        return rows.order_by(
            OrderBy(self.place, descending=is_descending),
            OrderBy(F("id"), descending=is_descending),
        )

    def beyond(self, rows: QuerySet[M], key: Key, *, is_reversed: bool) -> QuerySet[M]:
        """Rows past a key: PostgreSQL compares the pair at once, one range of the index."""
        sign = " < " if self.is_descending != is_reversed else " > "
        mark = Func(_said(key.value, self.field), _said(key.id, UUIDField()), function="ROW")
        row = Func(self.place, F("id"), function="ROW")
        is_past = Func(
            row, mark, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField()
        )
        return rows.filter(is_past)


def _said(value: Any, field: "Field[Any, Any]") -> Any:
    """A value for the database; the place of one that is still to come is left as it is."""
    return value if isinstance(value, Slot) else Value(value, field)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a page is cut out of a list: past a row or not, to which side, and how many rows."""

    mark: Key | None
    is_reversed: bool
    size: int


def listed(
    rows: QuerySet[M], order: ListOrder, request: HttpRequest, *, size: int = PAGE_SIZE
) -> Listed[M]:
    """The page of rows that the address asks for."""
    cut = order.cut(request, size)
    return arranged(list(order.page(rows, cut)), order, cut, request)


def arranged(read: list[M], order: ListOrder, cut: Cut, request: HttpRequest) -> Listed[M]:
    """A page from the rows that were read for it by `ListOrder.page`."""
    has_more, page = len(read) > cut.size, read[: cut.size]
    has_previous = has_more if cut.is_reversed else cut.mark is not None
    has_next = cut.mark is not None if cut.is_reversed else has_more
    if cut.is_reversed:
        page.reverse()
    pages = _around(page, order, request, has_previous=has_previous, has_next=has_next)
    return Listed(page, pages)


def _around(
    page: list[M],
    order: ListOrder,
    request: HttpRequest,
    *,
    has_previous: bool,
    has_next: bool,
) -> KeyPage:
    if not page:
        return KeyPage(
            first_url=_place(request), previous_url=_place(request) if has_previous else ""
        )
    first, last = order.key_of(page[0]), order.key_of(page[-1])
    return KeyPage(
        first_url=_place(request),
        previous_url=_place(request, **{BEFORE: str(first)}) if has_previous else "",
        next_url=_place(request, **{AFTER: str(last)}) if has_next else "",
        last_url=_place(request, **{LAST: "1"}) if has_next else "",
    )


def _place(request: HttpRequest, **place: str) -> str:
    return address(request, dict.fromkeys(PLACES, "") | place)


def address(request: HttpRequest, changes: Mapping[str, str]) -> str:
    """The list's own address with some filters changed; an empty value takes one away."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def filtered_address(request: HttpRequest, **changes: str) -> str:
    """As `address`, from the first page: a key of another filter means nothing."""
    return address(request, dict.fromkeys(PLACES, "") | changes)


class _CappedCount(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"


def capped_counts(lists: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each list has, 1,001 standing for more than 1,000; one query for them all."""
    return dict(counting(lists).get())


def counting(lists: Mapping[str, QuerySet[Any]]) -> Any:
    """The query of `capped_counts`: one row with a column for each list."""
    counted = {
        name: _CappedCount(rows.order_by().values("pk")[: COUNTED_AT_MOST + 1])
        for name, rows in lists.items()
    }
    own = Provider.objects.filter(pk=current_scope().provider_id)
    return own.annotate(**counted).values(*counted)
