"""A pane higher than its room: what the keyboard goes to comes into sight, what is pressed stays where it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.views.pane_scroll import PaneScroll
from desktop.widgets.boxes import Column
from desktop.widgets.choice_chips import ChoiceChip
from desktop.widgets.theme import Theme


@pytest.fixture
def pane(view_theme: Theme, qtbot: QtBot) -> PaneScroll:
    content = QWidget()
    Column(view_theme, parent=content).add(*(ChoiceChip(view_theme, f"Pejabat {number}") for number in range(12)))
    made = PaneScroll(content)
    qtbot.addWidget(made)
    made.resize(300, 200)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def half_hidden(pane: PaneScroll) -> ChoiceChip:
    """The chip over which the lower edge of the pane runs."""
    foot = pane.viewport().height()
    chips = pane.findChildren(ChoiceChip)
    return next(chip for chip in chips if chip.geometry().top() < foot - 8 and chip.geometry().bottom() > foot)


def test_a_chip_that_is_half_in_sight_is_chosen_by_one_click_and_stays_where_it_is(pane: PaneScroll) -> None:
    chip = half_hidden(pane)

    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(40, 4))

    assert chip.isChecked()
    assert pane.verticalScrollBar().value() == 0


def test_a_chip_to_which_the_keyboard_goes_comes_into_sight(pane: PaneScroll) -> None:
    chip = half_hidden(pane)

    chip.setFocus(Qt.FocusReason.OtherFocusReason)

    assert chip.mapTo(pane.viewport(), chip.rect().bottomLeft()).y() < pane.viewport().height()
