"""Surat Masuk as a clerk uses it: with the keyboard, reading what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from core.domain.letters import SecurityLevel
from desktop.views.letter_form import LetterForm
from desktop.widgets.banner import Banner
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.letter_seat import CTRL, PATIENCE_MS, SHIFT, Seat, SitDown
from tests.desktop.sample_office import CLERK, HEAD, VILLAGES, SampleOffice
from tests.support.scan_files import left_half, pdf_bytes

DeskOf = Callable[[PositionId], LetterDesk]


@pytest.fixture
def sit_down(qtbot: QtBot, view_theme: Theme, desk_of: DeskOf) -> SitDown:
    def sit(position: PositionId = CLERK, *, width: int = 1190, height: int = 668) -> Seat:
        return Seat(qtbot, view_theme, desk=desk_of(position), width=width, height=height)

    return sit


def test_a_letter_is_registered_without_touching_the_mouse(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down()

    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.write("005/118/2026")
    seat.tab()
    seat.write("18112026")
    seat.tab()
    seat.write("Dinas Kesehatan")
    seat.settle()
    seat.tab()
    seat.write("Pelaksanaan pekan imunisasi")
    assert seat.rows() == [["0401", "23 Nov 2026", "Bappeda", "Undangan rapat", "Belum didisposisi"]]
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 2, timeout=PATIENCE_MS)
    seat.settle()

    assert seat.toasts == ["Surat tersimpan. Nomor agenda 0402."]
    assert seat.screen.notice.number() == "0402"
    assert seat.rows()[0] == [
        "0402", "23 Nov 2026", "Dinas Kesehatan", "Pelaksanaan pekan imunisasi", "Belum didisposisi",
    ]  # fmt: skip
    assert not seat.form.isVisible()
    assert seat.desk.reader.view is not None
    assert seat.desk.reader.view.letter.sender == "Dinas Kesehatan"


def test_the_tab_order_is_that_of_the_paper(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()

    passed = []
    for _ in range(9):
        focused = QApplication.focusWidget()
        assert focused is not None
        passed.append(focused.objectName())
        seat.tab()

    assert passed == [
        "letter_no", "letter_date", "sender", "subject", "classification", "security", "urgency", "due_on", "addressee",
    ]  # fmt: skip


def test_a_missing_sender_is_said_beside_its_field_and_nothing_is_lost(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.write("005/118/2026")

    seat.press(Qt.Key.Key_Return, CTRL)
    seat.settle()

    fields = seat.form.fields
    assert fields.fields["sender"].error() == "Isi asal surat."
    assert fields.origin.hasFocus()
    assert fields.letter_no.text() == "005/118/2026"
    assert seat.toasts == []
    seat.write("B")
    assert fields.fields["sender"].error() == ""


def test_a_date_that_is_none_is_said_beside_its_field(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.tab()
    seat.write("31 Feb")
    seat.tab()
    seat.write("Bappeda")
    seat.tab()
    seat.write("Undangan")

    seat.press(Qt.Key.Key_Return, CTRL)
    seat.settle()

    assert "18/11/2026" in seat.form.fields.fields["letter_date"].error()
    assert seat.form.fields.letter_date.text() == "31 Feb"
    assert seat.rows() == []


def test_the_next_letter_of_a_delivery_begins_at_once(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.tab(2)
    seat.write("Bappeda")
    seat.tab()
    seat.write("Undangan")
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    seat.settle()
    seat.qtbot.waitUntil(seat.form.fields.letter_no.hasFocus, timeout=PATIENCE_MS)
    assert seat.form.fields.origin.text() == ""
    assert seat.screen.notice.number() == "0401"
    assert "Agenda berikutnya 0402" in seat.pills()

    seat.form.copy_previous()

    assert seat.form.fields.origin.text() == "Bappeda"
    assert seat.form.fields.subject.text() == ""


def test_copying_from_the_letter_before_has_a_key(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.tab(2)
    seat.write("Bappeda")
    seat.tab()
    seat.write("Undangan")
    seat.press(Qt.Key.Key_Return, CTRL | SHIFT)
    seat.settle()

    seat.press(Qt.Key.Key_D, CTRL)

    assert seat.form.fields.origin.text() == "Bappeda"


def test_escape_leaves_the_form_and_the_draft_waits(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.write("005/118/2026")

    seat.press(Qt.Key.Key_Escape)
    assert not seat.form.isVisible()
    assert seat.screen.title == "Surat Masuk"
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()

    assert seat.form.fields.letter_no.text() == "005/118/2026"


def test_a_correction_changes_the_letter_in_the_list(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bapeda", "Undangan rapat")
    seat = sit_down()

    seat.press(Qt.Key.Key_E, CTRL)
    seat.qtbot.waitUntil(lambda: bool(seat.screen.findChild(LetterForm)), timeout=PATIENCE_MS)
    assert seat.screen.title == "Ubah surat masuk"
    assert not seat.form.fields.security.isEnabled()
    assert "Surat ini tidak mempunyai pindaian." in [one.text() for one in seat.form.scan_pane.findChildren(EmptyState)]
    seat.form.fields.origin.setFocus()
    seat.form.fields.origin.selectAll()
    seat.write("Bappeda")
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.qtbot.waitUntil(lambda: bool(seat.rows()) and seat.rows()[0][2] == "Bappeda", timeout=PATIENCE_MS)

    assert seat.toasts == ["Perubahan surat tersimpan."]


def test_a_dropped_file_becomes_the_scan(sit_down: SitDown, tmp_path: Path) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0"), left_half("0 1 0")]))
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier

    entering = QDragEnterEvent(QPointF(50, 50).toPoint(), copy, mime, left, none)
    seat.form.dragEnterEvent(entering)
    seat.form.dropEvent(QDropEvent(QPointF(50, 50), copy, mime, left, none))
    seat.settle()

    assert entering.isAccepted()
    assert [scan.pages for scan in seat.desk.editor.draft.scans] == [2]
    assert "2 halaman" in " ".join(one.accessibleName() for one in seat.shown(QWidget))


def test_a_file_that_is_no_scan_is_said_and_nothing_is_lost(sit_down: SitDown, tmp_path: Path) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(b"MZ program")
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.write("005/1")

    seat.desk.editor.intake.take([path])
    seat.settle()

    assert [banner.text() for banner in seat.shown(Banner)] == [
        "Isian Anda tetap ada. Berkas itu bukan PDF, JPEG, PNG, atau HEIC; pilih berkas lain."
    ]
    assert seat.form.fields.letter_no.text() == "005/1"


def test_an_empty_register_says_what_to_do(sit_down: SitDown) -> None:
    seat = sit_down()

    texts = [one.text() for one in seat.shown(EmptyState)]

    assert "Belum ada surat masuk. Catat surat pertama beserta pindaiannya." in texts
    assert seat.buttons().count("Surat baru") == 2


def test_a_search_without_result_offers_the_way_back(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down()
    seat.screen.handle_find()
    seat.write("tidakada")
    seat.qtbot.waitUntil(lambda: seat.rows() == [], timeout=PATIENCE_MS)

    seat.press(Qt.Key.Key_Escape)
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 1, timeout=PATIENCE_MS)

    assert seat.screen.head.search.text() == ""


def test_the_head_sees_no_button_that_is_not_his(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(HEAD)
    assert "Surat baru" not in seat.buttons()
    assert "Ubah" not in seat.buttons()
    asked: list[bytes] = []
    seat.screen.dispose_requested.connect(asked.append)

    seat.press(Qt.Key.Key_D)

    assert asked == [letter]


def test_a_secret_letter_shows_neither_subject_nor_scan(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Kodim 0422", "Pengamanan kunjungan", security=SecurityLevel.SECRET)
    seat = sit_down()

    everything = " ".join(one.accessibleName() for one in seat.screen.findChildren(QWidget))

    assert "Pengamanan" not in everything
    assert "— Rahasia —" in everything
    assert any("Surat rahasia" in one.text() for one in seat.shown(EmptyState))


def test_the_dispositions_of_the_letter_are_told(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    kecamatan.answer(kecamatan.dispose(letter, VILLAGES, note="Wakili"), "Sudah dihadiri", VILLAGES)
    seat = sit_down()

    seat.screen.reading.show_tab("dispositions")

    told = {"“Wakili”", "Sudah dihadiri"}
    seat.qtbot.waitUntil(lambda: told <= set(seat.labels()), timeout=PATIENCE_MS)


def test_in_a_narrow_window_the_letter_takes_the_place_of_the_list(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down(width=860)
    table = seat.screen.register
    assert table.isVisible()
    assert not seat.screen.reading.isVisible()

    seat.press(Qt.Key.Key_Return)
    assert (table.isVisible(), seat.screen.reading.isVisible()) == (False, True)
    assert "Kembali" in seat.buttons()

    seat.press(Qt.Key.Key_Escape)
    assert (table.isVisible(), seat.screen.reading.isVisible()) == (True, False)
    assert table.table.hasFocus()


def test_markup_in_a_letter_is_shown_as_it_was_written(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("<b>Bappeda</b>", "<img src=x> Undangan & rapat")
    seat = sit_down()

    said = [one.accessibleName() for one in seat.shown(QWidget)]

    assert "<img src=x> Undangan & rapat" in said
    assert "<b>Bappeda</b>" in said


def test_every_control_of_the_screen_has_a_name(sit_down: SitDown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()

    nameless = [
        one
        for one in seat.shown(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and not (one.accessibleName() or getattr(one, "text", str)())
    ]

    assert nameless == []


def test_a_code_of_letters_like_this_one_is_offered_and_taken_with_enter(
    sit_down: SitDown, kecamatan: SampleOffice
) -> None:
    for name in ("Siti", "Budi", "Wayan"):
        kecamatan.add_letter("Camat", f"Permohonan cuti tahunan a.n. {name}", classification="800.1.11.4")
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.tab(3)
    seat.write("Cuti tahunan a.n. Rina")

    seat.tab()
    assert seat.form.fields.classification.is_suggesting()
    seat.press(Qt.Key.Key_Return)

    assert seat.form.fields.classification.text() == "800.1.11.4"
    assert seat.form.fields.classification.note() == "3 surat serupa · Cuti Tahunan"


def seat_has(seat: Seat, letters: int) -> bool:
    return len(seat.rows()) == letters


def test_a_pile_is_entered_without_leaving_the_form(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()
    seat.press(Qt.Key.Key_F8)
    for number in (1, 2):
        seat.write(f"005/{number}")
        seat.tab(2)
        seat.write("Bappeda")
        seat.tab()
        seat.write("Undangan rapat")
        seat.press(Qt.Key.Key_Return, CTRL)
        seat.qtbot.waitUntil(partial(seat_has, seat, number), timeout=PATIENCE_MS)
        seat.settle()

    assert seat.form.isVisible()
    assert QApplication.focusWidget() is seat.form.fields.letter_no


def test_a_letter_that_is_in_the_book_is_shown_beside_and_asked_about(
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
    assert "Undangan rapat" in seat.labels()
    seat.tab()
    seat.write("Rapat koordinasi")

    seat.press(Qt.Key.Key_Return, CTRL)
    seat.settle()
    assert any("tampaknya sudah dicatat" in banner.text() for banner in seat.shown(Banner))
    seat.press(Qt.Key.Key_Return, CTRL)
    seat.qtbot.waitUntil(lambda: len(seat.rows()) == 2, timeout=PATIENCE_MS)
