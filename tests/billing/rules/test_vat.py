"""Which tax a document bears, and how it is rounded."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.errors import UnknownPostcode, VatZoneNotServed
from billing.rules.plan import due_drafts
from billing.rules.pricing import vat_on
from billing.rules.vat import (
    VatRate,
    breakdown,
    check_postal_code,
    rate_on,
    zone_for,
    zone_of,
)
from contracts.rules.facts import VatTreatment, VatZone
from tests.billing.rules.world import calendar_terms, contract

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("postal_code", "zone"),
    [
        ("01000", VatZone.METROPOLE),
        ("20000", VatZone.METROPOLE),  # Ajaccio
        ("20200", VatZone.METROPOLE),  # Bastia
        ("95880", VatZone.METROPOLE),
        ("98000", VatZone.METROPOLE),  # Monaco
        ("97110", VatZone.GUADELOUPE),
        ("97200", VatZone.MARTINIQUE),
        ("97300", VatZone.GUYANE),
        ("97490", VatZone.REUNION),
        ("97600", VatZone.MAYOTTE),
        ("97133", VatZone.OUTSIDE),  # Saint-Barthélemy
        ("97150", VatZone.OUTSIDE),  # Saint-Martin
        ("97500", VatZone.OUTSIDE),  # Saint-Pierre-et-Miquelon
        ("98600", VatZone.OUTSIDE),
        ("98714", VatZone.OUTSIDE),
        ("98800", VatZone.OUTSIDE),
        ("00100", VatZone.OUTSIDE),
        ("96000", VatZone.OUTSIDE),
        ("99999", VatZone.OUTSIDE),
        ("7500", VatZone.OUTSIDE),
        ("7500A", VatZone.OUTSIDE),
        ("７５００１", VatZone.OUTSIDE),
        ("", VatZone.OUTSIDE),
    ],
)
def test_the_postcode_gives_the_zone(postal_code: str, zone: VatZone) -> None:
    assert zone_of(postal_code) is zone


@pytest.mark.parametrize(
    ("zone", "percent", "category", "mention"),
    [
        (VatZone.METROPOLE, "20.00", "S", ""),
        (VatZone.GUADELOUPE, "8.50", "S", ""),
        (VatZone.MARTINIQUE, "8.50", "S", ""),
        (VatZone.REUNION, "8.50", "S", ""),
        (VatZone.GUYANE, "0.00", "O", "vat_not_applicable"),
        (VatZone.MAYOTTE, "0.00", "O", "vat_not_applicable"),
    ],
)
def test_the_zone_gives_the_rate(zone: VatZone, percent: str, category: str, mention: str) -> None:
    rate = rate_on(VatTreatment(zone), TODAY)
    assert (str(rate.percent), rate.category, rate.mention) == (percent, category, mention)


@pytest.mark.parametrize("zone", list(VatZone))
def test_a_small_business_bears_no_vat_anywhere(zone: VatZone) -> None:
    rate = rate_on(VatTreatment(zone, is_small_business=True), TODAY)
    assert (rate.percent, rate.category, rate.mention) == (Decimal(0), "E", "vat_small_business")


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2000, 3, 31), "20.60"),
        (date(2000, 4, 1), "19.60"),
        (date(2013, 12, 31), "19.60"),
        (date(2014, 1, 1), "20.00"),
    ],
)
def test_the_rate_is_the_one_of_the_day(day: date, percent: str) -> None:
    assert str(rate_on(VatTreatment(VatZone.METROPOLE), day).percent) == percent


def test_a_territory_without_a_known_tax_parks_the_contract_and_is_refused_on_entry() -> None:
    facts = contract(calendar_terms(), "1200.00", vat=VatTreatment(VatZone.OUTSIDE))
    with pytest.raises(VatZoneNotServed, match="outside"):
        due_drafts(facts, date(2026, 3, 1))
    with pytest.raises(UnknownPostcode) as refusal:
        check_postal_code("97133")
    assert refusal.value.field == "postal_code"
    assert check_postal_code("97490") is VatZone.REUNION


def test_work_on_equipment_follows_the_place_of_work_and_a_service_does_not() -> None:
    for nature, zone in (("on_site_work", VatZone.REUNION), ("service", VatZone.METROPOLE)):
        found = zone_for(
            customer_postal_code="69003",
            place_postal_code="97400",
            nature=nature,  # type: ignore[arg-type]
        )
        assert found is zone
    assert zone_for(customer_postal_code="69003", nature="on_site_work") is VatZone.METROPOLE


def test_vat_is_rounded_once_on_the_sum_of_a_rate() -> None:
    full, reduced = VatRate(Decimal("20.00"), "S"), VatRate(Decimal("8.50"), "S")
    lines = [(reduced, Decimal("0.33"))] * 7 + [(full, Decimal("0.13"))]
    found = breakdown(lines)
    assert [(str(total.net), str(total.vat)) for total in found] == [
        ("2.31", "0.20"), ("0.13", "0.03")
    ]  # fmt: skip
    assert sum(vat_on(net, rate.percent) for rate, net in lines[:7]) == Decimal("0.21")


@settings(max_examples=500)
@given(st.lists(st.decimals(Decimal("0.00"), Decimal("9999.99"), places=2), min_size=1))
def test_totals_are_exact(nets: list[Decimal]) -> None:
    rate = VatRate(Decimal("8.50"), "S")
    [total] = breakdown((rate, net) for net in nets)
    assert total.net == sum(nets)
    assert abs(total.vat - total.net * Decimal("0.085")) <= Decimal("0.005")
    assert total.gross == total.net + total.vat


def explained(zone: VatZone, day: date, *, is_small_business: bool = False) -> tuple[str, str]:
    facts = contract(
        calendar_terms(), "1200.00", signed_on=day, starts_on=day,
        vat=VatTreatment(zone, is_small_business),
    )  # fmt: skip
    [draft] = due_drafts(facts, day)
    [reason] = [reason for reason in draft.reasons if reason.rule == "B7"]
    return reason.clause, reason.formula.replace("\xa0", " ")


def test_the_tax_says_where_the_client_is_and_by_which_law() -> None:
    assert explained(VatZone.REUNION, date(2026, 1, 1)) == (
        "CGI, art. 259, 1°",
        "client à La Réunion : 1 200,00 € × 8,5 % = 102,00 €",
    )
    assert explained(VatZone.METROPOLE, date(2027, 1, 1))[0] == "CIBS (ancien CGI, art. 259, 1°)"
    assert explained(VatZone.GUYANE, date(2026, 1, 1))[1] == (
        "client en Guyane : TVA non applicable"
    )
    exempt = explained(VatZone.METROPOLE, date(2026, 1, 1), is_small_business=True)
    assert exempt == ("CGI, art. 293 B", "prestataire en franchise de TVA")
