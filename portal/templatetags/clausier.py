"""The small things of every page: icons, amounts, days, badges. `{% load clausier %}`."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, cast

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from core.errors import DomainError
from core.periods import Period
from core.reasons import Reason, reasons_from_json
from portal import formats
from portal.components import Badge, Duration, Link, Pair, Rate, Tone

register = template.Library()

MESSAGE_TONES = {"success": Tone.SUCCESS, "warning": Tone.WARNING, "error": Tone.DANGER}
DASH = SafeString('<span class="absent" aria-hidden="true">—</span>')


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon drawn in the page, silent to screen readers: `{% icon "printer" %}`."""
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return cast("SafeString", lucide(name, size=None, **attributes))


# What `formats` makes of a number holds no sign that HTML knows: nothing to escape.
@register.filter
def euros(amount: Decimal | None) -> SafeString:
    """1 234,56 €, or a dash when there is no amount."""
    return DASH if amount is None else SafeString(formats.euros(amount))


@register.filter
def percent(rate: Decimal | None) -> SafeString:
    return DASH if rate is None else SafeString(formats.percent(rate))


@register.filter
def hours(minutes: int | None) -> SafeString:
    """Minutes as 3 h 30."""
    return DASH if minutes is None else format_html("{}", formats.hours(minutes))


@register.filter
def count(value: int | Decimal | None) -> SafeString:
    """A number of things, thousands apart."""
    return DASH if value is None else SafeString(formats.number(value))


@register.filter
def day(value: date | None) -> SafeString:
    """22 nov. 2026; the whole date on hover and to machines."""
    return DASH if value is None else _short(value, formats.is_french())


@register.filter
def long_day(value: date | None) -> SafeString:
    """22 novembre 2026, for sentences."""
    return DASH if value is None else _time(value, formats.long_day(value))


@register.filter
def instant(value: datetime | None) -> SafeString:
    """A moment in the zone in force: 22 nov. 2026, 14:05."""
    if value is None:
        return DASH
    local = localtime(value)
    text = f"{formats.short_day(local.date())}, {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


@register.filter
def period(value: Period | None) -> SafeString:
    """Both ends in words: « du 1er janv. 2026 au 31 déc. 2026 »."""
    if value is None:
        return DASH
    return format_html(_("{first} to {last}"), first=day(value.first_day), last=day(value.last_day))


@register.filter
def reasons(stored: str | Iterable[Reason | dict[str, str]] | None) -> tuple[Reason, ...]:
    """The reasons of a figure, from a `reasons` column, its JSON text or a rule's answer."""
    rows = json.loads(stored) if isinstance(stored, str) else stored or ()
    return tuple(row if isinstance(row, Reason) else reasons_from_json([row])[0] for row in rows)


@register.filter
def show(value: Any) -> SafeString:
    """Any `portal.components.Value` as the reader expects it; text is escaped."""
    for kind, draw in DRAWN:
        if isinstance(value, kind):
            return draw(value)
    return DASH if value is None or value == "" else conditional_escape(value)


@register.filter
def tone(level: str) -> Tone:
    """The tone of a message's level."""
    return MESSAGE_TONES.get(level, Tone.INFO)


@register.filter
def as_text(error: DomainError) -> str:
    """A business refusal in the reader's language."""
    return formats.sentence(error)


def badge_html(badge: Badge) -> SafeString:
    return format_html(
        '<span class="status tone-{}">{}<span>{}</span></span>',
        badge.tone.value,
        icon(badge.icon or badge.tone.icon),
        badge.label,
    )


@lru_cache(maxsize=4096)
def _short(value: date, _is_french: bool) -> SafeString:  # noqa: FBT001  the language in force
    """A list has the same few days over and over."""
    return _time(value, formats.short_day(value))


def _time(value: date, text: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.long_day(value),
        text,
    )


def _link(link: Link) -> SafeString:
    if not link.detail:
        return format_html('<a href="{}">{}</a>', link.url, link.label)
    quiet = '<a href="{}">{}<span class="visually-hidden"> {}</span></a>'
    return format_html(quiet, link.url, link.label, link.detail)


def _pair(pair: Pair) -> SafeString:
    detail = show(pair.detail)
    return format_html('{}<span class="detail">{}</span>', show(pair.main), detail)


def _yes_or_no(value: bool) -> SafeString:  # noqa: FBT001 - a value of a cell, like the others
    return format_html("{}", _("yes") if value else _("no"))


# The first kind that fits wins: a bool is an int, a datetime is a date.
DRAWN: tuple[tuple[type, Callable[[Any], SafeString]], ...] = (
    (bool, _yes_or_no),
    (Badge, badge_html),
    (Link, _link),
    (Pair, _pair),
    (Decimal, euros),
    (int, count),
    (datetime, instant),
    (date, day),
    (Period, period),
    (Rate, lambda rate: percent(rate.percent)),
    (Duration, lambda duration: hours(duration.minutes)),
)
