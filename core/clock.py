"""The only reader of the clock, for views, tasks and commands. All else is given its day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it is now in a time zone such as "Indian/Reunion"."""
    return now().astimezone(ZoneInfo(zone)).date()
