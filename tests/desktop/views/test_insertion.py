"""Sisipan: a late letter is put beside a number of the book, by keyboard, by those who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.letter_seat import CTRL, PATIENCE_MS, Seat
from tests.desktop.sample_office import CLERK, SampleOffice


@pytest.fixture
def seat(qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk], kecamatan: SampleOffice) -> Seat:
    """The clerk before a new letter, in a book with two of them."""
    for subject in ("Undangan rapat", "Undangan upacara"):
        kecamatan.add_letter("Bappeda", subject)
    sitting = Seat(qtbot, view_theme, desk=desk_of(CLERK), width=1190, height=668)
    sitting.press(Qt.Key.Key_N, CTRL)
    sitting.settle()
    sitting.form.fields.origin.setText("Dinas Kesehatan")
    sitting.form.fields.subject.setText("Pelaksanaan pekan imunisasi")
    return sitting


def insert_after(seat: Seat, text: str) -> None:
    """Type a number into the field of the folded part."""
    field = seat.form.fields.insert_after
    seat.form.fields.show_error("insert_after", "")  # unfolds
    field.setFocus()
    seat.qtbot.waitUntil(field.hasFocus)
    seat.write(text)


def save(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.settle()


def agendas(seat: Seat) -> set[str]:
    return {row[0] for row in seat.rows()}


def test_a_late_letter_stands_beside_the_number_that_was_typed(seat: Seat) -> None:
    assert "Agenda berikutnya 0403" in seat.pills()

    insert_after(seat, "401")
    assert "Sisipan setelah 0401" in seat.pills()
    save(seat)

    seat.qtbot.waitUntil(lambda: agendas(seat) == {"0401", "0401a", "0402"}, timeout=PATIENCE_MS)
    assert seat.toasts == ["Surat tersimpan. Nomor agenda 0401a."]


def test_the_letter_after_an_inserted_one_takes_the_next_number_again(seat: Seat) -> None:
    insert_after(seat, "401")
    save(seat)
    seat.qtbot.waitUntil(lambda: "0401a" in agendas(seat), timeout=PATIENCE_MS)
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()

    assert seat.form.fields.insert_after.text() == ""
    assert "Agenda berikutnya 0403" in seat.pills()


@pytest.mark.parametrize("text", ["empat", "12a", "0", "9999999"])
def test_what_is_no_number_is_said_beside_the_field_and_nothing_is_lost(seat: Seat, text: str) -> None:
    insert_after(seat, text)

    save(seat)

    fields = seat.form.fields
    assert fields.fields["insert_after"].error().startswith("Tulis nomor agendanya dengan angka saja")
    assert fields.insert_after.hasFocus()
    assert fields.subject.text() == "Pelaksanaan pekan imunisasi"
    assert agendas(seat) == {"0401", "0402"}


def test_emptied_again_it_takes_the_next_number(seat: Seat) -> None:
    insert_after(seat, "x")
    seat.press(Qt.Key.Key_Backspace)

    save(seat)

    seat.qtbot.waitUntil(lambda: "0403" in agendas(seat), timeout=PATIENCE_MS)


def test_a_registered_letter_is_not_moved_to_another_number(seat: Seat) -> None:
    save(seat)
    seat.qtbot.waitUntil(lambda: "0403" in agendas(seat), timeout=PATIENCE_MS)
    seat.press(Qt.Key.Key_E, CTRL)
    seat.qtbot.waitUntil(lambda: seat.desk.editor.correcting, timeout=PATIENCE_MS)

    assert seat.form.fields.fields["insert_after"].isHidden()
