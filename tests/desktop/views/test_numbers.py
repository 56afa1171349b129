"""Periksa nomor, Batalkan surat, and the choice of a book: what a person sees of numbers."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.domain.books import NumberBook
from core.domain.errors import Refusal
from core.domain.ids import BookId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.number_fates import FateCause
from core.domain.number_report import NumberState, Span
from desktop.viewmodels.number_check import GapRow
from desktop.views.number_dialog import NumberDialog
from desktop.views.number_words import gap_words, reason_text, state_text
from desktop.views.void_number_dialog import VoidNumberDialog
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from tests.desktop.hands import child, click, press, shown
from tests.desktop.sample_office import ARCHIVIST, CLERK, SampleOffice
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
    dialog.confirm()
    qtbot.waitUntil(lambda: not screens.runner.busy)
    assert any(label.text().startswith("Tulis alasannya") for label in shown(dialog, Label))

    with qtbot.waitSignal(dialog.struck):
        child(dialog, LineEdit).setText("Salah catat")
        dialog.confirm()

    with office.store.read() as uow:
        struck = uow.get(IncomingLetter, letter)
    assert struck is not None
    assert struck.status == LetterStatus.VOID


def begin_voiding(qtbot: QtBot, screens: Screens) -> tuple[NumberDialog, VoidNumberDialog]:
    dialog = check_numbers(qtbot, screens)
    dialog.activateWindow()
    press(Qt.Key.Key_Delete)
    voiding = child(dialog, VoidNumberDialog)
    voiding.activateWindow()
    qtbot.waitUntil(lambda: any(line.hasFocus() for line in voiding.findChildren(LineEdit)))
    return dialog, voiding


def fill_in(voiding: VoidNumberDialog, number: str, reason: str) -> None:
    for line, text in zip(voiding.findChildren(LineEdit), (number, reason), strict=True):
        line.setText(text)


def sentences(dialog: QDialog) -> list[str]:
    return [label.text() for label in shown(dialog, Label)]


def test_a_bare_number_is_voided_by_keyboard_with_a_reason(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    screens = screens_at(CLERK)
    dialog, voiding = begin_voiding(qtbot, screens)
    fill_in(voiding, "405", "Salah cap pada surat")

    with qtbot.waitSignal(screens.check.voided):
        press(Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: ["0405", "Dibatalkan", "Salah cap pada surat"] in cells(dialog))
    assert not voiding.isVisible()
    for number in range(401, 405):
        office.add_letter("Bappeda", f"Surat {number}")
    assert office.letters(CLERK).next_agenda() == "0406"  # a voided number is never given out


@pytest.mark.parametrize(
    ("number", "reason", "sentence"),
    [
        ("empat", "x", "Tulis nomor urutnya dengan angka, misalnya 412."),
        ("", "x", "Tulis nomor urutnya dengan angka, misalnya 412."),
        ("405", "  ", "Tulis alasannya; alasan dicatat di buku agenda."),
        ("0", "x", "Nomor agenda harus antara 1 dan 999.999."),
        ("401", "x", "Nomor ini sudah dipakai surat, atau sudah dibatalkan."),
    ],
)
def test_a_number_that_cannot_be_voided_is_told_beside_its_field(  # a line of the table
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, *, number: str, reason: str, sentence: str
) -> None:
    office.add_letter("Bappeda", "Undangan")
    screens = screens_at(CLERK)
    _, voiding = begin_voiding(qtbot, screens)
    fill_in(voiding, number, reason)

    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not screens.runner.busy)

    qtbot.waitUntil(lambda: sentence in sentences(voiding))
    assert voiding.isVisible()


def test_a_year_that_is_over_is_closed_after_a_question(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    screens = screens_at(CLERK)
    dialog = check_numbers(qtbot, screens)
    assert [button.text() for button in shown(dialog, Button)] == ["Batalkan nomor…", "Tutup"]
    shown(dialog, ComboBox)[0].select("2025")
    qtbot.waitUntil(lambda: "Tutup buku 2025…" in [button.text() for button in shown(dialog, Button)])
    dialog.activateWindow()
    shown(dialog, ComboBox)[0].setFocus()
    press(Qt.Key.Key_F8)
    question = child(dialog, Confirmation)
    assert any("Buku tidak dapat dibuka lagi." in text for text in sentences(question))

    with qtbot.waitSignal(screens.check.year_closed):
        click(question.confirm_button)

    qtbot.waitUntil(lambda: any("Buku ditutup 23 Nov 2026." in text for text in sentences(dialog)))
    assert [button.text() for button in shown(dialog, Button)] == ["Tutup"]
    with pytest.raises(Refusal, match="book_closed"):
        office.numbers(CLERK).void_number(2025, 3, "x")


def test_leaving_the_question_closes_nothing(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    dialog = check_numbers(qtbot, screens_at(CLERK))
    shown(dialog, ComboBox)[0].select("2025")
    qtbot.waitUntil(lambda: "Tutup buku 2025…" in [button.text() for button in shown(dialog, Button)])
    click(next(button for button in shown(dialog, Button) if button.text().startswith("Tutup buku")))
    question = child(dialog, Confirmation)

    click(question.refuse_button)

    assert office.numbers(CLERK).report(2025).closed_at is None


def test_who_only_reads_the_book_changes_nothing_in_it(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    dialog = check_numbers(qtbot, screens_at(ARCHIVIST))
    shown(dialog, ComboBox)[0].select("2025")
    qtbot.waitUntil(dialog.isVisible)
    press(Qt.Key.Key_F8, Qt.Key.Key_Delete)

    assert [button.text() for button in shown(dialog, Button)] == ["Tutup"]
    assert not shown(dialog, QDialog)
    assert office.numbers(CLERK).report(2025).closed_at is None


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
