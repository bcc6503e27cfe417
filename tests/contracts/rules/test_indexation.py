from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.indexation import (
    IndexTable,
    LastApplied,
    NoIndexation,
    Observation,
    Revision,
    SyntecIndexation,
    UsedIndex,
    estimated_publication,
    revise,
)
from core.money import to_cents

JANUARY = SyntecIndexation(kind="syntec", clause="CGV art. 3.2", month=1, day=1)
JULY = SyntecIndexation(kind="syntec", clause="CGV Maintenance", month=7, day=1)


def seen(
    month: str, value: str, published: str, *, series: str = "revised", estimated: bool = False
) -> Observation:
    day = date.fromisoformat(published)
    return Observation(series, month, Decimal(value), day, is_estimated=estimated)


def revised(
    *observations: Observation,
    day: date = date(2027, 1, 1),
    agreed_on: date = date(2026, 2, 10),
    price: str = "1200.00",
    indexation: SyntecIndexation = JANUARY,
    last_applied: LastApplied | None = None,
    accepts_estimates: bool = False,
) -> Revision:
    return revise(
        indexation,
        day=day,
        agreed_on=agreed_on,
        prices={"base": Decimal(price)},
        table=IndexTable(observations),
        last_applied=last_applied,
        accepts_estimates=accepts_estimates,
    )


DECEMBER_2025 = seen("2025-12", "320.1", "2026-01-30")
NOVEMBER_2026 = seen("2026-11", "328.4", "2026-12-31")


def test_the_january_revision_of_the_worked_example() -> None:
    revision = revised(DECEMBER_2025, NOVEMBER_2026)
    assert (revision.outcome, revision.code) == ("applied", "")
    assert (revision.old_price, revision.new_price) == (Decimal("1200.00"), Decimal("1231.12"))
    assert revision.base is not None
    assert revision.latest is not None
    assert (revision.base.month, revision.latest.month) == ("2025-12", "2026-11")


def test_the_july_revision_of_the_worked_example() -> None:
    revision = revised(
        seen("2026-02", "321.0", "2026-03-31"),
        seen("2026-05", "323.7", "2026-06-30"),
        day=date(2026, 7, 1),
        agreed_on=date(2026, 4, 10),
        price="1000.00",
        indexation=JULY,
    )
    assert revision.new_price == Decimal("1008.41")


def test_a_revision_says_how_it_was_computed() -> None:
    revision = revised(DECEMBER_2025, NOVEMBER_2026)
    formula, origin = revision.reasons
    assert formula.rule == "P7"
    assert formula.formula.replace("\u00a0", " ") == (
        "1 200,00 € × (1 + (328,4 − 320,1) ÷ 320,1) = 1 231,12 €"
    )
    assert origin.formula == (
        "décembre 2025 : 320,1 (publié le 30 janvier 2026) ; "
        "novembre 2026 : 328,4 (publié le 31 décembre 2026)"
    )


def test_each_line_is_rounded_on_its_own() -> None:
    revision = revise(
        JANUARY,
        day=date(2027, 1, 1),
        agreed_on=date(2026, 2, 10),
        prices={"base": Decimal("100.10"), "pc": Decimal("33.33"), "option": Decimal("0.00")},
        table=IndexTable([DECEMBER_2025, NOVEMBER_2026]),
    )
    assert [line.new_price for line in revision.lines] == [
        Decimal("102.70"),
        Decimal("34.19"),
        Decimal("0.00"),
    ]
    assert revision.new_price == Decimal("136.89")


def test_a_falling_index_lowers_the_price() -> None:
    revision = revised(DECEMBER_2025, seen("2026-11", "310.0", "2026-12-31"))
    assert revision.outcome == "applied"
    assert revision.new_price == Decimal("1162.14")


def test_an_offer_may_refuse_to_fall() -> None:
    never_down = JANUARY.model_copy(update={"may_fall": False})
    revision = revised(DECEMBER_2025, seen("2026-11", "310.0", "2026-12-31"), indexation=never_down)
    assert (revision.outcome, revision.code) == ("unchanged", "index_fell")
    assert revision.new_price == Decimal("1200.00")
    assert revision.last_applied is None


