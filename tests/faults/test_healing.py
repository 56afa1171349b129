"""A disk that was put back, a PC that was copied, a server from last night's copy: everything comes together again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from server.app import DATABASE_FILE
from server.services.continuity import BLOBS_COPY, DATABASE_COPY
from tests.faults.conftest import Scene
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.scan_files import left_half, pdf_bytes

NIGHT = "cadangan-malam"


def put_away(pc: OfficePc, to: Path) -> None:
    """Copy a PC's whole profile, as an image of its disk would."""
    pc.close()
    shutil.copytree(pc.folder, to)
    pc.restart()


def put_back(pc: OfficePc, kept: Path) -> None:
    pc.close()
    shutil.rmtree(pc.folder)
    shutil.copytree(kept, pc.folder)
    pc.restart()


def write(pc: OfficePc, handle: str, *subjects: str) -> None:
    for subject in subjects:
        write_letter(pc, handle, subject)


def subjects_at(pc: OfficePc) -> set[str]:
    return {letter.subject for letter, _ in pc.settled(IncomingLetter).values()}


def check_together(scene: Scene, *others: OfficePc) -> set[str]:
    """Every PC and the server hold the same letters, each number once; the answer are their subjects."""
    pcs = (scene.clerk, scene.second, *others)
    for _ in range(3):
        for pc in pcs:
            pc.sync()
    there = scene.server_letters()
    for pc in pcs:
        facts = pc.overview()
        assert (facts.waiting, facts.refused) == (0, 0), pc.tray()
        assert {row_id: letter for row_id, (letter, _) in pc.settled(IncomingLetter).items()} == there
        assert pc.verify().whole
    numbers = [(letter.agenda_year, letter.agenda_no) for letter in there.values()]
    assert len(numbers) == len(set(numbers))
    return {letter.subject for letter in there.values()}


@pytest.fixture
def copied(scene: Scene) -> Iterator[OfficePc]:
    """A copy of the clerk's PC as it was when the office was prepared."""
    put_away(scene.clerk, scene.folder / "salinan")
    pc = OfficePc(scene.folder / "salinan")
    yield pc
    pc.close()


def test_a_pc_that_was_put_back_gets_its_letters_again_and_goes_on(scene: Scene) -> None:
    write(scene.clerk, "tu", "Senin")
    scene.clerk.sync()
    put_away(scene.clerk, scene.folder / NIGHT)
    write(scene.clerk, "tu", "Selasa", "Rabu")
    scene.clerk.sync()

    put_back(scene.clerk, scene.folder / NIGHT)
    scene.clerk.sync()
    write(scene.clerk, "tu", "Kamis")

    assert check_together(scene) >= {"Senin", "Selasa", "Rabu", "Kamis"}


def test_a_pc_that_was_put_back_and_writes_before_it_syncs_loses_neither_line(scene: Scene) -> None:
    put_away(scene.clerk, scene.folder / NIGHT)
    write(scene.clerk, "tu", "Sebelum")
    scene.clerk.sync()

    put_back(scene.clerk, scene.folder / NIGHT)
    with scene.clerk.opened.store.begin() as uow:
        uow.leases.give_up()  # so that the number is not the one that the letter above bears on paper
    write(scene.clerk, "tu", "Sesudah")

    assert check_together(scene) >= {"Sebelum", "Sesudah"}


def test_what_waited_on_the_disk_that_was_put_back_is_not_taken_twice(scene: Scene) -> None:
    write(scene.clerk, "tu", "Menunggu", "Menunggu juga")
    put_away(scene.clerk, scene.folder / NIGHT)
    scene.clerk.sync()
    write(scene.clerk, "tu", "Sesudah")
    scene.clerk.sync()

    put_back(scene.clerk, scene.folder / NIGHT)

    assert sorted(check_together(scene)) == sorted({*subjects_at(scene.second), "Menunggu", "Menunggu juga", "Sesudah"})
    assert len(scene.server_letters()) == 5


def test_a_pc_and_its_copy_both_live_on(scene: Scene, copied: OfficePc) -> None:
    copied.move_server(scene.server.url)
    with copied.opened.store.begin() as uow:
        uow.leases.give_up()
    for turn in range(3):
        write(scene.clerk, "tu", f"Asli {turn}")
        write(copied, "tu", f"Salinan {turn}")
        scene.clerk.sync()
        copied.sync()

    assert check_together(scene, copied) >= {f"{who} {turn}" for who in ("Asli", "Salinan") for turn in range(3)}


@pytest.mark.parametrize("waits", [False, True])
def test_a_server_from_last_nights_copy_is_given_the_day_again(scene: Scene, *, waits: bool) -> None:
    write(scene.clerk, "tu", "Kemarin")
    scene.clerk.sync()
    scene.second.sync()
    report = scene.server.handle.continuity.back_up(scene.folder / NIGHT)
    scene.clerk.sync()
    write(scene.clerk, "tu", "Pagi", "Siang")
    path = scene.folder / "pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half("0 1 0")]))
    scan = scene.clerk.take_scan(path)
    write_letter(scene.clerk, "tu", "Dengan pindaian", scans=(scan,))
    write(scene.second, "sekcam", "Dari sekretaris")
    scene.clerk.sync()
    scene.second.sync()
    scene.clerk.sync()
    if waits:
        write(scene.clerk, "tu", "Belum terkirim")

    scene.server.stop()
    data = scene.server.config.data
    shutil.rmtree(data / "blobs")
    shutil.copytree(scene.folder / NIGHT / BLOBS_COPY, data / "blobs")
    for path in data.glob(f"{DATABASE_FILE}*"):
        path.unlink()
    shutil.copyfile(scene.folder / NIGHT / DATABASE_COPY, data / DATABASE_FILE)
    scene.server.start()
    assert "Pagi" not in {letter.subject for letter in scene.server_letters().values()}
    (region,) = scene.server.handle.continuity.put_back()

    assert report.safe_up_to[region.tenant] > 0
    sent_scan = scan.sha256
    assert not scene.has_whole_file(sent_scan)
    wanted = {"Kemarin", "Pagi", "Siang", "Dari sekretaris", *({"Belum terkirim"} if waits else set())}
    assert check_together(scene) >= wanted
    assert scene.has_whole_file(sent_scan)
    with scene.clerk.opened.store.read() as uow:
        assert uow.meta.sync().feed_epoch == region.feed_epoch
        assert not uow.meta.sync().compare


def test_a_pc_keeps_what_it_sent_until_a_backup_is_finished(scene: Scene) -> None:
    write(scene.clerk, "tu", "Disimpan")
    scene.clerk.sync()
    with scene.clerk.opened.store.read() as uow:
        kept = len(uow.outbox.kept())

    scene.server.handle.continuity.back_up(scene.folder / NIGHT)
    scene.clerk.sync()

    assert kept > 0
    with scene.clerk.opened.store.read() as uow:
        assert uow.outbox.kept() == ()
