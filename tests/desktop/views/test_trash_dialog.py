"""Tempat sampah by the keyboard: Enter brings back, Del asks before it forgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.attachments import MediaType
from core.domain.ids import BlobHash
from desktop.services.clock import local_date, system_clock
from desktop.services.scan_inbox import ScanInboxService
from desktop.services.trash import TrashService
from desktop.storage.scan_items import add_item, open_items
from desktop.system.scan_item import ItemPage, Origin
from desktop.viewmodels.trash_desk import TrashDesk
from desktop.views.trash_dialog import TrashDialog
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from tests.desktop.hands import child, press, shown
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice

PATIENCE_MS = 20_000


class Seat:
    """A clerk who has thrown a scan away, and then a draft, before the open dialog."""

    def __init__(self, desk: LetterDesk, office: SampleOffice, theme: Theme, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.owner = QObject()
        actor = office.actor(CLERK)
        sha256, size = desk.files.add_bytes(b"halaman")
        page = ItemPage(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, page=0, pages=1)
        with desk.store.begin() as uow:
            item = add_item(uow.connection, (page,), name="lembar.pdf", origin=Origin.FILE, now_ms=1)
        ScanInboxService(desk.store, desk.files, desk.pages, system_clock).throw_away(item, actor.user)
        self.editor = desk.editor
        self.editor.start_new()
        self.editor.edit("sender", "Bappeda")
        self.editor.discard()
        self.settle()
        service = TrashService(desk.store, desk.files, actor, system_clock)
        self.trash = TrashDesk(service, self.editor, desk.runner, parent=self.owner)
        self.dialog = TrashDialog(theme, self.trash, today=lambda: local_date(system_clock()))
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.begin()
        self.dialog.activateWindow()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.runner.busy, timeout=PATIENCE_MS)

    def press(self, key: Qt.Key) -> None:
        press(key)
        self.settle()

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.trash.rows.rows()]

    @property
    def said(self) -> str:
        return " ".join(label.text() for label in shown(self.dialog, Label))


@pytest.fixture
def seat(desk: LetterDesk, kecamatan: SampleOffice, view_theme: Theme, qtbot: QtBot) -> Iterator[Seat]:
    seat = Seat(desk, kecamatan, view_theme, qtbot)
    yield seat
    seat.owner.deleteLater()


def test_it_tells_what_was_thrown_away_the_latest_first_and_that_no_letter_is_deleted(seat: Seat) -> None:
    assert seat.names == ["Bappeda", "lembar.pdf"]
    assert "tidak pernah dihapus, hanya dicoret" in seat.said


def test_enter_brings_a_draft_back_into_an_empty_form(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Return)
    seat.editor.start_new()

    assert seat.editor.draft.sender == "Bappeda"
    assert not seat.dialog.isVisible()


def test_a_draft_stays_where_it_is_while_another_letter_stands_in_the_form(seat: Seat) -> None:
    seat.editor.edit("sender", "Dinas Sosial")

    seat.press(Qt.Key.Key_Return)

    assert seat.editor.draft.sender == "Dinas Sosial"
    assert seat.names == ["Bappeda", "lembar.pdf"]
    assert "formulir surat baru masih berisi" in seat.said


def test_enter_brings_a_scan_back_and_the_list_stays_open(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Down)
    seat.press(Qt.Key.Key_Return)

    with seat.desk.store.read() as uow:
        assert [item.name for item in open_items(uow.connection)] == ["lembar.pdf"]
    assert seat.names == ["Bappeda"]
    assert seat.dialog.isVisible()
    assert "ada lagi di Pindaian" in seat.said


def test_del_asks_first_and_a_hasty_enter_keeps_it(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Delete)
    question = child(seat.dialog, Confirmation)
    assert question.focusWidget() is question.refuse_button
    question.reject()
    kept = seat.names
    seat.dialog.activateWindow()
    seat.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=PATIENCE_MS)

    seat.press(Qt.Key.Key_Delete)
    seat.dialog.findChildren(Confirmation)[-1].confirm_button.click()
    seat.settle()

    assert kept == ["Bappeda", "lembar.pdf"]
    assert seat.names == ["lembar.pdf"]
