"""The yearly price of a fleet (P3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.price import GridLine, Price
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.french import euros
from core.money import ZERO
from core.reasons import Answer, Reason


class NoGridPrice(DomainError):
    """Equipment that the grid of the offer does not price."""


@dataclass(frozen=True, slots=True)
class FleetLine:
    """One line of the contract: the base, or so many pieces of a kind."""

    kind: str
    label: str
    quantity: int
    unit_annual: Decimal

    @property
    def annual(self) -> Decimal:
        return self.unit_annual * self.quantity


def _grid_line(price: Price, kind: str, level: str | None) -> GridLine:
    """The line of the level itself, else the one that holds for every level."""
    of_kind = [line for line in price.grid if line.kind == kind and line.level in {level, None}]
    if not of_kind:
        raise NoGridPrice(
            _("The offer has no unit price for equipment of the kind %(kind)s."),
            field="equipment",
            params={"kind": kind},
        )
    return max(of_kind, key=lambda line: line.level is not None)


def _sum_in_words(lines: tuple[FleetLine, ...], total: Decimal) -> str:
    terms = (
        euros(line.unit_annual)
        if line.quantity == 1
        else f"{line.quantity} × {euros(line.unit_annual)}"
        for line in lines
    )
    return f"{' + '.join(terms)} = {euros(total)}"


def price_fleet(
    price: Price, quantities: Mapping[str, int], *, level: str | None = None
) -> Answer[tuple[FleetLine, ...]]:
    """P3 (000, facturation): a base plus unit prices by kind and level, or one yearly price.

    >>> grid = (GridLine(kind="workstation", label="Poste", annual=Decimal("240.00")),)
    >>> price = Price(clause="CGS, « Facturation »", base=Decimal("600.00"), grid=grid)
    >>> answer = price_fleet(price, {"workstation": 3})
    >>> sum(line.annual for line in answer.value)
    Decimal('1320.00')
    >>> print(answer.reasons[0].formula.replace("\\u00a0", " "))
    600,00 € + 3 × 240,00 € = 1 320,00 €
    """
    flat = price.annual if price.annual is not None else price.base
    lines = [FleetLine("base", "", 1, flat)] if flat is not None else []
    if price.grid:
        lines += [
            FleetLine(kind, found.label, quantity, found.annual)
            for kind, quantity in quantities.items()
            if quantity
            for found in (_grid_line(price, kind, level),)
        ]
    total = sum((line.annual for line in lines), ZERO)
    reason = Reason("P3", price.clause, _sum_in_words(tuple(lines), total) if lines else "")
    return Answer(tuple(lines), (reason,))
