"""What the contracts of a practice do for each piece of its equipment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from contracts.rules.coverage import Case, CoverageLine
from contracts.rules.terms import Terms
from fleet.models import Equipment
from portal import plain_words
from portal.components import Badge, Cover
from portal.formats import short_day
from portal.practice import queries

PLACES: Final[dict[str, Promise]] = {
    "remote": gettext_lazy("At a distance"),
    "on_site": gettext_lazy("On site"),
}


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


def cares_of(contracts: Sequence[Contract], terms: dict[str, Terms]) -> list[Care]:
    priced = queries.priced_kinds(contracts)
    return [
        Care(row, terms[row.terms_hash], frozenset(code for of, code in priced if of == row.pk))
        for row in contracts
    ]


def named_on(contract: Contract, day: date) -> str:
    """The reference, and the first day of a contract that is still to begin."""
    if contract.starts_on <= day:
        return contract.reference
    return _("%(reference)s · from %(day)s on") % {
        "reference": contract.reference,
        "day": short_day(contract.starts_on),
    }


def badge_of(line: CoverageLine | None) -> Badge:
    cover = plain_words.COVERS[line.outcome] if line else Cover.UNKNOWN
    return Badge(cover.label, cover.tone, cover.icon)
