"""How a document says periods, quantities and identities in French, no-break spaces included."""

import re
from datetime import date
from decimal import Decimal

from core.french import NO_BREAK_SPACE, long_date, number

SIREN = re.compile(r"\d{9}")


def period(first_day: date, last_day: date) -> str:
    """Both days included; the year is said once when it can be.

    >>> period(date(2026, 2, 10), date(2026, 3, 31)).replace("\\xa0", " ")
    'du 10 février au 31 mars 2026'
    >>> period(date(2026, 7, 1), date(2027, 6, 30)).replace("\\xa0", " ")
    'du 1er juillet 2026 au 30 juin 2027'
    >>> period(date(2026, 3, 3), date(2026, 3, 3)).replace("\\xa0", " ")
    'le 3 mars 2026'
    """
    if first_day == last_day:
        return f"le {day(first_day)}"
    first = day(first_day)
    if first_day.year == last_day.year:
        first = first.removesuffix(f"{NO_BREAK_SPACE}{first_day.year}")
    return f"du {first} au {day(last_day)}"


def day(value: date) -> str:
    """A date that no line break tears apart.

    >>> day(date(2026, 4, 1))
    '1er\\xa0avril\\xa02026'
    """
    return long_date(value).replace(" ", NO_BREAK_SPACE)


def quantity(value: Decimal) -> str:
    """Without useless zeros.

    >>> quantity(Decimal("12.0000")), quantity(Decimal("2.5000"))
    ('12', '2,5')
    """
    return _trimmed(value, 0)


def unit_price(value: Decimal) -> str:
    """Two decimals, more only when the price has more (six at most).

    >>> unit_price(Decimal("89.900000")), unit_price(Decimal("0.012500"))
    ('89,90', '0,0125')
    """
    return _trimmed(value, 2)


def siren(digits: str) -> str:
    """
    >>> siren("732829320")
    '732\\xa0829\\xa0320'
    """
    if not SIREN.fullmatch(digits):
        return digits
    return NO_BREAK_SPACE.join((digits[:3], digits[3:6], digits[6:]))


def iban(text: str) -> str:
    """Groups of four, as on bank papers.

    >>> iban("FR7630006000011234567890189").replace("\\xa0", " ")
    'FR76 3000 6000 0112 3456 7890 189'
    """
    text = "".join(text.split())
    return NO_BREAK_SPACE.join(text[start : start + 4] for start in range(0, len(text), 4))


def capital(amount: Decimal) -> str:
    """A share capital says its cents only when it has some.

    >>> capital(Decimal("10000.00")), capital(Decimal("1524.49"))
    ('10\\xa0000\\xa0€', '1\\xa0524,49\\xa0€')
    """
    digits = number(amount.quantize(Decimal("0.01"))).removesuffix(",00")
    return f"{digits}{NO_BREAK_SPACE}€"


def site(address: str) -> str:
    """A web address as people write it.

    >>> site("https://lagon.example/")
    'lagon.example'
    """
    return address.removeprefix("https://").removeprefix("http://").removesuffix("/")


def _trimmed(value: Decimal, decimals: int) -> str:
    """At least `decimals` of them, then up to the last one that is not zero."""
    exponent = value.normalize().as_tuple().exponent
    places = max(decimals, -exponent if isinstance(exponent, int) else 0)
    return number(value.quantize(Decimal(1).scaleb(-places)))
