"""One theme for all widget tests, back to its usual look before each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.theme import Appearance, Theme


@pytest.fixture(scope="session")
def session_theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp)
    theme.install()
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def theme(session_theme: Theme) -> Theme:
    if session_theme.scale != 100:
        session_theme.set_scale(100)
    if session_theme.appearance is not Appearance.LIGHT:
        session_theme.set_appearance(Appearance.LIGHT)
    return session_theme


class Stage:
    """Shows a widget as a window of its own, active and ready for keys."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        # pytest-qt holds widgets weakly; a form that nothing else holds would be gone before its first key.
        self.shown: list[QWidget] = []

    def show(self, widget: QWidget, *, width: int = 0, height: int = 0) -> None:
        self.qtbot.addWidget(widget)
        self.shown.append(widget)
        if width and height:
            widget.resize(width, height)
        with self.qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()

    def press(self, widget: QWidget, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(widget, key)

    def write(self, widget: QWidget, text: str) -> None:
        QTest.keyClicks(widget, text)

    def click(self, widget: QWidget | None, *, pos: QPoint | None = None) -> None:
        assert widget is not None
        place = widget.rect().center() if pos is None else pos
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def double_click(self, widget: QWidget, *, pos: QPoint) -> None:
        QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pos)


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return Stage(qtbot)
