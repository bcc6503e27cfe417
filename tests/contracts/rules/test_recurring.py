"""The recurring revenue of a month is what a look at its last evening finds, however it moved."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.recurring import AgreedPrice, Move, PricedLife, changes_of, months_of
from core.money import ZERO
from core.periods import month_end

LAST = date(2027, 12, 15)
days = st.dates(date(2025, 1, 1), date(2028, 6, 30))
amounts = st.decimals(min_value=0, max_value=5000, places=2)


@st.composite
def lives(draw: st.DrawFn) -> PricedLife:
    starts_on = draw(days)
    later = sorted(draw(st.sets(days, max_size=4)))
    prices = [AgreedPrice(starts_on, draw(amounts))]
    prices += [
        AgreedPrice(day, draw(amounts), is_revised=draw(st.booleans()))
        for day in later
        if day > starts_on
    ]
    ended_on = draw(st.none() | days)
    return PricedLife(starts_on, ended_on, tuple(prices))


def seen_on(line: PricedLife, day: date) -> Decimal:
    """What a look at one evening finds: another way to the same figure."""
    is_over = line.ended_on is not None and line.ended_on < day
    if day < line.starts_on or is_over:
        return ZERO
    return [price.annual_price for price in line.prices if price.applies_from <= day][-1]


@given(st.lists(lives(), max_size=6))
def test_every_month_ends_at_what_is_in_force_that_evening(lines: list[PricedLife]) -> None:
    changes = [change for line in lines for change in changes_of(line)]
    months = months_of(changes, last=LAST, count=18)
    for month in months:
        evening = month_end(month.first_day)
        assert month.end == sum((seen_on(line, evening) for line in lines), ZERO)
        assert month.start == sum(
            (seen_on(line, month.first_day - timedelta(days=1)) for line in lines), ZERO
        )
    assert [month.start for month in months[1:]] == [month.end for month in months[:-1]]


def test_what_moves_is_named() -> None:
    line = PricedLife(
        date(2026, 3, 1),
        date(2026, 12, 31),
        (
            AgreedPrice(date(2026, 3, 1), Decimal("1200.00")),
            AgreedPrice(date(2026, 5, 1), Decimal("1100.00")),
            AgreedPrice(date(2026, 6, 1), Decimal("1150.00")),
            AgreedPrice(date(2026, 7, 1), Decimal("1140.00"), is_revised=True),
            AgreedPrice(date(2027, 1, 1), Decimal("2000.00"), is_revised=True),
        ),
    )
    found = [(change.day.isoformat(), change.move, change.amount) for change in changes_of(line)]
    assert found == [
        ("2026-03-01", Move.NEW, Decimal("1200.00")),
        ("2026-05-01", Move.CONTRACTION, Decimal("-100.00")),
        ("2026-06-01", Move.EXPANSION, Decimal("50.00")),
        ("2026-07-01", Move.INDEXATION, Decimal("-10.00")),
        ("2027-01-01", Move.CHURN, Decimal("-1140.00")),
    ]


def test_a_line_added_later_expands_its_contract() -> None:
    late = PricedLife(date(2026, 1, 1), None, (AgreedPrice(date(2026, 4, 1), Decimal("240.00")),))
    assert [change.move for change in changes_of(late)] == [Move.EXPANSION]


def test_a_contract_that_never_ran_moves_nothing() -> None:
    never = PricedLife(
        date(2026, 4, 1), date(2026, 3, 15), (AgreedPrice(date(2026, 4, 1), Decimal("240.00")),)
    )
    assert list(changes_of(never)) == []
