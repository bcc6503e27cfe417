"""The files of an import: a template to start from, and the refused rows to send again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext, override

from core.errors import DomainError
from imports.enums import Verdict
from imports.kinds import Kind
from imports.models import Import
from imports.operations.reading import table_of_import
from portal.formats import sentence
from portal.listing.exports import ROWS_AT_ONCE, batches
from portal.workshop.import_forms import letter
from providers.scoping import open_scope


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """Every column of a kind with three invented rows."""

    kind: Kind
    language: str

    def head(self) -> list[str]:
        return [capfirst(str(column.label)) for column in self.kind.columns]

    def batches(self) -> Iterator[list[list[Any]]]:
        yield [[column.examples[place] for column in self.kind.columns] for place in range(3)]


@dataclass(frozen=True, slots=True)
class RefusedSheet:
    """The refused rows as they were sent, with a last column that says why."""

    provider_id: UUID
    imported: Import
    kind: Kind
    language: str

    def head(self) -> list[str]:
        table = self._table()
        names = _padded(table.cells(self.imported.head), table.width)
        return [*names, gettext("Reason for the refusal")]

    def batches(self) -> Iterator[list[list[Any]]]:
        with open_scope(self.provider_id), override(self.language):
            table = self._table()
            refused = self.imported.rows.filter(verdict=Verdict.REFUSED).order_by("number")
            rows = list(refused.values_list("number", "problems"))
        for some in batches(rows, ROWS_AT_ONCE):
            with override(self.language):
                yield [
                    [*_padded(table.cells(number), table.width), reasons(self.kind, problems)]
                    for number, problems in some
                ]

    def _table(self) -> Any:
        with open_scope(self.provider_id):
            return table_of_import(self.imported)


def _padded(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def reasons(kind: Kind, problems: list[dict[str, Any]]) -> str:
    """Everything that is wrong with a row, column by column."""
    return " ".join(reason(kind, problem) for problem in problems)


def reason(kind: Kind, problem: dict[str, Any]) -> str:
    said = sentence(DomainError(problem["message"], params=problem["params"]))
    column = kind.by_code.get(problem["column"])
    if column is None:
        return said
    return gettext("%(column)s: %(said)s") % {"column": capfirst(str(column.label)), "said": said}


def place_of(imported: Import, column: str, number: int) -> str:
    """The cell as a spreadsheet calls it: C12; the row alone where no column is concerned."""
    place = imported.mapping.get(column)
    return f"{letter(place)}{number}" if place is not None else str(number)
