"""The pages of scans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment
from desktop.viewmodels.scan_preview import FIRST_WIDTH, PreviewState, ScanPreview
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import sample_scan
from tests.support.files import content_of
from tests.support.scan_files import left_half, pdf_bytes

PATIENCE_MS = 20_000
RED, GREEN, BLUE = "1 0 0", "0 1 0", "0 0 1"
Wait = Callable[[PreviewState], None]


@pytest.fixture
def preview(desk: LetterDesk) -> ScanPreview:
    return desk.reader.preview


@pytest.fixture
def until(preview: ScanPreview, qtbot: QtBot) -> Wait:
    return lambda state: qtbot.waitUntil(lambda: preview.state is state, timeout=PATIENCE_MS)


def taken(desk: LetterDesk, folder: Path, *colours: str) -> Attachment:
    path = folder / f"{len(colours)}{colours[0]}.pdf".replace(" ", "")
    path.write_bytes(pdf_bytes([left_half(colour) for colour in colours]))
    return desk.attachments.take(path)


def first_pixel(preview: ScanPreview) -> tuple[int, ...]:
    assert preview.image is not None
    row = preview.image.height // 2
    start = 3 * (row * preview.image.width + 5)
    return tuple(round(value / 255) for value in preview.image.rgb[start : start + 3])


def test_the_first_page_of_a_scan_is_drawn(desk: LetterDesk, preview: ScanPreview, until: Wait, tmp_path: Path) -> None:
    preview.show_scan(taken(desk, tmp_path, RED, GREEN))
    assert preview.state is PreviewState.BUSY
    until(PreviewState.PAGE)

    assert (preview.page, preview.pages) == (1, 2)
    assert first_pixel(preview) == (1, 0, 0)
    assert preview.image is not None
    assert preview.image.width == FIRST_WIDTH


def test_pages_of_several_scans_are_one_row(
    desk: LetterDesk, preview: ScanPreview, until: Wait, tmp_path: Path
) -> None:
    preview.show_scans((taken(desk, tmp_path, RED, GREEN), taken(desk, tmp_path, BLUE)))
    until(PreviewState.PAGE)
    assert preview.source == 0

    preview.show_page(3)
    assert preview.state is PreviewState.BUSY
    until(PreviewState.PAGE)

    assert (preview.page, preview.pages, preview.source) == (3, 3, 1)
    assert first_pixel(preview) == (0, 0, 1)
    preview.show_page(4)
    assert preview.page == 3


def test_a_page_shown_larger_is_drawn_anew_but_only_once(
    desk: LetterDesk, preview: ScanPreview, *, until: Wait, qtbot: QtBot, tmp_path: Path
) -> None:
    preview.show_scan(taken(desk, tmp_path, RED))
    until(PreviewState.PAGE)

    with qtbot.waitSignal(preview.changed, timeout=PATIENCE_MS):
        preview.set_width(2 * FIRST_WIDTH)
    assert preview.sharper
    preview.set_width(2 * FIRST_WIDTH)

    assert not desk.runner.busy
    assert preview.image is not None
    assert preview.image.width == 2 * FIRST_WIDTH


def test_a_scan_that_is_elsewhere_can_be_asked_for(preview: ScanPreview, until: Wait) -> None:
    preview.show_scan(sample_scan())
    until(PreviewState.ELSEWHERE)
    assert preview.missing is not None
    assert preview.missing.size == 138_000

    preview.request()
    until(PreviewState.WANTED)


def test_a_scan_that_has_come_is_shown(desk: LetterDesk, preview: ScanPreview, until: Wait, tmp_path: Path) -> None:
    scan = taken(desk, tmp_path, GREEN)
    content = content_of(desk.files, scan.sha256)
    desk.files.path(scan.sha256).unlink()
    desk.files.delete(scan.thumbnail)
    preview.show_scan(scan)
    until(PreviewState.ELSEWHERE)

    desk.files.add_bytes(content)
    preview.refresh()
    until(PreviewState.PAGE)


def test_a_damaged_scan_says_so(desk: LetterDesk, preview: ScanPreview, until: Wait, tmp_path: Path) -> None:
    scan = taken(desk, tmp_path, GREEN)
    desk.files.path(scan.sha256).write_bytes(b"%PDF-1.7 torn")

    preview.show_scan(scan)
    until(PreviewState.FAILED)

    assert preview.failure.code == "file_damaged"


def test_a_file_can_be_looked_at_before_it_is_taken(preview: ScanPreview, until: Wait, tmp_path: Path) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half(BLUE)]))

    preview.show_file(path)
    until(PreviewState.PAGE)

    assert first_pixel(preview) == (0, 0, 1)


def test_nothing_is_shown_of_a_hidden_scan(desk: LetterDesk, preview: ScanPreview, until: Wait, tmp_path: Path) -> None:
    scan = taken(desk, tmp_path, RED)
    preview.show_scan(scan)
    until(PreviewState.PAGE)

    preview.show_hidden()

    assert preview.image is None
    assert preview.pages == 0
    preview.show_scan(scan)
    until(PreviewState.PAGE)


def test_no_scan_is_empty(preview: ScanPreview) -> None:
    preview.show_scan(None)
    assert preview.state is PreviewState.EMPTY


def elsewhere(desk: LetterDesk, folder: Path) -> tuple[Attachment, bytes, bytes]:
    """A scan that is not here, with its content and that of its small picture."""
    scan = taken(desk, folder, RED, GREEN)
    content, small = (content_of(desk.files, sha256) for sha256 in (scan.sha256, scan.thumbnail))
    for sha256 in (scan.sha256, scan.thumbnail):
        desk.files.delete(sha256)
    return scan, content, small


def test_the_small_picture_stands_in_until_the_scan_has_come(
    desk: LetterDesk, preview: ScanPreview, *, until: Wait, tmp_path: Path
) -> None:
    scan, content, small = elsewhere(desk, tmp_path)
    desk.files.add_bytes(small)

    preview.show_scan(scan)
    until(PreviewState.THUMBNAIL)
    assert preview.image is not None
    assert (preview.image.width, preview.page, preview.pages) == (480, 1, 2)
    assert preview.missing is not None
    assert not preview.missing.wanted

    preview.request()
    until(PreviewState.THUMBNAIL)
    desk.files.add_bytes(content)
    preview.refresh()
    until(PreviewState.PAGE)
    # It is the page that was seen already, only finer: zoom and place stay.
    assert preview.sharper
    assert preview.image.width == FIRST_WIDTH


def test_a_small_picture_that_is_not_here_is_asked_for_once_when_the_letter_is_looked_at(
    desk: LetterDesk, preview: ScanPreview, *, until: Wait, qtbot: QtBot, tmp_path: Path
) -> None:
    scan, _, small = elsewhere(desk, tmp_path)
    with desk.store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server="https://server.invalid"))

    with qtbot.waitSignal(preview.requested, timeout=PATIENCE_MS):
        preview.show_scan(scan)
    until(PreviewState.ELSEWHERE)
    with qtbot.assertNotEmitted(preview.requested):
        preview.refresh()
        until(PreviewState.ELSEWHERE)
    with desk.store.read() as uow:
        assert [row.sha256 for row in uow.blobs.thumbnails(9)] == [scan.thumbnail]

    desk.files.add_bytes(small)
    preview.refresh()
    until(PreviewState.THUMBNAIL)


def test_the_pages_behind_the_first_have_no_small_picture(
    desk: LetterDesk, preview: ScanPreview, *, until: Wait, tmp_path: Path
) -> None:
    scan, _, small = elsewhere(desk, tmp_path)
    desk.files.add_bytes(small)
    preview.show_scan(scan)
    until(PreviewState.THUMBNAIL)

    preview.show_page(2)
    until(PreviewState.ELSEWHERE)
