"""A practice's equipment: which contract looks after each piece, and what it does for it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final
from uuid import UUID

from django.db.models import CharField
from django.http import HttpResponse, HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fleet.models import Equipment
from portal.components import (
    Action,
    Badge,
    Column,
    Empty,
    Link,
    Pair,
    Row,
    Table,
    Text,
    Tone,
    Value,
)
from portal.equipment_sheets import equipment_file, file_actions
from portal.listing.exports import CSV, XLSX
from portal.lists import ListOrder, listed
from portal.plain_words import said
from portal.practice import queries
from portal.practice.care import PLACES, Care, badge_of, cares_of, named_on
from portal.practice.frame import page, url
from portal.practice.standing import Standing, standing_of
from portal.wording import in_service
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability, may
from providers.queries import own_practice

BY_LABEL: Final = ListOrder("label", CharField())


@dataclass(frozen=True, slots=True)
class Way:
    """What a contract does for a piece that breaks down, at one place."""

    place: Text
    badge: Badge
    sentence: str


@practice_page(Capability.COVERAGE)
def equipment(request: MemberRequest) -> HttpResponse:
    standing = standing_of(request, list(queries.contracts()))
    found = listed(queries.equipment(), BY_LABEL, request)
    cares = cares_of(standing.current, standing.terms)
    context = {
        "table": _table(standing, found.rows, cares),
        "pages": found.page,
        "ways": ways_of(request.member.role, _in_service(found.rows, standing.day), cares),
        "files": file_actions(lambda kind: url(request.member, f"equipment_{kind}")),
    }
    return page(request, "equipment.html", context, section="equipment")


@practice_page(Capability.COVERAGE)
def equipment_csv(request: MemberRequest) -> HttpResponseBase:
    return equipment_file(request, own_practice(), CSV)


@practice_page(Capability.COVERAGE)
def equipment_xlsx(request: MemberRequest) -> HttpResponseBase:
    return equipment_file(request, own_practice(), XLSX)


def _table(standing: Standing, pieces: Sequence[Equipment], cares: list[Care]) -> Table:
    columns = (
        Column(_("Equipment"), is_row_header=True),
        Column(capfirst(_("kind"))),
        Column(_("Contract")),
        *(Column(label) for label in PLACES.values()),
    )
    rows = [row for piece in pieces for row in _rows(standing, piece, cares)]
    empty = Empty(
        _("No equipment yet"),
        _("Your provider writes down here what it looks after for you."),
        Action(_("Ask your provider"), url(standing.member, "help")),
        icon="monitor",
    )
    return Table(_("Equipment"), columns, rows, empty)


def _rows(standing: Standing, piece: Equipment, cares: list[Care]) -> Iterator[Row]:
    """One for each contract that looks after the piece, or one that says none does."""
    named = (_named(piece), _kind(piece))
    if piece.has_left(standing.day):
        yield Row((*named, Badge(_("Out of service"), Tone.NEUTRAL), None, None))
        return
    looking = [care for care in cares if care.includes(piece)]
    for care in looking:
        row = care.contract
        link = Pair(
            Link(row.offer_name, standing.address(row, "#couverture")), named_on(row, standing.day)
        )
        yield Row((*named, link, *(badge_of(care.line(piece, place)) for place in PLACES)))
    if not looking:
        yield Row((*named, Badge(_("In no contract"), Tone.NEUTRAL, "circle-minus"), None, None))


def _in_service(pieces: Iterable[Equipment], day: date) -> list[Equipment]:
    return [piece for piece in pieces if not piece.has_left(day)]


def _named(piece: Equipment) -> Value:
    known = [piece.serial_number, in_service(piece) or ""]
    detail = " · ".join(filter(None, known))
    return Pair(piece.label, detail) if detail else piece.label


def _kind(piece: Equipment) -> Value:
    kind = capfirst(piece.get_kind_display())
    return Pair(kind, piece.site.name) if piece.site else kind


def _titles(cares: Sequence[Care]) -> dict[UUID, str]:
    """The offer; with the reference where contracts of one offer differ in their terms."""
    same: dict[str, set[tuple[str, ...]]] = {}
    for care in cares:
        row = care.contract
        same.setdefault(row.offer_name, set()).add((row.terms_hash, *row.options))
    return {
        row.pk: row.offer_name
        if len(same[row.offer_name]) == 1
        else f"{row.offer_name} · {row.reference}"
        for row in (care.contract for care in cares)
    }


def ways_of(
    role: str, pieces: Sequence[Equipment], cares: Sequence[Care]
) -> list[tuple[str, list[Way]]]:
    """By contract, what stands behind the answers above; each sentence once.

    A sentence that states a price is not for whoever reads none.
    """
    named = _titles(cares)
    found: dict[str, dict[tuple[str, str], Way]] = {title: {} for title in named.values()}
    for care, piece, place in product(cares, pieces, PLACES):
        line = care.line(piece, place) if care.includes(piece) else None
        if line and ("€" not in said(line.summary) or may(role, Capability.CONTRACTS)):
            way = Way(PLACES[place], badge_of(line), said(line.summary))
            found[named[care.contract.pk]].setdefault((place, way.sentence), way)
    return [(offer, list(ways.values())) for offer, ways in found.items() if ways]
