"""Tab within what lies over the rest of a window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.views.overlay import SheetOverlay
from desktop.widgets.sheet import Sheet
from desktop.widgets.theme import Theme


class Office:
    """A window with a field, and a sheet over it that has two buttons."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.window = QWidget()
        self.field = QLineEdit(self.window)
        QVBoxLayout(self.window).addWidget(self.field)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        sheet = Sheet(theme, "Pesagi")
        self.other = QPushButton("Lain")
        sheet.body.add(self.other)
        self.over = SheetOverlay(theme, sheet, parent=self.window)
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        self.begun = QApplication.focusWidget()


@pytest.fixture
def office(qtbot: QtBot, view_theme: Theme) -> Office:
    return Office(qtbot, view_theme)


def press(key: Qt.Key) -> QWidget | None:
    at = QApplication.focusWidget()
    assert at is not None
    QTest.keyClick(at, key)
    return QApplication.focusWidget()


def test_tab_never_leads_behind_a_sheet(office: Office) -> None:
    stops = [press(Qt.Key.Key_Tab) for _ in range(4)]

    assert stops == [office.other, office.begun] * 2


def test_shift_tab_goes_the_other_way_round(office: Office) -> None:
    assert [press(Qt.Key.Key_Backtab) for _ in range(2)] == [office.other, office.begun]


def test_what_was_covered_has_the_keys_again_once_the_sheet_is_gone(office: Office) -> None:
    office.over.put_away()

    assert press(Qt.Key.Key_Tab) is not office.other
