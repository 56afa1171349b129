from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from desktop.widgets.badges import Pill
from desktop.widgets.buttons import Button, ButtonKind, IconButton
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import SCALES, Appearance, Theme
from desktop.widgets.tokens import DARK, LIGHT
from desktop.widgets.typography import UI_FAMILY, TextRole
from resources.loading import ResourceMissingError
from tests.desktop.widgets.conftest import Stage


def colours_in(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height())}


def test_the_bundled_typeface_is_used(theme: Theme) -> None:
    for role in TextRole:
        assert QFontInfo(theme.font(role)).family() == UI_FAMILY


def test_body_text_is_ten_points_and_grows_with_the_scale(theme: Theme) -> None:
    assert theme.font(TextRole.BODY).pointSizeF() == 10

    theme.set_scale(150)

    assert theme.font(TextRole.BODY).pointSizeF() == 15
    assert theme.px(32) == 48


def test_a_page_that_is_built_before_the_sheet_wears_it_afterwards(theme: Theme, qapp: QApplication) -> None:
    worn = qapp.styleSheet()
    qapp.setStyleSheet("")
    late = Theme(qapp)
    try:
        late.install(with_sheet=False)
        late.set_scale(115)
        assert qapp.styleSheet() == ""
        late.set_scale(100)

        late.wear_sheet()

        assert qapp.styleSheet() == worn
    finally:
        late.deleteLater()
        theme.install()


def test_a_scale_that_is_not_offered_is_refused(theme: Theme) -> None:
    with pytest.raises(ValueError, match="90"):
        theme.set_scale(90)

    assert theme.scale == 100


@pytest.mark.parametrize("scale", SCALES)
def test_controls_are_never_lower_than_the_scale_asks(theme: Theme, scale: int) -> None:
    theme.set_scale(scale)
    for control in (Button(theme, "Simpan"), IconButton(theme, "plus", "Tambah"), LineEdit(theme)):
        assert control.sizeHint().height() >= 32 * scale / 100
        control.deleteLater()


def test_switching_recolours_grounds_icons_and_text(theme: Theme, stage: Stage) -> None:
    button = IconButton(theme, "plus", "Tambah")
    stage.show(button)
    light = colours_in(button)

    theme.set_appearance(Appearance.DARK)
    dark = colours_in(button)

    assert LIGHT.surface in light
    assert DARK.surface in dark
    assert LIGHT.surface not in dark
    # The strokes of the icon are blended at their edges, so they are compared by how light they are.
    assert min(QColor(colour).lightness() for colour in light) < 70
    assert max(QColor(colour).lightness() for colour in dark) > 180


@pytest.mark.parametrize("kind", list(ButtonKind))
def test_no_light_ground_survives_in_the_dark(theme: Theme, stage: Stage, kind: ButtonKind) -> None:
    button = Button(theme, "Simpan", kind=kind, icon="check", key_hint="F9")
    ground = Surface(theme)
    button.setParent(ground)
    stage.show(ground, width=300, height=60)
    theme.set_appearance(Appearance.DARK)

    assert not {"#FFFFFF", LIGHT.surface, LIGHT.window, LIGHT.hover} & colours_in(ground)


def test_a_plain_qt_field_is_dressed_too(theme: Theme, stage: Stage) -> None:
    field = QLineEdit()
    field.setPlaceholderText("Cari")
    stage.show(field)

    theme.set_appearance(Appearance.DARK)

    assert DARK.surface.upper() in colours_in(field)
    assert field.palette().color(QPalette.ColorRole.PlaceholderText).name().upper() == DARK.placeholder


def test_icons_are_drawn_in_the_colour_that_was_asked_for(theme: Theme) -> None:
    image = theme.pixmap("circle-check", QColor("#B3261E"), size=24, ratio=2.0).toImage()
    solid = {
        image.pixelColor(x, y).name().upper()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }

    assert image.width() == 48
    assert solid == {"#B3261E"}


def test_an_icon_that_does_not_exist_is_an_error(theme: Theme) -> None:
    with pytest.raises(ResourceMissingError):
        theme.icon("no-such-icon")


def test_widgets_grow_when_the_scale_changes_while_they_are_shown(theme: Theme, stage: Stage) -> None:
    pill = Pill(theme, "Segera", icon="clock")
    stage.show(pill)
    before = pill.sizeHint()

    theme.set_scale(130)

    assert pill.sizeHint().width() > before.width()
    assert pill.sizeHint().height() > before.height()


def test_a_widget_that_is_gone_does_not_hinder_the_next_change(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    host = QWidget()
    stage.show(host)
    button = Button(theme, "Simpan", parent=host)
    button.deleteLater()
    qapp.sendPostedEvents(button, QEvent.Type.DeferredDelete.value)

    theme.set_appearance(Appearance.DARK)

    assert theme.tokens is DARK


def test_the_system_look_follows_the_system(theme: Theme) -> None:
    theme.set_appearance(Appearance.SYSTEM)

    assert theme.tokens in (LIGHT, DARK)
    assert theme.appearance is Appearance.SYSTEM
