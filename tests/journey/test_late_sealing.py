"""A scan that still waits, or lies elsewhere, when its letter is sealed: it reaches its readers and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.faults import FaultCode
from core.protocol.letter_sealing import FILE_MAGIC, MAGIC_BYTES, PEOPLE_MAGIC, open_file
from desktop.services.late_sealing import LateSealing
from desktop.services.secrecy import Secrecy
from desktop.storage.blob_table import BlobState
from desktop.sync.flow import FreeFlow
from desktop.sync.server_fault import ServerFault
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

SCAN = b"%PDF-1.7 kanari-pindaian " + bytes(range(256)) * 300
REPORT = b"%PDF-1.7 kanari-laporan " + bytes(range(255, -1, -1)) * 300
CANARIES = (b"kanari-", SCAN[40:400], REPORT[40:400])


class Place:
    """An office with a server and PCs of its people."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.server: RunningServer = stack.enter_context(running_server(folder / "server"))
        stack.enter_context(cheap_passwords())
        self.office: OfficeInTest = make_office(self.server)

    def pc(self, handle: str) -> OfficePc:
        made = self._stack.enter_context(OfficePc(self._folder / handle))
        assert made.join(self.server.url, self.office.codes[handle]).outcome == "ok"
        return made

    def found(self) -> list[str]:
        """The files of the server in which a canary stands, after it has tidied up and stopped."""
        self.server.handle.leavings.clear()
        self.server.stop()
        files = [path for path in self.server.config.data.rglob("*") if path.is_file()]
        return [path.name for path in files if any(word in path.read_bytes() for word in CANARIES)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


def late(pc: OfficePc, handle: str, *changed: LetterId) -> None:
    """What the window does behind the screens after a visit that `changed` letters."""
    LateSealing(pc.opened.store, pc.seat(handle).actor, pc.clock, pc.opened.files).seal(changed or None)


def a_file(pc: OfficePc, content: bytes, name: str) -> Attachment:
    sha256, size = pc.opened.files.add_bytes(content)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=name)


def rounds(pc: OfficePc) -> None:
    """A visit that brings no file: the line was gone before the scan's turn came."""
    client = pc.client()
    assert pc.visits().visit(client, lambda: False, files=False).outcome == "ok"
    client.close()


def scan_of(pc: OfficePc) -> Attachment:
    """The one scan of the one letter at a PC."""
    (stored,) = pc.rows(IncomingLetter)
    (scan,) = stored.record.scans
    assert isinstance(scan, Attachment)
    return scan


def begins(pc: OfficePc, file: Attachment) -> bytes:
    with pc.opened.files.content(file.sha256) as content:
        return content.read(MAGIC_BYTES)


def read_by(pc: OfficePc, letter_id: LetterId, file: Attachment) -> bytes:
    """A file as the reader at a PC opens it."""
    if not pc.opened.files.has(file.sha256):
        with pc.opened.store.begin() as uow:
            uow.blobs.add(file.sha256, file.size, state=BlobState.WANTED, now_ms=1)
            uow.blobs.set_state(file.sha256, BlobState.WANTED)
        pc.sync()
    with pc.opened.store.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
        assert letter is not None
        key, rings = Secrecy(uow).required(letter), dict(uow.rings)
    with pc.opened.files.content(file.sha256) as content:
        return open_file(content.read(), key, letter_id=letter_id, rings=rings)


def test_a_scan_that_waited_while_its_letter_was_sealed_elsewhere_is_sealed_before_it_goes(place: Place) -> None:
    clerk, deputy, head = place.pc("tu"), place.pc("sekcam"), place.pc("camat")
    scan = a_file(clerk, SCAN, "kanari-nama.pdf")
    addressee = place.office.positions["camat"]
    letter = write_letter(clerk, "tu", "Pemeriksaan", scans=(scan,), addressee=addressee).letter_id
    for pc in (clerk, deputy, head):
        rounds(pc)
    deputy.seat("sekcam").letters.reclassify(letter, SecurityLevel.SECRET)
    rounds(deputy)

    refused = clerk.client()
    with clerk.opened.files.content(scan.sha256) as content, pytest.raises(ServerFault) as said:
        refused.upload(scan.sha256, scan.size, content, flow=FreeFlow())
    refused.close()
    assert said.value.code is FaultCode.SEALED, "whoever has not heard of it"
    rounds(clerk)
    with clerk.opened.store.read() as uow:
        assert [one.sha256 for one in uow.blobs.in_state(BlobState.TO_SEAL, 9)] == [scan.sha256]
    clerk.sync()
    assert place.found() == ["pesagi-server.db"], "its name alone: it was not sent as it was"
    place.server.start()
    late(clerk, "tu")
    clerk.sync()
    rounds(head)

    sealed = scan_of(head)
    assert (sealed.name, sealed.sha256 == scan.sha256) == ("", False)
    assert (read_by(head, letter, sealed), begins(head, sealed)) == (SCAN, PEOPLE_MAGIC)
    place.server.handle.continuity.call_safe(place.office.tenant)
    clerk.sync()
    clerk.restart()  # what this run took in goes with the next
    clerk.sync()
    assert not clerk.opened.files.has(scan.sha256)
    late(head, "camat", letter)
    head.sync()
    assert (read_by(head, letter, scan_of(head)), begins(head, scan_of(head))) == (SCAN, FILE_MAGIC)
    assert place.found() == []


