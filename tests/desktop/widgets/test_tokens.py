from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from desktop.widgets.stylesheet import fill_stylesheet
from desktop.widgets.theme import SCALES, SOFT_GROUNDS, Tone
from desktop.widgets.tokens import DARK, HIGH_CONTRAST, LIGHT, Tokens, colours_of
from resources.loading import read_text

LOOKS = pytest.mark.parametrize("tokens", [LIGHT, DARK, HIGH_CONTRAST], ids=lambda tokens: tokens.name)
TEXT_ON_GROUND = (
    [
        (ink, ground)
        for ink in ("text", "text_secondary", "placeholder", "primary")
        for ground in ("window", "surface", "row_alt")
    ]
    + [(ink, "selection") for ink in ("text", "text_secondary", "primary", "warning", "danger", "success", "info")]
    + [(ink, "surface") for ink in ("gold", "danger", "warning", "success", "info")]
    + [("text", "hover"), ("text_secondary", "hover"), ("gold_ink", "gold_soft"), ("gold_ink", "warning_soft")]
    + [("primary", f"{name}_soft") for name in ("info", "warning", "danger", "success")]
    + [("on_primary", ground) for ground in ("primary", "primary_hover", "primary_pressed")]
    + [(ink, ground) for ink in ("nav_text", "nav_text_strong") for ground in ("nav", "nav_selected", "nav_hover")]
    + [
        ("nav_gold", "nav"),
        ("on_nav_gold", "nav_gold"),
        ("nav_text_strong", "nav_badge"),
        ("nav_text_strong", "avatar"),
    ]
    + [("toast_text", "toast"), ("toast_action", "toast"), ("on_nav_gold", "paper")]
)
CONTROL_ON_GROUND = [("control_border", ground) for ground in ("window", "surface")] + [
    ("primary", "selection"),
    ("nav_gold", "nav_selected"),
]


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * linear(made.redF()) + 0.7152 * linear(made.greenF()) + 0.0722 * linear(made.blueF())


def contrast(ink: str, ground: str) -> float:
    low, high = sorted((luminance(ink), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


@LOOKS
def test_text_can_be_read_on_its_grounds(tokens: Tokens) -> None:
    colours = colours_of(tokens)
    pairs = TEXT_ON_GROUND + [(tone.value, ground) for tone, ground in SOFT_GROUNDS.items()]

    too_weak = [f"{ink} on {ground}" for ink, ground in pairs if contrast(colours[ink], colours[ground]) < 4.5]

    assert too_weak == []


@LOOKS
def test_controls_stand_out_from_their_grounds(tokens: Tokens) -> None:
    colours = colours_of(tokens)

    assert [pair for pair in CONTROL_ON_GROUND if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


@LOOKS
def test_every_colour_is_a_colour(tokens: Tokens) -> None:
    assert [name for name, colour in colours_of(tokens).items() if not QColor(colour).isValid()] == []


def test_every_tone_has_its_two_tokens() -> None:
    assert set(SOFT_GROUNDS) == set(Tone)
    names = colours_of(LIGHT)
    assert all(tone.value in names and ground in names for tone, ground in SOFT_GROUNDS.items())


@LOOKS
@pytest.mark.parametrize("scale", SCALES)
def test_the_style_template_is_filled_completely(tokens: Tokens, scale: int) -> None:
    assert "$" not in fill_stylesheet(tokens, scale)


def test_the_style_template_stays_short() -> None:
    assert len(read_text("styles/pesagi.qss").splitlines()) <= 250
