"""What is announced for the months to come."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.rules.drafts import claim
from billing.rules.errors import NegativePrice
from billing.rules.forecast import (
    InvoiceIssued,
    PriceRevised,
    TermOpened,
    forecast,
    last_day_of,
    revise_until,
)
from billing.rules.plan import due_drafts
from contracts.rules.index_table import IndexTable, Observation
from tests.billing.rules.world import (
    calendar_terms,
    civil_year_terms,
    contract,
    line,
    own_year_terms,
)

TODAY = date(2026, 2, 10)
NO_INDEX = IndexTable([])


def table(*rows: tuple[str, str, date], is_estimated: bool = False) -> IndexTable:
    return IndexTable(
        Observation("revised", month, Decimal(value), day, is_estimated)
        for month, value, day in rows
    )


TWO_VALUES = table(
    ("2025-12", "320.1", date(2026, 1, 30)), ("2026-11", "328.4", date(2026, 12, 31))
)


def test_events_come_in_the_order_of_the_daily_run() -> None:
    events = forecast(contract(calendar_terms(), "1200.00"), TWO_VALUES, TODAY)
    assert [(str(event.day), type(event).__name__) for event in events] == [
        ("2026-02-10", "TermOpened"),
        ("2026-02-10", "InvoiceIssued"),
        ("2027-01-01", "PriceRevised"),
        ("2027-01-01", "InvoiceIssued"),
        ("2028-01-01", "TermOpened"),
        ("2028-01-01", "PriceRevised"),
        ("2028-01-01", "InvoiceIssued"),
    ]


def test_past_the_last_index_prices_stand_and_it_is_said() -> None:
    known = table(
        ("2025-12", "320.1", date(2026, 1, 30)),
        ("2026-11", "328.4", date(2027, 1, 1)),
    )
    events = forecast(contract(calendar_terms(), "1200.00"), known, TODAY)
    revisions = [event for event in events if isinstance(event, PriceRevised)]
    assert [(e.revision.outcome, e.at_unchanged_index) for e in revisions] == [
        ("applied", False), ("unchanged", True)
    ]  # fmt: skip
    assert "aucun indice publié depuis" in revisions[1].revision.reasons[0].formula
    invoices = [event for event in events if isinstance(event, InvoiceIssued)]
    assert [event.at_unchanged_index for event in invoices] == [False, False, True]
    assert [str(event.draft.totals.net) for event in invoices[1:]] == ["1231.12", "1231.12"]


def test_a_falling_index_lowers_what_is_announced() -> None:
    falling = table(
        ("2025-12", "328.4", date(2026, 1, 30)), ("2026-11", "320.1", date(2026, 12, 31))
    )
    events = forecast(contract(calendar_terms(), "1200.00"), falling, TODAY)
    invoices = [event.draft for event in events if isinstance(event, InvoiceIssued)]
    assert str(invoices[1].totals.net) == "1169.67"
    assert [reason.rule for reason in invoices[1].lines[0].reasons] == ["P7", "P5"]


def test_a_held_revision_leaves_the_price_and_invoicing_goes_on() -> None:
    estimated = table(
        ("2025-12", "320.1", date(2026, 1, 31)),
        ("2026-11", "328.4", date(2026, 12, 31)),
        is_estimated=True,
    )
    facts = contract(calendar_terms(), "1200.00")
    real = forecast(facts, estimated, TODAY)
    shown = forecast(replace(facts, is_demonstration=True), estimated, TODAY)
    for events, outcome, net in ((real, "held", "1200.00"), (shown, "applied", "1231.12")):
        [first, *_others] = [event for event in events if isinstance(event, PriceRevised)]
        invoices = [event.draft for event in events if isinstance(event, InvoiceIssued)]
        assert first.revision.outcome == outcome
        assert str(invoices[1].totals.net) == net


def test_each_line_is_revised_and_rounded_on_its_own() -> None:
    facts = contract(calendar_terms(), "100.00", "100.00", "33.33")
    revised, [revision] = revise_until(facts, TWO_VALUES, date(2027, 1, 1))
    prices = [found.prices[-1].annual for found in revised.lines]
    assert [str(price) for price in prices] == ["102.59", "102.59", "34.19"]
    assert revision.new_price == sum(prices)
    assert revised.last_applied == revision.last_applied
    assert revised.next_revision_day() == date(2028, 1, 1)


def test_a_line_that_the_terms_do_not_revise_keeps_its_price() -> None:
    terms = calendar_terms()
    only_base = terms.indexation.model_copy(update={"revised_lines": ("base",)})
    facts = contract(terms.model_copy(update={"indexation": only_base}), "1200.00")
    option = line(2, "60.00", TODAY, kind="OPTION")
    facts = replace(facts, lines=(*facts.lines, option))
    revised, _revisions = revise_until(facts, TWO_VALUES, date(2027, 1, 1))
    assert revised.lines[1] == option
    assert str(revised.lines[0].prices[-1].annual) == "1231.12"


def test_a_revision_done_is_not_announced_again() -> None:
    facts = replace(contract(calendar_terms(), "1200.00"), revised_until=date(2027, 1, 1))
    events = forecast(facts, TWO_VALUES, date(2027, 1, 1))
    days = [event.revision.day for event in events if isinstance(event, PriceRevised)]
    assert days == [date(2028, 1, 1), date(2029, 1, 1)]


def test_a_contract_that_is_over_is_no_longer_revised() -> None:
    facts = contract(calendar_terms(), "1200.00", last_day=date(2026, 12, 31))
    assert revise_until(facts, TWO_VALUES, date(2027, 6, 1)) == (facts, [])


def test_a_year_without_a_new_index_leaves_the_base_of_the_next_revision() -> None:
    known = table(
        ("2025-12", "320.1", date(2026, 1, 30)),
        ("2026-11", "328.4", date(2026, 12, 31)),
        ("2028-11", "340.0", date(2028, 12, 31)),
    )
    facts, revisions = revise_until(contract(calendar_terms(), "1200.00"), known, date(2029, 1, 1))
    assert [revision.outcome for revision in revisions] == ["applied", "unchanged", "applied"]
    assert [str(price.annual) for price in facts.lines[0].prices] == [
        "1200.00", "1231.12", "1274.61"
    ]  # fmt: skip


def test_a_contract_signed_ahead_is_revised_before_it_starts() -> None:
    facts = contract(
        calendar_terms(), "1200.00", signed_on=date(2026, 12, 20), starts_on=date(2027, 1, 10)
    )
    known = table(
        ("2026-10", "327.0", date(2026, 11, 30)), ("2026-11", "328.4", date(2026, 12, 31))
    )
    events = forecast(facts, known, date(2026, 12, 20), months=2)
    [invoice] = [event.draft for event in events if isinstance(event, InvoiceIssued)]
    assert str(invoice.totals.net) == "1175.42"  # 1 205,14 × 356 ÷ 365


def test_what_was_not_done_comes_out_on_the_first_day() -> None:
    facts = contract(calendar_terms(), "1200.00", cadence="quarterly")
    facts = claim(facts, due_drafts(facts, TODAY))
    late = forecast(facts, NO_INDEX, date(2026, 8, 20), months=2)
    assert [
        (event.day, event.draft.first_day) for event in late if isinstance(event, InvoiceIssued)
    ] == [
        (date(2026, 8, 20), date(2026, 4, 1)),
        (date(2026, 8, 20), date(2026, 7, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
    ]


def test_a_civil_year_is_announced_to_its_end_and_no_further() -> None:
    events = forecast(contract(civil_year_terms(), "2400.00"), NO_INDEX, TODAY)
    assert [type(event) for event in events] == [TermOpened, InvoiceIssued]


def test_after_the_end_there_is_neither_term_nor_revision_nor_invoice() -> None:
    facts = contract(calendar_terms(), "1200.00", last_day=date(2027, 12, 31))
    days = [event.day for event in forecast(facts, NO_INDEX, TODAY, months=60)]
    assert max(days) == date(2027, 1, 1)
    assert last_day_of(facts) == date(2027, 12, 31)
    assert last_day_of(contract(civil_year_terms(), "1.00")) == date(2026, 12, 31)
    assert last_day_of(contract(calendar_terms(), "1.00")) is None


def test_a_term_carries_its_deadline_and_its_reasons() -> None:
    facts = contract(own_year_terms(), "1000.00", signed_on=date(2026, 4, 10))
    terms = [e for e in forecast(facts, NO_INDEX, date(2026, 4, 10)) if isinstance(e, TermOpened)]
    assert [(term.number, term.day, term.notice_deadline) for term in terms] == [
        (1, date(2026, 4, 10), date(2027, 1, 9)),
        (2, date(2027, 4, 10), date(2028, 1, 9)),
        (3, date(2028, 4, 10), date(2029, 1, 9)),
    ]
    assert [reason.rule for reason in terms[0].reasons] == ["D4", "D5"]


def test_a_fault_is_the_one_of_the_run() -> None:
    with pytest.raises(NegativePrice):
        forecast(contract(calendar_terms(), "-1.00"), NO_INDEX, TODAY)
