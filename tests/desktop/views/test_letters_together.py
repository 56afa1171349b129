"""Letters that belong together: marked and filed at once, or one letter that came twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.letter_seat import CTRL, PATIENCE_MS, Seat, SitDown
from tests.desktop.sample_office import CLERK, SampleOffice


@pytest.fixture
def sit_down(qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk]) -> SitDown:
    return lambda: Seat(qtbot, view_theme, desk=desk_of(CLERK), width=1190, height=668)


def test_letters_that_are_marked_are_filed_together(sit_down: SitDown, kecamatan: SampleOffice, qtbot: QtBot) -> None:
    for number in range(3):
        kecamatan.add_letter("Bappeda", f"Undangan {number}")
    seat = sit_down()
    seat.screen.register.table.select_row(0)
    seat.settle()
    seat.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    seat.settle()

    with qtbot.waitSignal(seat.screen.file_requested, timeout=PATIENCE_MS) as wanted:
        seat.press(Qt.Key.Key_B, CTRL)

    assert wanted.args is not None
    letter_id, marked = wanted.args
    assert letter_id in marked
    assert len(set(marked)) == 2


def test_what_is_filled_in_is_joined_to_the_letter_that_is_shown_beside_it(
    sit_down: SitDown, kecamatan: SampleOffice
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat", number="005/7")
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.write("005/7")
    seat.tab(2)
    seat.write("Bappeda")
    seat.qtbot.waitUntil(seat.form.twin_card.isVisible, timeout=PATIENCE_MS)

    seat.press(Qt.Key.Key_G, CTRL)
    seat.qtbot.waitUntil(lambda: bool(seat.toasts), timeout=PATIENCE_MS)

    assert seat.toasts[0].startswith("Kedatangan dicatat pada surat agenda")
    assert len(seat.rows()) == 1
    assert not seat.form.isVisible()
