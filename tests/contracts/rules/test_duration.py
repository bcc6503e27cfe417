from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.duration import (
    AnyDuration,
    AsStated,
    CivilYear,
    FirstFullCivilYear,
    FixedMonths,
    StartAfterTerm,
)
from core.periods import ONE_DAY, Period, add_months

CIVIL_YEAR = CivilYear(kind="civil_year", clause="CGS 2023, « Engagement client »")
TWELVE_MONTHS = FixedMonths(kind="months", clause="Contrat, art. II-5", months=12)
FULL_YEAR = FirstFullCivilYear(kind="first_full_civil_year", clause="CGV art. 5")
AS_STATED = AsStated(kind="as_stated", clause="CGV Maintenance, « Durée »")
RENEWED: list[AnyDuration] = [TWELVE_MONTHS, FULL_YEAR, AS_STATED]

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2080, 12, 31))


def term(
    duration: AnyDuration,
    number: int,
    signed_on: date,
    *,
    starts_on: date | None = None,
    stated_months: int | None = None,
) -> Period:
    answer = duration.term(
        number,
        signed_on=signed_on,
        starts_on=starts_on or signed_on,
        stated_months=stated_months,
    )
    assert answer is not None
    return answer.value


@pytest.mark.parametrize(
    ("starts_on", "last_day", "days_covered"),
    [
        (date(2026, 3, 17), date(2026, 12, 31), 290),
        (date(2026, 1, 1), date(2026, 12, 31), 365),
        (date(2028, 1, 1), date(2028, 12, 31), 366),
        (date(2028, 2, 29), date(2028, 12, 31), 307),
        (date(2026, 12, 31), date(2026, 12, 31), 1),
    ],
)
def test_a_civil_year_runs_from_its_start_to_its_end(
    starts_on: date, last_day: date, days_covered: int
) -> None:
    year = term(CIVIL_YEAR, 1, date(2025, 11, 1), starts_on=starts_on)
    assert year == Period(starts_on, last_day)
    assert year.days == days_covered


def test_a_civil_year_is_not_renewed() -> None:
    day = date(2026, 3, 17)
    assert not CIVIL_YEAR.is_renewed
    assert CIVIL_YEAR.term(2, signed_on=day, starts_on=day) is None


@pytest.mark.parametrize(
    ("number", "first_day", "last_day"),
    [
        (1, date(2028, 2, 29), date(2029, 2, 27)),
        (2, date(2029, 2, 28), date(2030, 2, 27)),
        (4, date(2031, 2, 28), date(2032, 2, 28)),
        (5, date(2032, 2, 29), date(2033, 2, 27)),
    ],
)
def test_a_start_on_a_leap_day_finds_it_again(number: int, first_day: date, last_day: date) -> None:
    assert term(TWELVE_MONTHS, number, date(2028, 2, 29)) == Period(first_day, last_day)


@pytest.mark.parametrize(
    ("signed_on", "last_day"),
    [
        (date(2026, 2, 10), date(2027, 12, 31)),
        (date(2026, 1, 1), date(2027, 12, 31)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2027, 1, 1), date(2028, 12, 31)),
    ],
)
def test_the_first_full_civil_year_depends_on_the_signature(
    signed_on: date, last_day: date
) -> None:
    assert term(FULL_YEAR, 1, signed_on) == Period(signed_on, last_day)
    later = term(FULL_YEAR, 1, signed_on, starts_on=last_day)
    assert later == Period(last_day, last_day)


def test_the_first_full_civil_year_is_renewed_by_whole_years() -> None:
    assert term(FULL_YEAR, 2, date(2026, 2, 10)) == Period.civil_year(2028)
    assert term(FULL_YEAR, 3, date(2026, 2, 10)) == Period.civil_year(2029)


def test_a_start_after_the_first_term_is_refused() -> None:
    with pytest.raises(StartAfterTerm) as refusal:
        term(FULL_YEAR, 1, date(2026, 2, 10), starts_on=date(2028, 1, 1))
    assert refusal.value.field == "starts_on"


@pytest.mark.parametrize(
    ("stated_months", "number", "first_day", "last_day"),
    [
        (None, 1, date(2026, 4, 10), date(2027, 4, 9)),
        (None, 2, date(2027, 4, 10), date(2028, 4, 9)),
        (36, 1, date(2026, 4, 10), date(2029, 4, 9)),
        (36, 2, date(2029, 4, 10), date(2032, 4, 9)),
        (6, 2, date(2026, 10, 10), date(2027, 4, 9)),
    ],
)
def test_a_stated_duration_is_renewed_for_as_long(
    stated_months: int | None, number: int, first_day: date, last_day: date
) -> None:
    signed_on = date(2026, 4, 10)
    found = term(AS_STATED, number, signed_on, stated_months=stated_months)
    assert found == Period(first_day, last_day)


def test_a_stated_start_takes_the_place_of_the_signature() -> None:
    found = term(AS_STATED, 1, date(2026, 4, 10), starts_on=date(2026, 5, 31), stated_months=9)
    assert found == Period(date(2026, 5, 31), date(2027, 2, 27))


@pytest.mark.parametrize("duration", RENEWED)
@given(signed_on=days, number=st.integers(1, 8))
def test_terms_follow_each_other_without_gap(
    duration: AnyDuration, signed_on: date, number: int
) -> None:
    earlier, later = term(duration, number, signed_on), term(duration, number + 1, signed_on)
    assert later.first_day == earlier.last_day + ONE_DAY


@given(signed_on=days, number=st.integers(1, 12))
def test_anniversaries_are_counted_from_the_original_start(signed_on: date, number: int) -> None:
    assert term(TWELVE_MONTHS, number, signed_on).first_day == add_months(
        signed_on, 12 * (number - 1)
    )


@pytest.mark.parametrize("duration", RENEWED)
def test_a_duration_without_tacit_renewal_ends(duration: AnyDuration) -> None:
    once = duration.model_copy(update={"tacit_renewal": False})
    day = date(2026, 4, 10)
    assert not once.is_renewed
    assert once.term(1, signed_on=day, starts_on=day) is not None
    assert once.term(2, signed_on=day, starts_on=day) is None


@pytest.mark.parametrize(
    ("duration", "rule", "formula"),
    [
        (CIVIL_YEAR, "D1", "du 15 mars 2026 au 31 décembre 2026"),
        (
            TWELVE_MONTHS,
            "D2",
            "15 mars 2026 + 12 mois = 15 mars 2027, dernier jour inclus : 14 mars 2027",
        ),
        (FULL_YEAR, "D3", "signature le 15 mars 2026 : 31 décembre 2026 + 1 an = 31 décembre 2027"),
        (
            AS_STATED,
            "D4",
            "15 mars 2026 + 12 mois = 15 mars 2027, dernier jour inclus : 14 mars 2027",
        ),
    ],
)
def test_a_term_says_why(duration: AnyDuration, rule: str, formula: str) -> None:
    answer = duration.term(1, signed_on=date(2026, 3, 15), starts_on=date(2026, 3, 15))
    assert answer is not None
    (reason,) = answer.reasons
    assert (reason.rule, reason.clause, reason.formula) == (rule, duration.clause, formula)
