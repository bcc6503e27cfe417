"""Prices of periods and of their parts, to the cent."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.drafts import Draft
from billing.rules.errors import FractionOfCent, NegativePrice
from billing.rules.plan import due_drafts, next_invoice_on
from billing.rules.pricing import check_annual, period_price
from billing.rules.proration import Method, fraction, prorate, prorate_parts, thirtieths
from contracts.rules.facts import ContractFacts, PriceChange, VatTreatment, VatZone
from contracts.rules.price import Price
from contracts.rules.vat_included import NoExactNet
from core.periods import Period
from core.reasons import Reason
from tests.billing.rules.world import (
    billing,
    calendar_terms,
    civil_year_terms,
    contract,
    line,
    own_year_terms,
    pack_terms,
)

QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def nets(facts: ContractFacts, day: date) -> list[str]:
    return [str(draft.totals.net) for draft in due_drafts(facts, day)]


def said(draft: Draft, number: int = 0) -> list[str]:
    """The sums of a line, with plain spaces."""
    reasons = draft.lines[number].reasons
    return [f"{reason.rule} {reason.formula}".replace("\xa0", " ") for reason in reasons]


def test_a_year_of_months_is_eleven_times_83_33_and_83_37() -> None:
    facts = contract(own_year_terms(), "1000.00", signed_on=date(2026, 1, 31), cadence="monthly")
    found = nets(facts, date(2027, 1, 5))
    assert found[:12] == ["83.33"] * 11 + ["83.37"]
    assert sum(map(Decimal, found[:12])) == Decimal("1000.00")


def test_the_last_period_of_the_year_shows_what_it_is_left_with() -> None:
    facts = contract(calendar_terms(), "1000.00", signed_on=date(2026, 1, 1), cadence="monthly")
    december = due_drafts(facts, date(2026, 12, 1))[-1]
    assert said(december) == ["P5 1 000,00 € − 11 × 83,33 € = 83,37 €"]


def test_the_last_period_is_at_its_own_price_whatever_the_others_were_invoiced_at() -> None:
    prices = (
        PriceChange(date(2026, 1, 1), Decimal("1000.00")),
        PriceChange(date(2026, 7, 1), Decimal("1100.00")),
    )
    facts = contract(
        calendar_terms(),
        signed_on=date(2026, 1, 1),
        cadence="quarterly",
        lines=(line(1, "0", date(2026, 1, 1), prices=prices),),
    )
    assert nets(facts, date(2026, 12, 31)) == ["250.00", "250.00", "275.00", "275.00"]


@pytest.mark.parametrize(
    ("annual", "count", "expected"),
    [
        ("0.06", 12, ["0.01"] * 6 + ["0.00"] * 6),
        ("0.01", 4, ["0.00", "0.00", "0.00", "0.01"]),
        ("0.05", 12, ["0.00"] * 11 + ["0.05"]),
        ("100.01", 2, ["50.01", "50.00"]),
    ],
)
def test_no_period_is_ever_below_zero(annual: str, count: int, expected: list[str]) -> None:
    found = [period_price(Decimal(annual), index=k, count=count) for k in range(1, count + 1)]
    assert [str(amount) for amount in found] == expected


def test_a_term_of_fourteen_months_cuts_its_last_year_by_whole_months() -> None:
    facts = contract(own_year_terms(), "1000.00", signed_on=date(2026, 4, 10), stated_months=14)
    first, cut, rest = due_drafts(facts, date(2027, 6, 1))
    assert [str(draft.totals.net) for draft in (first, cut, rest)] == [
        "1000.00", "166.67", "833.33"
    ]  # fmt: skip
    assert said(cut) == ["P5 1 000,00 € × 2 mois ÷ 12 mois = 166,67 €"]
    assert said(rest)[-1] == "P1 1 000,00 € − 166,67 € = 833,33 €"


def test_both_parts_rounded_up_still_sum_to_the_year() -> None:
    """3 and 9 twelfths of 100.02 both end on half a cent: each alone would be rounded up."""
    facts = contract(own_year_terms(), "100.05", signed_on=date(2026, 4, 10), stated_months=15)
    assert nets(facts, date(2027, 7, 1)) == ["100.05", "25.01", "75.04"]
    facts = contract(own_year_terms(), "100.02", signed_on=date(2026, 4, 10), stated_months=15)
    assert nets(facts, date(2027, 7, 1)) == ["100.02", "25.01", "75.01"]


def test_parts_too_small_for_a_cent_never_exceed_the_year() -> None:
    """A twelfth of 0.06 rounds up to a cent: six months take it all, the others are free."""
    facts = contract(own_year_terms(), "0.06", signed_on=date(2026, 1, 31), stated_months=1)
    drafts = due_drafts(facts, date(2027, 1, 5))
    assert [str(draft.totals.net) for draft in drafts] == ["0.01"] * 6
    assert drafts[-1].last_day == date(2026, 7, 30)


def test_three_parts_of_one_period_sum_to_it() -> None:
    facts = contract(own_year_terms(), "1000.00", signed_on=date(2026, 4, 10), stated_months=5)
    found = nets(facts, date(2027, 2, 10))
    assert found == ["416.67", "416.67", "166.66"]


@pytest.mark.parametrize(
    ("method", "net", "sums"),
    [
        ("days", "166.67", "P1 300,00 € × 50 j ÷ 90 j = 166,67 €"),
        ("thirtieths", "170.00", "P1 300,00 € × 51 j de 30/360 ÷ 90 j de 30/360 = 170,00 €"),
        ("months", "200.00", "P1 300,00 € × 2 mois ÷ 3 mois = 200,00 €"),
    ],
)
def test_the_offer_chooses_how_a_part_is_counted(method: Method, net: str, sums: str) -> None:
    terms = calendar_terms(billing=billing("calendar", proration=method))
    [draft] = due_drafts(contract(terms, "1200.00", cadence="quarterly"), date(2026, 2, 10))
    assert str(draft.totals.net) == net
    assert said(draft)[-1] == sums


@pytest.mark.parametrize(("year", "net"), [(2026, "1906.85"), (2028, "1901.64")])
def test_a_leap_year_has_366_days(year: int, net: str) -> None:
    facts = contract(civil_year_terms(), "2400.00", signed_on=date(year, 3, 17))
    assert nets(facts, date(year, 3, 17)) == [net]


@pytest.mark.parametrize(
    ("first_day", "last_day", "expected"),
    [
        (date(2026, 1, 31), date(2026, 1, 31), 1),
        (date(2026, 2, 28), date(2026, 2, 28), 3),
        (date(2028, 2, 29), date(2028, 2, 29), 2),
        (date(2026, 1, 1), date(2026, 12, 31), 360),
        (date(2026, 1, 16), date(2026, 2, 15), 30),
    ],
)
def test_every_month_has_thirty_thirtieths(first_day: date, last_day: date, expected: int) -> None:
    assert thirtieths(Period(first_day, last_day)) == expected


def test_started_months_run_from_the_first_day_of_the_period() -> None:
    whole = Period(date(2026, 1, 31), date(2026, 4, 29))
    part = Period(date(2026, 2, 27), date(2026, 3, 30))
    assert fraction(part, whole, "months") == (2, 3)
    assert fraction(Period(date(2026, 2, 28), date(2026, 3, 30)), whole, "months") == (1, 3)


def test_a_part_of_two_periods_that_share_a_month_leaves_the_rest_to_the_last() -> None:
    cut = [Period(date(2026, 1, 1), date(2026, 2, 9)), Period(date(2026, 2, 10), QUARTER.last_day)]
    assert prorate_parts(Decimal("300.00"), cut, QUARTER, "months") == [
        Decimal("200.00"), Decimal("100.00")
    ]  # fmt: skip
    assert prorate(Decimal("300.00"), QUARTER, QUARTER) == Decimal("300.00")


def test_a_price_below_zero_or_finer_than_a_cent_parks_the_contract() -> None:
    with pytest.raises(NegativePrice, match=r"-1\.00"):
        due_drafts(contract(calendar_terms(), "-1.00"), date(2026, 3, 1))
    with pytest.raises(FractionOfCent, match=r"10\.005"):
        check_annual(Decimal("10.005"))


def test_a_free_line_is_not_invoiced_and_a_free_contract_is_never_due() -> None:
    [draft] = due_drafts(contract(calendar_terms(), "0.00", "120.00"), date(2026, 3, 1))
    assert [str(found.net_amount) for found in draft.lines] == ["106.85"]
    assert next_invoice_on(contract(calendar_terms(), "0.00")) is None


def test_the_reason_of_a_price_comes_before_those_of_the_period() -> None:
    revised = Reason("P7", "CGV art. 3.2", "1 200,00 € × …")
    facts = contract(
        calendar_terms(),
        lines=(
            line(
                1, "0", date(2026, 1, 1),
                prices=(PriceChange(date(2026, 1, 1), Decimal("1231.12"), (revised,)),),
            ),
        ),
        signed_on=date(2026, 1, 1),
    )  # fmt: skip
    [draft] = due_drafts(facts, date(2026, 1, 1))
    assert [reason.rule for reason in draft.lines[0].reasons] == ["P7", "P5"]


def test_a_line_keeps_its_quantity_and_a_unit_price_of_six_decimals() -> None:
    facts = contract(
        calendar_terms(),
        cadence="quarterly",
        lines=(line(1, "540.00", date(2026, 2, 10), quantity=Decimal("3.00")),),
    )
    [draft] = due_drafts(facts, date(2026, 2, 10))
    assert str(draft.lines[0].net_amount) == "75.00"
    assert str(draft.lines[0].unit_price) == "25.000000"


def with_vat(*annuals: str, **values: Any) -> ContractFacts:
    return contract(pack_terms(), *annuals, **values)


def test_a_price_with_vat_stands_to_the_cent() -> None:
    [draft] = due_drafts(with_vat("330.00"), date(2026, 2, 10))
    assert [str(amount) for amount in draft.totals] == ["275.00", "55.00", "330.00"]
    reunion = with_vat("330.00", vat=VatTreatment(VatZone.REUNION))
    [draft] = due_drafts(reunion, date(2026, 2, 10))
    assert [str(amount) for amount in draft.totals] == ["304.15", "25.85", "330.00"]
    exempt = with_vat("330.00", vat=VatTreatment(VatZone.METROPOLE, is_small_business=True))
    [draft] = due_drafts(exempt, date(2026, 2, 10))
    assert [str(amount) for amount in draft.totals] == ["330.00", "0.00", "330.00"]


def test_a_price_with_vat_that_no_net_gives_parks_the_contract() -> None:
    with pytest.raises(NoExactNet) as refusal:
        due_drafts(with_vat("330.03"), date(2026, 2, 10))
    assert refusal.value.nearest == (Decimal("330.02"), Decimal("330.04"))


def test_several_prices_with_vat_are_exact_together() -> None:
    """10.04 alone is 8.37 net; three times that would come to 30.13 with the tax on the sum."""
    [draft] = due_drafts(with_vat("10.04", "10.04", "10.04"), date(2026, 2, 10))
    assert str(draft.totals.gross) == "30.12"
    assert sum(found.net_amount for found in draft.lines) == draft.totals.net
    assert [str(found.net_amount) for found in draft.lines] == ["8.37", "8.37", "8.36"]
    assert [reason.rule for reason in draft.lines[0].reasons] == ["P5", "P6"]


def test_part_of_a_price_with_vat_keeps_the_amount_signed() -> None:
    terms = calendar_terms(price=Price(clause="Contrat, art. V", includes_vat=True))
    [draft] = due_drafts(contract(terms, "1200.00", cadence="quarterly"), date(2026, 2, 10))
    assert str(draft.totals.gross) == "166.67"
