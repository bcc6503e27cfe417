import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.presets import load_preset

COUNTING = load_preset("si-sante").offers["support"].terms.counting


@pytest.mark.parametrize(
    ("seconds", "slices"),
    [(1, 1), (59, 1), (13 * 60, 1), (15 * 60, 1), (15 * 60 + 1, 2), (22 * 60, 2), (95 * 60, 7)],
)
def test_a_started_slice_counts(seconds: int, slices: int) -> None:
    assert COUNTING is not None
    assert COUNTING.slices(seconds) == slices


@given(seconds=st.integers(1, 100_000))
def test_slices_cover_the_time_and_no_more(seconds: int) -> None:
    assert COUNTING is not None
    slices = COUNTING.slices(seconds)
    assert (slices - 1) * 900 < seconds <= slices * 900
