"""Marks over a window: gone through, left, and kept within it by the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.system.tour_file import FILE, TourFile
from desktop.widgets.coach import CoachMark, CoachMarks
from desktop.widgets.theme import Appearance, Theme
from tests.desktop.hands import focused, press

SIZE = (800, 480)


class Office:
    """A window with a field and a bar, and three marks over it."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.window = QWidget()
        self.window.resize(*SIZE)
        self.field = QLineEdit(self.window)
        self.bar = QWidget(self.window)
        self.bar.setGeometry(0, 440, 800, 40)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.field.setFocus()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is self.field)
        marks = (CoachMark("Satu", "Isian", self.field), CoachMark("Dua", "Apa saja " * 30, None))
        self.over = CoachMarks(theme, (*marks, CoachMark("Tiga", "Bilah", self.bar)), parent=self.window)
        self.closings: list[None] = []
        self.over.closed.connect(self.on_closed)

    def on_closed(self) -> None:
        self.closings.append(None)

    def after(self, *keys: Qt.Key) -> list[str]:
        """The titles after each key."""
        titles = []
        for key in keys:
            press(key)
            titles.append(self.over.mark.title)
        return titles


@pytest.fixture
def office(qtbot: QtBot, view_theme: Theme) -> Office:
    return Office(qtbot, view_theme)


def test_enter_and_the_right_arrow_go_on_and_the_left_one_goes_back(office: Office) -> None:
    keys = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Right)

    assert office.after(*keys) == ["Dua", "Satu", "Satu", "Dua", "Tiga"]
    press(Qt.Key.Key_Return)
    assert len(office.closings) == 1


def test_escape_leaves_at_any_time_and_gives_the_keys_back(office: Office) -> None:
    office.after(Qt.Key.Key_Right)

    press(Qt.Key.Key_Escape)

    assert len(office.closings) == 1
    assert focused() is office.field


def test_tab_stays_within_and_enter_does_what_the_button_says(office: Office) -> None:
    office.after(Qt.Key.Key_Right)
    stops = set()
    for _ in range(6):
        press(Qt.Key.Key_Tab)
        stops.add(focused())
    assert stops == {office.over.skip, office.over.back, office.over.onward}

    office.over.back.setFocus()

    assert office.after(Qt.Key.Key_Return) == ["Satu"]


@pytest.mark.parametrize("scale", [100, 150])
def test_the_card_lies_whole_within_a_small_window_and_not_over_what_it_is_about(
    office: Office, view_theme: Theme, scale: int
) -> None:
    view_theme.set_appearance(Appearance.HIGH_CONTRAST)
    view_theme.set_scale(scale)
    for _ in range(3):
        card = office.over.card.geometry()
        assert office.over.rect().contains(card)
        target = office.over.mark.target
        assert target is None or not card.intersects(target.geometry())
        office.over.go_on()


def test_each_person_is_led_round_once_and_a_broken_file_is_none(tmp_path: Path) -> None:
    TourFile(tmp_path).keep(7)
    TourFile(tmp_path).keep(4)

    assert [TourFile(tmp_path).knows(user) for user in (4, 7, 8)] == [True, True, False]
    (tmp_path / FILE).write_bytes(b"{")
    assert not TourFile(tmp_path).knows(7)
