from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.payment import (
    DaysAfter,
    DebitDay,
    MonthDayAfter,
    OnIssue,
    Payment,
    PaymentMethodNotOffered,
)
from contracts.rules.presets import load_preset

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))


def payment_of(preset: str, offer: str) -> Payment:
    return load_preset(preset).offers[offer].terms.payment


@pytest.mark.parametrize(
    ("preset", "offer", "method", "issued_on", "due_date"),
    [
        ("micro-info-service", "maintenance", "direct_debit", "2026-01-01", "2026-01-15"),
        ("micro-info-service", "maintenance", "direct_debit", "2026-02-10", "2026-03-15"),
        ("micro-info-service", "maintenance", "direct_debit", "2026-02-20", "2026-03-15"),
        ("micro-info-service", "maintenance", "bank_transfer", "2026-12-02", "2027-01-15"),
        ("micro-info-service", "maintenance", "cheque", "2026-04-01", "2026-04-15"),
        ("integral-micro", "maintenance", "direct_debit", "2026-03-17", "2026-04-01"),
        ("integral-micro", "maintenance", "direct_debit", "2026-03-18", "2026-04-01"),
        ("integral-micro", "maintenance", "direct_debit", "2026-03-19", "2026-05-01"),
        ("integral-micro", "maintenance", "bank_transfer", "2026-04-10", "2026-04-25"),
        ("integral-micro", "maintenance", "cheque", "2026-04-10", "2026-04-25"),
        ("si-sante", "support", "bank_transfer", "2026-03-15", "2026-03-15"),
        ("si-sante", "support", "cheque", "2028-02-29", "2028-02-29"),
        ("reunion-informatique", "CMP3", "bank_transfer", "2026-03-17", "2026-04-16"),
        ("reunion-informatique", "CMP1", "cheque", "2026-01-01", "2026-01-31"),
    ],
)
def test_due_dates_of_the_presets(
    preset: str, offer: str, method: str, issued_on: str, due_date: str
) -> None:
    answer = payment_of(preset, offer).due_date(method, date.fromisoformat(issued_on))
    assert answer.value == date.fromisoformat(due_date)
    assert answer.reasons[0].rule == "B2"


@pytest.mark.parametrize(
    ("issued_on", "due_date"),
    [
        (date(2026, 4, 3), date(2026, 5, 30)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 2), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 30)),
    ],
)
def test_extras_of_mis_are_due_on_the_thirtieth_of_the_next_month(
    issued_on: date, due_date: date
) -> None:
    payment = payment_of("micro-info-service", "maintenance")
    assert payment.due_date("direct_debit", issued_on, is_extra=True).value == due_date


def test_extras_without_a_rule_of_their_own_follow_the_method() -> None:
    payment = payment_of("integral-micro", "maintenance")
    extra = payment.due_date("bank_transfer", date(2026, 4, 10), is_extra=True)
    assert extra.value == date(2026, 4, 25)


@pytest.mark.parametrize("method", ["direct_debit", "card", ""])
def test_a_means_that_is_not_offered_is_refused(method: str) -> None:
    with pytest.raises(PaymentMethodNotOffered) as refusal:
        payment_of("si-sante", "support").due_date(method, date(2026, 3, 15))
    assert refusal.value.field == "payment"


@given(issued_on=days, day=st.integers(1, 31), notice_days=st.integers(0, 60))
def test_a_debit_day_leaves_the_notice_and_is_the_first_that_does(
    issued_on: date, day: int, notice_days: int
) -> None:
    due_date, _formula = DebitDay(kind="debit_day", day=day, notice_days=notice_days).due(issued_on)
    earliest = issued_on + timedelta(days=notice_days)
    assert due_date >= earliest
    assert (due_date - earliest).days <= 31
    tomorrow = due_date + timedelta(days=1)
    assert due_date.day == day or (due_date.day < day and tomorrow.day == 1)


@given(issued_on=days, day=st.integers(1, 31))
def test_a_day_of_the_next_month_is_in_it(issued_on: date, day: int) -> None:
    due_date, _formula = MonthDayAfter(kind="month_day_after", months=1, day=day).due(issued_on)
    distance = (due_date.year * 12 + due_date.month) - (issued_on.year * 12 + issued_on.month)
    assert distance == 1
    assert due_date.day <= day


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        (OnIssue(kind="on_issue"), "à la commande : 20 février 2026"),
        (DaysAfter(kind="days_after", days=30), "20 février 2026 + 30 jours = 22 mars 2026"),
        (
            DebitDay(kind="debit_day", day=15),
            "20 février 2026 + 14 jours = 6 mars 2026, premier 15 du mois : 15 mars 2026",
        ),
        (
            MonthDayAfter(kind="month_day_after", day=30),
            "20 février 2026, le 30 du mois suivant : 30 mars 2026",
        ),
    ],
)
def test_a_due_date_says_why(
    rule: OnIssue | DaysAfter | DebitDay | MonthDayAfter, formula: str
) -> None:
    payment = Payment(clause="CGV", methods={"cheque": rule}, default_method="cheque")
    answer = payment.due_date("cheque", date(2026, 2, 20))
    assert answer.reasons[0].formula == formula
