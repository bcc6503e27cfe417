"""Who knocks, before they have said who they are: their address, and whether the device is known.

A device is known to an account once somebody has signed in to that account on it. It says so by a
signed cookie, which is no proof of anything: it merely has tries of its own, so that whoever
guesses at an account from elsewhere does not lock its owner out.
"""

import hashlib
import ipaddress
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import get_random_string

SALT = "clausier.device"
LASTS = 180 * 24 * 3600
# People who share a device; the one who has not come for longest is forgotten.
MOST_ACCOUNTS = 6


def address_of(request: HttpRequest) -> str:
    """The address of the visitor; "" when there is none that could be one.

    `X-Forwarded-For` is written by whoever likes to; only the entries that our own proxies added
    count, from the end, as many as `TRUSTED_PROXIES` says.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(forwarded):
        address = forwarded[-settings.TRUSTED_PROXIES].strip()
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What counts as one visitor.

    >>> network_of("192.0.2.7"), network_of("2001:db8:1:2:3::4"), network_of("nonsense")
    ('192.0.2.7', '2001:db8:1:2::/64', 'unknown')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def account_key(email: str) -> str:
    """Stands for an account, known or not, without naming it."""
    return hashlib.sha256(email.strip().lower().encode(errors="replace")).hexdigest()[:24]


def device_of(request: HttpRequest, account: str) -> str:
    """The id under which this device is known to the account; "" for any other device."""
    return _known(request).get(account, "")


def remember_device(request: HttpRequest, response: Any, email: str) -> None:
    known, account = _known(request), account_key(email)
    device = known.pop(account, "") or get_random_string(20)
    kept = dict(list(known.items())[1 - MOST_ACCOUNTS :]) | {account: device}
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=SALT, compress=True),
        max_age=LASTS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        found = signing.loads(value, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
