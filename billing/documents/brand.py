"""A provider's colour, made safe to read and safe to print."""

import re

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
DEFAULT = "#0b5a8f"
READABLE_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA
DARKER = 0.93


def readable(color: str) -> str:
    """The colour itself when white text on it can be read, else the first darker shade of it that
    allows it.

    >>> readable("#0b5a8f"), readable("#ffd400"), readable("red; }")
    ('#0b5a8f', '#8b7400', '#0b5a8f')
    """
    if not COLOR.fullmatch(color):
        return DEFAULT
    channels = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    while contrast_with_white(channels) < READABLE_CONTRAST:
        channels = [int(channel * DARKER) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast_with_white(channels: list[int]) -> float:
    """
    >>> round(contrast_with_white([0, 0, 0]))
    21
    """
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
