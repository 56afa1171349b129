"""Who was given a disposition reads it, answers it, passes it on; who sent it sees what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import RecipientState
from core.domain.ids import BlobHash, PositionId
from core.domain.letters import LetterStatus
from desktop.views.disposition_sheet import DispositionSheet
from desktop.views.withdraw_dialog import WithdrawDialog
from desktop.widgets.badges import StatusText
from desktop.widgets.buttons import Button
from desktop.widgets.card_list import CardList
from desktop.widgets.line_edits import TextEdit
from tests.desktop.disposition_seat import CTRL, ENTER, Seat, status
from tests.desktop.hands import child, click, focused, press, shown, write
from tests.desktop.sample_office import HEAD, SECRETARY, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt

SitDown = Callable[[PositionId], Seat]


@pytest.fixture
def sit_down(qtbot: QtBot, screens_at: ScreensAt) -> SitDown:
    def sit(position: PositionId) -> Seat:
        return Seat(qtbot, screens_at(position, read_after_ms=20))

    return sit


def test_a_disposition_is_read_answered_and_moves_down(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    order = office.dispose(letter, WELFARE, note="Wakili saya", due_on=date(2026, 11, 25))
    seat = sit_down(WELFARE)
    assert "Hadiri/wakili · Tindak lanjuti" in seat.shown()
    assert "“Wakili saya”" in seat.shown()
    assert "Tenggat 25 Nov 2026" in seat.shown()

    def my_state() -> RecipientState:
        mine = office.dispositions(HEAD).sent()[0].disposition.recipient(WELFARE)
        assert mine is not None
        return mine.state

    seat.qtbot.waitUntil(lambda: my_state() is RecipientState.READ)
    press("D")
    write("Sudah hadir")
    seat.commit()

    assert my_state() is RecipientState.ANSWERED
    assert seat.heard.toasts == ["Laporan tersimpan dan akan dikirim"]
    assert status(office, letter) is LetterStatus.DONE
    seat.qtbot.waitUntil(lambda: "Perbarui laporan" in seat.buttons())
    assert office.dispositions(WELFARE).for_me(answered=True)[0].disposition.id == order


def test_an_empty_report_is_marked_at_its_field(sit_down: SitDown, office: SampleOffice) -> None:
    office.dispose(office.add_letter("Bappeda", "Undangan rapat"), WELFARE)
    seat = sit_down(WELFARE)

    seat.commit()

    assert seat.field("Hasil tindak lanjut").error() == "Tulis hasil tindak lanjut."
    assert focused() is seat.find(TextEdit)


def test_a_disposition_is_passed_on_under_its_parent(sit_down: SitDown, office: SampleOffice) -> None:
    order = office.dispose(office.add_letter("Bappeda", "Undangan rapat"), SECRETARY)
    seat = sit_down(SECRETARY)
    seat.choose_tab("Untuk saya")

    seat.find(CardList).setFocus()
    press("T")
    assert seat.find(DispositionSheet).isVisible()
    press("4", ENTER, "1")
    seat.commit()

    passed_on = office.dispositions(SECRETARY).sent()[0].disposition
    assert passed_on.parent == order
    assert seat.heard.toasts == ["Surat Bappeda didisposisikan ke Kasi PMP"]
    assert "Kirim laporan" in seat.buttons()


def test_leaving_a_sheet_that_passes_on_shows_the_disposition_again(sit_down: SitDown, office: SampleOffice) -> None:
    office.dispose(office.add_letter("Bappeda", "Undangan rapat"), SECRETARY)
    seat = sit_down(SECRETARY)
    seat.choose_tab("Untuk saya")
    seat.find(CardList).setFocus()
    press("T")
    cancel = next(one for one in seat.screen.findChildren(Button) if one.isVisible() and one.text() == "Batal")

    click(cancel)

    assert "Kirim laporan" in seat.buttons()
    assert office.dispositions(SECRETARY).sent() == ()


def test_what_i_sent_shows_how_far_each_recipient_has_come(sit_down: SitDown, office: SampleOffice) -> None:
    order = office.dispose(office.add_letter("Bappeda", "Undangan rapat"), WELFARE, SECRETARY)
    office.answer(order, "Notulen terlampir", WELFARE)
    seat = sit_down(HEAD)

    seat.choose_tab("Saya kirim")

    assert "Notulen terlampir" in seat.shown()
    names = [widget.accessibleName() for widget in seat.screen.findChildren(QWidget) if widget.isVisible()]
    assert "selesai 23 Nov 2026 10.50" in names
    assert "belum dibaca" in names


def test_a_letter_that_was_given_to_me_comes_up_to_be_passed_on(sit_down: SitDown, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    order = office.dispose(letter, WELFARE)
    seat = sit_down(WELFARE)

    seat.screen.show_letter(letter)
    seat.settle()
    press("4", ENTER, "1")
    seat.commit()

    assert office.dispositions(WELFARE).sent()[0].disposition.parent == order


def test_who_gave_it_reminds_by_one_key_and_withdraws_what_nobody_has_read(
    sit_down: SitDown, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    office.dispose(letter, WELFARE)
    seat = sit_down(HEAD)
    seat.choose_tab("Saya kirim")
    assert {"Ingatkan", "Tarik…"} <= set(seat.buttons())

    press("I")
    seat.settle()
    assert seat.heard.toasts == ["Penerima yang belum melapor diingatkan"]
    seat.qtbot.waitUntil(lambda: any(one.startswith("Diingatkan 1 kali") for one in seat.shown()))
    assert office.dispositions(WELFARE).for_me()[0].disposition.recipients[0].reminders == 1

    press("K")
    dialog = child(seat.screen, WithdrawDialog)
    dialog.activateWindow()
    seat.qtbot.waitUntil(lambda: dialog.isVisible() and dialog.isActiveWindow())
    dialog.confirm()
    seat.settle()

    assert seat.heard.toasts[-1] == "Disposisi ditarik"
    assert office.dispositions(WELFARE).for_me() == ()
    assert status(office, letter) is LetterStatus.REGISTERED
    seat.qtbot.waitUntil(lambda: "Tarik…" not in seat.buttons())


def test_how_far_one_is_is_told_and_the_disposition_stays_open(sit_down: SitDown, office: SampleOffice) -> None:
    office.dispose(office.add_letter("Bappeda", "Undangan rapat"), WELFARE)
    seat = sit_down(WELFARE)
    press("D")
    write("Menunggu data")
    press(ENTER, modifier=CTRL | Qt.KeyboardModifier.ShiftModifier)
    seat.settle()

    (mine,) = office.dispositions(WELFARE).for_me()
    assert mine.disposition.recipients[0].result == "Menunggu data"
    seat.qtbot.waitUntil(lambda: any("dikerjakan" in one for one in states(seat)))


def states(seat: Seat) -> list[str]:
    return [one.accessibleName() for one in shown(seat.screen, StatusText)]


def test_the_files_of_a_report_are_shown_in_the_place_of_the_scan_and_the_scan_again(
    sit_down: SitDown, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    given = office.dispose(letter, WELFARE)
    file = Attachment(sha256=BlobHash(b"\x05" * 32), size=9, media=MediaType.PDF, pages=2, name="Laporan.pdf")
    office.dispositions(WELFARE).answer(given, "Terlampir", files=(file,))
    seat = sit_down(HEAD)
    seat.choose_tab("Saya kirim")
    pages = seat.screens.preview.pages
    link = next(one for one in shown(seat.screen, Button) if one.text() == "Lihat 1 berkas")

    click(link)
    seat.qtbot.waitUntil(lambda: seat.screens.preview.pages == 2)
    click(link)
    seat.qtbot.waitUntil(lambda: seat.screens.preview.pages == pages)
