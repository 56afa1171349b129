"""Known words of a secret letter occur nowhere but before its readers: not at the server, the hub, or another's PC."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.held_acts import HeldAct
from core.domain.ids import BlobHash
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.secrecy import is_sealed
from core.protocol.letter_sealing import open_file
from desktop.services.following_up import FollowUpService
from desktop.services.held_acts import HeldActService
from desktop.services.joining import JoiningService
from desktop.services.locksmith import STORE_KEY
from desktop.services.secrecy import Secrecy
from desktop.services.sign_in import SignInService
from desktop.services.signatures import Standing
from desktop.services.sync_center import SyncCenterService
from desktop.storage.blob_table import BlobState
from desktop.sync.rounds import OK
from desktop.system.settings import Settings, write_settings
from server.storage.engine import open_engine
from server.storage.tables import METADATA
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.hub import running_hub
from tests.support.raw_store import decrypted_pages
from tests.support.server import PASSWORD, OfficeInTest, RunningServer, make_office, running_server

SUBJECT, SUMMARY = "kanari-perihal bendahara", "kanari-ringkas selisih kas"
NOTE, RESULT = "kanari-catatan panggil", "kanari-hasil sudah dipanggil"
SCAN = b"%PDF-1.7 kanari-pindaian " + bytes(range(256)) * 300
REPORT = b"%PDF-1.7 kanari-laporan " + bytes(range(255, -1, -1)) * 300
LOST, HELD, WITHDRAWN = "kanari-kalah selisih", "kanari-ditahan sudah disita", "kanari-ditarik salah orang"
CANARIES = (b"kanari-", SCAN[40:400], REPORT[40:400])


class Place:
    """An office with a server, on SQLite a hub as well, and PCs of its people."""

    def __init__(self, folder: Path, database_url: str, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self.server: RunningServer = stack.enter_context(running_server(folder, database_url=database_url))
        self.office: OfficeInTest = make_office(self.server)
        hub = None if database_url else stack.enter_context(running_hub(folder / "hub", self.server, self.office))
        self._hub_url = "" if hub is None else hub.url
        if hub is not None:
            hub.in_touch()

    def pc(self, handle: str) -> OfficePc:
        made = self._stack.enter_context(OfficePc(self.folder / f"pc-{handle}"))
        if self._hub_url:
            write_settings(made.folder, Settings(hub=self._hub_url))
        assert made.join(self.server.url, self.office.codes[handle]).outcome == OK
        return made

    def sync(self, *pcs: OfficePc) -> None:
        """Until everybody has what the others did."""
        for _ in range(2):
            for pc in pcs:
                pc.sync()


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(tmp_path, database_url, stack)


def found_in(folder: Path) -> list[str]:
    """The files in which a canary stands in the clear."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if any(word in path.read_bytes() for word in CANARIES)]


def found_in_database(url: str) -> list[str]:
    """The tables in which a canary stands: all that a dump would hold."""
    engine = open_engine(url)
    with engine.connect() as connection:
        rows = [
            (table.name, repr(tuple(row)).encode())
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]
    engine.dispose()
    return [name for name, row in rows if b"kanari-" in row]


def held_by(pc: OfficePc) -> bytes:
    """Every letter and disposition in the store of a PC, as it lies there."""
    records: list[Any] = [one.record for kind in (IncomingLetter, Disposition) for one in pc.rows(kind)]
    with pc.opened.store.read() as uow:
        ops = [entry.op for entry in (*uow.outbox.kept(), *uow.outbox.waiting(99))]
    return b"".join([*(msgspec.msgpack.encode(record) for record in records), *ops])