def test_what_counts_is_the_publication_not_the_measured_month() -> None:
    # November is out on 31 December at the earliest; on 2 January it would be too late
    late = seen("2026-11", "328.4", "2027-01-02")
    october = seen("2026-10", "327.0", "2026-11-30")
    revision = revised(DECEMBER_2025, october, late)
    assert revision.latest is not None
    assert revision.latest.month == "2026-10"


def test_a_republished_value_counts_from_the_day_it_is_out() -> None:
    first = seen("2026-11", "328.4", "2026-12-31")
    corrected = seen("2026-11", "327.9", "2027-02-08")
    table = IndexTable([DECEMBER_2025, first, corrected])
    on_the_day = table.latest_on(date(2027, 1, 1))
    afterwards = table.latest_on(date(2027, 2, 8))
    assert on_the_day is not None
    assert afterwards is not None
    assert (on_the_day.value, afterwards.value) == (Decimal("328.4"), Decimal("327.9"))


def test_a_republished_older_month_does_not_hide_a_newer_one() -> None:
    table = IndexTable(
        [
            seen("2020-03", "274.7", "2020-11-30", series="old"),
            seen("2020-12", "275.0", "2021-01-29", series="old"),
            seen("2020-03", "275.3", "2021-02-08", series="old"),
        ]
    )
    latest = table.latest_on(date(2021, 3, 1))
    assert latest is not None
    assert latest.month == "2020-12"


def test_of_two_values_of_one_day_the_later_record_corrects_the_other() -> None:
    typing_error = seen("2026-11", "382.4", "2026-12-31")
    latest = IndexTable([typing_error, NOVEMBER_2026]).latest_on(date(2027, 1, 1))
    assert latest == NOVEMBER_2026


def test_values_worked_back_before_august_2022_are_never_used() -> None:
    table = IndexTable(
        [
            seen("2022-07", "280.6", "2022-08-31", series="old"),
            seen("2022-07", "285.8", "2023-09-30", series="revised"),
            seen("2022-06", "284.7", "2023-09-30", series="revised"),
            seen("2025-10", "315.7", "2025-11-28", series="old"),
        ]
    )
    latest = table.latest_on(date(2026, 1, 1))
    assert latest is not None
    assert (latest.series, latest.month) == ("old", "2022-07")


def test_a_contract_of_the_old_series_multiplies_the_revised_value() -> None:
    revision = revised(
        seen("2022-01", "278.0", "2022-02-28", series="old"),
        seen("2022-11", "289.9", "2022-12-30"),
        day=date(2023, 1, 1),
        agreed_on=date(2022, 3, 1),
        price="1000.00",
    )
    exact = Fraction(1000) * Fraction("289.9") * Fraction("0.97975") / Fraction("278.0")
    assert revision.new_price == to_cents(exact) == Decimal("1021.69")
    assert "(289,9 × 0,97975 − 278,0) ÷ 278,0" in revision.lines[0].reasons[0].formula


def test_an_old_contract_stays_in_its_series_at_the_next_revision() -> None:
    first = revised(
        seen("2022-01", "278.0", "2022-02-28", series="old"),
        seen("2022-11", "289.9", "2022-12-30"),
        day=date(2023, 1, 1),
        agreed_on=date(2022, 3, 1),
    )
    again = revised(
        seen("2022-11", "289.9", "2022-12-30"),
        seen("2023-11", "307.0", "2023-12-29"),
        day=date(2024, 1, 1),
        agreed_on=date(2022, 3, 1),
        last_applied=first.last_applied,
    )
    assert again.base is not None
    assert again.latest is not None
    assert (again.base.series, again.latest.coefficient) == ("old", Decimal("0.97975"))
    assert again.new_price == to_cents(Fraction(1200) * Fraction("307.0") / Fraction("289.9"))


def test_no_index_at_all_leaves_the_price() -> None:
    revision = revised()
    assert (revision.outcome, revision.code) == ("unchanged", "no_index")
    assert (revision.base, revision.latest) == (None, None)
    assert revision.new_price == Decimal("1200.00")


def test_no_index_known_at_signature_leaves_the_price() -> None:
    revision = revised(NOVEMBER_2026)
    assert (revision.outcome, revision.code) == ("unchanged", "no_index")
    assert revision.reasons[0].formula == "aucun indice publié au 10 février 2026"


