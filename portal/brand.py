"""The stylesheet of a provider's accent color, which every page of theirs reads."""

from core.colours import palette


def brand_css(color: str) -> str:
    """The per-provider stylesheet: custom properties only, read by static/css/app.css."""
    tones = palette(color)
    return (
        ":root{"
        f"--accent:{tones.fill};"
        f"--on-accent:{tones.on_fill};"
        f"--accent-text:light-dark({tones.text_light},{tones.text_dark});"
        f"--accent-soft:light-dark({tones.soft_light},{tones.soft_dark})"
        "}\n"
    )
