"""XLSX: a ZIP of XML, looked through piece by piece before any library opens it.

What is unpacked is counted as it is unpacked: what an archive says of its own sizes is not
believed. A part with a document type is refused, so that no entity is ever expanded; a macro, a
link to another file, an archive within the archive are refused as well. Formulas are never run: a
cell gives the value that the spreadsheet saved beside its formula.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from openpyxl import load_workbook

from core.errors import gettext_noop as _
from imports.rules.tables import HEADS_AMONG, MOST_ROWS, Table, TableRefused, table_of
from imports.rules.text_files import unquoted

MOST_PARTS: Final = 500
MOST_UNPACKED: Final = 60_000_000
# Parts that are held in memory as a whole tree; sheets are read row by row.
LARGEST_PART: Final = 4_000_000
LARGEST_STRINGS: Final = 20_000_000
MOST_RATIO: Final = 200  # of what is unpacked to what was sent, beyond the first megabyte
PIECE: Final = 64 * 1024
SHEETS: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>/]")
DOCTYPE: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")
FORBIDDEN: Final = re.compile(
    r"(^|/)(\.\.(/|$)|vbaProject|embeddings/|activeX/|macrosheets/)|^/|\\|:|\0", re.IGNORECASE
)
LINK: Final = 0o120000
REFUSED: Final = _("This is no XLSX workbook, or a damaged one.")
# What a library makes of a damaged workbook.
DAMAGE: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, NotImplementedError, RuntimeError, SyntaxError, OverflowError,
)  # fmt: skip


def read_workbook(content: bytes) -> Table:
    """The rows of the first sheet. Errors: `TableRefused` at `file`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            look_through(archive, len(content))
        return table_of(_rows(content))
    except TableRefused:
        raise
    except DAMAGE as error:
        raise _refused(REFUSED) from error


def _refused(message: str, **params: object) -> TableRefused:
    return TableRefused(message, field="file", params=params)


def look_through(archive: zipfile.ZipFile, sent: int) -> None:
    """Every part unpacked once, in pieces, and counted. Errors: `TableRefused`."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise _refused(REFUSED)
    if "xl/workbook.xml" not in names:
        raise _refused(REFUSED)
    left = min(MOST_UNPACKED, max(MOST_RATIO * sent, 1_000_000))
    for part in parts:
        _check_part(part)
        left -= _unpacked(archive, part, left)


def _check_part(part: zipfile.ZipInfo) -> None:
    is_link = (part.external_attr >> 16) & 0o170000 == LINK
    if is_link or part.flag_bits & 1 or FORBIDDEN.search(part.filename):
        raise _refused(
            _("The workbook holds more than values (a macro, a link, an archive): save the values.")
        )


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """How many bytes a part is, once they have been looked at."""
    most, size, rows, tail = min(left, _most(part.filename)), 0, 0, b""
    is_sheet = SHEETS.fullmatch(part.filename) is not None
    with archive.open(part) as unpacked:
        while piece := unpacked.read(PIECE):
            if not size:
                _check_start(piece, part.filename)
            size += len(piece)
            if size > most:
                raise _refused(_("The workbook is too large once unpacked."))
            seen = tail + piece
            if DOCTYPE.search(seen):
                raise _refused(REFUSED)
            rows += len(ROW.findall(piece)) if is_sheet else 0
            tail = seen[-16:]
    if rows > MOST_ROWS + HEADS_AMONG + 1000:  # rows that hold nothing are left out later
        raise _refused(
            _("The file has more than %(most)s rows: cut it into several files."), most=MOST_ROWS
        )
    return size


def _most(name: str) -> int:
    if SHEETS.fullmatch(name):
        return MOST_UNPACKED
    return LARGEST_STRINGS if name == "xl/sharedStrings.xml" else LARGEST_PART


def _check_start(piece: bytes, name: str) -> None:
    """XML in UTF-8, where a document type cannot hide; and no archive within the archive."""
    if not name.endswith((".xml", ".rels", ".vml")):
        if piece.startswith((b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ")):
            raise _refused(REFUSED)
        return
    text = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = ENCODING.match(text)
    is_known = declared is None or declared[1].lower() in {b"utf-8", b"utf8", b"us-ascii"}
    if not text.startswith(b"<") or b"\0" in text or not is_known:
        raise _refused(REFUSED)


def _rows(content: bytes) -> Iterator[list[str]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        if not book.worksheets:
            raise _refused(REFUSED)
        sheet = book.worksheets[0]
        # What the sheet says of its own size may be a million rows of nothing.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [text_of(value) for value in row]
    finally:
        book.close()


def text_of(value: Any) -> str:
    """A cell as a French person would have typed it: our readers of values read it back exactly.

    >>> text_of(date(2026, 12, 31)), text_of(1234.5), text_of(732829320.0), text_of(True)
    ('31/12/2026', '1234,5', '732829320', 'oui')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, datetime | date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if isinstance(value, time | timedelta):
        return str(value)
    return unquoted(str(value))


def _number(value: float | Decimal) -> str:
    number = Decimal(str(value))
    if not number.is_finite():
        return str(value)
    text = format(number, "f")
    whole, _sign, rest = text.partition(".")
    return f"{whole},{rest}" if rest.strip("0") else whole
