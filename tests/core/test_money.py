from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import CENT, split, to_cents

amounts = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("166.665", "166.67"),
        ("-0.005", "-0.01"),
        ("-2.674", "-2.67"),
        ("2.675", "2.68"),
    ],
)
def test_a_half_cent_goes_up_whether_decimal_or_fraction(exact: str, rounded: str) -> None:
    assert to_cents(Decimal(exact)) == Decimal(rounded)
    assert to_cents(Fraction(exact)) == Decimal(rounded)
    assert to_cents(Fraction(exact)).as_tuple().exponent == -2


def test_a_quotient_is_not_rounded_twice() -> None:
    # 28 digits of a Decimal quotient would already have turned this into exactly half a cent
    just_under_half = Fraction(1, 200) - Fraction(1, 10**40)
    assert to_cents(just_under_half) == 0


@given(
    total=amounts,
    weights=st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=40).filter(
        any
    ),
)
def test_shares_sum_to_the_whole_and_only_the_last_one_takes_the_remainder(
    total: Decimal, weights: list[int]
) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    for share, weight in zip(shares[:-1], weights[:-1], strict=True):
        assert share == to_cents(Fraction(total) * weight / whole)
    last = Fraction(total) * weights[-1] / whole
    assert abs(Fraction(shares[-1]) - last) <= Fraction(len(weights)) * Fraction(CENT) / 2


def test_twelve_months_of_a_thousand_euros() -> None:
    assert split(Decimal("1000.00"), [1] * 12) == [Decimal("83.33")] * 11 + [Decimal("83.37")]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_shares_without_weight_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        split(Decimal("10.00"), weights)
