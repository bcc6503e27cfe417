"""Periods and days of issue: month ends, leap years, every cadence, ends of terms, lead days."""

from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest

from billing.rules.drafts import book_of, schedule_of
from billing.rules.errors import UnknownCadence
from billing.rules.plan import due_drafts, open_slots
from billing.rules.schedule import Slot, Timing, issue_day, revision_before, whole_months
from contracts.rules.billing import Cadence
from contracts.rules.duration import AsStated, FixedMonths
from contracts.rules.facts import ContractFacts
from contracts.rules.terms import Terms
from core.periods import Period
from tests.billing.rules.world import (
    ALL_CADENCES,
    billing,
    calendar_terms,
    civil_year_terms,
    contract,
    own_year_terms,
    syntec,
)

JULY = Timing(lead_days=15, revision=(7, 1))


def first_slots(facts: ContractFacts, count: int) -> list[Slot]:
    return list(islice(open_slots(facts, book_of(facts)), count))


def spans(facts: ContractFacts, count: int) -> list[tuple[str, str]]:
    return [(str(slot.first_day), str(slot.last_day)) for slot in first_slots(facts, count)]


def own(starts_on: date, cadence: Cadence, **values: Any) -> ContractFacts:
    return contract(own_year_terms(), "1000.00", signed_on=starts_on, cadence=cadence, **values)


@pytest.mark.parametrize(
    ("starts_on", "expected"),
    [
        (date(2026, 1, 29), ["2026-01-29", "2026-02-28", "2026-03-29", "2026-04-29"]),
        (date(2026, 1, 30), ["2026-01-30", "2026-02-28", "2026-03-30", "2026-04-30"]),
        (date(2026, 1, 31), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (date(2028, 1, 31), ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (date(2028, 2, 29), ["2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29"]),
        (date(2026, 12, 31), ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
    ],
)
def test_months_are_counted_from_the_start_and_never_shorten_for_good(
    starts_on: date, expected: list[str]
) -> None:
    found = first_slots(own(starts_on, "monthly"), 4)
    assert [str(slot.first_day) for slot in found] == expected
    for slot, following in pairwise(found):
        assert slot.last_day + timedelta(days=1) == following.first_day


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("yearly", [("2026-02-10", "2026-12-31"), ("2027-01-01", "2027-12-31")]),
        ("half-yearly", [("2026-02-10", "2026-06-30"), ("2026-07-01", "2026-12-31")]),
        ("quarterly", [("2026-02-10", "2026-03-31"), ("2026-04-01", "2026-06-30")]),
        ("monthly", [("2026-02-10", "2026-02-28"), ("2026-03-01", "2026-03-31")]),
    ],
)
def test_calendar_periods_are_cut_at_the_start(
    cadence: Cadence, expected: list[tuple[str, str]]
) -> None:
    assert spans(contract(calendar_terms(), "1200.00", cadence=cadence), 2) == expected


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        ("yearly", [("2026-04-10", "2027-04-09"), ("2027-04-10", "2028-04-09")]),
        ("half-yearly", [("2026-04-10", "2026-10-09"), ("2026-10-10", "2027-04-09")]),
        ("quarterly", [("2026-04-10", "2026-07-09"), ("2026-07-10", "2026-10-09")]),
        ("monthly", [("2026-04-10", "2026-05-09"), ("2026-05-10", "2026-06-09")]),
    ],
)
def test_periods_of_the_contract_run_from_its_start(
    cadence: Cadence, expected: list[tuple[str, str]]
) -> None:
    assert spans(own(date(2026, 4, 10), cadence), 2) == expected


@pytest.mark.parametrize("cadence", ALL_CADENCES)
def test_a_start_on_the_last_day_of_a_period_is_a_period_of_one_day(cadence: Cadence) -> None:
    facts = contract(calendar_terms(), "1200.00", signed_on=date(2026, 12, 31), cadence=cadence)
    assert spans(facts, 1) == [("2026-12-31", "2026-12-31")]


def test_a_start_on_the_first_day_of_a_period_is_a_whole_one() -> None:
    [slot] = first_slots(
        contract(calendar_terms(), "1200.00", signed_on=date(2026, 4, 1), cadence="quarterly"), 1
    )
    assert slot.is_whole
    assert (slot.index, slot.count) == (2, 4)


def test_a_period_stops_at_the_end_of_its_term() -> None:
    facts = own(date(2026, 4, 10), "yearly", stated_months=14)
    assert spans(facts, 5) == [
        ("2026-04-10", "2027-04-09"),
        ("2027-04-10", "2027-06-09"),
        ("2027-06-10", "2028-04-09"),
        ("2028-04-10", "2028-08-09"),
        ("2028-08-10", "2029-04-09"),
    ]
    found = first_slots(facts, 4)
    assert [slot.part.cut_months for slot in found] == [None, 2, None, 4]


def test_a_cut_that_is_not_whole_months_is_prorated() -> None:
    terms = calendar_terms(duration=FixedMonths(kind="months", clause="II-5", months=12))
    found = first_slots(
        contract(terms, "1200.00", signed_on=date(2026, 2, 10), cadence="quarterly"), 6
    )
    assert (found[4].first_day, found[4].last_day) == (date(2027, 1, 1), date(2027, 2, 9))
    assert found[4].part.cut_months is None
    assert found[5].earlier == (found[4].part,)