def test_no_canary_of_a_secret_letter_is_found_but_before_its_readers(place: Place, database_url: str) -> None:
    camat, tapem, clerk = place.pc("camat"), place.pc("tapem"), place.pc("tu")
    place.sync(camat, tapem, clerk)
    positions = place.office.positions
    sha256, size = clerk.opened.files.add_bytes(SCAN)
    scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="kanari-nama.pdf")
    secret = write_letter(
        clerk,
        "tu",
        SUBJECT,
        summary=SUMMARY,
        security=SecurityLevel.SECRET,
        scans=(scan,),
        addressee=positions["camat"],
    )
    place.sync(clerk, camat)
    made = camat.seat("camat").dispositions.issue(order(secret.letter_id, positions["tapem"], note=NOTE))
    place.sync(camat, tapem)
    tapem.seat("tapem").dispositions.answer(made, RESULT)
    place.sync(tapem, camat, clerk)

    for pc, handle in ((camat, "camat"), (tapem, "tapem")):
        view = pc.seat(handle).register.letter(secret.letter_id)
        assert view is not None
        order_seen = view.dispositions[0].disposition
        assert (view.subject, order_seen.note, order_seen.recipients[0].result) == (SUBJECT, NOTE, RESULT)
    view = clerk.seat("tu").register.letter(secret.letter_id)
    assert view is not None
    assert (view.subject, view.dispositions, view.scan_visible) == (None, (), False)
    assert [b"kanari-" in held_by(pc) for pc in (clerk, camat, tapem)] == [False] * 3
    sealed = view.letter.scans or camat.letter(secret.letter_id).scans  # type: ignore[union-attr]
    with camat.opened.files.content(sealed[0].sha256) as content:
        assert not any(word in content.read() for word in CANARIES)

    place.server.stop()
    assert found_in(place.server.config.data) == []
    assert not database_url or found_in_database(database_url) == []
    assert not (place.folder / "hub").exists() or found_in(place.folder / "hub") == []


def a_file(pc: OfficePc, content: bytes, name: str) -> Attachment:
    """A file that a person of the PC took in."""
    sha256, size = pc.opened.files.add_bytes(content)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=name)


def settle(place: Place, *pcs: OfficePc) -> None:
    """The server's backup holds all that was done, and the PCs have heard of it."""
    place.server.handle.continuity.call_safe(place.office.tenant)
    place.sync(*pcs)


def pages_of(pc: OfficePc) -> bytes:
    """Everything in the store of a PC and its log, as its key opens it."""
    key = pc.opened.vault.get(STORE_KEY)
    assert key is not None
    return decrypted_pages(pc.opened.profile.store_path, key)


def put_away(pc: OfficePc) -> None:
    """Take the one thing off the tray that lies there."""
    centre = SyncCenterService(pc.opened.store)
    (item,) = centre.tray()
    centre.dismiss(item.id)


def accepted_result(place: Place, camat: OfficePc, held: HeldAct) -> str:
    """What the head reads of an answer that was held, once he has accepted it."""
    actor = camat.seat("camat").actor
    HeldActService(camat.opened.store, actor, camat.clock).accept(held.id)
    camat.sync()
    settle(place, camat)
    view = camat.seat("camat").register.letter(held.about[0])
    assert view is not None
    found = [one for one in view.dispositions[0].disposition.recipients if one.position == held.position]
    return found[0].result


