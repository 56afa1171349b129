"""Clean copies of scans, and the originals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.attachments import Attachment, MediaType
from desktop.services.scan_tidying import ScanTidying
from desktop.viewmodels.scan_intake import ScanIntake
from tests.desktop.letter_desk import LetterDesk
from tests.support.paper import scanned, written
from tests.support.scan_files import left_half, pdf_bytes

PATIENCE_MS = 30_000


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "lembar.jpg"
    path.write_bytes(written(scanned(angle=0.7)))
    return path


@pytest.fixture
def intake(desk: LetterDesk) -> ScanIntake:
    return desk.editor.intake


def brought_in(intake: ScanIntake, path: Path, qtbot: QtBot) -> Attachment:
    intake.take([path])
    qtbot.waitUntil(lambda: not intake.busy and bool(intake.scans), timeout=PATIENCE_MS)
    return intake.scans[0]


def test_a_large_scan_is_replaced_by_its_clean_copy(
    desk: LetterDesk, intake: ScanIntake, sheet: Path, qtbot: QtBot
) -> None:
    scan = brought_in(intake, sheet, qtbot)

    assert scan.media is MediaType.PDF
    assert scan.name == "lembar.pdf"
    assert scan.size < sheet.stat().st_size / 4
    assert desk.files.verify(scan.sha256)
    assert desk.files.verify(scan.thumbnail)


def test_the_original_can_be_kept_instead_and_the_copy_taken_again(
    intake: ScanIntake, sheet: Path, qtbot: QtBot
) -> None:
    clean = brought_in(intake, sheet, qtbot)

    intake.exchange(0)
    original = intake.scans[0]
    intake.exchange(0)

    assert original.media is MediaType.JPEG
    assert original.size == sheet.stat().st_size
    assert intake.scans == (clean,)


def test_when_the_letter_is_saved_only_what_it_names_is_left(
    desk: LetterDesk, intake: ScanIntake, sheet: Path, qtbot: QtBot
) -> None:
    clean = brought_in(intake, sheet, qtbot)
    intake.exchange(0)
    (original,) = intake.scans

    intake.forget_others((original,))
    qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)

    assert desk.files.has(original.sha256)
    assert not desk.files.has(clean.sha256)


def test_a_small_scan_is_left_as_it_is(intake: ScanIntake, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "kecil.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))

    scan = brought_in(intake, path, qtbot)

    assert scan.size == path.stat().st_size


def test_a_scan_is_left_as_it_is_when_the_process_cannot_read_it(desk: LetterDesk) -> None:
    sha256, size = desk.files.add_bytes(b"%PDF-1.7 " + b"x" * 90_000)
    scan = Attachment(sha256=sha256, size=size, media=MediaType.PDF, pages=1)  # type: ignore[arg-type]  # plain bytes

    assert ScanTidying(desk.store, desk.files, desk.pages).tidied(scan) is None


def test_a_wish_to_save_waits_for_the_clean_copy(desk: LetterDesk, sheet: Path, qtbot: QtBot) -> None:
    desk.editor.start_new()
    desk.editor.edit("sender", "Bappeda")
    desk.editor.edit("subject", "Undangan")
    desk.editor.intake.take([sheet])

    with qtbot.waitSignal(desk.editor.saved, timeout=PATIENCE_MS) as saved:
        desk.editor.save()

    view = desk.register.letter(saved.args[0].letter_id)
    assert view is not None
    assert [scan.name for scan in view.letter.scans] == ["lembar.pdf"]


def test_a_wish_to_save_ends_with_a_file_that_is_refused(
    desk: LetterDesk, tmp_path: Path, qtbot: QtBot, settle: Callable[[LetterDesk], None]
) -> None:
    path = tmp_path / "rusak.pdf"
    path.write_bytes(b"%PDF-1.7 half")
    desk.editor.start_new()
    desk.editor.edit("sender", "Bappeda")
    desk.editor.edit("subject", "Undangan")
    desk.editor.intake.take([path])

    with qtbot.assertNotEmitted(desk.editor.saved):
        desk.editor.save()
        settle(desk)
