"""The filtered set of a list as a sheet.

The rows are read after the view has answered, so each batch opens the walls again for itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import override

from portal.listing.description import Line, ListColumn, ListDescription
from portal.listing.exports import ROWS_AT_ONCE, batches, plain
from providers.models import Membership
from providers.scoping import open_scope


@dataclass(frozen=True, slots=True)
class ListSheet:
    """The rows of a list in every column that the member may see."""

    description: ListDescription[Any]
    member: Membership
    ids: Sequence[UUID]
    today: date
    language: str

    @property
    def walls(self) -> tuple[UUID, UUID | None]:
        """A practice's member reads inside the practice's own walls."""
        return self.member.provider_id, self.member.customer_id

    @property
    def columns(self) -> list[ListColumn[Any]]:
        return self.description.columns_for(self.member)

    def head(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def batches(self) -> Iterator[list[list[Any]]]:
        for ids in batches(self.ids, ROWS_AT_ONCE):
            with override(self.language), open_scope(*self.walls):
                rows = self._rows(ids)
            yield rows

    def _rows(self, ids: Sequence[UUID]) -> list[list[Any]]:
        rows = self.description.lines(self.description.rows().filter(pk__in=ids).order_by("pk"))
        found = {row.pk: row for row in rows}
        more = self.description.more(list(found.values()), self.today)
        lines = [Line(found[pk], self.member, self.today, more) for pk in ids if pk in found]
        return [[self._value(column, line) for column in self.columns] for line in lines]

    def _value(self, column: ListColumn[Any], line: Line[Any]) -> Any:
        return column.export(line) if column.export else plain(column.cell(line))
