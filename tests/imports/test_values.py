"""Amounts, days and choices as French people type them: read exactly, or refused."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import french
from core.errors import DomainError
from imports.rules.values import read_amount, read_count, read_day, read_postcode
from imports.rules.words import guess, head_of


@given(st.decimals(min_value=0, max_value=Decimal("9999999.99"), places=2))
def test_an_amount_is_read_back_from_any_french_form(amount: Decimal) -> None:
    plain = f"{amount:.2f}"
    for text in (
        french.euros(amount),
        plain,
        plain.replace(".", ","),
        f"{amount:,.2f}",
        f"{amount:,.2f}".replace(",", " ").replace(".", ","),
        f"{amount:,.2f}".translate(str.maketrans(",.", ".,")),
    ):
        assert read_amount(text) == plain


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_day_is_read_back_from_any_french_form(day: date) -> None:
    for text in (f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%Y}", french.long_date(day),
                 day.isoformat(), f"{day.day}/{day.month}/{day.year}"):  # fmt: skip
        assert read_day(text) == day.isoformat()


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_amount, "1.234"),
        (read_amount, "1,234"),
        (read_amount, "12,345"),
        (read_amount, "1 23,45"),
        (read_amount, "1 234 5"),
        (read_amount, "1234,567"),
        (read_amount, "-12,00"),
        (read_amount, "douze"),
        (read_amount, "1,234.567"),
        (read_amount, "1e3"),
        (read_amount, "٣٤"),
        (read_amount, "9" * 40),
        (read_day, "31/12/26"),
        (read_day, "12/31/2026"),
        (read_day, "29/02/2027"),
        (read_day, "01/01/1999"),
        (read_day, "2026-13-01"),
        (read_day, "31 brumaire 2026"),
        (read_day, "46022"),
        (read_count, "douze"),
        (read_count, "1,5"),
    ],
)
def test_what_is_not_said_exactly_is_refused(read: Callable[[str], str], text: str) -> None:
    with pytest.raises(DomainError):
        read(text)


def test_a_postcode_gets_back_the_zero_that_a_spreadsheet_dropped() -> None:
    assert [read_postcode(text) for text in ("1000", "97490", "971")] == ["01000", "97490", "971"]


def test_names_are_guessed_whatever_their_order_and_spelling() -> None:
    heads = ["N° SIREN", "VILLE", "Raison Sociale", "C.P.", "e-mail", "Remarques"]
    aliases = {
        "name": ["raison sociale"],
        "siren": ["siren"],
        "postal_code": ["cp", "code postal", "c p"],
        "city": ["ville"],
        "email": ["e mail"],
        "phone": ["telephone"],
    }
    assert guess(heads, aliases) == {
        "name": 2, "siren": 0, "postal_code": 3, "city": 1, "email": 4,
    }  # fmt: skip
    assert head_of([(), ("Clients 2026",), tuple(heads), ("1", "x")], aliases, 20) == 3
