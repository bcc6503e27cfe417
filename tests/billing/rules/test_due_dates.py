"""When an invoice is due, and what is printed about it (B2, D16)."""

from datetime import date
from typing import Any

import pytest

from billing.rules.drafts import Draft, due_date
from billing.rules.plan import due_drafts
from contracts.rules.facts import PaymentMethod
from contracts.rules.payment import PaymentMethodNotOffered
from contracts.rules.terms import Terms
from contracts.rules.withdrawal import Withdrawal
from tests.billing.rules.world import (
    DAYS_30,
    calendar_terms,
    civil_year_terms,
    contract,
    own_year_terms,
    pack_terms,
    payment,
)


@pytest.mark.parametrize(
    ("terms", "method", "issued_on", "expected"),
    [
        (calendar_terms(), "direct_debit", date(2026, 1, 1), date(2026, 1, 15)),
        (calendar_terms(), "direct_debit", date(2026, 2, 20), date(2026, 3, 15)),
        (calendar_terms(), "cheque", date(2026, 1, 2), date(2026, 2, 15)),
        (own_year_terms(), "direct_debit", date(2026, 3, 17), date(2026, 4, 1)),
        (own_year_terms(), "bank_transfer", date(2026, 4, 10), date(2026, 4, 25)),
        (pack_terms(), "cheque", date(2026, 3, 15), date(2026, 3, 15)),
        (civil_year_terms(), "bank_transfer", date(2026, 3, 17), date(2026, 4, 16)),
    ],
)
def test_each_means_of_payment_has_its_day(
    terms: Terms, method: PaymentMethod, issued_on: date, expected: date
) -> None:
    facts = contract(terms, "1200.00", payment_method=method)
    assert due_date(facts, issued_on).value == expected


def test_a_means_of_payment_that_the_terms_do_not_have_parks_the_contract() -> None:
    terms = own_year_terms(payment=payment("cheque", {"cheque": DAYS_30}))
    facts = contract(terms, "1200.00", payment_method="direct_debit")
    with pytest.raises(PaymentMethodNotOffered, match="direct_debit"):
        due_drafts(facts, date(2026, 3, 1))


def first_invoice(terms: Terms, **values: Any) -> Draft:
    facts = contract(
        terms, "330.00", signed_on=date(2026, 4, 17), first_due_day=date(2026, 4, 25), **values
    )
    return due_drafts(facts, date(2026, 4, 17))[0]


def test_nothing_is_due_in_the_first_seven_days_of_a_small_practice() -> None:
    draft = first_invoice(pack_terms())
    assert draft.due_date == date(2026, 4, 25)
    assert [reason.rule for reason in draft.reasons] == ["P5", "B7", "B2", "D16"]
    assert "25 avril 2026" in draft.reasons[-1].formula
    assert draft.reasons[-1].clause == "Code de la consommation, art. L221-10"


def test_the_clause_of_the_withdrawal_is_the_one_of_the_terms() -> None:
    law = Withdrawal(clause="Code de la consommation, art. L221-3")
    assert first_invoice(pack_terms(withdrawal=law)).reasons[-1].clause == law.clause


def test_a_debit_moves_to_a_debit_day_and_a_later_due_date_stays() -> None:
    early = contract(
        calendar_terms(), "1200.00", signed_on=date(2026, 1, 30), first_due_day=date(2026, 2, 16)
    )
    assert due_date(early, date(2026, 2, 1)).value == date(2026, 3, 15)
    assert first_invoice(own_year_terms()).due_date == date(2026, 5, 1)
    assert "D16" not in {reason.rule for reason in first_invoice(own_year_terms()).reasons}


def test_the_due_date_runs_from_the_day_printed_not_from_the_day_of_the_work() -> None:
    facts = contract(calendar_terms(), "1200.00", cadence="quarterly")
    [late] = due_drafts(facts, date(2026, 2, 10), issued_on=date(2026, 3, 2))
    [on_time] = due_drafts(facts, date(2026, 2, 10))
    assert (late.issue_day, late.issued_on) == (date(2026, 2, 10), date(2026, 3, 2))
    assert (on_time.due_date, late.due_date) == (date(2026, 3, 15), date(2026, 4, 15))
    assert (late.lines, late.totals) == (on_time.lines, on_time.totals)


@pytest.mark.parametrize(
    ("terms", "values", "rule", "formula"),
    [
        (civil_year_terms(), {}, "P2", "du 10/02/2026 au 31/12/2026, émise le premier jour"),
        (calendar_terms(), {}, "P5", "du 10/02/2026 au 31/12/2026, émise le premier jour"),
        (
            calendar_terms(),
            {"signed_on": date(2026, 2, 20), "starts_on": date(2026, 2, 10)},
            "P5",
            "du 10/02/2026 au 31/12/2026, émise à la signature",
        ),
        (
            own_year_terms(),
            {"signed_on": date(2026, 1, 2), "starts_on": date(2026, 2, 10)},
            "P5",
            "du 10/02/2026 au 09/02/2027, émise le 10/02/2026 − 15 j = 26/01/2026",
        ),
        (
            own_year_terms(),
            {"signed_on": date(2026, 1, 2), "starts_on": date(2026, 7, 1)},
            "P8",
            "pas avant la révision du 01/07/2026",
        ),
    ],
)
def test_the_invoice_says_why_it_is_issued_that_day(
    terms: Terms, values: dict[str, Any], rule: str, formula: str
) -> None:
    facts = contract(terms, "1200.00", **values)
    [draft] = due_drafts(facts, date(2026, 7, 1))
    assert (draft.reasons[0].rule, draft.reasons[0].formula) == (rule, formula)
