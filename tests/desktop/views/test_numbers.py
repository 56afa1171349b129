"""Periksa nomor, Batalkan surat, and the choice of a book: what a person sees of numbers."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.domain.books import NumberBook
from core.domain.ids import BookId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import FateCause
from core.domain.number_report import NumberState, Span
from desktop.viewmodels.number_check import GapRow
from desktop.views.number_dialog import NumberDialog
from desktop.views.number_words import gap_words, reason_text, state_text
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from tests.desktop.hands import child, shown
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt
from tests.support.stores import put


def check_numbers(qtbot: QtBot, screens: Screens) -> NumberDialog:
    dialog = screens.number_dialog()
    qtbot.addWidget(dialog)
    dialog.begin()
    qtbot.waitUntil(lambda: not screens.runner.busy)
    return dialog


def cells(dialog: QDialog) -> list[list[str]]:
    model = child(dialog, RecordTable).model()
    return [[str(model.index(row, column).data() or "") for column in range(3)] for row in range(model.rowCount())]


def test_every_gap_is_listed_with_its_reason(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan")
    office.add_letter("Bappeda", "Undangan lagi")
    office.numbers(CLERK).void_letter(letter, "Tercatat dua kali")

    dialog = check_numbers(qtbot, screens_at(CLERK))

    assert ["0401", "Surat dibatalkan", "Tercatat dua kali"] in cells(dialog)
    assert any("1 nomor dipakai sampai" in label.text() for label in shown(dialog, Label))
    assert len(shown(dialog, ComboBox)) == 1


def test_a_book_can_be_chosen_where_there_are_several(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    put(office.store, [NumberBook(number=BookId(3), office=office.actor(CLERK).office, name="Undangan")])

    dialog = check_numbers(qtbot, screens_at(CLERK))

    assert [shown(dialog, ComboBox)[1].itemText(place) for place in range(2)] == ["Agenda surat masuk", "Undangan"]


def test_a_letter_is_struck_through_with_a_reason_and_not_without(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter, screens = office.add_letter("Bappeda", "Undangan"), screens_at(CLERK)
    dialog = screens.strike_dialog()
    qtbot.addWidget(dialog)
    dialog.strike_letter(letter)
    dialog.strike()
    qtbot.waitUntil(lambda: not screens.runner.busy)
    assert any(label.text().startswith("Tulis alasannya") for label in shown(dialog, Label))

    with qtbot.waitSignal(dialog.struck):
        child(dialog, LineEdit).setText("Salah catat")
        dialog.strike()

    with office.store.read() as uow:
        struck = uow.get(IncomingLetter, letter)
    assert struck is not None
    assert struck.status == LetterStatus.VOID


@pytest.mark.parametrize("state", list(NumberState))
def test_every_state_has_a_word(state: NumberState) -> None:
    assert state_text(state)


@pytest.mark.parametrize("cause", list(FateCause))
def test_every_cause_has_a_reason_in_words(cause: FateCause, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan")
    office.numbers(CLERK).void_letter(letter, "x")
    (span,) = [one for one in office.numbers(CLERK).report(2026).account.gaps if one.state is NumberState.STRUCK]
    assert span.fate is not None
    fate = msgspec.structs.replace(span.fate, cause=cause, reason="")
    changed = Span(low=1, high=4, state=NumberState.VOID, fate=fate)

    assert reason_text(changed)
    assert gap_words(GapRow(span=changed, by="Siti")).cells[0].text == "0001-0004"
