"""The installation itself: settings, secrets, clock, time zones, texts."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

from django.conf import settings
from django.db import connection

from config.doctor import Finding, fail, ok, warn
from config.env import SECRET_LENGTH, is_weak
from core import clock
from providers.models import Provider

# A provider may be anywhere in France.
PROVINCES = {
    "Europe/Paris", "Indian/Reunion", "Indian/Mayotte", "America/Martinique",
    "America/Guadeloupe", "America/Cayenne", "Pacific/Noumea", "Pacific/Tahiti",
}  # fmt: skip
SLOW_SECONDS, WRONG_SECONDS = 5, 60


def configuration() -> Finding:
    """What an installation that serves people never says."""
    if settings.IS_EMBEDDED:
        return ok("the demonstration, with services of its own")
    if settings.DEBUG:
        return fail("DEBUG is true: errors show code and values", "Set DEBUG=false.")
    if not settings.IS_HTTPS:
        told = f"BASE_URL is {settings.BASE_URL}: what people send can be read on its way"
        return warn(told, "Put a proxy that ends TLS in front, and give the https address.")
    return ok(settings.BASE_URL)


def secret() -> Finding:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if any(is_weak(str(key)) for key in keys):
        return fail("SECRET_KEY is weak", f"Give a random text of {SECRET_LENGTH} signs or more.")
    return ok(f"{len(keys)} of {SECRET_LENGTH} signs or more")


def second_factor() -> Finding:
    if not settings.SECOND_FACTOR_REQUIRED:
        return warn("staff and operators sign in by a password alone", "Only to look around.")
    return ok("asked of staff and operators")


def logs() -> Finding:
    """Only the JSON form leaves out what a library or the database says in its own words."""
    form = settings.LOGGING["formatters"]["lines"]["processors"][-1]
    if type(form).__name__ != "JSONRenderer" and not settings.IS_EMBEDDED:
        return warn("for a person's eyes: failures may quote values", "Set LOG_FORMAT=json.")
    return ok(type(form).__name__)


def time_zones() -> Finding:
    wanted = PROVINCES | set(Provider.objects.order_by().values_list("zone", flat=True))
    missing = sorted(wanted - available_timezones())
    if missing:
        told = f"no data for {', '.join(missing)}"
        return fail(told, "Install the package tzdata: days would be counted in another zone.")
    return ok(f"{len(wanted)} zones known")


def clocks() -> Finding:
    """The portal's clock beside the database's: numbers and days depend on both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [there] = cursor.fetchone() or (datetime.now(UTC),)
    return clocks_apart(abs((clock.now() - there).total_seconds()))


def clocks_apart(seconds: float) -> Finding:
    told = f"{seconds:.1f} s between this clock and the database's"
    if seconds > WRONG_SECONDS:
        return fail(told, "Set both by NTP before anything is invoiced.")
    return warn(told, "Set both by NTP.") if seconds > SLOW_SECONDS else ok(told)


def texts() -> Finding:
    """French is the language of the portal: without its compiled catalogue pages speak English."""
    compiled = [Path(folder) / "fr/LC_MESSAGES/django.mo" for folder in settings.LOCALE_PATHS]
    if not any(path.is_file() for path in compiled):
        return fail("the French catalogue is not compiled", "Run manage.py compilemessages.")
    return ok("French catalogue compiled")
