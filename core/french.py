"""Numbers and dates as French documents print them, names as they are sorted; no locale set-up."""

import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

NO_BREAK_SPACE = "\u00a0"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def number(value: Decimal | int) -> str:
    """Decimal comma, thousands apart by a no-break space, the digits as they are.

    >>> number(Decimal("-1234567.80"))
    '-1\\xa0234\\xa0567,80'
    """
    return f"{Decimal(value):,f}".replace(",", NO_BREAK_SPACE).replace(".", ",")


def euros(amount: Decimal) -> str:
    """Two decimals, always.

    >>> euros(Decimal("1234.5"))
    '1\\xa0234,50\\xa0€'
    """
    return f"{amount:,.2f}".replace(",", NO_BREAK_SPACE).replace(".", ",") + NO_BREAK_SPACE + "€"


def percent(rate: Decimal) -> str:
    """Without useless zeros: 20 %, 8,5 %.

    >>> percent(Decimal("20.00")), percent(Decimal("8.50"))
    ('20\\xa0%', '8,5\\xa0%')
    """
    digits = f"{rate:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits.replace(".", ",") + NO_BREAK_SPACE + "%"


@lru_cache(maxsize=8192)
def long_date(day: date) -> str:
    """
    >>> long_date(date(2026, 11, 22)), long_date(date(2027, 1, 1))
    ('22 novembre 2026', '1er janvier 2027')
    """
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """
    >>> short_date(date(2026, 1, 2))
    '02/01/2026'
    """
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def month_name(month: str) -> str:
    """A month written "2026-11" in full.

    >>> month_name("2026-11")
    'novembre 2026'
    """
    return f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}"


def fold(name: str) -> str:
    """The key a name is sorted and searched by: no accent, no case.

    >>> fold(" Énergie de l’Été ")
    'energie de lete'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.casefold().strip()
