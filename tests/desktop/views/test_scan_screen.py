"""Pindaian by the keyboard: pages are turned, parted, joined and put away, and become the scan of a letter."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId, UserId
from desktop.services import scan_sources
from desktop.services.register import LetterView
from desktop.services.scan_inbox import ScanInboxService
from desktop.services.scan_sources import ScanSources
from desktop.services.scan_texts import ScanTextService, Step
from desktop.storage.blob_table import BlobState
from desktop.storage.scan_items import open_items
from desktop.system.settings import Settings, read_settings
from desktop.viewmodels.scan_arrivals import ScanArrivals
from desktop.viewmodels.scan_attaching import ScanAttaching
from desktop.viewmodels.scan_inbox import ScanInbox
from desktop.viewmodels.scan_pictures import ScanPictures
from desktop.viewmodels.scan_text_queue import ScanTextQueue
from desktop.views.attach_dialog import AttachDialog
from desktop.views.scan_screen import ScanScreen
from desktop.views.scan_text_line import ScanTextLine
from desktop.widgets.buttons import Button
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.page_grid import PageGrid
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from tests.desktop.hands import child, focused, press, write
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.factories import letter
from tests.support.desks import entry
from tests.support.scan_files import left_half, pdf_bytes
from tests.support.stores import put

PATIENCE_MS = 20_000
NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
CTRL = Qt.KeyboardModifier.ControlModifier


class Lent(QObject):
    """Remembers which scans went to the form."""

    def __init__(self) -> None:
        super().__init__()
        self.scans: list[tuple[Attachment, int]] = []

    @Slot(object, int)
    def on_letter(self, scan: Attachment, number: int) -> None:
        self.scans.append((scan, number))


class Letters:
    """Reads every page alike: what the reading process does is told elsewhere."""

    def read(self, _source: Callable[[], BinaryIO], *, page: int) -> str:
        return f"halaman {page}"


def letters_of(office: SampleOffice, *ids: LetterId) -> list[LetterView]:
    found = [office.register(CLERK).letter(one) for one in ids]
    return [one for one in found if one is not None]


class Seat:
    """A clerk before the screen."""

    def __init__(self, desk: LetterDesk, theme: Theme, profile: Path, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.lent = desk, qtbot, Lent()
        self.owner = QObject()
        service = ScanInboxService(desk.store, desk.files, desk.pages, lambda: NOW)
        self.inbox = ScanInbox(service, desk.runner, user=UserId(CLERK), parent=self.owner)
        self.arrivals = ScanArrivals(service, ScanSources(service, profile), desk.runner, parent=self.owner)
        pictures = ScanPictures(service, desk.runner, parent=self.owner)
        self.texts = ScanTextService(desk.store, desk.files, Letters(), profile)
        queue = ScanTextQueue(self.texts, desk.runner, parent=self.owner)
        self.screen = ScanScreen(
            theme, self.inbox, arrivals=self.arrivals, pictures=pictures, queue=queue, may_attach=True
        )
        self.screen.letter_wanted.connect(self.lent.on_letter)
        attaching = ScanAttaching(service, desk.service, register=desk.register, runner=desk.runner, parent=self.owner)
        self.attaching = attaching
        self.dialog = AttachDialog(theme, attaching, parent=self.screen)
        self.screen.attach_wanted.connect(self.dialog.attach)
        qtbot.addWidget(self.screen)
        self.screen.resize(1146, 708)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.table, self.grid = child(self.screen, RecordTable), child(self.screen, PageGrid)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.runner.busy, timeout=PATIENCE_MS)

    @property
    def pages(self) -> list[list[tuple[int, int]]]:
        """Of each item its pages and how they are turned."""
        return [[(page.page, page.rotate) for page in item.pages] for item in self.inbox.items.rows()]

    def press(self, key: Qt.Key, *, ctrl: bool = False) -> None:
        modifier = CTRL if ctrl else Qt.KeyboardModifier.NoModifier
        press(key, modifier=modifier)
        self.settle()


@pytest.fixture
def seat(desk: LetterDesk, view_theme: Theme, tmp_path: Path, qtbot: QtBot) -> Iterator[Seat]:
    seat = Seat(desk, view_theme, tmp_path, qtbot)
    path = tmp_path / "lembar.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0"), left_half("0 1 0"), left_half("0 0 1")]))
    seat.arrivals.take([path])
    qtbot.waitUntil(lambda: seat.inbox.items.rowCount() == 1, timeout=PATIENCE_MS)
    seat.settle()
    seat.grid.setFocus()
    yield seat
    seat.screen.deleteLater()
    seat.owner.deleteLater()


def test_a_page_is_turned_moved_and_taken_out_and_all_of_it_undone(seat: Seat) -> None:
    seat.press(Qt.Key.Key_R)
    seat.press(Qt.Key.Key_Right, ctrl=True)
    moved = seat.pages
    seat.press(Qt.Key.Key_Delete)
    shorter = seat.pages
    for _ in range(3):
        seat.press(Qt.Key.Key_Z, ctrl=True)

    assert moved == [[(1, 0), (0, 90), (2, 0)]]
    assert shorter == [[(1, 0), (2, 0)]]
    assert seat.pages == [[(0, 0), (1, 0), (2, 0)]]


def test_a_step_is_undone_also_while_the_window_could_undo_something_else(seat: Seat) -> None:
    window = QAction(seat.screen)
    window.setShortcut("Ctrl+Z")
    seat.screen.addAction(window)
    seat.press(Qt.Key.Key_R)

    seat.press(Qt.Key.Key_Z, ctrl=True)
    here = seat.pages
    with seat.qtbot.waitSignal(window.triggered):
        seat.press(Qt.Key.Key_Z, ctrl=True)

    assert here == seat.pages == [[(0, 0), (1, 0), (2, 0)]]


def test_an_item_is_parted_at_a_page_and_joined_again(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Right)
    seat.press(Qt.Key.Key_S)
    parted = seat.pages
    seat.table.select_row(1)
    seat.press(Qt.Key.Key_G)

    assert parted == [[(0, 0)], [(1, 0), (2, 0)]]
    assert seat.pages == [[(0, 0), (1, 0), (2, 0)]]


def test_an_item_that_was_put_away_comes_back_by_one_key(seat: Seat) -> None:
    seat.press(Qt.Key.Key_X)
    emptied = seat.pages
    seat.press(Qt.Key.Key_Z, ctrl=True)

    assert emptied == []
    assert len(seat.pages) == 1


def test_no_disk_is_asked_for_the_watched_folder_while_scans_are_shown(
    seat: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.arrivals.watch(str(tmp_path))
    seat.settle()
    asked: list[int] = []
    here = threading.get_ident()

    def noting(folder: Path) -> Settings:
        asked.append(threading.get_ident())
        return read_settings(folder)

    monkeypatch.setattr(scan_sources, "read_settings", noting)

    seat.press(Qt.Key.Key_X)

    assert here not in asked
    assert str(tmp_path) in child(seat.screen, EmptyState).text()


def test_enter_lends_the_scan_to_the_form(seat: Seat) -> None:
    (item,) = seat.inbox.items.rows()

    seat.press(Qt.Key.Key_Return)

    ((scan, number),) = seat.lent.scans
    assert (scan.pages, number) == (3, item.id)


def test_what_was_lent_is_taken_out_of_the_inbox_with_the_commit_of_its_letter(seat: Seat) -> None:
    seat.press(Qt.Key.Key_Return)
    intake = seat.desk.editor.intake
    ((scan, number),) = seat.lent.scans

    intake.lend(scan, number)
    seat.settle()
    whole = entry(addressee=None, scans=intake.scans, items=intake.lent)
    seat.desk.service.register(whole)

    with seat.desk.store.read() as uow:
        assert open_items(uow.connection) == ()


def test_the_line_says_that_pages_wait_and_its_switch_pauses_reading_on_this_pc(seat: Seat) -> None:
    scan = Attachment(sha256=BlobHash(b"\x05" * 32), size=9, media=MediaType.PDF, pages=3)
    put(seat.desk.store, [letter(scans=(scan,))])
    with seat.desk.store.begin() as uow:
        uow.blobs.add(scan.sha256, 9, state=BlobState.BOTH, now_ms=1)
    seat.texts.line_up(lambda: False)
    line = child(seat.screen, ScanTextLine)
    child(line, Button).click()
    seat.qtbot.waitUntil(lambda: "dijeda; 3 halaman" in line.text, timeout=PATIENCE_MS)

    assert seat.texts.read_next() is Step.PAUSED
    child(line, Button).click()
    seat.qtbot.waitUntil(lambda: line.text.startswith("Pencarian: 3 halaman"), timeout=PATIENCE_MS)


def test_a_scan_is_attached_to_a_letter_that_is_found_by_typing(seat: Seat, kecamatan: SampleOffice) -> None:
    other, wanted = (kecamatan.add_letter(sender, "Undangan") for sender in ("Dinas Sosial", "Bappeda"))
    kecamatan.add_letter("BPBD", "Kewaspadaan")
    seat.press(Qt.Key.Key_L)
    table = child(seat.dialog, RecordTable)
    assert isinstance(focused(), SearchField)
    seat.qtbot.waitUntil(lambda: table.model().rowCount() == 3, timeout=PATIENCE_MS)

    write("undangan")
    seat.qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=PATIENCE_MS)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    seat.qtbot.waitUntil(lambda: not seat.dialog.isVisible(), timeout=PATIENCE_MS)

    assert [len(one.letter.scans) for one in letters_of(kecamatan, other, wanted)] == [1, 0]


def test_a_scan_goes_to_no_letter_that_was_listed_for_other_words(seat: Seat, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan")
    seat.press(Qt.Key.Key_L)
    seat.qtbot.waitUntil(lambda: seat.attaching.rows.rowCount() == 1, timeout=PATIENCE_MS)
    listed = seat.attaching.rows.row(0)
    assert listed is not None

    seat.attaching.look_for("kewaspadaan")
    seat.attaching.attach_to(listed)

    assert not seat.attaching.busy
    seat.qtbot.waitUntil(lambda: seat.attaching.rows.rowCount() == 0, timeout=PATIENCE_MS)
