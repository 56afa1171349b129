"""Letters that belong together: marked and filed at once, or one letter that came twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.viewmodels.letter_marks import LetterMarks
from desktop.views.letter_marking import LetterMarking
from desktop.widgets.dates import format_date
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.letter_seat import CTRL, PATIENCE_MS, SHIFT, Seat, SitDown
from tests.desktop.sample_office import CLERK, SECRETARY, SampleOffice


class Marked(NamedTuple):
    seat: Seat
    marks: LetterMarks
    making: LetterMarking


@pytest.fixture
def sit_down(qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk]) -> SitDown:
    return lambda: Seat(qtbot, view_theme, desk=desk_of(CLERK), width=1190, height=668)


@pytest.fixture
def marking(sit_down: SitDown, kecamatan: SampleOffice, view_theme: Theme) -> Marked:
    """The clerk before four letters, the newest and current one first."""
    for number in range(4):
        kecamatan.add_letter("Bappeda", f"Undangan {number}")
    seat = sit_down()
    marks = LetterMarks(seat.desk.letters.table, kecamatan.actor(CLERK), date_text=format_date, parent=seat.screen)
    made = LetterMarking(view_theme, seat.screen, marks)
    seat.screen.register.table.setFocus()
    seat.screen.register.table.select_row(0)
    seat.settle()
    return Marked(seat, marks, made)


def subjects(marked: Marked) -> list[str]:
    """What the marked letters are about, whichever rows they stand in."""
    return sorted(line.split("\t")[4] for line in marked.marks.as_lines().splitlines())


def test_letters_that_are_marked_with_shift_are_filed_together(marking: Marked) -> None:
    seat = marking.seat
    seat.press(Qt.Key.Key_Down, SHIFT)
    assert marking.making.bar.isVisible()

    with seat.qtbot.waitSignal(marking.making.wanted, timeout=PATIENCE_MS) as wanted:
        seat.press(Qt.Key.Key_B, CTRL)

    assert wanted.args == ["file", marking.marks.letters]
    assert subjects(marking) == ["Undangan 2", "Undangan 3"]


def test_space_marks_letters_apart_from_each_other_and_escape_unmarks_them(marking: Marked) -> None:
    seat = marking.seat
    seat.press(Qt.Key.Key_Space)
    seat.press(Qt.Key.Key_Down)
    seat.press(Qt.Key.Key_Down)
    seat.press(Qt.Key.Key_Space)

    assert subjects(marking) == ["Undangan 1", "Undangan 3"]
    assert seat.desk.letters.table.row_of(seat.desk.letters.current or b"") == 2

    seat.press(Qt.Key.Key_Escape)
    assert marking.marks.count == 0
    assert not marking.making.bar.isVisible()


def test_marks_stay_with_their_letters_when_a_new_letter_comes_in(marking: Marked, kecamatan: SampleOffice) -> None:
    seat = marking.seat
    seat.press(Qt.Key.Key_Down, SHIFT)

    kecamatan.add_letter("Camat", "Baru datang")
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 5, timeout=PATIENCE_MS)
    seat.settle()

    assert seat.rows()[0][3] == "Baru datang"
    assert subjects(marking) == ["Undangan 2", "Undangan 3"]
    assert seat.screen.register.table.selected_rows() == [1, 2]


def test_marks_stay_with_their_letters_when_the_list_becomes_shorter(marking: Marked, kecamatan: SampleOffice) -> None:
    seat = marking.seat
    seat.screen.head.show_only("undisposed")
    seat.qtbot.waitUntil(lambda: not seat.desk.letters.table.busy, timeout=PATIENCE_MS)
    newest = seat.desk.letters.table.letter_at(0)
    assert newest is not None
    seat.screen.register.table.select_row(2)
    seat.press(Qt.Key.Key_Down, SHIFT)
    seat.press(Qt.Key.Key_Shift)  # it is let go
    assert subjects(marking) == ["Undangan 0", "Undangan 1"]

    kecamatan.dispose(newest.id, SECRETARY)
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 3, timeout=PATIENCE_MS)
    seat.settle()

    assert subjects(marking) == ["Undangan 0", "Undangan 1"]
    assert seat.screen.register.table.selected_rows() == [1, 2]
    assert marking.making.bar.isVisible()


def test_the_keys_mean_the_letter_that_covers_the_marks_in_a_narrow_window(marking: Marked) -> None:
    seat = marking.seat
    seat.screen.resize(760, 640)
    seat.settle()
    seat.press(Qt.Key.Key_Down, SHIFT)
    seat.press(Qt.Key.Key_Return)
    seat.settle()

    with seat.qtbot.waitSignal(seat.screen.file_requested, timeout=PATIENCE_MS) as wanted:
        seat.press(Qt.Key.Key_B, CTRL)
    assert wanted.args == [seat.desk.letters.current]

    seat.press(Qt.Key.Key_Escape)
    with seat.qtbot.waitSignal(marking.making.wanted, timeout=PATIENCE_MS) as wanted:
        seat.press(Qt.Key.Key_B, CTRL)
    assert wanted.args == ["file", marking.marks.letters]


def test_another_list_unmarks_everything(marking: Marked) -> None:
    seat = marking.seat
    seat.press(Qt.Key.Key_Down, SHIFT)

    seat.screen.head.show_only("undisposed")
    seat.qtbot.waitUntil(lambda: marking.marks.count == 0, timeout=PATIENCE_MS)

    assert not marking.making.bar.isVisible()
    assert seat.screen.acts.file.isEnabled()


def test_copied_lines_hold_nothing_that_a_spreadsheet_works_out(marking: Marked, kecamatan: SampleOffice) -> None:
    seat = marking.seat
    kecamatan.add_letter("=HYPERLINK(1)", "Dua\tkolom")
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 5, timeout=PATIENCE_MS)
    seat.settle()
    seat.screen.register.table.select_row(0)
    seat.press(Qt.Key.Key_Down, SHIFT)

    marking.making.begin("copy")

    first, second = QApplication.clipboard().text().splitlines()
    assert first.split("\t")[2:5] == ["'=HYPERLINK(1)", "005/118/2026", "Dua kolom"]
    assert len(second.split("\t")) == 6
    assert seat.toasts == ["2 baris disalin."]


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
