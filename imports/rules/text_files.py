"""CSV as people have it: `;`, `,` or tab, UTF-8 with or without a mark, Windows-1252, UTF-16."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from core.errors import gettext_noop as _
from imports.rules.tables import LONGEST_CELL, Table, TableRefused, table_of

# The order decides where a file reads as well with one as with another.
DELIMITERS: Final = (";", "\t", ",")
SAMPLE: Final = 50
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Before these a spreadsheet wants an apostrophe, which is no part of the text (T32).
FORMULA_LEADS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def read_text_file(content: bytes) -> Table:
    """The rows of a CSV file. Errors: `TableRefused` at `file`."""
    text = decoded(content)
    return table_of(_rows(text, delimiter_of(text)))


def decoded(content: bytes) -> str:
    """The text, whichever of the four encodings it was written in.

    >>> decoded("Prénom".encode("cp1252")), decoded("Prénom".encode("utf-16"))
    ('Prénom', 'Prénom')
    """
    for encoding in (_marked(content) or _unmarked_utf16(content), "utf-8", "cp1252"):
        if encoding is None:
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableRefused(
        _("This is no text file: save it as CSV in UTF-8, or as XLSX."), field="file"
    )


def _marked(content: bytes) -> str | None:
    return next((name for mark, name in MARKS if content.startswith(mark)), None)


def _unmarked_utf16(content: bytes) -> str | None:
    """Every other byte of a European text in UTF-16 is null."""
    sample = content[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > 0.8 * half else None


def delimiter_of(text: str) -> str:
    """The sign that cuts most rows into the same number of cells.

    >>> delimiter_of("Nom;Montant\\nPins;1,50\\nLilas;2,75"), delimiter_of("Nom\\tVille")
    (';', '\\t')
    """
    return max(DELIMITERS, key=lambda sign: (_evenness(text, sign), -DELIMITERS.index(sign)))


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    """The share of the first rows that have the commonest width, and that width; (0, 0) for one."""
    widths: Counter[int] = Counter()
    try:
        for row in islice(_reader(text, delimiter), SAMPLE):
            if any(row):
                widths[len(row)] += 1
    except csv.Error:
        return 0, 0
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (round(count / widths.total(), 1), width) if width > 1 else (0, 0)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    rows, number = _reader(text, delimiter), 0
    try:
        for number, row in enumerate(rows, start=1):  # noqa: B007  told where reading stopped
            yield [unquoted(cell) for cell in row]
    except csv.Error as error:
        raise TableRefused(
            _("Row %(row)s cannot be read: a quotation mark is missing, or one is too many."),
            field="file",
            params={"row": number + 1},
        ) from error


def unquoted(cell: str) -> str:
    """The text of a cell that our own files wrote so that no spreadsheet runs it.

    >>> unquoted("'+33 4 94"), unquoted("'t Hooft")
    ('+33 4 94', "'t Hooft")
    """
    is_guarded = cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA_LEADS)
    return cell[1:] if is_guarded else cell
