"""A scan whose bytes are not what was scanned: never sent, never shown, fetched again, and said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from desktop.services.attachments import AttachmentService
from desktop.services.clock import system_clock
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.sync.file_visits import FileVisits
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import TransferReport, Transfers
from desktop.system.page_renderer import PageRenderer
from tests.faults.conftest import Scene
from tests.journey.office_pc import OfficePc, write_letter

SIZE = 40_000
POSITIONS = range(0, SIZE, SIZE // 64)
NOON = 12


def scan_of(pc: OfficePc, size: int = SIZE) -> Attachment:
    sha256, size = pc.opened.files.add_bytes(os.urandom(size))
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="surat.pdf")


def registered(scene: Scene, *scans: Attachment) -> None:
    """A letter of the clerk for the secretary; both PCs know it, its scans have not moved."""
    write_letter(scene.clerk, "tu", "Dengan pindaian", scans=scans, addressee=scene.office.positions["sekcam"])
    for pc in (scene.clerk, scene.second):
        client = pc.client()
        pc.visits().visit(client, lambda: False, files=False)
        client.close()


def move_files(pc: OfficePc) -> TransferReport:
    """What the lane of files does."""
    transfers = Transfers(pc.opened.store, pc.opened.files, step=lambda _name: None)
    client = pc.client()
    try:
        small = SmallFiles(pc.opened.store, pc.opened.files)
        visits = FileVisits(pc.opened.store, transfers, hour=lambda: NOON, small=small)
        return visits.visit(client, lambda: False, urged=lambda: False, watch=lambda _progress: None)
    finally:
        client.close()


def row_of(pc: OfficePc, scan: Attachment) -> BlobRow:
    with pc.opened.store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    return row


def flip(path: Path, position: int) -> None:
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)
        file.seek(position)
        file.write(bytes([byte[0] ^ 0x10]))


def flipped(path: Path) -> None:
    flip(path, SIZE // 2)


def truncated(path: Path) -> None:
    os.truncate(path, SIZE // 2)


def deleted(path: Path) -> None:
    path.unlink()


Harm = Callable[[Path], None]
HARMS = pytest.mark.parametrize("harm", [flipped, truncated, deleted], ids=lambda harm: harm.__name__)


def viewer(pc: OfficePc, pages: PageRenderer) -> AttachmentService:
    return AttachmentService(pc.opened.store, pc.opened.files, pages, system_clock)


@HARMS
def test_a_damaged_scan_is_not_sent_and_those_behind_it_are(scene: Scene, harm: Harm) -> None:
    bad, good = scan_of(scene.clerk), scan_of(scene.clerk)
    registered(scene, good, bad)
    harm(scene.clerk.opened.files.path(bad.sha256))

    report = move_files(scene.clerk)

    assert (report.sent, report.damaged) == (1, 1)
    assert scene.has_whole_file(good.sha256)
    assert not scene.has_whole_file(bad.sha256)
    row = row_of(scene.clerk, bad)
    assert (row.state, row.damaged) == (BlobState.WANTED, True)


@HARMS
def test_a_scan_damaged_here_is_asked_for_and_comes_back_whole(scene: Scene, harm: Harm) -> None:
    scan = scan_of(scene.clerk)
    registered(scene, scan)
    assert move_files(scene.clerk).sent == 1
    harm(scene.clerk.opened.files.path(scan.sha256))

    with PageRenderer() as pages:
        service = viewer(scene.clerk, pages)
        state = service.state(scan)
        if harm is deleted:
            assert not state.here
            service.want(scan)
        else:
            assert (state.here, state.wanted, state.damaged) == (False, True, True)
        assert move_files(scene.clerk).fetched == 1

        assert service.state(scan).here
    assert scene.clerk.opened.files.verify(scan.sha256)
    assert not row_of(scene.clerk, scan).damaged


def test_one_flipped_bit_is_found_wherever_it_is(scene: Scene) -> None:
    scan = scan_of(scene.clerk)
    registered(scene, scan)
    path = scene.clerk.opened.files.path(scan.sha256)
    content = path.read_bytes()
    with PageRenderer() as pages:
        for position in POSITIONS:
            flip(path, position)
            assert viewer(scene.clerk, pages).state(scan).damaged
            path.write_bytes(content)
            assert viewer(scene.clerk, pages).state(scan).here


def test_what_the_server_has_damaged_is_fetched_once_and_then_waits_for_a_person(scene: Scene) -> None:
    bad, good = scan_of(scene.clerk), scan_of(scene.clerk)
    registered(scene, bad, good)
    assert move_files(scene.clerk).sent == 2
    (kept,) = [path for path in scene.folder.rglob(bad.sha256.hex()) if "berkas" not in path.parts]
    flip(kept, SIZE // 2)

    report = move_files(scene.second)

    assert (report.fetched, report.damaged) == (1, 1)
    assert scene.second.opened.files.verify(good.sha256)
    assert not scene.second.opened.files.has(bad.sha256)
    assert (row_of(scene.second, bad).paused, row_of(scene.second, bad).damaged) == (True, True)
    assert move_files(scene.second) == TransferReport()

    flip(kept, SIZE // 2)  # the operator put the file back from a backup
    with PageRenderer() as pages:
        viewer(scene.second, pages).want(bad)
    assert move_files(scene.second).fetched == 1
    assert scene.second.opened.files.verify(bad.sha256)
