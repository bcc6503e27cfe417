from datetime import date

import pytest

from contracts.rules.lateness import FormalNotice

POSTED, PRESENTED, RECEIVED = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 9)
LETTER = FormalNotice(clause="CGV art. 5", days=30)


@pytest.mark.parametrize(
    ("counts_from", "effect_day"),
    [
        ("first_presentation", date(2026, 4, 4)),
        ("posting", date(2026, 4, 2)),
        ("receipt", date(2026, 4, 9)),
    ],
)
def test_the_effects_come_on_day_thirty_one(counts_from: str, effect_day: date) -> None:
    letter = LETTER.model_copy(update={"counts_from": counts_from})
    answer = letter.effect_day(posted_on=POSTED, presented_on=PRESENTED, received_on=RECEIVED)
    assert answer.value == effect_day


def test_the_posting_stands_for_an_unknown_presentation() -> None:
    assert LETTER.effect_day(posted_on=POSTED).value == date(2026, 4, 2)


def test_days_of_force_majeure_are_added() -> None:
    answer = LETTER.effect_day(posted_on=POSTED, presented_on=PRESENTED, paused_days=10)
    assert answer.value == date(2026, 4, 14)
    assert answer.reasons[0].formula == (
        "4 mars 2026 + 30 jours + 10 jours de suspension, effet le lendemain : 14 avril 2026"
    )
