"""A table that somebody sent, as rows of text; and what it may not exceed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import gettext_noop as _
from core.uploads import UploadRefused

LARGEST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 100
# Texts repeated a thousand times take no room in a workbook, and all of it once they are read.
MOST_CHARACTERS: Final = 20_000_000
LONGEST_CELL: Final = 32_767  # what a spreadsheet itself holds
HEADS_AMONG: Final = 20  # the head stands in one of the first rows

Cells = tuple[str, ...]


class TableRefused(UploadRefused):
    """A file that is no table, or a larger one than is taken."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows as they stand in the file, blank ones included: a row keeps its number."""

    rows: tuple[Cells, ...]

    def cells(self, number: int) -> Cells:
        """One row, counted from 1 as spreadsheets count."""
        return self.rows[number - 1] if number <= len(self.rows) else ()

    def below(self, head: int) -> Iterable[tuple[int, Cells]]:
        """Every row under the head that holds something, with its number."""
        for number, row in enumerate(self.rows[head:], start=head + 1):
            if any(row):
                yield number, row

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)


def table_of(rows: Iterable[Sequence[str]]) -> Table:
    """The rows within the limits, trimmed. Errors: `TableRefused` at the row that is too much."""
    kept: list[Cells] = []
    filled, characters = 0, 0
    for number, row in enumerate(rows, start=1):
        cells = _trimmed(row)
        filled += bool(cells)
        characters += sum(map(len, cells))
        _check_row(number, cells, filled, characters)
        kept.append(cells)
    if not filled:
        raise TableRefused(_("The file holds no row."), field="file")
    return Table(tuple(kept))


def _trimmed(row: Sequence[str]) -> Cells:
    """Without the blanks around each cell, and without the empty cells at the end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _check_row(number: int, cells: Cells, filled: int, characters: int) -> None:
    if filled > MOST_ROWS + 1 or number > 4 * MOST_ROWS:
        raise TableRefused(
            _("The file has more than %(most)s rows: cut it into several files."),
            field="file",
            params={"most": MOST_ROWS},
        )
    if len(cells) > MOST_COLUMNS:
        raise TableRefused(
            _("Row %(row)s has more than %(most)s columns."),
            field="file",
            params={"row": number, "most": MOST_COLUMNS},
        )
    if characters > MOST_CHARACTERS or any(len(cell) > LONGEST_CELL for cell in cells):
        raise TableRefused(
            _("Row %(row)s holds more text than a table of values does."),
            field="file",
            params={"row": number},
        )
