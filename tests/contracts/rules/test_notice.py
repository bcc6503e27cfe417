from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.notice import Notice
from core.periods import ONE_DAY, Period, add_months

Due = Literal["last_day", "anniversary"]


def notice(due: Due = "last_day") -> Notice:
    return Notice(clause="CGV art. 5", months=3, counts_from="sent", due=due)


@pytest.mark.parametrize(
    ("due", "first_day", "last_day", "deadline"),
    [
        ("last_day", date(2026, 2, 10), date(2027, 12, 31), date(2027, 9, 30)),
        ("last_day", date(2026, 6, 1), date(2027, 5, 31), date(2027, 2, 28)),
        ("last_day", date(2027, 6, 1), date(2028, 5, 31), date(2028, 2, 29)),
        ("last_day", date(2026, 3, 1), date(2027, 2, 28), date(2026, 11, 28)),
        ("last_day", date(2026, 4, 10), date(2027, 4, 9), date(2027, 1, 9)),
        ("anniversary", date(2026, 3, 15), date(2027, 3, 14), date(2026, 12, 15)),
        ("anniversary", date(2028, 2, 29), date(2029, 2, 27), date(2028, 11, 28)),
        ("anniversary", date(2031, 2, 28), date(2032, 2, 28), date(2031, 11, 29)),
    ],
)
def test_the_last_valid_sending_day(
    due: Due, first_day: date, last_day: date, deadline: date
) -> None:
    assert notice(due).deadline(Period(first_day, last_day)).value == deadline


def test_the_deadline_does_not_move_off_a_sunday() -> None:
    deadline = notice().deadline(Period(date(2026, 2, 29 - 1), date(2027, 1, 31))).value
    assert (deadline, deadline.weekday()) == (date(2026, 10, 31), 5)


@given(first_day=st.dates(date(2000, 1, 1), date(2090, 1, 1)), months=st.integers(4, 36))
def test_a_letter_of_the_last_day_is_in_time_and_one_of_the_day_after_is_not(
    first_day: date, months: int
) -> None:
    term = Period.of_months(first_day, number=1, months=months)
    for due in ("last_day", "anniversary"):
        clause = notice(due)
        deadline = clause.deadline(term).value
        assert clause.is_in_time(term, deadline).value
        assert not clause.is_in_time(term, deadline + ONE_DAY).value
        reached = add_months(deadline, 3)
        assert reached <= (term.last_day if due == "last_day" else term.day_after)


def test_the_sending_or_the_receipt_counts() -> None:
    posted_on, received_on = date(2027, 9, 30), date(2027, 10, 4)
    sent = notice()
    received = sent.model_copy(update={"counts_from": "received"})
    assert sent.counted_day(posted_on=posted_on, received_on=received_on) == posted_on
    assert received.counted_day(posted_on=posted_on, received_on=received_on) == received_on
    assert received.counted_day(posted_on=posted_on) is None


def test_a_late_letter_says_why() -> None:
    term = Period(date(2026, 2, 10), date(2027, 12, 31))
    answer = notice().is_in_time(term, date(2027, 10, 1))
    assert [reason.rule for reason in answer.reasons] == ["D5", "D5"]
    assert answer.reasons[0].formula == "31 décembre 2027 − 3 mois = 30 septembre 2027"
    assert answer.reasons[1].formula == "1er octobre 2027 > 30 septembre 2027"
