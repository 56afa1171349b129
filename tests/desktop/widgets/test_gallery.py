"""The gallery's screens in every look and size: nothing cut, nothing overlapping its parent, every control named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget

from desktop.widgets.badges import Pill, StatusText
from desktop.widgets.labels import ElidedLabel
from desktop.widgets.theme import Appearance, Theme
from tests.desktop.widgets.conftest import Stage
from tests.desktop.widgets.gallery import SCREENS

# Shows the shortening itself.
MEANT_TO_BE_SHORT = "Kalimat yang sangat panjang dipendekkan dengan elipsis agar tidak mendorong tata letak."

screens = pytest.mark.parametrize("name", list(SCREENS))


def shown_screen(theme: Theme, stage: Stage, name: str) -> QWidget:
    make, size = SCREENS[name]
    screen = make(theme)
    stage.show(screen, width=round(size.width() * theme.scale / 100), height=round(size.height() * theme.scale / 100))
    QApplication.processEvents()
    return screen


def visible(screen: QWidget) -> list[QWidget]:
    return [widget for widget in screen.findChildren(QWidget) if widget.isVisible()]


def needed(label: QLabel) -> tuple[int, int]:
    if label.wordWrap():
        return 0, label.heightForWidth(label.width())
    return label.sizeHint().width(), label.sizeHint().height()


def is_cut(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        width, height = needed(widget)
        return widget.width() < width or widget.height() < height
    if isinstance(widget, ElidedLabel):
        return widget.is_shortened() and widget.text() != MEANT_TO_BE_SHORT
    if isinstance(widget, QAbstractButton | Pill | StatusText):
        least = widget.minimumSizeHint()
        return widget.width() < least.width() or widget.height() < least.height()
    return False


def text_of(widget: QWidget) -> str:
    said: Callable[[], str] = getattr(widget, "text", widget.accessibleName)
    return str(said())


def sticks_out(widget: QWidget, screen: QWidget) -> bool:
    is_whole = isinstance(widget, QAbstractButton | QLabel | ElidedLabel | QLineEdit)
    return is_whole and not screen.rect().contains(
        widget.rect().translated(widget.mapTo(screen, widget.rect().topLeft()))
    )


def is_nameless(widget: QWidget) -> bool:
    wants_name = isinstance(widget, QAbstractButton | QLineEdit | QAbstractItemView)
    return wants_name and not widget.accessibleName() and not text_of(widget)


@screens
@pytest.mark.parametrize("scale", [100, 115, 130, 150])
def test_at_every_scale_nothing_is_cut_sticks_out_or_has_no_name(
    theme: Theme, stage: Stage, name: str, scale: int
) -> None:
    theme.set_scale(scale)
    screen = shown_screen(theme, stage, name)
    _, size = SCREENS[name]
    assert screen.width() == round(size.width() * scale / 100)

    seen = visible(screen)

    # One screen for all three: to make it costs far more than to look at it.
    assert [(type(widget).__name__, text_of(widget)) for widget in seen if is_cut(widget)] == []
    assert [(type(widget).__name__, text_of(widget)) for widget in seen if sticks_out(widget, screen)] == []
    assert [type(widget).__name__ for widget in seen if is_nameless(widget)] == []


@screens
def test_the_dark_look_has_no_white_box(theme: Theme, stage: Stage, name: str) -> None:
    theme.set_appearance(Appearance.DARK)
    image = shown_screen(theme, stage, name).grab().toImage()

    # Letters of white text are a few pixels wide; a run this long could only be a ground that was forgotten.
    longest = max(
        white_run([image.pixelColor(x, y).rgb() for x in range(image.width())]) for y in range(0, image.height(), 5)
    )

    assert longest < 12


def white_run(line: list[int]) -> int:
    longest = now = 0
    for colour in line:
        now = now + 1 if colour == 0xFFFFFFFF else 0
        longest = max(longest, now)
    return longest


def test_a_switched_screen_looks_as_if_it_had_been_made_so(theme: Theme, stage: Stage) -> None:
    switched = shown_screen(theme, stage, "form_surat")
    theme.set_scale(150)
    theme.set_appearance(Appearance.DARK)
    _, size = SCREENS["form_surat"]
    switched.resize(size * 1.5)
    QApplication.processEvents()
    fresh = shown_screen(theme, stage, "form_surat")

    sizes = [
        [(type(w).__name__, w.size().toTuple()) for w in visible(screen) if isinstance(w, QLineEdit | QAbstractButton)]
        for screen in (switched, fresh)
    ]

    # The panes may be divided differently, the heights of the controls may not differ.
    assert [(kind, size[1]) for kind, size in sizes[0]] == [(kind, size[1]) for kind, size in sizes[1]]
