"""An icon before a sentence stands on the height of its first line, whatever stands beside them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from desktop.widgets.banner import Banner
from desktop.widgets.fields import Field
from desktop.widgets.labels import Label
from desktop.widgets.leading_icon import LeadingIcon
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.sheet import Sheet
from desktop.widgets.theme import Theme
from tests.desktop.widgets.conftest import Stage

# Capitals alone: their middle is the middle of the ink.
ONE_LINE = "PERIKSA"
LINES = " ".join(["HILIR KENANGA"] * 14)


@pytest.mark.usefixtures("scale")
def test_the_icon_of_a_message_stands_beside_its_first_line(theme: Theme, stage: Stage) -> None:
    for text in (ONE_LINE, LINES):
        # The button and the cross are taller than a line of text.
        banner = Banner(theme, text, action="CETAK", closable=True)
        stage.show(banner, width=theme.px(460), height=banner.heightForWidth(theme.px(460)))
        assert abs(height_of_icon(banner) - height_of_first_line(banner, text)) <= tolerance(theme)


@pytest.mark.usefixtures("scale")
def test_the_icon_of_a_sheet_stands_beside_its_title(theme: Theme, stage: Stage) -> None:
    for text in ("", LINES):
        sheet = Sheet(theme, ONE_LINE, icon="shield-check", text=text)
        stage.show(sheet, width=theme.px(460), height=sheet.heightForWidth(theme.px(460)))
        assert abs(height_of_icon(sheet) - height_of_first_line(sheet, ONE_LINE)) <= tolerance(theme)


@pytest.mark.usefixtures("scale")
def test_the_icon_of_a_hint_stands_beside_its_first_line(theme: Theme, stage: Stage) -> None:
    for text in (ONE_LINE, LINES):
        field = Field(theme, "Nama", LineEdit(theme), hint=text, hint_icon="info-circle")
        stage.show(field, width=theme.px(300), height=field.heightForWidth(theme.px(300)))
        assert abs(height_of_icon(field) - height_of_first_line(field, text)) <= tolerance(theme)


@pytest.fixture(params=[100, 150])
def scale(theme: Theme, request: pytest.FixtureRequest) -> int:
    theme.set_scale(request.param)
    return theme.scale


def tolerance(theme: Theme) -> int:
    return theme.px(1) + 1


def height_of_icon(shown: QWidget) -> float:
    icon = shown.findChild(LeadingIcon)
    assert icon is not None
    return middle_of_first_ink(shown, icon)


def height_of_first_line(shown: QWidget, text: str) -> float:
    return middle_of_first_ink(shown, next(label for label in shown.findChildren(Label) if label.text() == text))


def middle_of_first_ink(shown: QWidget, part: QWidget) -> float:
    """The middle of the first rows in the place of `part` that are not all ground."""
    image = shown.grab(QRect(part.mapTo(shown, QPoint(0, 0)), part.size())).toImage()
    inked = [y for y in range(image.height()) if has_ink(image, y)]
    assert inked
    last = next(y for y in inked if y + 1 not in inked)
    return (inked[0] + last) / 2 + part.mapTo(shown, QPoint(0, 0)).y()


def has_ink(image: QImage, y: int) -> bool:
    ground = QColor(image.pixel(0, 0)).lightness()
    return any(abs(QColor(image.pixel(x, y)).lightness() - ground) > 40 for x in range(image.width()))
