"""What holds for every contract, whatever its days, cadence and price.

`HYPOTHESIS_TIMES=40` looks at that many times more examples.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.drafts import Draft, claim
from billing.rules.forecast import InvoiceIssued, forecast, revise_until
from billing.rules.plan import due_drafts, next_invoice_on, plan
from billing.rules.pricing import period_price
from billing.rules.proration import Method, prorate, prorate_parts, share
from contracts.rules.billing import CADENCE_MONTHS, Cadence
from contracts.rules.duration import AsStated, FixedMonths
from contracts.rules.facts import ContractFacts
from contracts.rules.index_table import IndexTable, Observation
from contracts.rules.terms import Terms
from core.money import ZERO, to_cents
from core.periods import Period, add_months
from tests.billing.rules.slow_model import Deal, pieces
from tests.billing.rules.world import (
    ALL_CADENCES,
    billing,
    calendar_terms,
    contract,
    own_year_terms,
)

TIMES = int(os.environ.get("HYPOTHESIS_TIMES", "1"))
seldom = settings(max_examples=15 * TIMES)
often = settings(max_examples=60 * TIMES)
very_often = settings(max_examples=250 * TIMES)

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
# Month ends, leap days and year ends more often than chance would have them.
awkward_days = st.one_of(
    days,
    st.sampled_from(
        [
            date(2024, 1, 29), date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 29),
            date(2025, 2, 28), date(2026, 4, 30), date(2026, 12, 31), date(2027, 1, 1),
            date(2027, 6, 30), date(2027, 7, 1), date(2028, 2, 29), date(2028, 12, 31),
        ]
    ),
)  # fmt: skip
prices = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
prices_of_euros = st.decimals(Decimal("5.00"), Decimal("99999.99"), places=2)
cadences = st.sampled_from(ALL_CADENCES)
methods = st.sampled_from(["days", "thirtieths", "months"])


def cut(whole: Period, places: Iterable[int]) -> list[Period]:
    """Consecutive parts of a period, cut before some of its days."""
    starts = sorted({place % whole.days for place in places} | {0})
    ends = [*starts[1:], whole.days]
    first = whole.first_day
    return [
        Period(first + timedelta(days=start), first + timedelta(days=end - 1))
        for start, end in zip(starts, ends, strict=True)
    ]


@very_often
@given(prices, days, st.sampled_from([1, 3, 6, 12]), st.lists(st.integers(0, 400)), methods)
def test_parts_of_a_period_sum_to_the_whole_and_none_is_negative(
    price: Decimal, day: date, months: int, places: list[int], method: Method
) -> None:
    whole = Period.of_months(day, number=1, months=months)
    amounts = prorate_parts(price, cut(whole, places), whole, method)
    assert sum(amounts) == price
    assert min(amounts) >= 0


@very_often
@given(prices, days, st.integers(0, 365), st.integers(0, 365))
def test_a_part_is_within_half_a_cent_of_the_exact_fraction(
    price: Decimal, day: date, start: int, length: int
) -> None:
    whole = Period(day, day + timedelta(days=400))
    part = Period(day + timedelta(days=start), day + timedelta(days=min(start + length, 400)))
    exact = Fraction(price) * part.days / whole.days
    assert abs(Fraction(prorate(price, part, whole)) - exact) <= Fraction(1, 200)


@very_often
@given(prices, st.integers(0, 400), st.integers(1, 400))
def test_the_quick_division_rounds_as_fractions_do(
    price: Decimal, covered: int, units: int
) -> None:
    assert share(price, covered, units) == to_cents(Fraction(price) * covered / units)


@very_often
@given(prices, st.sampled_from([1, 2, 4, 12]))
def test_the_periods_of_a_year_sum_to_the_annual_price(annual: Decimal, count: int) -> None:
    parts = [period_price(annual, index=index, count=count) for index in range(1, count + 1)]
    assert sum(parts) == annual
    assert min(parts) >= 0


def by_year(starts_on: date, months: int) -> Terms:
    return own_year_terms(
        duration=AsStated(kind="as_stated", clause="CGV, durée", default_months=months)
    )


@often
@given(awkward_days, prices, cadences, st.sampled_from([12, 14, 24, 7, 5]))
def test_a_full_contract_year_sums_to_the_annual_price_whatever_the_terms(
    starts_on: date, annual: Decimal, cadence: Cadence, term_months: int
) -> None:
    facts = contract(
        by_year(starts_on, term_months), str(annual), signed_on=starts_on, cadence=cadence
    )
    end = add_months(starts_on, 12)
    year = [draft for draft in drafts_until(facts, end) if draft.first_day < end]
    assert sum(draft.totals.net for draft in year) == annual


@often
@given(awkward_days, prices, cadences)
def test_a_full_civil_year_sums_to_the_annual_price(
    starts_on: date, annual: Decimal, cadence: Cadence
) -> None:
    facts = contract(calendar_terms(), str(annual), signed_on=starts_on, cadence=cadence)
    year = Period.civil_year(starts_on.year + 1)
    drafts = [d for d in drafts_until(facts, year.last_day) if d.first_day in year]
    assert sum(draft.totals.net for draft in drafts) == annual


def drafts_until(facts: ContractFacts, day: date) -> list[Draft]:
    """Everything due by a day, run after run so that no bound of a single day is met."""
    drafts: list[Draft] = []
    while (due := next_invoice_on(facts)) is not None and due <= day:
        new = due_drafts(facts, due)
        drafts += new
        facts = claim(facts, new)
    return drafts


def content(drafts: Iterable[Draft]) -> list[tuple[object, ...]]:
    return [
        (line.line_id, line.first_day, line.last_day, line.net_amount, line.reasons, draft.totals)
        for draft in drafts
        for line in draft.lines
    ]


contracts = st.builds(
    lambda terms, starts_on, ahead, annuals, cadence: contract(
        terms,
        *map(str, annuals),
        signed_on=starts_on - timedelta(days=ahead),
        starts_on=starts_on,
        cadence=cadence,
    ),
    st.sampled_from([calendar_terms(), own_year_terms(), by_year(date(2026, 1, 1), 14)]),
    awkward_days,
    st.sampled_from([0, 0, 5, 40, -20]),
    st.lists(prices_of_euros, min_size=1, max_size=3),
    cadences,
)


@often
@given(contracts, st.lists(st.integers(0, 365), max_size=12))
def test_one_run_of_a_year_equals_many_smaller_runs(
    facts: ContractFacts, offsets: list[int]
) -> None:
    end = facts.starts_on + timedelta(days=365)
    at_once = due_drafts(facts, end)
    many: list[Draft] = []
    for offset in [*sorted(offsets), 365]:
        new = due_drafts(facts, facts.starts_on + timedelta(days=offset))
        many += new
        facts = claim(facts, new)
    assert content(many) == content(at_once)
    assert due_drafts(facts, end) == ()


@often
@given(contracts)
def test_the_next_invoice_day_is_the_first_on_which_anything_is_due(facts: ContractFacts) -> None:
    for _ in range(4):
        due = next_invoice_on(facts)
        assert due is not None
        assert due_drafts(facts, due - timedelta(days=1)) == ()
        found = plan(facts, due)
        assert found.drafts
        facts = claim(facts, found.drafts)
        assert found.next_invoice_on == next_invoice_on(facts)


@often
@given(contracts)
def test_renaming_ids_changes_nothing(facts: ContractFacts) -> None:
    day = facts.starts_on + timedelta(days=200)
    renamed = replace(
        facts,
        id=UUID(int=7),
        lines=tuple(replace(line, id=UUID(int=line.id.int + 500)) for line in facts.lines),
    )
    expected, found = due_drafts(facts, day), due_drafts(renamed, day)
    assert [row[1:] for row in content(found)] == [row[1:] for row in content(expected)]


@often
@given(contracts)
def test_released_claims_are_invoiced_again_at_the_same_amounts(facts: ContractFacts) -> None:
    day = facts.starts_on + timedelta(days=300)
    drafts = due_drafts(facts, day)
    released = drafts[len(drafts) // 2]
    others = claim(facts, [draft for draft in drafts if draft is not released])
    assert content(due_drafts(others, day)) == content([released])


DURATIONS = (None, 1, 5, 7, 12, 14, 24, 36)


@often
@given(awkward_days, prices, cadences, st.booleans(), st.sampled_from(DURATIONS))
def test_amounts_and_days_are_those_of_the_slow_model(
    starts_on: date, annual: Decimal, cadence: Cadence, by_calendar: bool, term_months: int | None
) -> None:
    parts: dict[str, Any] = {"billing": billing("calendar" if by_calendar else "contract_start")}
    if term_months is not None:
        parts["duration"] = FixedMonths(kind="months", clause="II-5", months=term_months)
    facts = contract(calendar_terms(**parts), str(annual), signed_on=starts_on, cadence=cadence)
    deal = Deal(starts_on, CADENCE_MONTHS[cadence], by_calendar, Fraction(annual), term_months)
    until = starts_on + timedelta(days=500)
    expected = [piece for piece in pieces(deal, until) if piece.net and piece.first_day <= until]
    found = drafts_until(facts, until)
    assert [(d.first_day, d.last_day, Fraction(d.totals.net)) for d in found] == [
        (piece.first_day, piece.last_day, piece.net) for piece in expected
    ]


def daily_runs(facts: ContractFacts, table: IndexTable, start: date, end: date) -> list[Draft]:
    """What the daily run issues when it runs every single day."""
    drafts: list[Draft] = []
    day = start
    while day <= end:
        facts, _revisions = revise_until(facts, table, day)
        new = due_drafts(facts, day)
        drafts += new
        facts = claim(facts, new)
        day += timedelta(days=1)
    return drafts


values = st.decimals(Decimal("250.0"), Decimal("350.0"), places=1)


@seldom
@given(contracts, st.lists(values, min_size=1, max_size=30))
def test_the_forecast_is_what_the_daily_runs_then_issue(
    facts: ContractFacts, indices: list[Decimal]
) -> None:
    first = add_months(facts.signed_on.replace(day=1), -6)
    months = [add_months(first, number) for number in range(len(indices))]
    table = IndexTable(
        Observation("revised", f"{month:%Y-%m}", value, add_months(month, 1) + timedelta(days=29))
        for month, value in zip(months, indices, strict=True)
    )
    start = min(facts.signed_on, facts.starts_on)
    end = add_months(start, 24)
    announced = [e.draft for e in forecast(facts, table, start) if isinstance(e, InvoiceIssued)]
    assert announced == daily_runs(facts, table, start, end)
    assert sum((draft.totals.net for draft in announced), ZERO) > 0