def test_no_newer_index_leaves_the_price() -> None:
    revision = revised(DECEMBER_2025)
    assert (revision.outcome, revision.code) == ("unchanged", "no_newer_index")


def test_a_span_longer_than_the_time_elapsed_is_held() -> None:
    # Signed on 10 February 2026, revised on 1 January 2027: eleven months, the last one started
    too_far = revised(seen("2025-11", "319.0", "2026-01-05"), NOVEMBER_2026)
    assert (too_far.outcome, too_far.code) == ("held", "index_period_too_long")
    assert too_far.new_price == Decimal("1200.00")
    reason = too_far.reasons[0]
    assert "L112-1" in reason.clause
    assert reason.formula == (
        "de novembre 2025 à novembre 2026 : 12 mois > "
        "11 mois du 10 février 2026 au 1er janvier 2027"
    )


def test_elapsed_months_run_from_the_last_applied_revision_alone() -> None:
    base = UsedIndex("revised", "2024-11", Decimal("314.0"), date(2024, 12, 31))
    applied = LastApplied(day=date(2025, 1, 1), index=base)
    # 2026 ended unchanged: in 2027 two years have passed since the last applied one
    revision = revised(
        NOVEMBER_2026, agreed_on=date(2023, 5, 2), last_applied=applied, price="1000.00"
    )
    assert revision.outcome == "applied"
    assert revision.base == base
    assert revision.last_applied == LastApplied(date(2027, 1, 1), revision.latest or base)


def test_a_guessed_publication_date_holds_a_real_contract() -> None:
    guessed = seen("2026-11", "328.4", "2026-12-31", estimated=True)
    held = revised(DECEMBER_2025, guessed)
    assert (held.outcome, held.code, held.new_price) == (
        "held",
        "index_estimated",
        Decimal("1200.00"),
    )
    assert "date estimée" in held.reasons[0].formula
    assert revised(DECEMBER_2025, guessed, accepts_estimates=True).outcome == "applied"


def test_a_guessed_base_holds_a_real_contract_too() -> None:
    guessed = seen("2025-12", "320.1", "2026-01-30", estimated=True)
    assert revised(guessed, NOVEMBER_2026).code == "index_estimated"


@pytest.mark.parametrize(
    ("month", "published"),
    [
        ("2024-01", date(2024, 2, 29)),
        ("2025-12", date(2026, 1, 31)),
        ("2025-05", date(2025, 6, 30)),
    ],
)
def test_an_unknown_publication_is_taken_as_the_end_of_the_next_month(
    month: str, published: date
) -> None:
    assert estimated_publication(month) == published


@pytest.mark.parametrize(
    ("indexation", "after", "following"),
    [
        (JANUARY, date(2026, 2, 10), date(2027, 1, 1)),
        (JANUARY, date(2026, 1, 1), date(2027, 1, 1)),
        (JANUARY, date(2025, 12, 31), date(2026, 1, 1)),
        (JULY, date(2026, 4, 10), date(2026, 7, 1)),
        (JULY, date(2026, 7, 1), date(2027, 7, 1)),
        (NoIndexation(kind="none", clause="Contrat, art. V"), date(2026, 4, 10), None),
    ],
)
def test_the_next_revision_day(
    indexation: SyntecIndexation | NoIndexation, after: date, following: date | None
) -> None:
    assert indexation.next_revision_day(after) == following


@given(
    price=st.decimals(min_value="0.01", max_value="99999.99", places=2),
    base=st.decimals(min_value="200", max_value="500", places=1),
    latest=st.decimals(min_value="200", max_value="500", places=1),
)
def test_the_price_follows_the_index_exactly(
    price: Decimal, base: Decimal, latest: Decimal
) -> None:
    revision = revised(
        seen("2025-12", str(base), "2026-01-30"),
        seen("2026-11", str(latest), "2026-12-31"),
        price=str(price),
    )
    exact = Fraction(price) * (1 + (Fraction(latest) - Fraction(base)) / Fraction(base))
    assert revision.new_price == to_cents(exact)
    assert (revision.new_price >= price) or latest < base
