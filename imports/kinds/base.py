"""A kind of rows that can be imported: its columns, how a row is found, made, changed, taken back.

A further kind is one class here and one line in `imports.kinds`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, TextChoices
from django.utils.functional import Promise

from imports.rules.values import Read, read_text

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column. `aliases` are other names it goes by; `is_needed` for a row that is new.

    `examples` are what the three rows of the template hold; `is_own` columns are written to the
    row, the others only say whose it is. `choices` name the codes that a cell is read as.
    """

    code: str
    label: Promise | str
    aliases: Sequence[str] = ()
    read: Read = read_text
    is_needed: bool = False
    is_own: bool = True
    examples: tuple[str, str, str] = ("", "", "")
    help_text: Promise | str = ""
    choices: type[TextChoices] | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who imports, and when."""

    at: datetime
    by: UUID | None = None


class Kind(ABC):
    """One kind. Values are canonical texts by the codes of the columns (`imports.rules.values`)."""

    code: ClassVar[str]
    title: ClassVar[Promise]
    about: ClassVar[Promise]  # how a row is recognised, in a sentence
    columns: ClassVar[Sequence[ImportColumn]]
    # Whether a row holds the values it was made from; a contract keeps what they led to.
    is_readable: ClassVar[bool] = True
    # Fields of business errors that go by another name than their column.
    fields: ClassVar[Mapping[str, str]] = {}

    @cached_property
    def by_code(self) -> dict[str, ImportColumn]:
        return {column.code: column for column in self.columns}

    @cached_property
    def own(self) -> tuple[str, ...]:
        return tuple(column.code for column in self.columns if column.is_own)

    def column_of(self, field: str) -> str:
        """The column that an error concerns; empty for the whole row."""
        code = self.fields.get(field, field)
        return code if code in self.by_code else ""

    @abstractmethod
    def find(self, values: Values) -> Any:
        """The row that is meant, locked; None when there is none. Errors at their column."""

    @abstractmethod
    def current(self, row: Any) -> dict[str, str]:
        """The own values of a row, canonical."""

    @abstractmethod
    def create(self, values: Values, hand: Hand) -> Model:
        """A new row from the values given."""

    @abstractmethod
    def change(self, row: Any, values: Values, hand: Hand) -> None:
        """Give a row all its own values."""

    @abstractmethod
    def take_back(self, row: Any, hand: Hand) -> None:
        """Remove a row that an import made. Errors: `StillUsed` and the like."""

    @abstractmethod
    def locked(self, subject_id: UUID) -> Any:
        """A row that an import made or changed; None when it is gone."""

    def doubts(self, values: Values) -> Sequence[tuple[str, str]]:
        """Columns of a row that is let in, and what will be in the way later on."""
        return ()

    @abstractmethod
    def label(self, values: Values) -> str:
        """What people call the row."""
