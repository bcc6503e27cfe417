"""Writing a message: three templates, the reader's language, the provider's face.

What stands in a place of a template is plain text: values are turned into text before, cleared of
line breaks and of signs that steer a screen, and never looked into or read as a template.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext

from core import french
from core.colours import palette
from providers.models import ProviderProfile
from providers.rules.events import Event

Value = str | int | date | Decimal | list[str] | Promise  # lazy words: in the reader's language
LONGEST_VALUE, LONGEST_SUBJECT = 400, 200
# Signs that break lines, or turn the direction in which the rest is read.
STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
MASK = "••••••"
PREFERENCES = "/compte/notifications/"


class WrongPlaces(ValueError):
    """Values for other places than the event has: a fault of the caller."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str
    secret: str


@dataclass(frozen=True, slots=True)
class Sender:
    """The face a message has: the provider's, or the portal's own."""

    name: str
    color: str
    phone: str = ""
    email: str = ""


PORTAL = Sender("Clausier", "#0b5c6b")


def sender_of(profile: ProviderProfile) -> Sender:
    return Sender(profile.trade_name, profile.brand_color, profile.phone, profile.email)


def write(
    event: Event,
    values: Mapping[str, Value],
    *,
    language: str,
    sender: Sender,
    unsubscribe_url: str = "",
) -> Letter:
    """Write a message in one language. Errors: `WrongPlaces`."""
    if set(values) != set(event.places):
        odd = sorted(set(values) ^ set(event.places))
        raise WrongPlaces(f"{event.code}: {', '.join(odd)}")
    with translation.override(language):
        given = said(values)
        place = {
            "why": gettext(event.why),
            "is_optional": event.is_optional,
            "preferences_url": settings.BASE_URL + PREFERENCES,
            "unsubscribe_url": unsubscribe_url,
        }
        letter = compose(event.templates, given | place, sender=sender, language=language)
    secret = str(next((given[name] for name in event.secrets), ""))
    return Letter(*letter, secret)


def said(values: Mapping[str, Value]) -> dict[str, str | list[str]]:
    """Each value as the text that its place will hold, in the language in force."""
    return {
        name: [one_line(line)[:LONGEST_VALUE] for line in value]
        if isinstance(value, list)
        else _text(name, value)
        for name, value in values.items()
    }


def subject_of(event: Event, values: Mapping[str, Value], *, language: str) -> str:
    """The one line that says it all: the subject of the message, and the line in the portal."""
    with translation.override(language):
        return one_line(_plain(f"{event.templates}.subject.txt", said(values)))[:LONGEST_SUBJECT]


def compose(
    name: str, values: Mapping[str, Any], *, sender: Sender, language: str
) -> tuple[str, str, str]:
    """The subject, the text and the HTML of the three templates of a name."""
    subject = one_line(_plain(f"{name}.subject.txt", values))[:LONGEST_SUBJECT]
    frame = {
        **values,
        "subject": subject,
        "sender": sender,
        "tones": palette(sender.color),
        "language": language,
        "site": settings.BASE_URL,
    }
    text = _plain(f"{name}.txt", frame).strip() + "\n"
    html = get_template(f"{name}.html").render(frame)
    return subject, text, _inliner().inline(html)


def wrap(subject: str, blocks: list[tuple[str, str]], *, sender: Sender, language: str) -> str:
    """The HTML of a text that was written elsewhere, paragraph by paragraph."""
    frame = {
        "subject": subject,
        "blocks": blocks,
        "sender": sender,
        "tones": palette(sender.color),
        "language": language,
    }
    return _inliner().inline(get_template("emails/account.html").render(frame))


def _plain(name: str, values: Mapping[str, Any]) -> str:
    """A text has nothing to escape: an apostrophe stays one."""
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    return template.render(Context(dict(values), autoescape=False))


@cache
def _inliner() -> css_inline.CSSInliner:
    """Mail programs drop style sheets; what only a sheet can say (dark, narrow) stays in one."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _text(name: str, value: str | int | date | Decimal | Promise) -> str:
    """What a place says, in the language in force."""
    if name == "link":
        return absolute(str(value))
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, Decimal):
        return _euros(value)
    return one_line(str(value))[:LONGEST_VALUE]


def absolute(path: str) -> str:
    """The address of a path of this portal; nothing else is ever linked to."""
    path = path.removeprefix(settings.BASE_URL)
    if not path.startswith("/") or path.startswith("//") or one_line(path) != path:
        raise WrongPlaces(f"{path!r} is not a path of this portal")
    return settings.BASE_URL + path


def one_line(text: str) -> str:
    """
    >>> one_line("Facture\\r\\nBcc: tout@le.monde.example")
    'Facture Bcc: tout@le.monde.example'
    """
    kept = (" " if unicodedata.category(sign) in STEERING else sign for sign in text)
    return " ".join(part for part in "".join(kept).split(" ") if part)


def _is_french() -> bool:
    return not (translation.get_language() or "fr").startswith("en")


def _day(day: date) -> str:
    return french.long_date(day) if _is_french() else date_format(day, "j F Y")


def _euros(amount: Decimal) -> str:
    if _is_french():
        return french.euros(amount)
    return f"{'-' if amount < 0 else ''}€{abs(amount):,.2f}"
