"""The preview says what it shows: the scan, or the small picture that stands in for it, and where the scan is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment
from desktop.storage.blob_table import BlobState
from desktop.viewmodels.scan_preview import PreviewState
from desktop.views.scan_pane import ScanPane
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.page_view import PageState
from desktop.widgets.theme import Theme
from tests.desktop.hands import click, shown
from tests.desktop.letter_desk import LetterDesk
from tests.support.files import content_of
from tests.support.scan_files import left_half, pdf_bytes

PATIENCE_MS = 20_000


class Reader:
    """Somebody before the preview of a scan that is on the server only; its small picture is here."""

    def __init__(self, qtbot: QtBot, desk: LetterDesk, theme: Theme, folder: Path) -> None:
        self.qtbot, self.desk = qtbot, desk
        path = folder / "surat.pdf"
        path.write_bytes(pdf_bytes([left_half("0 0 0"), left_half("0 0 0")]))
        self.scan: Attachment = desk.attachments.take(path)
        self.content = content_of(desk.files, self.scan.sha256)
        desk.files.delete(self.scan.sha256)
        self.preview = desk.reader.preview
        self.pane = ScanPane(theme, self.preview)
        qtbot.addWidget(self.pane)
        self.pane.resize(470, 560)
        with qtbot.waitExposed(self.pane):
            self.pane.show()

    def look(self, state: PreviewState) -> None:
        self.preview.show_scan(None)
        self.preview.show_scan(self.scan)
        self.until(state)

    def until(self, state: PreviewState) -> None:
        self.qtbot.waitUntil(lambda: self.preview.state is state, timeout=PATIENCE_MS)

    def says(self) -> list[str]:
        return [label.text() for label in shown(self.pane, Label) if "indaian" in label.text()]

    def buttons(self) -> list[str]:
        return [button.text() for button in shown(self.pane, Button) if button.text()]


@pytest.fixture
def reader(qtbot: QtBot, desk: LetterDesk, view_theme: Theme, tmp_path: Path) -> Reader:
    return Reader(qtbot, desk, view_theme, tmp_path)


def test_the_small_picture_is_shown_with_where_the_scan_is_and_a_way_to_fetch_it(reader: Reader) -> None:
    reader.look(PreviewState.THUMBNAIL)
    assert reader.pane.page_view.state() is PageState.PAGE
    (sentence,) = reader.says()
    assert sentence.startswith("Gambar kecil halaman pertama. Pindaian lengkap (")
    assert reader.buttons() == ["Unduh"]

    click(shown(reader.pane, Button)[-1])

    reader.qtbot.waitUntil(lambda: reader.says() == ["Pindaian lengkap sedang diambil."], timeout=PATIENCE_MS)
    assert reader.buttons() == []
    assert reader.pane.page_view.state() is PageState.PAGE


def test_the_line_goes_when_the_scan_has_come(reader: Reader) -> None:
    reader.look(PreviewState.THUMBNAIL)
    reader.desk.files.add_bytes(reader.content)

    reader.preview.refresh()
    reader.until(PreviewState.PAGE)

    assert reader.says() == []


def test_a_scan_that_was_stopped_says_so_under_its_small_picture(reader: Reader) -> None:
    with reader.desk.store.begin() as uow:
        uow.blobs.add(reader.scan.sha256, reader.scan.size, state=BlobState.WANTED, now_ms=1)
        uow.blobs.pause(reader.scan.sha256, paused=True)

    reader.look(PreviewState.THUMBNAIL)

    assert reader.says() == ["Pindaian lengkap dijeda di Pusat Sinkron."]


def test_a_damaged_scan_gives_way_to_its_small_picture_and_is_asked_for(reader: Reader) -> None:
    with reader.desk.store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server="https://server.invalid"))
        uow.blobs.add(reader.scan.sha256, reader.scan.size, state=BlobState.BOTH, now_ms=1)
    reader.desk.files.add_bytes(reader.content)
    reader.desk.files.path(reader.scan.sha256).write_bytes(reader.content[:-9] + b"other end")

    with reader.qtbot.waitSignal(reader.preview.requested, timeout=PATIENCE_MS):
        reader.look(PreviewState.THUMBNAIL)

    assert reader.says() == ["Berkas pindaian di komputer ini rusak. Salinan yang utuh diminta dari server."]
