"""When a right ends, nothing remains at the PC: not in free pages, not in the log, not in the index, not as a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import text

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter
from desktop.services.archives import NewRecordFile
from desktop.services.locksmith import STORE_KEY
from desktop.services.scan_texts import ScanTextService, Step
from desktop.services.upkeep import UpkeepService
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync import engine
from desktop.sync.engine import SyncEngine
from desktop.sync.enrolment import device_keys
from desktop.system.faults import EnvironmentFault, FaultOf
from server.app import wall_clock_ms
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.raw_store import decrypted_pages

# The end of every secret word; the index stores a word by what differs from the one before it.
CANARY = b"kenari"
FIELDS = ("letter_no", "sender", "subject", "summary")


def canary() -> str:
    """A word that stands nowhere else and says that it should not be here."""
    return os.urandom(5).hex() + CANARY.decode()


def scan_for(pc: OfficePc) -> Attachment:
    """A file whose content gives it away."""
    sha256, size = pc.opened.files.add_bytes(os.urandom(2_000) + CANARY * 40_000)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=canary())


def in_store(pc: OfficePc) -> int:
    """How often a secret word lies in the pages of the store and its log."""
    key = pc.opened.vault.get(STORE_KEY)
    assert key is not None
    return decrypted_pages(pc.opened.profile.store_path, key).lower().count(CANARY)


def in_files(pc: OfficePc) -> list[Path]:
    """The scans on the disk, which are sealed, and whatever else a secret word may be read in."""
    files = [path for path in pc.folder.rglob("*") if path.is_file()]
    return [path for path in files if "berkas" in path.parts or CANARY in path.read_bytes()]


def write_secret_words(desk: OfficePc, kantor: Kantor) -> list[LetterId]:
    """Letters to the head, with a secret word in every text of each, and a scan; one lies in a record file."""
    made: list[LetterId] = []
    for number in range(30):
        words = {field: canary() for field in FIELDS}
        subject = words.pop("subject")
        scans = (scan_for(desk),) if number < 3 else ()
        addressee = kantor.office.positions["camat"]
        letter = write_letter(desk, "tu", subject, addressee=addressee, scans=scans, **words)
        made.append(letter.letter_id)
    berkas = desk.seat("tu").files.open(NewRecordFile(classification="000.7.1.4", title=canary(), location=canary()))
    desk.seat("tu").letters.file(made[0], berkas)
    desk.sync()
    return made


def move_head_elsewhere(kantor: Kantor) -> None:
    """The head becomes the head of a section: what the register holds, and his inbox, are his no more."""
    chairs = kantor.office.positions
    kantor.server.admin.change_person(kantor.office.tenant, kantor.office.users["camat"], positions=[chairs["kesos"]])


class Canaries:
    """What is read of every page: a secret word."""

    def read(self, _source: Callable[[], BinaryIO], *, page: int) -> str:
        return f"{canary()} {page}"


def read_scans(pc: OfficePc) -> int:
    """Read the texts of all scans at a PC as its background does; how many pages."""
    service = ScanTextService(pc.opened.store, pc.opened.files, Canaries(), pc.folder)
    service.line_up(lambda: False)
    return sum(1 for _ in iter(service.read_next, Step.NOTHING_LEFT))


def texts_in(pc: OfficePc) -> tuple[int, int]:
    """How many texts of scans a PC has, and for how many letters they are searched."""
    with pc.opened.store.read() as uow:
        texts = uow.connection.execute(text("SELECT count(*) FROM scan_text")).scalar_one()
        return texts, uow.connection.execute(text("SELECT count(*) FROM scan_search_docsize")).scalar_one()


@pytest.fixture
def head(kantor: Kantor) -> OfficePc:
    """The head's PC, full of words that it will have to forget, with answers and notes among them."""
    desk, pc = kantor.pc("tu"), kantor.pc("camat")
    letters = write_secret_words(desk, kantor)
    pc.sync()
    assert len(pc.rows(IncomingLetter)) == len(letters)
    assert read_scans(pc) == 3
    return pc


def test_nothing_of_what_a_pc_may_no_longer_hold_remains_on_its_disk(kantor: Kantor, head: OfficePc) -> None:
    assert in_store(head) > 100
    assert len(in_files(head)) == 3
    assert texts_in(head) == (3, 3)
    words = [one.record.subject for one in head.rows(IncomingLetter)]
    copy = head.opened.profile.store_path.with_name("pesagi-sebelum-20260101-000000.db")
    copy.write_bytes(b"as an upgrade left it")

    move_head_elsewhere(kantor)
    head.sync()

    assert head.rows(IncomingLetter) == []
    assert in_store(head) == 0
    assert texts_in(head) == (0, 0)
    assert in_files(head) == []
    assert not copy.exists()
    with head.opened.store.read() as uow:
        for word in words:
            found = uow.connection.execute(text("SELECT count(*) FROM letter_search(:word)"), {"word": word})
            assert found.scalar() == 0
        assert uow.connection.execute(text("SELECT count(*) FROM letter_search_docsize")).scalar() == 0
    assert head.verify().whole


