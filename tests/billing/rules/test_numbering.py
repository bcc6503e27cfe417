"""Legal numbers: what they look like, and what may not be one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.errors import BadNumber, BadPrefix, IssueDateTooEarly
from billing.rules.numbering import (
    LONGEST,
    Number,
    check_issue_date,
    check_prefix,
    check_prefixes,
    format_number,
    number_block,
    parse_number,
)

prefixes = st.from_regex(r"[A-Z][A-Z0-9-]{0,5}", fullmatch=True)


@given(prefixes, st.integers(2000, 2099), st.integers(1, 999_999_999))
def test_a_number_is_read_back_as_it_was_made(prefix: str, year: int, sequence: int) -> None:
    number = format_number(prefix, year, sequence)
    assert len(number) <= LONGEST
    assert parse_number(number) == Number(prefix, year, sequence)


@given(
    st.tuples(prefixes, st.integers(2000, 2099), st.integers(1, 999_999)),
    st.tuples(prefixes, st.integers(2000, 2099), st.integers(1, 999_999)),
)
def test_two_documents_never_have_one_number(
    one: tuple[str, int, int], other: tuple[str, int, int]
) -> None:
    assert (format_number(*one) == format_number(*other)) == (one == other)


@pytest.mark.parametrize("prefix", ["", "f", "F.", "F ", "É", "1F", "-F", "ABCDEFG", "F/", "F\n"])
def test_a_prefix_outside_the_charset_is_refused(prefix: str) -> None:
    with pytest.raises(BadPrefix) as refusal:
        check_prefix(prefix)
    assert refusal.value.field == "prefix"


def test_two_series_need_two_prefixes() -> None:
    check_prefixes(["F", "A", "P"])
    with pytest.raises(BadPrefix, match="of its own"):
        check_prefixes(["F", "A", "F"])


@pytest.mark.parametrize(
    "number",
    ["", "F2026-0001", "F2026-00000", "F1999-00001", "F2026-000001", "f2026-00001", "F2026-00001 "],
)
def test_what_is_not_a_number_is_refused(number: str) -> None:
    with pytest.raises(BadNumber):
        parse_number(number)


def test_no_document_has_the_number_zero() -> None:
    with pytest.raises(BadNumber):
        format_number("F", 2026, 0)


def test_a_block_follows_the_last_number_without_a_gap() -> None:
    assert number_block("F", 2026, after=0, count=3) == [
        "F2026-00001", "F2026-00002", "F2026-00003"
    ]  # fmt: skip
    assert number_block("F", 2026, after=99_999, count=1) == ["F2026-100000"]


def test_an_issue_date_never_goes_back_in_its_series() -> None:
    last = date(2026, 2, 10)
    assert check_issue_date(last, last) == last
    assert check_issue_date(last, None) == last
    with pytest.raises(IssueDateTooEarly, match="2026-02-09"):
        check_issue_date(date(2026, 2, 9), last)
