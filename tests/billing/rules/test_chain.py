"""The seal: one spelling for a value, and every change shows."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.chain import (
    Break,
    Link,
    canonical,
    first_break,
    genesis,
    reasons_json,
)
from core.reasons import Reason, reasons_as_json
from core.sealing import Scalar, canonical_json, row, seal

PROVIDER = UUID(int=1)
START = genesis(PROVIDER, "F")


class Kind(StrEnum):
    INVOICE = "INVOICE"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
scalars: st.SearchStrategy[Scalar] = st.one_of(
    st.none(), texts, st.integers(-(10**9), 10**9), st.dates(), st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (Decimal("200.00"), Decimal("200.0000")),
        (Decimal("2E+2"), Decimal("200.00")),
        (Decimal("0.00"), Decimal("-0.0")),
        (Decimal("0E-10"), Decimal(0)),
        (Kind.INVOICE, "INVOICE"),
        (
            datetime(2026, 1, 1, 4, tzinfo=timezone(timedelta(hours=4))),
            datetime(2026, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_value_has_one_spelling(value: Scalar, same: Scalar) -> None:
    assert row([value]) == row([same])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([None], [""]),
        ([None], ["\\N"]),
        (["a", "b"], ["a\tb"]),
        (["a\nb"], ["a\\nb"]),
        (["a", "", "b"], ["a", "b", ""]),
        (["\x1e"], [None]),
        (["a\x1fb"], ["a", "b"]),
        ([Decimal("1.10")], [Decimal("1.01")]),
        ([True], [False]),
    ],
)
def test_different_values_are_spelled_differently(one: list[Scalar], other: list[Scalar]) -> None:
    assert row(one) != row(other)


def copied_back(line: str) -> list[str | None]:
    """A row of COPY's text format as PostgreSQL reads it."""
    escapes = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    cells: list[str | None] = []
    for cell in line.split("\t"):
        parts = cell.split("\\\\")
        for escape, meant in list(escapes.items())[1:]:
            parts = [part.replace(escape, meant) for part in parts]
        cells.append(None if cell == "\\N" else "\\".join(parts))
    return cells


@given(st.lists(st.one_of(st.none(), texts), min_size=1))
def test_texts_come_back_from_a_row_as_they_went_in(values: list[Scalar]) -> None:
    line = row(values)
    assert "\n" not in line
    assert copied_back(line) == values


@given(st.lists(scalars, min_size=1, max_size=8), st.lists(scalars, min_size=1, max_size=8))
def test_two_rows_of_the_same_columns_are_equal_only_when_their_values_are(
    one: list[Scalar], other: list[Scalar]
) -> None:
    columns = min(len(one), len(other))
    same = [str(row([value])) for value in one] == [str(row([value])) for value in other]
    assert (row(one[:columns]) == row(other[:columns])) == (
        [row([value]) for value in one[:columns]] == [row([value]) for value in other[:columns]]
    )
    assert not same or row(one) == row(other)


def test_a_value_of_no_column_type_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        row([1.5])  # type: ignore[list-item]


def test_json_is_spelled_the_same_after_the_database() -> None:
    stored = {"rule": "P1", "formula": "300,00 € × 50 j « n° 1 »", "clause": 'CGV "4"\\'}
    reordered = json.loads(json.dumps(dict(reversed(stored.items())), indent=2))
    assert canonical_json(stored) == canonical_json(reordered)
    assert "€" in canonical_json(stored)
    with pytest.raises(ValueError, match="compliant"):
        canonical_json(float("nan"))


@given(st.lists(st.builds(Reason, texts, texts, texts), max_size=4))
def test_reasons_have_the_spelling_of_their_json(reasons: list[Reason]) -> None:
    assert reasons_json(reasons) == canonical_json(reasons_as_json(reasons))


def chain_of(count: int) -> list[Link]:
    links, head = [], START
    for number in range(1, count + 1):
        sealed = canonical(
            [f"F2026-{number:05d}", Decimal("200.00"), date(2026, 2, 10)],
            [["Maintenance", Decimal("166.67")], ["Option", Decimal("33.33")]],
        )
        previous, head = head, seal(head, sealed)
        links.append(Link(f"F2026-{number:05d}", previous, head, sealed))
    return links


def test_a_chain_left_alone_holds() -> None:
    assert first_break(START, chain_of(5)) is None
    assert first_break(START, []) is None


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (lambda links: [*links[:2], *links[3:]], Break("F2026-00004", "order")),
        (lambda links: links[1:], Break("F2026-00002", "order")),
        (lambda links: [links[1], links[0], *links[2:]], Break("F2026-00002", "order")),
        (
            lambda links: [links[0]._replace(sealed=links[0].sealed + b"1"), *links[1:]],
            Break("F2026-00001", "content"),
        ),
        (
            lambda links: [links[0]._replace(hash=seal(START, b"other")), *links[1:]],
            Break("F2026-00001", "content"),
        ),
    ],
)
def test_any_harm_to_a_chain_shows(
    harm: Callable[[list[Link]], list[Link]], expected: Break
) -> None:
    assert first_break(START, harm(chain_of(5))) == expected


def test_two_series_start_apart_and_so_do_two_providers() -> None:
    starts = {genesis(PROVIDER, "F"), genesis(PROVIDER, "A"), genesis(UUID(int=2), "F")}
    assert len(starts) == 3
    assert first_break(genesis(PROVIDER, "A"), chain_of(1)) == Break("F2026-00001", "order")


def test_a_line_moved_changes_the_seal() -> None:
    header: list[Scalar] = ["F2026-00001"]
    one: list[Scalar] = ["Maintenance", Decimal(1)]
    two: list[Scalar] = ["Option", Decimal(2)]
    assert seal(START, canonical(header, [one, two])) != seal(START, canonical(header, [two, one]))
