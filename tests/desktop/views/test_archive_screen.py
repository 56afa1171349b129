"""Arsip by the keyboard: find a berkas, look into it, open a new one, take a letter out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId, PositionId, RecordFileId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.archives import NewRecordFile
from desktop.views.record_file_dialog import RecordFileDialog, RecordFileForm
from desktop.views.record_file_pane import RecordFilePane
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.suggest_edit import SuggestEdit
from tests.desktop.hands import child, click, focused, press, shown, write
from tests.desktop.sample_office import CLERK, HEAD, WELFARE, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Heard(QObject):
    """Remembers what the screen tells the window."""

    def __init__(self) -> None:
        super().__init__()
        self.toasts: list[str] = []
        self.letters: list[bytes] = []

    @Slot(str)
    def on_toast(self, text: str) -> None:
        self.toasts.append(text)

    @Slot(bytes)
    def on_letter(self, letter_id: bytes) -> None:
        self.letters.append(bytes(letter_id))


class Seat:
    """A person in front of the screen."""

    def __init__(self, qtbot: QtBot, screens: Screens) -> None:
        self.qtbot, self.screens, self.heard = qtbot, screens, Heard()
        self.screen = screens.archive()
        self.screen.status_message.connect(self.heard.on_toast)
        self.screen.letter_requested.connect(self.heard.on_letter)
        qtbot.addWidget(self.screen)
        self.screen.resize(1190, 668)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.screen.activate()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.screens.runner.busy and self.screens.files.loaded)

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            press(key)
            self.settle()

    def save(self) -> None:
        press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
        self.settle()

    def begin_new(self) -> None:
        press(Qt.Key.Key_B, modifier=CTRL_SHIFT)
        self.qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), SuggestEdit))

    def table(self) -> RecordTable:
        tables = self.screen.findChildren(RecordTable)
        return next(one for one in tables if one.accessibleName() == "Daftar berkas")

    def column(self, table: RecordTable, column: int) -> list[str]:
        model = table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def titles(self) -> list[str]:
        return self.column(self.table(), 2)

    def letters(self) -> list[str]:
        return self.column(child(self.screen, RecordFilePane).table, 3)

    def shown(self) -> list[str]:
        return [label.text() for label in shown(self.screen, Label)]

    def errors(self) -> list[str]:
        return [field.error() for field in self.screen.findChildren(Field) if field.error()]


SitDown = Callable[[PositionId], Seat]


@pytest.fixture
def sit_down(qtbot: QtBot, screens_at: ScreensAt) -> SitDown:
    def sit(position: PositionId) -> Seat:
        return Seat(qtbot, screens_at(position))

    return sit


def add_file(office: SampleOffice, code: str, title: str) -> RecordFileId:
    return office.record_files(CLERK).open(NewRecordFile(classification=code, title=title, location="Lemari 2"))


def add_letter_in(office: SampleOffice, record_file: RecordFileId, subject: str) -> LetterId:
    letter = office.add_letter("Bappeda", subject)
    office.letters(CLERK).file(letter, record_file)
    return letter


def test_a_file_is_found_and_its_letter_opened_by_the_keyboard(sit_down: SitDown, office: SampleOffice) -> None:
    add_file(office, "000.1.5", "Undangan")
    letter = add_letter_in(office, add_file(office, "800.1.11", "Cuti pegawai"), "Cuti tahunan")
    seat = sit_down(CLERK)
    assert seat.column(seat.table(), 4) == ["0", "1"]

    seat.screen.handle_find()
    write("cuti")
    seat.press(Qt.Key.Key_Return)
    assert seat.titles() == ["Cuti pegawai"]
    assert seat.letters() == ["Cuti tahunan"]
    seat.press(Qt.Key.Key_Return, Qt.Key.Key_Return)

    assert seat.heard.letters == [letter]


def test_the_chosen_file_shows_what_it_is(sit_down: SitDown, office: SampleOffice) -> None:
    add_letter_in(office, add_file(office, "000.1.5", "Undangan 2026"), "Undangan rapat")
    seat = sit_down(CLERK)

    words = seat.shown()

    assert "Undangan 2026" in words
    assert "1 surat" in words
    assert any(text.startswith("000.1.5 ") for text in words)


def test_a_new_file_is_opened_in_the_window_and_chosen(sit_down: SitDown, office: SampleOffice) -> None:
    add_file(office, "100", "Pemerintahan")
    seat = sit_down(CLERK)

    seat.begin_new()
    write("000.1.5")
    seat.press(Qt.Key.Key_Return)
    write("Undangan 2026")
    seat.save()

    seat.qtbot.waitUntil(lambda: seat.titles() == ["Undangan 2026", "Pemerintahan"])
    assert seat.heard.toasts == ["Berkas Undangan 2026 dibuka"]
    seat.qtbot.waitUntil(lambda: seat.table().current_row() == 0)
    assert not child(seat.screen, RecordFileDialog).isVisible()


def test_a_file_without_a_title_is_refused_at_its_field(sit_down: SitDown, office: SampleOffice) -> None:
    seat = sit_down(CLERK)
    seat.begin_new()
    write("000.1.5")

    seat.save()

    assert seat.errors() == ["Isi judul berkas."]
    assert child(seat.screen, RecordFileForm).isVisible()
    assert office.record_files(CLERK).listed() == ()


def test_an_empty_archive_offers_to_open_the_first_file(sit_down: SitDown) -> None:
    seat = sit_down(CLERK)
    empty = shown(seat.table(), EmptyState)[0]
    assert empty.text().startswith("Belum ada berkas.")

    button = shown(empty, Button)[0]
    click(button)

    assert child(seat.screen, RecordFileDialog).isVisible()


def test_what_a_person_may_not_do_is_not_offered(sit_down: SitDown, office: SampleOffice) -> None:
    add_letter_in(office, add_file(office, "000.1.5", "Undangan"), "Undangan rapat")
    head, staff = sit_down(HEAD), sit_down(WELFARE)

    def offered(seat: Seat) -> list[str]:
        return [button.text() for button in shown(seat.screen, Button)]

    assert offered(head) == ["Buka surat", "Keluarkan dari berkas"]
    assert offered(staff) == []
    assert staff.screen.actions_for_menu() == []
    assert "Arsip kantor terbuka bagi tata usaha, arsiparis, dan pimpinan." in staff.shown()


def test_a_letter_taken_out_can_be_put_back_at_once(sit_down: SitDown, office: SampleOffice) -> None:
    record_file = add_file(office, "000.1.5", "Undangan")
    letter = add_letter_in(office, record_file, "Undangan rapat")
    seat = sit_down(CLERK)
    seat.press(Qt.Key.Key_Return, Qt.Key.Key_Delete)
    seat.qtbot.waitUntil(lambda: seat.letters() == [])
    banner = shown(seat.screen, Banner)[0]
    assert banner.text() == "Surat agenda 0401 dikeluarkan dari berkas."

    banner.action_triggered.emit()

    seat.qtbot.waitUntil(lambda: seat.letters() == ["Undangan rapat"])
    with office.store.read() as uow:
        stored = uow.get(IncomingLetter, letter)
    assert stored is not None
    assert stored.record_file == record_file
    assert not banner.isVisible()


def test_a_secret_letter_keeps_its_subject_to_itself(sit_down: SitDown, office: SampleOffice) -> None:
    record_file = add_file(office, "000.1.5", "Undangan")
    letter = office.add_letter("Kodim", "Gelar pasukan", security=SecurityLevel.SECRET)
    office.letters(CLERK).file(letter, record_file)
    seat = sit_down(CLERK)

    seat.qtbot.waitUntil(lambda: seat.letters() == ["— Rahasia —"])


def test_in_a_narrow_window_enter_leads_into_the_file_and_escape_back(sit_down: SitDown, office: SampleOffice) -> None:
    add_letter_in(office, add_file(office, "000.1.5", "Undangan"), "Undangan rapat")
    seat = sit_down(CLERK)
    seat.screen.resize(860, 460)
    pane = child(seat.screen, RecordFilePane)
    assert not pane.isVisible()

    seat.press(Qt.Key.Key_Return)
    assert pane.isVisible()
    assert not seat.table().isVisible()
    seat.press(Qt.Key.Key_Escape)

    assert seat.table().isVisible()
    assert focused() is seat.table()