def test_of_a_letter_that_was_made_secret_nothing_of_before_is_left_at_the_server_and_on_other_pcs(
    place: Place, database_url: str
) -> None:
    camat, sekcam, clerk, tapem = place.pc("camat"), place.pc("sekcam"), place.pc("tu"), place.pc("tapem")
    place.sync(camat, sekcam, clerk, tapem)
    positions, tenant = place.office.positions, place.office.tenant
    scan, report = a_file(clerk, SCAN, "kanari-nama.pdf"), a_file(sekcam, REPORT, "kanari-laporan.pdf")
    letter = write_letter(clerk, "tu", SUBJECT, summary=SUMMARY, scans=(scan,), addressee=positions["camat"]).letter_id
    place.sync(clerk, sekcam)
    clerk.seat("tu").letters.amend(letter, {"subject": SUBJECT + " dua"})
    sekcam.seat("sekcam").letters.amend(letter, {"subject": LOST})
    place.sync(clerk, camat, sekcam)
    made = camat.seat("camat").dispositions.issue(
        order(letter, positions["sekcam"], positions["tapem"], positions["arsip"], note=NOTE)
    )
    place.sync(camat, sekcam, tapem)
    following = FollowUpService(camat.opened.store, camat.seat("camat").actor, camat.clock)
    following.withdraw(made, [positions["arsip"]], WITHDRAWN)
    sekcam.seat("sekcam").dispositions.answer(made, RESULT, files=(report,))
    tapem.seat("tapem").dispositions.answer(made, HELD)
    place.server.admin.change_person(tenant, place.office.users["tapem"], positions=[positions["kesos"]])
    place.sync(tapem, sekcam, camat, clerk)
    (held,) = camat.rows(HeldAct)
    assert HELD.encode() in held.record.ops[0], "it was there, in each form"
    assert [LOST.encode() in pages_of(pc) for pc in (clerk, camat)] == [True] * 2
    settle(place, camat, sekcam)

    clerk.seat("tu").letters.reclassify(letter, SecurityLevel.SECRET)
    place.sync(clerk, camat, sekcam)
    settle(place, clerk, camat, sekcam)

    view = camat.seat("camat").register.letter(letter)
    assert view is not None
    seen = view.dispositions[0]
    assert (view.subject, seen.disposition.note) == (SUBJECT + " dua", NOTE)
    answered, tapem_held, withdrawn = seen.disposition.recipients
    assert (answered.result, withdrawn.withdrawn_reason) == (RESULT, WITHDRAWN)
    assert (answered.files[0].name, view.not_let_in) == (report.name, 1), "the clerk did not have it: it is offered"
    for _ in range(2):  # the first asks for the file
        camat.seat("camat").letters.seal(letter)
        place.sync(camat, sekcam)
    put_away(sekcam)  # whose value lost has seen it
    settle(place, clerk, camat, sekcam)
    assert [one.record.files[0].name for one in camat.rows(Disposition)] == [""]
    assert (seen.signature.standing, tapem_held.answered_at) == (Standing.VALID, None)
    assert [b"kanari-" in pages_of(pc) for pc in (camat, sekcam)] == [False] * 2
    assert b"kanari-" not in held_by(clerk)
    assert not camat.opened.files.has(scan.sha256)

    result = accepted_result(place, camat, held.record)
    place.sync(camat, sekcam)
    assert result == HELD, "a superior opens and performs what was held"
    assert [b"kanari-" in pages_of(pc) for pc in (camat, sekcam)] == [False] * 2

    place.server.handle.leavings.clear()
    check = place.server.handle.verifying.verify(tenant)
    assert (check.whole, check.problems, check.audit.sealed) == (True, (), 8)
    place.server.stop()
    assert found_in(place.server.config.data) == []
    assert not database_url or found_in_database(database_url) == []


def test_what_was_ordered_on_a_line_of_a_secret_letter_is_read_with_the_letter(place: Place) -> None:
    camat, clerk, tapem = place.pc("camat"), place.pc("tu"), place.pc("tapem")
    first, second = (write_letter(clerk, "tu", SUBJECT).letter_id for _ in range(2))
    place.sync(clerk, camat, tapem)
    JoiningService(clerk.opened.store, clerk.seat("tu").actor, clerk.clock, os.urandom).merge(first, second)
    # The head has not heard of it.
    camat.seat("camat").dispositions.issue(order(second, place.office.positions["tapem"], note=NOTE))
    place.sync(clerk, camat, tapem)
    clerk.seat("tu").letters.reclassify(first, SecurityLevel.SECRET)
    place.sync(clerk, camat, tapem)
    settle(place, clerk, camat, tapem)

    view = camat.seat("camat").register.letter(first)
    assert view is not None
    assert [one.disposition.note for one in view.dispositions] == [NOTE]
    (mine,) = tapem.seat("tapem").dispositions.for_me()
    assert mine.letter is not None
    assert tapem.seat("tapem").register.letter(mine.letter.id) is not None
    (mine,) = tapem.seat("tapem").dispositions.for_me()
    assert mine.disposition.note == NOTE
    assert all(is_sealed(one.record.note) for one in tapem.rows(Disposition))
    lines = [one.record for one in camat.rows(IncomingLetter)]
    assert [(one.is_secret, is_sealed(one.subject)) for one in lines] == [(True, True)] * 2

    camat.seat("camat").letters.reclassify(first, SecurityLevel.OPEN)
    place.sync(camat, clerk, tapem)

    for pc in (camat, clerk):
        assert {(one.record.security, one.record.subject, one.record.keys) for one in pc.rows(IncomingLetter)} == {
            (SecurityLevel.OPEN, SUBJECT, ())
        }
    assert [one.record.note for one in tapem.rows(Disposition)] == [NOTE]


