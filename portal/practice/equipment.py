"""A practice's equipment: which contract looks after each piece, and what it does for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import CharField
from django.http import HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from contracts.enums import LineKind
from contracts.models import Contract, ContractLine
from contracts.rules.coverage import Case, CoverageLine
from contracts.rules.terms import Terms
from fleet.models import Equipment
from portal import plain_words
from portal.components import (
    Action,
    Badge,
    Column,
    Cover,
    Empty,
    Link,
    Pair,
    Row,
    Table,
    Tone,
    Value,
)
from portal.lists import ListOrder, listed
from portal.practice import queries
from portal.practice.frame import page, url
from portal.practice.standing import Standing, standing_of
from portal.wording import in_service
from providers.doors import MemberRequest, practice_page
from providers.permissions import Capability, may

BY_LABEL: Final = ListOrder("label", CharField())
PLACES: Final = ("remote", "on_site")


@dataclass(frozen=True, slots=True)
class Care:
    """A contract as the pieces of equipment ask it."""

    contract: Contract
    terms: Terms
    priced: frozenset[str]  # the kinds that it prices by the piece

    def includes(self, piece: Equipment) -> bool:
        fleet = self.terms.fleet
        return fleet is None or fleet.includes(piece.kind, self.priced)

    def line(self, piece: Equipment, place: str) -> CoverageLine | None:
        """What decides for a breakdown of this piece; None where the terms say nothing."""
        if self.terms.coverage is None:
            return None
        case = Case(
            "hardware",
            place=place,
            equipment_kind=piece.kind,
            origin=piece.origin,
            options=tuple(self.contract.options),
        )
        return self.terms.coverage.decide(case).value


@practice_page(Capability.COVERAGE)
def equipment(request: MemberRequest) -> HttpResponse:
    standing = standing_of(request.member, list(queries.contracts()))
    found = listed(Equipment.objects.select_related("site"), BY_LABEL, request)
    context = {
        "table": _table(standing, found.rows, _cares(standing)),
        "pages": found.page,
    }
    return page(request, "equipment.html", context, section="equipment")


def _cares(standing: Standing) -> list[Care]:
    current = standing.current
    lines = ContractLine.objects.filter(contract__in=current, kind=LineKind.EQUIPMENT)
    priced = set(lines.values_list("contract_id", "code"))
    return [
        Care(row, standing.terms_of(row), frozenset(code for of, code in priced if of == row.pk))
        for row in current
    ]


def _table(standing: Standing, pieces: Sequence[Equipment], cares: list[Care]) -> Table:
    columns = (
        Column(_("Equipment"), is_row_header=True),
        Column(capfirst(_("kind"))),
        Column(_("Contract")),
        Column(_("By telephone or at a distance")),
        Column(_("On site")),
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
    if _has_left(piece, standing.day):
        yield Row((*named, Badge(_("Out of service"), Tone.NEUTRAL), None, None))
        return
    role, looking = standing.member.role, [care for care in cares if care.includes(piece)]
    for care in looking:
        row = care.contract
        link = Pair(Link(row.offer_name, standing.address(row, "#couverture")), row.reference)
        yield Row((*named, link, *(said_of(role, care.line(piece, place)) for place in PLACES)))
    if not looking:
        yield Row((*named, Badge(_("In no contract"), Tone.NEUTRAL, "circle-minus"), None, None))


def _has_left(piece: Equipment, day: date) -> bool:
    return piece.in_service_to is not None and piece.in_service_to < day


def _named(piece: Equipment) -> Value:
    known = [piece.serial_number, in_service(piece) or ""]
    detail = " · ".join(filter(None, known))
    return Pair(piece.label, detail) if detail else piece.label


def _kind(piece: Equipment) -> Value:
    kind = capfirst(piece.get_kind_display())
    return Pair(kind, piece.site.name) if piece.site else kind


def said_of(role: str, line: CoverageLine | None) -> Value:
    """The answer and its sentence; one that states a price is not for whoever reads none."""
    if line is None:
        return Badge(Cover.UNKNOWN.label, Cover.UNKNOWN.tone, Cover.UNKNOWN.icon)
    cover, sentence = plain_words.COVERS[line.outcome], plain_words.said(line.summary)
    badge = Badge(cover.label, cover.tone, cover.icon)
    may_read = "€" not in sentence or may(role, Capability.CONTRACTS)
    return Pair(badge, sentence) if may_read else badge
