"""A provider's one accent color, adjusted until everything drawn with it can be read.

WCAG 2.2 asks for a contrast of 4.5 between text and what is behind it (1.4.3). A brand color
rarely grants that in both themes, so the pages never use it raw: `palette` derives the fill of
buttons, the color of links and the soft background from it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import DomainError
from core.errors import gettext_noop as _

HEX = re.compile(r"#[0-9a-f]{6}")
ENOUGH = 4.5
STEPS = 25

WHITE = "#ffffff"
BLACK = "#000000"
INK = "#111820"
# The least favourable surfaces of static/css/app.css that links stand on.
LIGHT_SURFACE = "#e9edf2"
DARK_SURFACE = "#26313e"


class BadColor(DomainError):
    """A brand color that is not written as #rrggbb."""


@dataclass(frozen=True, slots=True)
class Palette:
    """What the stylesheet needs of a brand: every pair of it reaches 4.5."""

    fill: str
    on_fill: str
    text_light: str
    text_dark: str
    soft_light: str
    soft_dark: str
    is_adjusted: bool


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio of two colors, from 1 to 21.

    >>> contrast("#ffffff", "#000000")
    21.0
    >>> round(contrast("#0d6efd", "#ffffff"), 2)
    4.5
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def palette(color: str) -> Palette:
    """Derive readable colors from one brand color.

    >>> palette("#0b5c6b").is_adjusted
    False
    >>> yellow = palette("#ffd400")
    >>> yellow.fill, yellow.on_fill
    ('#ffd400', '#111820')
    """
    color = color.lower()
    if not HEX.fullmatch(color):
        raise BadColor(_("Write the colour as #0b5a8f."), field="brand_color")
    fill, on_fill = _fill(color)
    soft_light, soft_dark = _mix(color, WHITE, 0.88), _mix(color, "#171e27", 0.78)
    text_light = _until(
        color, BLACK, lambda c: _readable(c, LIGHT_SURFACE) and _readable(c, soft_light)
    )
    text_dark = _until(
        color, WHITE, lambda c: _readable(c, DARK_SURFACE) and _readable(c, soft_dark)
    )
    return Palette(
        fill=fill,
        on_fill=on_fill,
        text_light=text_light,
        text_dark=text_dark,
        soft_light=soft_light,
        soft_dark=soft_dark,
        is_adjusted=(fill, text_light) != (color, color),
    )


def _fill(color: str) -> tuple[str, str]:
    """White on the brand where that reads, dark ink on a pale brand, else the brand darkened."""
    if not _readable(WHITE, color) and _readable(INK, color):
        return color, INK
    return _until(color, BLACK, lambda c: _readable(WHITE, c)), WHITE


def _readable(text: str, surface: str) -> bool:
    return contrast(text, surface) >= ENOUGH


def _until(color: str, towards: str, is_enough: Callable[[str], bool]) -> str:
    for step in range(STEPS + 1):
        candidate = _mix(color, towards, step / STEPS)
        if is_enough(candidate):
            return candidate
    return towards


def _mix(first: str, second: str, share: float) -> str:
    """`share` of the second color in the first, channel by channel."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    """Relative luminance as WCAG defines it (sRGB)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
