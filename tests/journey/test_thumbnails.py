"""A first page that is seen before its scan has come, from the clerk's scanner to the head's screen."""

from __future__ import annotations

from pathlib import Path

from core.domain.attachments import MAX_THUMBNAIL_BYTES, Attachment
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.services.attachments import AttachmentService
from desktop.services.clock import system_clock
from desktop.sync.file_visits import FileVisits
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import TransferReport, Transfers
from desktop.system.page_renderer import PageRenderer
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.scan_files import left_half, pdf_bytes

NOON = 12


def scanned(folder: Path) -> Path:
    path = folder / "Pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half("0 0 0"), left_half("0 0 1")]))
    return path


def visit_without_files(pc: OfficePc) -> None:
    client = pc.client()
    pc.visits().visit(client, lambda: False, files=False)
    client.close()


def move_files(pc: OfficePc) -> TransferReport:
    store, files = pc.opened.store, pc.opened.files
    visits = FileVisits(
        store, Transfers(store, files, step=lambda _name: None), hour=lambda: NOON, small=SmallFiles(store, files)
    )
    client = pc.client()
    try:
        return visits.visit(client, lambda: False, urged=lambda: False, watch=lambda _progress: None)
    finally:
        client.close()


def stop_scan(pc: OfficePc, scan: Attachment) -> None:
    with pc.opened.store.begin() as uow:
        uow.blobs.pause(scan.sha256, paused=True)


def test_the_head_sees_the_first_page_while_the_scan_is_still_at_the_clerks(kantor: Kantor, tmp_path: Path) -> None:
    clerk, head = kantor.pc("tu"), kantor.pc("camat")
    scan = clerk.take_scan(scanned(tmp_path))
    assert 0 < scan.thumbnail_size <= MAX_THUMBNAIL_BYTES
    write_letter(clerk, "tu", "Undangan", scans=(scan,), addressee=kantor.office.positions["camat"])
    stop_scan(clerk, scan)
    visit_without_files(clerk)
    assert move_files(clerk).sent == 1

    visit_without_files(head)
    report = move_files(head)

    assert (report.fetched, report.missing) == (1, 1)
    assert not head.opened.files.has(scan.sha256)
    with PageRenderer() as pages:
        picture = AttachmentService(head.opened.store, head.opened.files, pages, system_clock).thumbnail(scan)
    assert picture is not None
    assert (picture.width, set(picture.rgb[:30]) <= set(range(12))) == (480, True)


def test_a_secret_letter_has_no_thumbnail_anywhere(kantor: Kantor, tmp_path: Path) -> None:
    clerk, head = kantor.pc("tu"), kantor.pc("camat")
    clerk.sync()
    taken = clerk.take_scan(scanned(tmp_path))
    camat = kantor.office.positions["camat"]
    write_letter(clerk, "tu", "Rahasia", scans=(taken,), addressee=camat, security=SecurityLevel.SECRET)
    with PageRenderer() as pages:
        AttachmentService(clerk.opened.store, clerk.opened.files, pages, system_clock).drop_thumbnails([taken])
    clerk.sync()
    head.sync()

    for pc in (clerk, head):
        (letter,) = [stored.record for stored in pc.rows(IncomingLetter)]
        assert [scan.thumbnail for scan in letter.scans] == [b""]
        assert pc.opened.files.has(letter.scans[0].sha256)
        assert not pc.opened.files.has(taken.sha256), "nor is the scan itself here but sealed"
        assert not pc.opened.files.has(taken.thumbnail)
