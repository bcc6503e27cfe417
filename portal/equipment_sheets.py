"""The equipment of one practice as a file: its age, and what its contracts do for it.

The same for the practice and for its provider; both read inside the practice's own walls.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from contracts.queries import terms_by_hash
from fleet.models import Equipment
from fleet.queries import equipment_of
from portal.components import Action
from portal.listing.exports import (
    CSV,
    MEDIA_TYPES,
    ROWS_AT_ONCE,
    XLSX,
    batches,
    csv_text,
    xlsx_bytes,
)
from portal.practice import queries
from portal.practice.care import PLACES, Care, badge_of, cares_of, named_on
from portal.practice.standing import in_force_and_to_come
from portal.readings import opened
from portal.workshop.files import streamed_file
from portal.workshop.frame import today
from providers.doors import MemberRequest
from providers.models import Customer
from providers.scoping import open_scope


@dataclass(frozen=True, slots=True)
class EquipmentSheet:
    """One line a piece; the lines are read after the view has answered."""

    customer: Customer
    day: date
    language: str

    def head(self) -> list[str]:
        return [
            _("Equipment"), capfirst(_("kind")), _("Site"), capfirst(_("serial number")),
            capfirst(_("origin")), capfirst(_("in service from")), capfirst(_("in service to")),
            _("Age in years"), _("Contract"), *(str(place) for place in PLACES.values()),
        ]  # fmt: skip

    def batches(self) -> Iterator[list[list[Any]]]:
        with self._walls():
            ids = list(equipment_of(self.customer).values_list("pk", flat=True))
        for some in batches(ids, ROWS_AT_ONCE):
            with override(self.language), self._walls():
                rows = self._rows(some)
            yield rows

    def _walls(self) -> Any:
        return open_scope(self.customer.provider_id, self.customer.pk)

    def _rows(self, ids: Sequence[UUID]) -> list[list[Any]]:
        cares = self._cares()
        return [self._row(piece, cares) for piece in equipment_of(self.customer).filter(pk__in=ids)]

    def _cares(self) -> list[Care]:
        in_force, to_come = in_force_and_to_come(list(queries.contracts()), self.day)
        current = in_force or to_come
        return cares_of(current, terms_by_hash({row.terms_hash for row in current}))

    def _row(self, piece: Equipment, cares: Sequence[Care]) -> list[Any]:
        looking = [care for care in cares if care.includes(piece)]
        if piece.has_left(self.day):
            looking = []
        return [
            piece.label,
            capfirst(piece.get_kind_display()),
            piece.site.name if piece.site else None,
            piece.serial_number,
            capfirst(piece.get_origin_display()),
            piece.in_service_from,
            piece.in_service_to,
            piece.age_on(self.day),
            ", ".join(named_on(care.contract, self.day) for care in looking),
            *(_answers(piece, place, looking) for place in PLACES),
        ]


def _answers(piece: Equipment, place: str, cares: Sequence[Care]) -> str:
    """What each contract does there, in their order; once where all say the same."""
    said = [str(badge_of(care.line(piece, place)).label) for care in cares]
    return ", ".join(said if len(set(said)) > 1 else said[:1])


def equipment_file(request: MemberRequest, customer: Customer, kind: str) -> HttpResponseBase:
    """That the provider takes it out is kept, and its practice reads of it."""
    opened(request, customer, act="equipment.exported")
    day = today(request.member)
    sheet = EquipmentSheet(customer, day, get_language() or "fr")
    pieces = csv_text(sheet) if kind == CSV else xlsx_bytes(sheet)
    name = f"{_('equipment')}-{slugify(customer.name)}-{day.isoformat()}.{kind}"
    return streamed_file(pieces, name=name, media_type=MEDIA_TYPES[kind])


def file_actions(address: Callable[[str], str]) -> list[Action]:
    """Whatever the address of a kind of file is on that side."""
    return [
        Action(_("CSV file"), address(CSV), "file-text"),
        Action(_("Excel file"), address(XLSX), "file-spreadsheet"),
    ]
