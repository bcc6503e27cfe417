"""Which time zones there are."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA database; finding them opens some 600 files, so it is done once."""
    return frozenset(available_timezones())