def test_a_reader_who_has_a_file_that_the_others_lacked_seals_it_without_being_asked(place: Place) -> None:
    clerk, head, section = place.pc("tu"), place.pc("camat"), place.pc("tapem")
    addressee = place.office.positions["camat"]
    letter = write_letter(clerk, "tu", "Pemeriksaan", addressee=addressee).letter_id
    for pc in (clerk, head):
        pc.sync()
    made = head.seat("camat").dispositions.issue(order(letter, place.office.positions["tapem"]))
    for pc in (head, section):
        pc.sync()
    report = a_file(section, REPORT, "kanari-laporan.pdf")
    section.seat("tapem").dispositions.answer(made, "Selesai", files=(report,))
    for pc in (section, clerk):
        rounds(pc)
    clerk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    for pc in (clerk, section):
        rounds(pc)

    late(section, "tapem")
    for pc in (section, head):
        pc.sync()

    (stored,) = (one.record for one in head.rows(Disposition))
    assert stored.files[0].name == ""
    assert read_by(head, letter, stored.files[0]) == REPORT, "sealed as it is, it came to the server"
    assert place.found() == []


def test_where_the_seal_comes_to_nothing_the_scan_goes_as_it_was_to(place: Place) -> None:
    clerk, deputy = place.pc("tu"), place.pc("sekcam")
    scan = a_file(clerk, SCAN, "nama.pdf")
    letter = write_letter(clerk, "tu", "Pemeriksaan", scans=(scan,)).letter_id
    rounds(clerk)
    rounds(deputy)
    deputy.seat("sekcam").letters.amend(letter, {"subject": "Pemeriksaan kas"})
    rounds(deputy)
    clerk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    with clerk.opened.store.read() as uow:
        assert uow.blobs.in_state(BlobState.TO_SEND, 9) != (), "the sealed one"
        assert [one.sha256 for one in uow.blobs.in_state(BlobState.TO_SEAL, 9)] == [scan.sha256]

    clerk.sync()

    with clerk.opened.store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    assert row.state is BlobState.BOTH


def test_what_somebody_answered_while_it_was_sealed_stands_as_the_server_has_it(place: Place) -> None:
    clerk, head, section, deputy = place.pc("tu"), place.pc("camat"), place.pc("tapem"), place.pc("sekcam")
    positions = place.office.positions
    letter = write_letter(clerk, "tu", "Pemeriksaan", addressee=positions["camat"]).letter_id
    for pc in (clerk, head):
        pc.sync()
    both = order(letter, positions["tapem"], positions["sekcam"])
    made = [head.seat("camat").dispositions.issue(one) for one in (both, order(letter, positions["sekcam"]))]
    for pc in (head, section, deputy):
        pc.sync()
    section.seat("tapem").dispositions.answer(made[0], "Selesai", files=(a_file(section, REPORT, "satu.pdf"),))
    deputy.seat("sekcam").dispositions.answer(made[1], "Selesai", files=(a_file(deputy, SCAN, "dua.pdf"),))
    for pc in (section, deputy, head):
        pc.sync()
    rounds(clerk)
    clerk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    rounds(clerk)
    for pc in (head, deputy):
        rounds(pc)

    late(head, "camat", letter)  # asks for the files
    head.sync()
    late(head, "camat", letter)
    deputy.seat("sekcam").dispositions.answer(made[0], "Selesai")
    rounds(deputy)
    client = head.client()
    head.visits().wait_for_news(client, 0, lambda: False)
    client.close()
    for pc in (head, clerk):
        rounds(pc)

    assert head.settled(Disposition) == clerk.settled(Disposition)


def test_the_sealed_files_of_a_letter_go_when_it_is_opened_to_all(place: Place) -> None:
    clerk, head, section = place.pc("tu"), place.pc("camat"), place.pc("tapem")
    positions = place.office.positions
    scan = a_file(clerk, SCAN, "nama.pdf")
    letter = write_letter(clerk, "tu", "Pemeriksaan", scans=(scan,), addressee=positions["camat"]).letter_id
    for pc in (clerk, head):
        pc.sync()
    head.seat("camat").dispositions.issue(order(letter, positions["tapem"]))
    for pc in (head, section, clerk):
        pc.sync()
    clerk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    for pc in (clerk, head, section):
        pc.sync()
    sealed = scan_of(head)
    assert sealed.sha256 != scan.sha256
    assert all(pc.opened.files.has(sealed.sha256) for pc in (head, section))

    head.seat("camat").letters.reclassify(letter, SecurityLevel.OPEN)
    for pc in (head, section):
        pc.sync()

    assert not any(pc.opened.files.has(sealed.sha256) for pc in (head, section))
    opened = scan_of(section)
    assert (opened.sha256, section.opened.files.has(opened.sha256)) == (scan.sha256, True)
