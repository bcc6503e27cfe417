"""Legal numbers: chronological, without gaps, one series per kind and year (B1, R2).

The number is prefix + year + dash + five digits, at most 20 characters (the public portal's limit).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from billing.rules.errors import BadNumber, BadPrefix, IssueDateTooEarly
from core.errors import gettext_noop as _

LONGEST: Final = 20
DIGITS: Final = 5
_PREFIX: Final = re.compile(r"[A-Z][A-Z0-9-]{0,5}")
_NUMBER: Final = re.compile(r"(?P<prefix>[A-Z][A-Z0-9-]{0,5})(?P<year>20\d\d)-(?P<digits>\d{5,9})")


class Number(NamedTuple):
    """A legal number taken apart."""

    prefix: str
    year: int
    sequence: int


def check_prefix(prefix: str) -> str:
    """The prefix itself: one to six capital letters, digits or dashes, a letter first.

    >>> check_prefix("FA-")
    'FA-'
    """
    if _PREFIX.fullmatch(prefix):
        return prefix
    raise BadPrefix(
        _("A prefix has one to six capital letters, digits or dashes, and starts with a letter."),
        field="prefix",
    )


def check_prefixes(prefixes: Iterable[str]) -> None:
    """Refuse two series of a provider with one prefix: their numbers would be the same."""
    seen: set[str] = set()
    for prefix in prefixes:
        if check_prefix(prefix) in seen:
            raise BadPrefix(_("Each series of numbers needs a prefix of its own."), field="prefix")
        seen.add(prefix)


def format_number(prefix: str, year: int, sequence: int) -> str:
    """The number as it is printed; beyond 99,999 it takes the digits it needs.

    >>> format_number("F", 2026, 1), format_number("A", 2026, 123456)
    ('F2026-00001', 'A2026-123456')
    """
    number = f"{prefix}{year}-{sequence:0{DIGITS}d}"
    if sequence < 1 or len(number) > LONGEST:
        raise BadNumber(
            _("%(number)s cannot be a number of a document."), params={"number": number}
        )
    return number


def number_block(prefix: str, year: int, *, after: int, count: int) -> list[str]:
    """The `count` numbers that follow one already taken: those of one chunk of the run.

    >>> number_block("F", 2026, after=41, count=2)
    ['F2026-00042', 'F2026-00043']
    """
    return [format_number(prefix, year, after + place) for place in range(1, count + 1)]


def parse_number(number: str) -> Number:
    """
    >>> parse_number("F2026-00042")
    Number(prefix='F', year=2026, sequence=42)
    """
    found = _NUMBER.fullmatch(number)
    if found and len(number) <= LONGEST:
        parsed = Number(found["prefix"], int(found["year"]), int(found["digits"]))
        if parsed.sequence and format_number(*parsed) == number:
            return parsed
    raise BadNumber(_("%(number)s cannot be a number of a document."), params={"number": number})


def check_issue_date(issued_on: date, last_date: date | None) -> date:
    """The issue date itself, refused when the series already holds a later one."""
    if last_date is not None and issued_on < last_date:
        raise IssueDateTooEarly(
            _("The issue date %(day)s comes before %(last)s, the last one of the series."),
            field="issue_date",
            params={"day": issued_on.isoformat(), "last": last_date.isoformat()},
        )
    return issued_on
