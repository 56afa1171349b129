"""Work of a person whose position was given to somebody else meanwhile, between real PCs and the real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.held_acts import HeldAct
from core.domain.letters import IncomingLetter
from core.protocol.faults import FaultCode
from desktop.services.held_acts import HeldActService
from desktop.storage.blob_table import BlobState
from desktop.storage.outbox import OpState
from tests.journey.conftest import Kantor
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.scan_files import left_half, pdf_bytes


def scanned(folder: Path) -> Path:
    """A page on the scanner's folder."""
    path = folder / "undangan.pdf"
    path.write_bytes(pdf_bytes([left_half("1 0 0")]))
    return path


def decisions(pc: OfficePc, handle: str) -> HeldActService:
    return HeldActService(pc.opened.store, pc.seat(handle).actor, pc.clock)


def states(pc: OfficePc) -> list[tuple[OpState, str, str]]:
    return [(one.state, one.decided_by, one.reason) for one in pc.tray()]


def move(kantor: Kantor, handle: str, *, to: str) -> None:
    """Give the person another position of the office."""
    office = kantor.office
    kantor.server.admin.change_person(office.tenant, office.users[handle], positions=[office.positions[to]])


def test_a_letter_of_a_clerk_who_was_moved_is_accepted_by_the_secretary_with_its_number_and_its_scan(
    kantor: Kantor, tmp_path: Path
) -> None:
    clerk, secretary = kantor.pc("tu"), kantor.pc("sekcam")
    clerk.sync()
    secretary.sync()
    scan = clerk.take_scan(scanned(tmp_path))
    registered = write_letter(clerk, "tu", "Undangan musrenbang", scans=(scan,))
    move(kantor, "tu", to="arsip")

    clerk.sync()
    secretary.sync()
    assert states(clerk) == [(OpState.HELD, "", "")]
    assert clerk.letter(registered.letter_id) is None
    (item,) = decisions(secretary, "sekcam").waiting()
    assert (item.about, item.position, item.scans) == ("Undangan musrenbang", "Petugas Tata Usaha", 1)
    assert item.numbers == (registered.agenda,)
    decisions(secretary, "sekcam").accept(item.id)
    secretary.sync()
    clerk.sync()

    assert states(clerk) == [(OpState.HELD_ACCEPTED, "Sekretaris Kecamatan", "")]
    letter = secretary.letter(registered.letter_id)
    assert letter is not None
    assert f"{letter.agenda_no:04d}" == registered.agenda
    assert clerk.letter(registered.letter_id) == letter  # the archivist reads the register
    with secretary.opened.store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=1)
    secretary.sync()
    assert secretary.opened.files.verify(scan.sha256)
    assert decisions(secretary, "sekcam").waiting() == ()
    assert clerk.verify().problems == ()


def test_a_rejection_reaches_its_author_with_the_reason_and_leaves_no_letter(kantor: Kantor) -> None:
    clerk, secretary, head = kantor.pc("tu"), kantor.pc("sekcam"), kantor.pc("camat")
    for pc in (clerk, secretary, head):
        pc.sync()
    write_letter(clerk, "tu", "Undangan musrenbang")
    move(kantor, "tu", to="arsip")
    clerk.sync()
    for pc in (secretary, head):
        pc.sync()

    (item,) = decisions(head, "camat").waiting()
    decisions(head, "camat").reject(item.id, "Sudah dicatat penggantinya")
    for pc in (head, secretary, clerk):
        pc.sync()

    assert states(clerk) == [(OpState.HELD_REJECTED, "Camat", "Sudah dicatat penggantinya")]
    assert [pc.settled(IncomingLetter) for pc in (clerk, secretary, head)] == [{}, {}, {}]
    assert decisions(secretary, "sekcam").waiting() == ()
    assert clerk.rows(HeldAct) == []


def test_who_was_shut_out_keeps_the_work_and_learns_of_the_decision_when_let_in_again(kantor: Kantor) -> None:
    clerk, secretary = kantor.pc("tu"), kantor.pc("sekcam")
    clerk.sync()
    secretary.sync()
    registered = write_letter(clerk, "tu", "Undangan musrenbang")
    office = kantor.office
    kantor.server.admin.change_person(office.tenant, office.users["tu"], active=False)

    for _ in range(2):
        assert clerk.visit().outcome == FaultCode.SIGNED_OUT
    assert clerk.overview().waiting == 1
    assert clerk.letter(registered.letter_id) is not None
    secretary.sync()
    (item,) = decisions(secretary, "sekcam").waiting()
    decisions(secretary, "sekcam").accept(item.id)
    secretary.sync()
    kantor.server.admin.change_person(office.tenant, office.users["tu"], active=True)
    clerk.sync()

    assert clerk.overview().waiting == 0
    assert states(clerk) == [(OpState.HELD_ACCEPTED, "Sekretaris Kecamatan", "")]
    assert clerk.letter(registered.letter_id) == secretary.letter(registered.letter_id)


@pytest.mark.parametrize("decide", ["accept", "reject"])
def test_a_decision_made_offline_over_what_another_decided_first_is_told(kantor: Kantor, decide: str) -> None:
    clerk, secretary, head = kantor.pc("tu"), kantor.pc("sekcam"), kantor.pc("camat")
    for pc in (clerk, secretary, head):
        pc.sync()
    write_letter(clerk, "tu", "Undangan musrenbang")
    move(kantor, "tu", to="arsip")
    clerk.sync()
    for pc, handle in ((secretary, "sekcam"), (head, "camat")):
        pc.sync()
        (item,) = decisions(pc, handle).waiting()
        if decide == "accept" and handle == "camat":
            decisions(pc, handle).accept(item.id)
        else:
            decisions(pc, handle).reject(item.id, "Ganda")

    secretary.sync()
    head.sync()
    head.sync()

    assert secretary.tray() == ()
    assert [one.code for one in head.tray()] == ["already_decided"]
    assert head.settled(IncomingLetter) == {}
    assert head.settled(HeldAct) == secretary.settled(HeldAct)
