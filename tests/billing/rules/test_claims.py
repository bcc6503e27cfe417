"""What is invoiced once, and what stops a run for one contract (P4, P8, R4, R5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.rules.bounds import check_total
from billing.rules.drafts import claim
from billing.rules.errors import (
    DuplicateItem,
    OverlappingItems,
    TooFarAhead,
    TooManyInvoices,
    UnusualTotal,
)
from billing.rules.plan import due_drafts, next_invoice_on, plan
from contracts.rules.facts import ContractFacts, PriceChange, billed_before
from core.periods import add_months
from tests.billing.rules.world import (
    billing,
    calendar_terms,
    civil_year_terms,
    contract,
    line,
    own_year_terms,
)

START = date(2026, 2, 10)


def quarterly(*annuals: str, **values: Any) -> ContractFacts:
    return contract(calendar_terms(), *annuals, cadence="quarterly", **values)


def test_lines_share_the_invoice_of_a_period_and_are_rounded_each() -> None:
    [draft] = due_drafts(quarterly("1200.00", "100.00", "99.99"), START)
    assert [str(found.net_amount) for found in draft.lines] == ["166.67", "13.89", "13.89"]
    assert str(draft.totals.net) == "194.45"
    assert {(found.first_day, found.last_day) for found in draft.lines} == {
        (START, date(2026, 3, 31))
    }


def test_what_is_claimed_is_never_due_again() -> None:
    facts = quarterly("1200.00")
    first = plan(facts, START)
    assert first.next_invoice_on == date(2026, 4, 1)
    facts = claim(facts, first.drafts)
    assert due_drafts(facts, date(2026, 3, 31)) == ()
    assert next_invoice_on(facts) == date(2026, 4, 1)


def test_a_line_claimed_alone_leaves_the_others_their_invoice() -> None:
    facts = quarterly("1200.00", "600.00")
    first, second = facts.lines
    claimed = replace(facts, lines=(replace(first, claimed=frozenset({START})), second))
    [draft] = due_drafts(claimed, START)
    assert [found.line_id for found in draft.lines] == [second.id]


def test_a_line_added_in_the_course_of_a_period_waits_for_the_next() -> None:
    added = line(2, "240.00", date(2026, 5, 10))
    facts = quarterly("1200.00")
    facts = replace(facts, lines=(*facts.lines, added))
    drafts = due_drafts(facts, date(2026, 7, 1))
    assert [len(draft.lines) for draft in drafts] == [1, 1, 2]
    assert str(drafts[2].totals.net) == "360.00"


def test_a_line_added_on_the_first_day_of_a_billed_period_waits_when_told_so() -> None:
    added = line(2, "240.00", date(2026, 4, 1), billed_before=date(2026, 7, 1))
    facts = quarterly("1200.00")
    facts = replace(facts, lines=(*facts.lines, added))
    assert [len(draft.lines) for draft in due_drafts(facts, date(2026, 7, 1))] == [1, 1, 2]


def test_periods_before_a_day_are_skipped_at_once() -> None:
    start = date(2001, 1, 1)
    old = line(1, "1200.00", start, billed_before=date(2026, 1, 1))
    facts = contract(calendar_terms(), signed_on=start, cadence="monthly", lines=(old,))
    [draft] = due_drafts(facts, date(2026, 1, 1))
    assert (draft.first_day, str(draft.totals.net)) == (date(2026, 1, 1), "100.00")


def test_days_that_add_up_mean_no_hole() -> None:
    facts = quarterly("1200.00")
    drafts = due_drafts(facts, date(2026, 12, 31))
    days = [(draft.last_day - draft.first_day).days + 1 for draft in drafts]
    whole = billed_before(START, days=sum(days), last_day=drafts[-1].last_day)
    assert whole == date(2027, 1, 1)
    holed = billed_before(START, days=sum(days) - days[1], last_day=drafts[-1].last_day)
    assert holed is None
    assert billed_before(START, days=0, last_day=None) is None


def test_a_price_holds_for_periods_that_start_on_its_day_or_after() -> None:
    prices = (
        PriceChange(START, Decimal("1200.00")),
        PriceChange(date(2026, 7, 1), Decimal("1300.00")),
    )
    facts = quarterly(lines=(line(1, "0", START, prices=prices),))
    nets = [str(draft.totals.net) for draft in due_drafts(facts, date(2026, 12, 31))]
    assert nets == ["166.67", "300.00", "325.00", "325.00"]


def test_a_removal_lowers_the_price_to_nothing_and_the_contract_is_no_longer_due() -> None:
    prices = (PriceChange(START, Decimal("1200.00")), PriceChange(date(2028, 1, 1), Decimal(0)))
    facts = quarterly(lines=(line(1, "0", START, prices=prices, billed_before=date(2028, 1, 1)),))
    assert next_invoice_on(facts) is None
    assert due_drafts(facts, date(2028, 12, 31)) == ()


def test_a_contract_over_has_no_next_invoice() -> None:
    facts = contract(civil_year_terms(), "2400.00")
    found = plan(facts, START)
    assert len(found.drafts) == 1
    assert found.next_invoice_on is None
    assert next_invoice_on(contract(civil_year_terms())) is None


def test_a_line_listed_twice_parks_the_contract() -> None:
    facts = quarterly("1200.00")
    with pytest.raises(DuplicateItem):
        due_drafts(replace(facts, lines=facts.lines * 2), START)


def test_a_period_that_holds_the_start_of_a_claim_parks_the_contract() -> None:
    facts = quarterly(lines=(line(1, "1200.00", START, claimed=frozenset({date(2026, 3, 1)})),))
    with pytest.raises(OverlappingItems):
        due_drafts(facts, START)


def test_a_period_more_than_three_years_ahead_parks_the_contract() -> None:
    terms = own_year_terms(
        billing=billing("contract_start", lead_days=1200), indexation=civil_year_terms().indexation
    )
    facts = contract(terms, "1000.00", starts_on=date(2029, 5, 1))
    with pytest.raises(TooFarAhead, match="2029-05-01"):
        due_drafts(facts, START)
    near = replace(facts, starts_on=add_months(START, 36))
    assert len(due_drafts(near, START)) == 1


def test_more_invoices_on_a_day_than_two_years_of_months_park_the_contract() -> None:
    facts = contract(calendar_terms(), "1200.00", signed_on=date(2024, 1, 1), cadence="monthly")
    assert len(due_drafts(facts, date(2025, 12, 1))) == 24
    with pytest.raises(TooManyInvoices):
        due_drafts(facts, date(2026, 1, 1))
    assert len(due_drafts(facts, date(2026, 1, 1), most=25)) == 25


@pytest.mark.parametrize(
    ("total", "last_total", "is_refused"),
    [
        ("1500.00", "300.00", False),
        ("1500.01", "300.00", True),
        ("60.00", "300.00", False),
        ("59.99", "300.00", True),
        ("9999.00", None, False),
    ],
)
def test_a_total_far_from_the_last_waits_for_a_person(
    total: str, last_total: str | None, is_refused: bool
) -> None:
    last = Decimal(last_total) if last_total else None
    check_total(Decimal(total), last_total=last, is_approved=True)
    if is_refused:
        with pytest.raises(UnusualTotal):
            check_total(Decimal(total), last_total=last)
    else:
        check_total(Decimal(total), last_total=last)
