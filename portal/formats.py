"""Amounts, days and durations as a reader of either language expects them on a page."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from core import french
from core.errors import DomainError
from core.french import NO_BREAK_SPACE

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# As the press and the administration shorten them; "mars", "mai", "juin", "août" stay whole.
SHORT_FRENCH = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Addressed(Protocol):
    """Whatever lies in a town: a customer, a site, a legal identity."""

    @property
    def postal_code(self) -> str: ...

    @property
    def city(self) -> str: ...


def is_french() -> bool:
    """French unless the reader chose otherwise: pages drawn outside a request are French too."""
    return not (get_language() or "fr").startswith("en")


def euros(amount: Decimal) -> str:
    """1 234,56 € in French, €1,234.56 in English, the minus before all of it."""
    if is_french():
        return french.euros(amount)
    sign = "-" if amount < 0 else ""
    return f"{sign}€{abs(amount):,.2f}"


def price(value: Decimal) -> str:
    """An amount with all the decimals it has: 0,0125 € in French, €0.0125 in English."""
    return f"{number(value)}\u00a0€" if is_french() else f"€{number(value)}"


def number(value: Decimal | int) -> str:
    return french.number(value) if is_french() else f"{value:,}"


def percent(rate: Decimal) -> str:
    """8,5 % in French, 8.5% in English; no useless zeros."""
    text = french.percent(rate)
    return text if is_french() else text.replace(NO_BREAK_SPACE, "").replace(",", ".")


def short_day(day: date) -> str:
    """22 nov. 2026, kept on one line."""
    if is_french():
        number = "1er" if day.day == 1 else str(day.day)
        return NO_BREAK_SPACE.join((number, SHORT_FRENCH[day.month - 1], str(day.year)))
    return NO_BREAK_SPACE.join((str(day.day), ENGLISH_MONTHS[day.month - 1][:3], str(day.year)))


def long_day(day: date) -> str:
    """22 novembre 2026 or 22 November 2026."""
    if is_french():
        return french.long_date(day)
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def hours(minutes: int) -> str:
    """3 h 30, the same in both languages.

    >>> hours(210), hours(45), hours(-60)
    ('3\\xa0h\\xa030', '45\\xa0min', '-1\\xa0h')
    """
    sign, (whole, rest) = "-" if minutes < 0 else "", divmod(abs(minutes), 60)
    if not whole:
        return f"{sign}{rest}{NO_BREAK_SPACE}min"
    parts = [f"{sign}{whole}", "h"] + ([f"{rest:02d}"] if rest else [])
    return NO_BREAK_SPACE.join(parts)


def sentence(error: DomainError) -> str:
    """A business refusal in the reader's language."""
    message = gettext(error.message)
    return message % _readable(error.params) if error.params else message


def _readable(params: Mapping[str, object]) -> dict[str, object]:
    """Days and amounts inside a refusal follow the reader's language as well."""
    return {name: _text(value) for name, value in params.items()}


def _text(value: object) -> object:
    """
    >>> _text("2026-06-15"), _text("2026-02-30")
    ('15 juin 2026', '2026-02-30')
    """
    value = _day_in(value) or value
    if isinstance(value, date):
        return long_day(value)
    return number(value) if isinstance(value, Decimal) else value


def _day_in(value: object) -> date | None:
    """The day that a text such as 2026-06-15 is; refusals carry theirs so."""
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def town(place: Addressed) -> str:
    """75018 Paris, never apart at the end of a line."""
    return f"{place.postal_code}{NO_BREAK_SPACE}{place.city}".strip()


def month_name(first_day: date) -> str:
    """Novembre 2026, for the head of a row."""
    return capfirst(date_format(first_day, f"F{NO_BREAK_SPACE}Y"))
