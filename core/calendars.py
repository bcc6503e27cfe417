"""Days as a calendar file (RFC 5545), for whoever keeps them in an agenda of their own.

All-day events alone: a day of a contract belongs to no hour, and a day alone needs no time zone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from unicodedata import category

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
LONGEST_LINE: Final = 75  # octets, without the break
UNSAYABLE: Final = frozenset({"Cc", "Cs"})  # controls, and halves of a sign
PRODUCT: Final = "-//Clausier//Clausier//FR"


@dataclass(frozen=True, slots=True)
class DayEvent:
    """Something on a day. The same `uid` is the same event, however often it is downloaded."""

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""
    alarms: tuple[int, ...] = ()  # days before


def calendar_file(events: Iterable[DayEvent], *, at: datetime) -> bytes:
    """The file, in the order given; `at` is when it was made."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN")
    body = (line for event in events for line in _event(event, at))
    lines = (*head, *body, "END:VCALENDAR")
    return b"".join(fold_line(line) for line in lines)


def _event(event: DayEvent, at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because of it
    for days in event.alarms:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{days}D")
        yield from (f"DESCRIPTION:{escaped(event.summary)}", "END:VALARM")
    yield "END:VEVENT"


def escaped(text: str) -> str:
    r"""A text as a value: signs that mean something are escaped, other controls left out.

    >>> print(escaped("Fin ; a, b\\c" + chr(10) + "suite" + chr(7)))
    Fin \; a\, b\\c\nsuite
    """
    said = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    said = said.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in said if category(sign) not in UNSAYABLE)


def fold_line(line: str) -> bytes:
    r"""One line with its break, folded before it is too long; never inside a sign.

    >>> [len(part) for part in fold_line("SUMMARY:" + "é" * 40).split(b"\r\n")]
    [74, 15, 0]
    """
    parts, current = [], b""
    for sign in line:
        octets = sign.encode()
        if len(current) + len(octets) > LONGEST_LINE:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"
