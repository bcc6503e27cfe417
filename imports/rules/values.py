"""What a cell says, read exactly or refused: French amounts and days, choices in words.

Each reader takes the text of a cell and returns its canonical text: `1234.56`, `2026-12-31`, the
code of a choice. What could be read in two ways is refused, never guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from core import french
from core.errors import DomainError
from core.errors import gettext_noop as _
from core.periods import check_day
from imports.rules.words import fold

Read = Callable[[str], str]

BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009]+")
# One way of writing a number a line: the groups of three and the decimal sign are never the same.
AMOUNTS: Final = (
    re.compile(r"(?P<whole>\d+)", re.ASCII),
    re.compile(r"(?P<whole>\d+)[.,](?P<cents>\d{1,2})", re.ASCII),
    re.compile(r"(?P<whole>\d{1,3}(?: \d{3})+)(?:[.,](?P<cents>\d{1,2}))?", re.ASCII),
    re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+),(?P<cents>\d{1,2})", re.ASCII),
    re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+)\.(?P<cents>\d{1,2})", re.ASCII),
    re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3}){2,})", re.ASCII),
)
THREE_AFTER_A_SIGN: Final = re.compile(r"\d{1,3}[.,]\d{3}", re.ASCII)
LONGEST_WHOLE: Final = 10
DAYS: Final = (
    re.compile(r"(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})(?:er)? (?P<name>[a-z]+) (?P<year>\d{4})", re.ASCII),
)
CLOCK: Final = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?$")
SHORT_YEAR: Final = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}", re.ASCII)
MONTHS: Final = tuple(map(fold, french.MONTHS))


class CellRefused(DomainError):
    """A cell that does not say what its column holds, or that says two things."""


def read_text(text: str) -> str:
    """Blanks within count as one.

    >>> read_text("Cabinet  des\\u00a0Pins")
    'Cabinet des Pins'
    """
    return BLANKS.sub(" ", text).strip()


def read_digits(text: str) -> str:
    """A number that is a name (SIREN): blanks are dropped.

    >>> read_digits("732 829 320")
    '732829320'
    """
    return BLANKS.sub("", text)


def read_postcode(text: str) -> str:
    """Spreadsheets drop the zero that a postcode starts with.

    >>> read_postcode("1000"), read_postcode("97 490")
    ('01000', '97490')
    """
    digits = read_digits(text)
    return f"0{digits}" if re.fullmatch(r"[1-9][0-9]{3}", digits) else digits


def read_amount(text: str) -> str:
    """Euros and cents, exact.

    >>> read_amount("1 234,56 €"), read_amount("1.234,56"), read_amount("1200")
    ('1234.56', '1234.56', '1200.00')
    >>> read_amount("1.234")
    Traceback (most recent call last):
    imports.rules.values.CellRefused: 1.234 may be read in two ways: write 1234,00 or 1,23.
    """
    plain = BLANKS.sub(" ", text.replace("€", "").replace("EUR", "")).strip()
    for form in AMOUNTS:
        if found := form.fullmatch(plain):
            parts = found.groupdict()
            whole = re.sub(r"[ .,]", "", parts["whole"]).lstrip("0") or "0"
            if len(whole) > LONGEST_WHOLE:
                break
            return f"{whole}.{(parts.get('cents') or ''):0<2}"
    if THREE_AFTER_A_SIGN.fullmatch(plain):
        raise _ambiguous_amount(plain)
    raise CellRefused(
        _("%(text)s is no amount: write it as 1234,56."), params={"text": _short(text)}
    )


def _ambiguous_amount(plain: str) -> CellRefused:
    digits = re.sub(r"[.,]", "", plain)
    whole, cents = re.split(r"[.,]", plain)
    return CellRefused(
        _("%(text)s may be read in two ways: write %(first)s or %(second)s."),
        params={"text": plain, "first": f"{digits},00", "second": f"{whole},{cents[:2]}"},
    )


def read_day(text: str) -> str:
    """A day of the years 2000 to 2099: the day first, then the month, as in French.

    >>> read_day("31/12/2026"), read_day("1er janvier 2027"), read_day("2026-12-31 00:00:00")
    ('2026-12-31', '2027-01-01', '2026-12-31')
    >>> read_day("31/12/26")
    Traceback (most recent call last):
    imports.rules.values.CellRefused: 31/12/26 says no century: write the year with four digits.
    """
    plain = CLOCK.sub("", fold(text, keep="/.-:"))
    if SHORT_YEAR.fullmatch(plain):
        raise CellRefused(
            _("%(text)s says no century: write the year with four digits."), params={"text": text}
        )
    for form in DAYS:
        if found := form.fullmatch(plain):
            day = _day(found.groupdict())
            if day is not None:
                return check_day(day).isoformat()
    raise CellRefused(
        _("%(text)s is no day: write it as 31/12/2026."), params={"text": _short(text)}
    )


def _day(parts: Mapping[str, str]) -> date | None:
    name = parts.get("name")
    if name is not None and name not in MONTHS:
        return None
    month = MONTHS.index(name) + 1 if name is not None else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def read_count(text: str) -> str:
    """A whole number.

    >>> read_count("36"), read_count("12,0")
    ('36', '12')
    """
    plain = re.sub(r"[.,]0+$", "", BLANKS.sub("", text))
    if not re.fullmatch(r"[0-9]{1,6}", plain):
        raise CellRefused(_("%(text)s is no whole number."), params={"text": _short(text)})
    return str(int(plain))


def read_choice(text: str, words: Mapping[str, str], offered: Iterable[str]) -> str:
    """One of a few codes, by code or by any of its words; `words` are folded.

    >>> read_choice("Annuel", {"yearly": "yearly", "annuel": "yearly"}, ["yearly"])
    'yearly'
    """
    code = words.get(fold(text))
    if code is None:
        raise CellRefused(
            _("%(text)s is none of: %(choices)s."),
            params={"text": _short(text), "choices": ", ".join(offered)},
        )
    return code


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
