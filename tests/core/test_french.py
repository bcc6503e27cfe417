from datetime import date
from decimal import Decimal

import pytest

from core.french import euros, long_date, month_name, number, percent, short_date


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("0", "0,00 €"),
        ("-34.09", "-34,09 €"),
        ("1234.56", "1 234,56 €"),
        ("9999999.9", "9 999 999,90 €"),
    ],
)
def test_euros(amount: str, printed: str) -> None:
    assert euros(Decimal(amount)).replace("\u00a0", " ") == printed
    assert " " not in euros(Decimal(amount)), "an amount never breaks over two lines"


def test_numbers_keep_their_digits() -> None:
    assert number(Decimal("0.97975")) == "0,97975"
    assert number(Decimal("320.10")) == "320,10"
    assert number(1500) == "1\u00a0500"


@pytest.mark.parametrize(
    ("rate", "printed"), [("20", "20 %"), ("8.50", "8,5 %"), ("0.00", "0 %"), ("100", "100 %")]
)
def test_percent(rate: str, printed: str) -> None:
    assert percent(Decimal(rate)).replace("\u00a0", " ") == printed


def test_dates() -> None:
    assert long_date(date(2026, 8, 1)) == "1er août 2026"
    assert long_date(date(2026, 11, 22)) == "22 novembre 2026"
    assert short_date(date(2026, 2, 9)) == "09/02/2026"
    assert month_name("2025-12") == "décembre 2025"
