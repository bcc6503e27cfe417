"""Where e-mail goes: what `EMAIL_URL` says, as Django's and Anymail's settings.

smtp://user:password@host:587   smtp+tls://…   smtp+ssl://…   a mail server
brevo://KEY                     mailjet://KEY:SECRET          a sending service
consolemail://                                                the terminal
"""

from typing import Any
from urllib.parse import unquote, urlsplit

import environ

from config.env import BadEnvironment

SERVICES = {"brevo": ("BREVO", False), "mailjet": ("MAILJET", True)}
_NOWHERE: dict[str, Any] = {
    "EMAIL_HOST": "localhost",
    "EMAIL_PORT": 25,
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "EMAIL_USE_TLS": False,
    "EMAIL_USE_SSL": False,
    "ANYMAIL": {},
    "MAIL_SERVICE": "",
}
PLAIN = {"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail"}


def mail_settings(url: str, *, webhook_secret: str = "") -> dict[str, Any]:
    """The settings that an address of e-mail stands for.

    `webhook_secret` is a part of the address that the sending service reports to.
    Errors: `BadEnvironment` for a scheme that is not known, a key that is missing, a short secret.
    """
    scheme = urlsplit(url).scheme
    if scheme not in PLAIN | set(SERVICES):
        known = ", ".join(sorted(PLAIN | set(SERVICES)))
        raise BadEnvironment(f"EMAIL_URL starts with one of {known}, not {scheme!r}")
    if webhook_secret and len(webhook_secret) < 24:
        raise BadEnvironment("MAIL_WEBHOOK_SECRET has 24 signs or more")
    return (
        _NOWHERE
        | {"MAIL_WEBHOOK_SECRET": webhook_secret}
        | (_service(scheme, url) if scheme in SERVICES else _plain(url))
    )


def _plain(url: str) -> dict[str, Any]:
    found = environ.Env.email_url_config(url)
    return {
        "EMAIL_BACKEND": found["EMAIL_BACKEND"],
        "EMAIL_HOST": found["EMAIL_HOST"] or "localhost",
        "EMAIL_PORT": found["EMAIL_PORT"] or 25,
        "EMAIL_HOST_USER": found["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": found["EMAIL_HOST_PASSWORD"] or "",
        "EMAIL_USE_TLS": bool(found.get("EMAIL_USE_TLS")),
        "EMAIL_USE_SSL": bool(found.get("EMAIL_USE_SSL")),
    }


def _service(scheme: str, url: str) -> dict[str, Any]:
    name, has_secret = SERVICES[scheme]
    # The parts as they are written: a key has capitals, which a host name would lose.
    key, _colon, secret = url.partition("://")[2].rstrip("/").partition(":")
    if not key or (has_secret and not secret):
        wanted = "KEY:SECRET" if has_secret else "KEY"
        raise BadEnvironment(f"EMAIL_URL is {scheme}://{wanted}")
    keys = {f"{name}_API_KEY": unquote(key)}
    if has_secret:
        keys[f"{name}_SECRET_KEY"] = unquote(secret)
    return {
        "EMAIL_BACKEND": f"anymail.backends.{scheme}.EmailBackend",
        "MAIL_SERVICE": scheme,
        "ANYMAIL": {**keys, "REQUESTS_TIMEOUT": 20},
    }