def test_a_civil_year_contract_has_one_slot_and_no_other_year() -> None:
    facts = contract(civil_year_terms(), "2400.00", starts_on=date(2026, 3, 17))
    assert spans(facts, 9) == [("2026-03-17", "2026-12-31")]


def test_a_contract_that_is_not_renewed_ends_with_its_term() -> None:
    terms = own_year_terms(
        duration=AsStated(kind="as_stated", clause="D", tacit_renewal=False), notice=None
    )
    facts = contract(terms, "1000.00", signed_on=date(2026, 4, 10), cadence="half-yearly")
    assert spans(facts, 9) == [("2026-04-10", "2026-10-09"), ("2026-10-10", "2027-04-09")]


def test_a_known_end_cuts_the_slot_that_holds_it() -> None:
    facts = contract(calendar_terms(), "1200.00", cadence="quarterly", last_day=date(2026, 5, 15))
    assert spans(facts, 9) == [("2026-02-10", "2026-03-31"), ("2026-04-01", "2026-05-15")]
    [_first, second] = due_drafts(facts, date(2026, 12, 31))
    assert str(second.totals.net) == "148.35"  # 300.00 × 45 ÷ 91


def test_an_end_before_the_start_leaves_nothing_to_invoice() -> None:
    facts = contract(
        calendar_terms(), "1200.00", starts_on=date(2026, 3, 1), last_day=date(2026, 2, 20)
    )
    assert spans(facts, 9) == []


def test_slots_found_from_a_later_day_are_the_same_ones() -> None:
    facts = own(date(2026, 1, 31), "monthly", stated_months=14)
    schedule = schedule_of(facts, book_of(facts))
    everything = list(islice(schedule.slots(), 40))
    for slot in everything:
        assert next(schedule.slots(slot.first_day)) is slot
        assert next(schedule.slots(slot.last_day)) is slot


def test_a_cadence_that_the_offer_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownCadence, match="monthly"):
        due_drafts(contract(civil_year_terms(), "2400.00", cadence="monthly"), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("first_day", "issued"),
    [
        (date(2026, 10, 10), date(2026, 9, 25)),
        (date(2026, 7, 1), date(2026, 7, 1)),  # waits for the revision that prices it
        (date(2026, 7, 15), date(2026, 7, 1)),
        (date(2026, 7, 16), date(2026, 7, 1)),
        (date(2026, 7, 17), date(2026, 7, 2)),
        (date(2026, 6, 30), date(2026, 6, 15)),
    ],
)
def test_lead_days_never_run_ahead_of_the_revision(first_day: date, issued: date) -> None:
    assert issue_day(first_day, signed_on=date(2026, 1, 1), timing=JULY)[0] == issued


def test_an_invoice_due_on_the_day_of_the_revision_waits_for_nothing() -> None:
    found = issue_day(date(2026, 7, 16), signed_on=date(2026, 1, 1), timing=JULY)
    assert found == (date(2026, 7, 1), None)


def test_an_invoice_is_never_issued_before_the_signature() -> None:
    signed = date(2026, 7, 20)
    assert issue_day(date(2026, 7, 25), signed_on=signed, timing=JULY)[0] == signed
    assert issue_day(date(2026, 2, 1), signed_on=signed, timing=Timing())[0] == signed


def test_a_contract_invoiced_every_month_gets_its_july_on_the_first_of_july() -> None:
    facts = own(date(2026, 1, 1), "monthly")
    by_first_day = {slot.first_day: slot for slot in first_slots(facts, 12)}
    assert by_first_day[date(2026, 6, 1)].issue_day == date(2026, 5, 17)
    assert by_first_day[date(2026, 7, 1)].issue_day == date(2026, 7, 1)
    assert by_first_day[date(2026, 7, 1)].revision_day == date(2026, 7, 1)
    assert by_first_day[date(2026, 8, 1)].issue_day == date(2026, 7, 17)


def test_without_indexation_lead_days_wait_for_nothing() -> None:
    timing = Timing(lead_days=15)
    found = issue_day(date(2026, 7, 1), signed_on=date(2026, 1, 1), timing=timing)
    assert found == (date(2026, 6, 16), None)


def test_a_revision_day_that_a_month_lacks_is_its_last_one() -> None:
    assert revision_before(date(2027, 3, 1), (2, 29)) == date(2027, 2, 28)
    assert revision_before(date(2028, 2, 28), (2, 29)) == date(2027, 2, 28)


def test_whole_months_need_both_bounds_on_the_anchor() -> None:
    anchor = date(2026, 1, 31)
    assert whole_months(Period(date(2026, 2, 28), date(2026, 4, 29)), anchor) == 2
    assert whole_months(Period(date(2026, 2, 28), date(2026, 4, 28)), anchor) is None


def monthly_ahead(month: int, lead_days: int) -> Terms:
    return own_year_terms(
        indexation=syntec(month), billing=billing("contract_start", lead_days=lead_days)
    )


@pytest.mark.parametrize("lead_days", [0, 1, 15, 45])
def test_days_of_issue_never_go_back(lead_days: int) -> None:
    facts = contract(
        monthly_ahead(7, lead_days), "1000.00", signed_on=date(2026, 1, 31), cadence="monthly"
    )
    issued = [slot.issue_day for slot in first_slots(facts, 36)]
    assert issued == sorted(issued)
