"""Going through the rows of a file: the one function that a check tries and an import does.

Each row is read cell by cell, looked up, compared and written through the operations that forms
use. A check undoes all of it in the end; so what it announces is what an import then does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction

from core.errors import DomainError
from core.errors import gettext_noop as _
from imports.enums import Verdict
from imports.kinds import Hand, Kind, Values
from imports.models import Import
from imports.operations.reading import table_of_import
from imports.rules.tables import Cells


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, or a whole row when `column` is empty, is refused."""

    column: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        params = {name: str(value) for name, value in self.params.items()}
        return {"column": self.column, "message": self.message, "params": params}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row is; the values it found and left, where it changes something.

    `doubts` refuse nothing: they say what will be in the way later on.
    """

    number: int
    verdict: Verdict
    label: str = ""
    problems: Sequence[Problem] = ()
    subject_id: UUID | None = None
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    doubts: Sequence[Problem] = ()


class RowRefused(DomainError):
    """A row that an import leaves alone, with everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("This row is refused."))
        self.problems = problems


NEEDED = _("A new row needs this.")
TWICE = _("Row %(row)s of the file is about the same one.")
NOT_WRITTEN = _("This row could not be written.")


def go_through(imported: Import, kind: Kind, hand: Hand) -> list[Outcome]:
    """Every row done in turn, inside the transaction that is open."""
    table = table_of_import(imported)
    walk = _Walk(kind, imported.mapping, hand)
    return [walk.outcome_of(number, cells) for number, cells in table.below(imported.head)]


@dataclass(slots=True)
class _Walk:
    """One way through the file: who was met already is remembered, and met once."""

    kind: Kind
    mapping: Mapping[str, int]
    hand: Hand
    met: dict[UUID, int] = field(default_factory=dict)

    def outcome_of(self, number: int, cells: Cells) -> Outcome:
        values, problems = self._read(cells)
        label = self.kind.label(values)[:160]
        if problems:
            return Outcome(number, Verdict.REFUSED, label, problems)
        try:
            with transaction.atomic():
                return self._done(number, label, values)
        except RowRefused as refusal:
            return Outcome(number, Verdict.REFUSED, label, refusal.problems)
        except DomainError as error:
            problem = Problem(self.kind.column_of(error.field), error.message, error.params)
            return Outcome(number, Verdict.REFUSED, label, [problem])
        except (DataError, IntegrityError, ArithmeticError, ValueError):
            return Outcome(number, Verdict.REFUSED, label, [Problem("", NOT_WRITTEN)])

    def _read(self, cells: Cells) -> tuple[dict[str, str], list[Problem]]:
        """The canonical values of the cells that hold something, and what cannot be read."""
        values: dict[str, str] = {}
        problems: list[Problem] = []
        for code, place in self.mapping.items():
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            try:
                values[code] = self.kind.by_code[code].read(text)
            except DomainError as error:
                problems.append(Problem(code, error.message, error.params))
        return values, problems

    def _done(self, number: int, label: str, values: dict[str, str]) -> Outcome:
        row = self.kind.find(values)
        if row is None:
            return self._made(number, label, values)
        self._meet(row.pk, number)
        before = self.kind.current(row)
        after = before | {code: values[code] for code in self.kind.own if code in values}
        doubts = self._doubts(after)
        if after == before:
            return Outcome(number, Verdict.UNCHANGED, label, subject_id=row.pk, doubts=doubts)
        self.kind.change(row, after, self.hand)
        return Outcome(number, Verdict.CHANGED, label, (), row.pk, before, after, doubts)

    def _made(self, number: int, label: str, values: dict[str, str]) -> Outcome:
        missing = [
            Problem(column.code, NEEDED)
            for column in self.kind.columns
            if column.is_needed and not values.get(column.code)
        ]
        if missing:
            raise RowRefused(missing)
        made = self.kind.create(values, self.hand)
        self._meet(made.pk, number)
        after = self._left(made, values)
        return Outcome(number, Verdict.NEW, label, (), made.pk, {}, after, self._doubts(after))

    def _doubts(self, values: Values) -> list[Problem]:
        return [Problem(column, message) for column, message in self.kind.doubts(values)]

    def _left(self, made: Any, values: Values) -> dict[str, str]:
        """What the new row holds; for a kind that cannot say, what the file said."""
        given = {code: values.get(code, "") for code in self.kind.own}
        return self.kind.current(made) if self.kind.is_readable else given

    def _meet(self, subject_id: UUID, number: int) -> None:
        if first := self.met.get(subject_id):
            raise RowRefused([Problem("", TWICE, {"row": first})])
        self.met[subject_id] = number


def counts_of(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many rows of each verdict, by the names of the columns of `Import`."""
    found = dict.fromkeys(("new", "changed", "unchanged", "refused"), 0)
    for outcome in outcomes:
        found[outcome.verdict.lower()] += 1
    return found
