"""Fills the style template with the colours and measures of a theme."""

from string import Template

from desktop.widgets.tokens import MEASURES, Tokens, colours_of
from resources.loading import read_text

TEMPLATE = "styles/pesagi.qss"
# Sizes the template uses, in logical pixels at 100 %.
SIZES = {
    "px1": 1,
    "px2": 2,
    "px4": 4,
    "px6": 6,
    "px8": 8,
    "px10": 10,
    "px12": 12,
    "px16": 16,
    "px20": 20,
    "px24": 24,
    "px28": 28,
    "px30": 30,
    "radius": MEASURES.radius,
    "radius_small": 4,
    "scroll_bar": MEASURES.scroll_bar,
    "scroll_handle_radius": MEASURES.scroll_bar // 2 - 2,
}


def fill_stylesheet(tokens: Tokens, scale: int) -> str:
    """Give the style sheet for `tokens` at `scale` percent; raises KeyError for a name the template made up."""
    sizes = {name: f"{max(1, round(size * scale / 100))}px" for name, size in SIZES.items()}
    return Template(read_text(TEMPLATE)).substitute(colours_of(tokens), **sizes)
