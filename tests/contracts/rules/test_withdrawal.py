from datetime import date

import pytest

from contracts.rules.withdrawal import SignedAt, Withdrawal

LAW = Withdrawal(clause="Code de la consommation, art. L221-3")


@pytest.mark.parametrize(
    ("signed_at", "employees", "outside", "applies"),
    [
        ("client", 5, True, True),
        ("client", 0, True, True),
        ("client", 6, True, False),
        ("client", None, True, False),
        ("client", 3, False, False),
        ("provider", 3, True, False),
        ("distance", 3, True, False),
    ],
)
def test_it_applies_to_a_small_practice_that_signed_at_home(
    signed_at: SignedAt, employees: int | None, outside: bool, applies: bool
) -> None:
    answer = LAW.applies(signed_at=signed_at, employees=employees, is_outside_main_activity=outside)
    assert answer.value is applies
    assert answer.reasons[0].rule == "D16"


@pytest.mark.parametrize(
    ("signed_on", "calendar", "last_day"),
    [
        (date(2026, 3, 2), "FR", date(2026, 3, 16)),
        (date(2026, 4, 17), "FR", date(2026, 5, 4)),  # 1 May is a Friday
        (date(2026, 3, 21), "FR", date(2026, 4, 7)),  # Saturday, then Easter Monday
        (date(2027, 12, 6), "FR", date(2027, 12, 20)),
        (date(2027, 12, 6), "FR-974", date(2027, 12, 21)),  # 20 December in La Réunion
        (date(2026, 12, 18), "FR", date(2027, 1, 4)),  # 1 January, then a week-end
    ],
)
def test_fourteen_days_without_that_of_the_signature(
    signed_on: date, calendar: str, last_day: date
) -> None:
    assert LAW.last_day(signed_on, calendar=calendar).value == last_day


def test_nothing_is_paid_before_the_eighth_day() -> None:
    assert LAW.first_payment_day(date(2026, 2, 25)).value == date(2026, 3, 5)


def test_a_postponed_end_says_so() -> None:
    answer = LAW.last_day(date(2026, 4, 17), calendar="FR")
    assert answer.reasons[0].formula == (
        "17 avril 2026 + 14 jours = 1er mai 2026, reporté au 4 mai 2026"
    )