def test_what_a_stop_between_left_to_erase_is_erased_at_the_next_start(
    kantor: Kantor, head: OfficePc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_store: Store, _files: BlobFiles, _stopped: Callable[[], bool]) -> bool:
        raise InterruptedError

    monkeypatch.setattr(engine, "finish_erasing", stop)
    move_head_elsewhere(kantor)
    with pytest.raises(InterruptedError):
        head.visit()
    monkeypatch.undo()
    assert len(in_files(head)) == 3

    head.restart()
    UpkeepService(head.opened.store, head.opened.files).clear_files()

    assert in_store(head) == 0
    assert in_files(head) == []


def test_a_file_that_another_letter_here_refers_to_stays(kantor: Kantor) -> None:
    desk, pc = kantor.pc("tu"), kantor.pc("camat")
    chairs = kantor.office.positions
    scan = scan_for(desk)
    write_letter(desk, "tu", "Untuk camat", addressee=chairs["camat"], scans=(scan,))
    write_letter(desk, "tu", "Untuk kasi", addressee=chairs["kesos"], scans=(scan,))
    desk.sync()
    pc.sync()

    move_head_elsewhere(kantor)
    pc.sync()

    assert [one.record.subject for one in pc.rows(IncomingLetter)] == ["Untuk kasi"]
    assert pc.opened.files.verify(scan.sha256)


def test_own_work_that_waits_is_judged_and_shown_before_its_letter_goes(kantor: Kantor, head: OfficePc) -> None:
    letter = head.rows(IncomingLetter)[0].record
    sheet = order(letter.id, kantor.office.positions["kesos"], note="Segera selesaikan")
    head.seat("camat").dispositions.issue(sheet)

    move_head_elsewhere(kantor)
    head.sync()

    assert len(head.tray()) == 1, "the refusal is shown"
    assert head.rows(IncomingLetter) == []
    assert in_store(head) == 0


def lost_reply(pc: OfficePc) -> None:
    """The server takes what is sent, and the line breaks before its answer is stored."""
    client = pc.client()

    def broken(point: str) -> None:
        if point == "control-received":
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")

    keys = device_keys(pc.opened.vault)
    rounds = SyncEngine(pc.opened.store, pc.opened.files, keys, wall_clock_ms, today=pc.today, step=broken)
    with pytest.raises(EnvironmentFault):
        rounds.run_round(client, lambda: False)
    client.close()


def lose_against(desk: OfficePc, pc: OfficePc, *, handle: str) -> tuple[LetterId, str]:
    """Correct a letter after the clerk did, without having seen it; the letter, and what the clerk wrote."""
    letter_id, secret = write_letter(desk, "tu", "Undangan").letter_id, canary()
    desk.sync()
    pc.sync()
    desk.seat("tu").letters.amend(letter_id, {"subject": secret})
    desk.sync()
    pc.seat(handle).letters.amend(letter_id, {"subject": "Isian saya"})
    return letter_id, secret


def move_secretary_elsewhere(kantor: Kantor) -> None:
    chairs = kantor.office.positions
    kantor.server.admin.change_person(kantor.office.tenant, kantor.office.users["sekcam"], positions=[chairs["kesos"]])


def test_of_a_value_that_lost_only_the_own_one_stays_when_the_right_to_its_letter_ends(kantor: Kantor) -> None:
    desk, pc = kantor.pc("tu"), kantor.pc("sekcam")
    letter_id, secret = lose_against(desk, pc, handle="sekcam")
    pc.sync()
    assert [(one.conflicts[0].stands, one.withheld) for one in pc.tray()] == [(secret, False)]

    move_secretary_elsewhere(kantor)
    pc.sync()

    (item,) = pc.tray()
    assert pc.letter(letter_id) is None
    assert [(one.field, one.stands, one.wanted) for one in item.conflicts] == [("subject", "", "Isian saya")]
    assert item.withheld
    assert in_store(pc) == 0


def test_an_answer_that_comes_after_the_right_had_ended_leaves_no_value_of_others(kantor: Kantor) -> None:
    desk, pc = kantor.pc("tu"), kantor.pc("sekcam")
    lose_against(desk, pc, handle="sekcam")
    lost_reply(pc)

    move_secretary_elsewhere(kantor)
    pc.sync()

    (item,) = pc.tray()
    assert [(one.stands, one.wanted) for one in item.conflicts] == [("", "Isian saya")]
    assert in_store(pc) == 0


def test_a_scan_that_was_not_sent_yet_is_sent_before_it_goes(kantor: Kantor) -> None:
    desk, office = kantor.pc("tu"), kantor.office
    scan = scan_for(desk)
    write_letter(desk, "tu", "Sebelum pindah", scans=(scan,))
    with desk.opened.store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.TO_SEND, now_ms=1)
    client = desk.client()
    keys = device_keys(desk.opened.vault)
    rounds = SyncEngine(desk.opened.store, desk.opened.files, keys, wall_clock_ms, today=desk.today)
    rounds.run_round(client, lambda: False)  # the op, and not the file
    client.close()

    kantor.server.admin.change_person(office.tenant, office.users["tu"], positions=[office.positions["kesos"]])
    desk.sync()

    assert desk.rows(IncomingLetter) == []
    row = kantor.server.handle.database.read(lambda unit: unit.of(office.tenant).blobs.get(scan.sha256))
    assert row is not None
    assert row.completed_ms is not None
    assert desk.opened.files.verify(scan.sha256), "the server may still lose the letter: this PC would send it again"