def test_who_reads_a_letter_but_not_a_line_that_was_merged_into_it_lets_others_in_all_the_same(place: Place) -> None:
    camat, clerk, tapem = place.pc("camat"), place.pc("tu"), place.pc("tapem")
    first, second = (write_letter(clerk, "tu", SUBJECT).letter_id for _ in range(2))
    place.sync(clerk, camat, tapem)
    JoiningService(clerk.opened.store, clerk.seat("tu").actor, clerk.clock, os.urandom).merge(first, second)
    clerk.seat("tu").letters.reclassify(first, SecurityLevel.SECRET)
    # Given before the head heard of the seal: in the clear, and nobody is let into the line by it.
    camat.seat("camat").dispositions.issue(order(second, place.office.positions["tapem"], note=NOTE))
    place.sync(clerk, camat)
    camat.seat("camat").dispositions.issue(order(first, place.office.positions["tapem"], note=NOTE))
    place.sync(camat, tapem)

    tapem.seat("tapem").letters.let_in(first)

    (letter,) = (one.record for one in tapem.rows(IncomingLetter) if one.record.id == first)
    assert place.office.users["tapem"] in {one.user for one in letter.keys}
    assert place.office.users["tapem"] not in {
        key.user for one in tapem.rows(IncomingLetter) if one.record.id == second for key in one.record.keys
    }


def test_a_file_on_a_secret_disposition_opens_for_its_readers_alone(place: Place, database_url: str) -> None:
    camat, tapem, clerk = place.pc("camat"), place.pc("tapem"), place.pc("tu")
    place.sync(camat, tapem, clerk)
    sheet, report = a_file(camat, SCAN, "kanari-lembar.pdf"), a_file(tapem, REPORT, "kanari-laporan.pdf")
    secret = write_letter(
        clerk, "tu", SUBJECT, security=SecurityLevel.SECRET, addressee=place.office.positions["camat"]
    ).letter_id
    place.sync(clerk, camat)
    made = camat.seat("camat").dispositions.issue(order(secret, place.office.positions["tapem"], sheets=(sheet,)))
    place.sync(camat, tapem)
    tapem.seat("tapem").dispositions.answer(made, RESULT, files=(report,))
    place.sync(tapem, camat)

    (stored,) = (one.record for one in camat.rows(Disposition))
    for file, content in zip(stored.files, (SCAN, REPORT), strict=True):
        assert file.name == ""
        with camat.opened.store.begin() as uow:
            uow.blobs.add(file.sha256, file.size, state=BlobState.WANTED, now_ms=1)
        camat.sync()
        with camat.opened.files.content(file.sha256) as reader:
            sealed = reader.read()
        with camat.opened.store.read() as uow:
            key = Secrecy(uow).required(uow.get(IncomingLetter, secret))  # type: ignore[arg-type]  # it is there
        assert (content in sealed, open_file(sealed, key, letter_id=secret)) == (False, content)
    place.server.stop()
    assert found_in(place.server.config.data) == []
    assert not database_url or found_in_database(database_url) == []


@pytest.mark.parametrize("database_url", [""])  # it happens on the PC, whatever database the server has
def test_a_person_who_is_not_signed_in_opens_nothing_on_a_shared_pc(place: Place) -> None:
    shared = place.pc("camat")
    assert shared.join(place.server.url, place.office.codes["tu"]).outcome == OK
    secret = write_letter(
        shared, "tu", SUBJECT, security=SecurityLevel.SECRET, addressee=place.office.positions["camat"]
    )
    opened = shared.opened
    opened.store.forget_rings()
    SignInService(opened.store, opened.locksmith).sign_in(place.office.users["tu"], PASSWORD)

    view = shared.seat("camat", signs_in=False).register.letter(secret.letter_id)

    assert view is not None
    assert view.subject is None, "not even by the head's own services"
    SignInService(opened.store, opened.locksmith).sign_in(place.office.users["camat"], PASSWORD)
    view = shared.seat("camat").register.letter(secret.letter_id)
    assert view is not None
    assert view.subject == SUBJECT
