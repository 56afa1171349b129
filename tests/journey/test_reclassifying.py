"""A letter changes its sifat: at the PC of who does it at once, then everywhere, and gone where nobody may hold it."""

from __future__ import annotations

import os

import msgspec
import pytest

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.storage.blob_table import BlobState
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.journey.test_erasing import FIELDS, canary, in_files, in_store, read_scans, scan_for, texts_in

OPEN, RESTRICTED, SECRET, TOP_SECRET = SecurityLevel


@pytest.fixture
def database_url() -> str:
    """SQLite: what the databases do is shown by the tests of the server."""
    return ""


def scan_with_picture(pc: OfficePc) -> Attachment:
    sha256, size = pc.opened.files.add_bytes(os.urandom(5_000))
    return msgspec.structs.replace(scan_for(pc), thumbnail=BlobHash(sha256), thumbnail_size=size)


def open_scan(pc: OfficePc, scan: Attachment) -> None:
    """As when somebody opens the letter: scan and small picture are fetched with the next visit."""
    with pc.opened.store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=1)
        uow.blobs.add(scan.thumbnail, scan.thumbnail_size, state=BlobState.WANTED, now_ms=1)
    pc.sync()


def levels(pc: OfficePc) -> list[SecurityLevel]:
    return [one.record.security for struct in (IncomingLetter, Disposition) for one in pc.rows(struct)]


def test_a_letter_made_secret_leaves_the_pc_that_may_not_hold_it_and_comes_back(kantor: Kantor) -> None:
    desk, head, archive = kantor.pc("tu"), kantor.pc("camat"), kantor.pc("arsip")
    chairs, words = kantor.office.positions, {field: canary() for field in FIELDS}
    scan = scan_with_picture(desk)
    letter = write_letter(desk, "tu", words.pop("subject"), addressee=chairs["camat"], scans=(scan,), **words).letter_id
    desk.sync()
    head.sync()
    head.seat("camat").dispositions.issue(order(letter, chairs["kesos"], note=canary()))
    for pc in (head, desk, archive):
        pc.sync()
    open_scan(archive, scan)
    assert all(pc.opened.files.has(scan.thumbnail) for pc in (head, archive))
    assert (levels(archive), in_store(archive) > 0, len(in_files(archive))) == ([OPEN, OPEN], True, 2)
    assert (read_scans(desk), read_scans(archive)) == (1, 1)

    desk.seat("tu").letters.reclassify(letter, SECRET)
    assert levels(desk) == [SECRET, SECRET], "at once"
    assert texts_in(desk) == (0, 0), "what was read of its scan goes with the same act"
    head.seat("camat").dispositions.issue(order(letter, chairs["pmp"], note=canary()))
    for pc in (desk, head, archive, desk):
        pc.sync()

    assert levels(head) == levels(desk) == [SECRET, SECRET, SECRET]
    for struct in (IncomingLetter, Disposition):
        assert head.settled(struct) == desk.settled(struct)
    assert not head.opened.files.has(scan.thumbnail), "no small picture of what is secret"
    assert (levels(archive), in_store(archive), in_files(archive)) == ([], 0, [])
    assert (texts_in(archive), read_scans(desk), read_scans(head)) == ((0, 0), 0, 0)
    assert not archive.opened.files.has(scan.thumbnail)

    head.seat("camat").letters.reclassify(letter, RESTRICTED)
    head.sync()
    archive.sync()
    assert levels(archive) == [RESTRICTED, RESTRICTED, RESTRICTED]


def test_a_lowering_that_is_refused_comes_back_and_is_told(kantor: Kantor) -> None:
    desk, head = kantor.pc("tu"), kantor.pc("camat")
    letter = write_letter(desk, "tu", "Mutasi", addressee=kantor.office.positions["camat"]).letter_id
    desk.seat("tu").letters.reclassify(letter, SECRET)
    desk.sync()
    head.sync()
    desk.seat("tu").letters.reclassify(letter, TOP_SECRET)
    desk.sync()

    head.seat("camat").letters.reclassify(letter, OPEN)
    assert levels(head) == [OPEN]
    head.sync()

    assert levels(head) == [TOP_SECRET]
    assert [item.code for item in head.tray()] == ["security_changed"]
