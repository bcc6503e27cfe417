"""Long lists by a cursor: the key of the last row, so that a row that arrives shifts nothing."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import BooleanField, DateTimeField, F, Func, Model, QuerySet, UUIDField, Value
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from portal.api.fields import CountField, Input, TextField

M = TypeVar("M", bound=Model)
USUAL: Final = 25
MOST: Final = 100


# Of the years 1970 to 9899: no offset then leads out of what a date can be.
YEARS: Final = r"^(19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2})-"


@extend_schema_field({"type": "string", "format": "date-time", "pattern": YEARS})
class InstantField(serializers.DateTimeField):
    """An instant with its offset, as 2026-11-30T08:00:00Z."""

    default_error_messages = {"invalid": _("Write an instant as 2026-11-30T08:00:00Z.")}

    def to_internal_value(self, value: Any) -> datetime:
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("invalid")
        if found.tzinfo is None or not 1970 <= found.year <= 9899:
            self.fail("invalid")
        return found.astimezone(UTC)  # the database knows fewer offsets than a program may send


class Page(Input):
    """What every list takes."""

    limit = CountField(least=1, most=MOST, default=USUAL, help_text="Rows of one page.")
    cursor = TextField(
        required=False, max_length=200, help_text="`next` of the page before, unchanged."
    )


class ChangedPage(Page):
    """A list that can be read again from a change on."""

    updated_since = InstantField(
        required=False, help_text="Rows changed at or after this instant, oldest change first."
    )


def wanted(asked: Request, form: type[Input]) -> dict[str, Any]:
    """The parameters of the address, each read once. Errors: at `?name`."""
    query = asked.query_params
    read = form(data={name: query[name] for name in query})
    if read.is_valid():
        return dict(read.validated_data)
    raise serializers.ValidationError({f"?{name}": rows for name, rows in read.errors.items()})


def page_of(
    rows: QuerySet[M],
    wanted: dict[str, Any],
    shown: Callable[[M], Any],
    *,
    changed: str = "updated_at",
) -> dict[str, Any]:
    """One page in the order of creation, or of the last change where `updated_since` is given.

    `changed` is the column of that change, of the row itself or of one that is read with it.
    """
    since = wanted.get("updated_since")
    if since is not None:
        rows = rows.filter(**{f"{changed}__gte": since})
    mark, size = _read_cursor(wanted.get("cursor"), is_by_change=since is not None), wanted["limit"]
    column = changed if since is not None else None
    if mark is not None:
        rows = _beyond(rows, column, mark)
    found = list(rows.order_by(*filter(None, (column, "id")))[: size + 1])
    has_more, found = len(found) > size, found[:size]
    last = found[-1] if has_more else None
    return {
        "data": [shown(row) for row in found],
        "has_more": has_more,
        "next": _write_cursor(last, column) if last is not None else None,
    }


def _beyond(rows: QuerySet[M], column: str | None, mark: tuple[str, UUID]) -> QuerySet[M]:
    if column is None:
        return rows.filter(id__gt=mark[1])
    instant = datetime.fromisoformat(mark[0])
    left = Func(F(column), F("id"), function="ROW")
    right = Func(Value(instant, DateTimeField()), Value(mark[1], UUIDField()), function="ROW")
    past = Func(
        left, right, template="%(expressions)s", arg_joiner=" > ", output_field=BooleanField()
    )
    return rows.filter(past)


def _write_cursor(row: Model, column: str | None) -> str:
    value = attrgetter(column.replace("__", "."))(row).isoformat() if column else ""
    packed = json.dumps([value, str(row.pk)]).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _instant(text: str) -> str:
    """As the list wrote it: in UTC, whatever offset somebody gave it."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC).isoformat()


def _read_cursor(text: str | None, *, is_by_change: bool) -> tuple[str, UUID] | None:
    """The key in a cursor. Errors: at `?cursor` when it is not one of this list's."""
    if text is None:
        return None
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        value, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if bool(value) != is_by_change:
            raise ValueError(value)
        return _instant(value) if value else "", UUID(row_id)
    except (ArithmeticError, ValueError, TypeError, AttributeError, RecursionError) as error:
        refused = serializers.ErrorDetail(str(_("This cursor is not one of this list.")), "invalid")
        raise serializers.ValidationError({"?cursor": [refused]}) from error
