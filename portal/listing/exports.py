"""A sheet as a file: CSV and XLSX, written some hundred rows at a time."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from portal.components import Badge, Link, Pair, Rate
from portal.formats import is_french

T = TypeVar("T")

BYTE_ORDER_MARK: Final = "\ufeff"
ROWS_AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 64 * 1024
HELD_IN_MEMORY: Final = 1024 * 1024
# A spreadsheet takes a text that starts with one of these for a formula.
FORMULA_LEADS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Sheet(Protocol):
    """A table with a head; its rows come in batches, each read with the provider open."""

    @property
    def language(self) -> str: ...

    def head(self) -> list[str]: ...

    def batches(self) -> Iterator[list[list[Any]]]: ...


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and never runs.

    >>> harmless("=HYPERLINK(1)"), harmless("Cabinet des Pins")
    ("'=HYPERLINK(1)", 'Cabinet des Pins')
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_LEADS) else text


def cell(value: Any) -> str:
    """A value as a spreadsheet of the reader's language understands it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",") if is_french() else f"{value:.2f}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if is_french() else value.isoformat()
    return harmless(str(value))


def batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def csv_text(sheet: Sheet) -> Iterator[str]:
    """The whole sheet, some hundred lines at a time."""
    with override(sheet.language):
        head = _lines([sheet.head()])
    yield BYTE_ORDER_MARK + head
    for rows in sheet.batches():
        with override(sheet.language):
            lines = _lines(rows)
        yield lines


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if is_french() else ",")
    writer.writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def xlsx_bytes(sheet: Sheet) -> Iterator[bytes]:
    """A workbook of one sheet; what does not fit in memory waits on disk."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.freeze_panes = "A2"
    with override(sheet.language):
        head = sheet.head()
    for place in range(len(head)):
        page.column_dimensions[_letter(place)].width = 18
    page.append([_written(page, title, is_bold=True) for title in head])
    for rows in sheet.batches():
        for row in rows:
            page.append([_written(page, value) for value in row])
    with tempfile.SpooledTemporaryFile(max_size=HELD_IN_MEMORY) as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(BYTES_AT_ONCE):
            yield piece


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"A{chr(ord('A') + place - 26)}"


def _written(page: Any, value: Any, *, is_bold: bool = False) -> Any:
    """Numbers as numbers, days as days; a text is a text whatever it starts with."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    elif not isinstance(value, int | Decimal | date | None):
        value = str(value)
    made = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        made.data_type = "s"
        made.style = "Normal"
        made.quotePrefix = value.lstrip(" ").startswith(FORMULA_LEADS)
    elif isinstance(value, Decimal):
        made.number_format = "#,##0.00"
    elif isinstance(value, date):
        made.number_format = "dd/mm/yyyy"
    if is_bold:
        made.font = Font(bold=True)
    return made


def plain(value: Any) -> Any:
    """What a file keeps of a cell: the words of a link or of a badge, the main one of a pair."""
    if isinstance(value, Pair):
        return plain(value.main)
    if isinstance(value, Link | Badge):
        return str(value.label)
    return value.percent if isinstance(value, Rate) else value
