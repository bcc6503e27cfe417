from decimal import Decimal

import pytest

from contracts.rules.presets import load_preset
from contracts.rules.price import GridLine, Price
from contracts.rules.pricing_grid import NoGridPrice, price_fleet

LEVELS = Price(
    clause="CGS 2023, « Facturation »",
    base=Decimal("600.00"),
    grid=(
        GridLine(kind="workstation", label="Poste", annual=Decimal("240.00")),
        GridLine(kind="workstation", level="CMP3", label="Poste", annual=Decimal("420.00")),
        GridLine(kind="server", level="CMP3", label="Serveur", annual=Decimal("780.00")),
    ),
)


def total(price: Price, quantities: dict[str, int], level: str | None = None) -> Decimal:
    answer = price_fleet(price, quantities, level=level)
    return sum((line.annual for line in answer.value), Decimal())


def test_a_fleet_costs_its_base_and_its_pieces() -> None:
    assert total(LEVELS, {"workstation": 3}) == Decimal("1320.00")
    assert total(LEVELS, {}) == Decimal("600.00")
    assert total(LEVELS, {"workstation": 0}) == Decimal("600.00")


def test_the_price_of_the_level_goes_before_the_one_of_all_levels() -> None:
    assert total(LEVELS, {"workstation": 2, "server": 1}, "CMP3") == Decimal("2220.00")
    assert total(LEVELS, {"workstation": 2}, "CMP1") == Decimal("1080.00")


def test_equipment_without_a_price_is_refused() -> None:
    with pytest.raises(NoGridPrice) as refusal:
        price_fleet(LEVELS, {"server": 1}, level="CMP1")
    assert refusal.value.field == "equipment"
    assert "server" in str(refusal.value)


def test_one_yearly_price_stands_for_any_fleet() -> None:
    price = load_preset("si-sante").offers["support"].terms.price
    assert total(price, {"workstation": 7}) == Decimal("330.00")


def test_the_sum_is_explained() -> None:
    (reason,) = price_fleet(LEVELS, {"workstation": 3, "server": 1}, level="CMP3").reasons
    assert reason.rule == "P3"
    assert reason.formula.replace("\u00a0", " ") == (
        "600,00 € + 3 × 420,00 € + 780,00 € = 2 640,00 €"
    )


@pytest.mark.parametrize(("offer", "expected"), [("CMP1", "1260.00"), ("CMP3", "2220.00")])
def test_a_level_of_the_preset_prices_its_fleet(offer: str, expected: str) -> None:
    price = load_preset("reunion-informatique").offers[offer].terms.price
    fleet = {"workstation": 2, "server": 1}
    assert total(price, fleet, offer) == Decimal(expected)
