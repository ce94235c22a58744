"""Colours: each role has a light and a dark value, told apart without hue alone.

Charts are drawn in the light values. A page that follows the reader's dark mode re-colours the very same SVG with
the rules of `dark_rules`, which select on the light value; so every light value belongs to one role only.
Blue-green against rust stays distinct in the three common colour deficiencies, and differs in lightness too.
"""

PAPER = "#fdfcf9"
INK = "#1c2326"
MUTED = "#59646a"
RULE = "#dcdfdc"
ACCENT = "#1f6f78"
SOFT = "#a6cccd"
LOSS = "#b4511b"
LOSS_SOFT = "#e9c3a8"
ON_STRONG = "#fffefc"
RAMP = ("#edf3f1", "#d0e4e2", "#a9cfcf", "#76b1b4", "#347c86", "#1a5660")
"""Six steps from little to much."""

DARK = {
    PAPER: "#14181a",
    INK: "#e8eae7",
    MUTED: "#a5b0b4",
    RULE: "#353d41",
    ACCENT: "#70c6ca",
    SOFT: "#2f6469",
    LOSS: "#f0a26a",
    LOSS_SOFT: "#6d432a",
    ON_STRONG: "#0b1011",
    **dict(zip(RAMP, ("#1d2628", "#22383b", "#285257", "#2d6970", "#50a2a7", "#8bdcdf"), strict=True)),
}


def dark_rules() -> str:
    """Return the CSS rules that turn light marks dark, to be put inside a media query."""
    return "\n".join(
        f'svg [{part}="{light}"] {{ {part}: {dark}; }}' for light, dark in DARK.items() for part in ("fill", "stroke")
    )


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance), 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour written `#rrggbb` (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
