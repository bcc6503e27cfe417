"""Days as a calendar file (RFC 5545), for whoever keeps them in an agenda of their own.

All-day events alone: a day of a contract belongs to no hour, and a day alone needs no time zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from unicodedata import category

from icalendar import Alarm, Calendar, Event

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
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
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(_event(event, at))
    return bytes(calendar.to_ical())


def _event(event: DayEvent, at: datetime) -> Event:
    found = Event()
    found.add("uid", said(event.uid))
    found.add("dtstamp", at.astimezone(UTC))
    found.add("dtstart", event.day)
    found.add("dtend", event.day + timedelta(days=1))
    found.add("summary", said(event.summary))
    if event.description:
        found.add("description", said(event.description))
    if event.url:
        found.add("url", event.url)
    found.add("transp", "TRANSPARENT")  # nobody is busy because of it
    for days in event.alarms:
        found.add_component(_alarm(event, days))
    return found


def _alarm(event: DayEvent, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-days))
    alarm.add("description", said(event.summary))
    return alarm


def said(text: str) -> str:
    """A text as a file may hold it: a line may break, other controls are left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or category(sign) not in UNSAYABLE)
