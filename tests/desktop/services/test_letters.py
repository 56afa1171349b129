"""Registering, correcting and filing letters: saved when the method returns, or not at all."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from core.domain.errors import Refusal, RefusalCode
from core.domain.letters import IncomingLetter
from core.protocol.ops import read_op
from desktop.services.archives import NewRecordFile
from desktop.services.letters import LetterService, Registered
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState, BlobTable
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from tests.factories import ELSEWHERE, HEAD, REGISTRAR, SCAN, SECTION, letter
from tests.support.desks import Desk, entry, lease
from tests.support.stores import every, put


def agendas(store: Store) -> list[int]:
    return sorted(one.record.agenda_no for one in every(store, IncomingLetter))


def waiting(store: Store) -> int:
    with store.read() as uow:
        return uow.outbox.count(OpState.WAITING)


def test_a_registered_letter_is_saved_under_the_number_that_is_shown(store: Store) -> None:
    lease(store, 412, 420)
    desk = Desk(store, REGISTRAR)
    assert desk.letters.next_agenda() == "0412"

    registered = desk.letters.register(entry(scans=(SCAN,)))

    assert registered.agenda == "0412"
    (stored,) = every(store, IncomingLetter)
    assert (stored.record.id, stored.record.agenda_no, stored.mark) == (registered.letter_id, 412, SyncMark.WAITING)
    assert stored.record.scans == (SCAN,)
    assert desk.letters.next_agenda() == "0413"
    with store.read() as uow:
        row = uow.blobs.get(SCAN.sha256)
        assert row is not None
        assert (row.state, row.size) == (BlobState.TO_SEND, SCAN.size)


def test_without_a_number_of_its_own_the_pc_registers_provisionally(store: Store) -> None:
    desk = Desk(store, REGISTRAR)

    assert desk.letters.next_agenda() == ""
    assert desk.letters.register(entry()).agenda == ""
    assert agendas(store) == [0]


def test_blanks_around_what_was_typed_are_dropped(store: Store) -> None:
    Desk(store, REGISTRAR).letters.register(
        entry(sender=" Bappeda ", subject="\tRapat\n", letter_no=" 1 ", summary=" x ", classification=" 000.1.5. ")
    )

    (stored,) = every(store, IncomingLetter)
    texts = (stored.record.sender, stored.record.subject, stored.record.letter_no, stored.record.summary)
    assert texts == ("Bappeda", "Rapat", "1", "x")
    assert stored.record.classification == "000.1.5"


def test_a_letter_of_last_year_gets_a_number_of_last_year(store: Store) -> None:
    lease(store, 10, 20)
    lease(store, 900, 910, year=2025)

    assert Desk(store, REGISTRAR).letters.register(entry(received_on=date(2025, 12, 30))).agenda == "0900"


def test_two_letters_never_share_a_number_whoever_registers_them(store: Store) -> None:
    lease(store, 1, 12)
    found: list[Registered] = []

    def work() -> None:
        desk = Desk(store, REGISTRAR)
        found.extend(desk.letters.register(entry()) for _ in range(6))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert agendas(store) == [0] * 6 + list(range(1, 13))
    assert sorted(one.agenda for one in found) == [""] * 6 + [f"{number:04d}" for number in range(1, 13)]


def test_a_number_that_an_imported_letter_holds_is_passed_over(store: Store) -> None:
    lease(store, 412, 420)
    put(store, [letter(agenda_no=412), letter(id=bytes(16), agenda_no=413), letter(id=b"\x01" * 16, office=ELSEWHERE)])
    desk = Desk(store, REGISTRAR)

    assert desk.letters.next_agenda() == "0414"
    assert desk.letters.register(entry()).agenda == "0414"


def test_a_refused_registration_leaves_nothing_and_costs_no_number(store: Store) -> None:
    lease(store, 412, 420)
    desk = Desk(store, REGISTRAR)

    with pytest.raises(Refusal) as refused:
        desk.letters.register(entry(subject=" ", scans=(SCAN,)))

    assert refused.value.code == RefusalCode.SUBJECT_MISSING
    assert every(store, IncomingLetter) == []
    assert waiting(store) == 0
    assert desk.letters.next_agenda() == "0412"
    with store.read() as uow:
        assert uow.blobs.get(SCAN.sha256) is None


def test_a_failure_after_the_letter_was_written_takes_it_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_anything: object, **_named: object) -> None:
        raise IntegrityError("", None, Exception())

    lease(store, 412, 420)
    monkeypatch.setattr(BlobTable, "add", fail)
    desk = Desk(store, REGISTRAR)

    with pytest.raises(IntegrityError):
        desk.letters.register(entry(scans=(SCAN,)))

    assert every(store, IncomingLetter) == []
    assert waiting(store) == 0
    assert desk.letters.next_agenda() == "0412"


def test_only_the_desk_registers(store: Store) -> None:
    for position in (HEAD, SECTION):
        with pytest.raises(Refusal):
            Desk(store, position).letters.register(entry())

    assert every(store, IncomingLetter) == []


def test_a_correction_names_the_version_that_was_seen(store: Store) -> None:
    put(store, [letter()], rev=17)
    Desk(store, REGISTRAR).letters.amend(letter().id, {"subject": "Rapat", "due_on": ""})

    (stored,) = every(store, IncomingLetter)
    assert (stored.record.subject, stored.record.due_on, stored.mark) == ("Rapat", None, SyncMark.WAITING)
    with store.read() as uow:
        (op,) = uow.outbox.waiting(5)
    assert b"due_on" in op.op


def test_what_somebody_else_changed_while_the_form_was_open_is_not_overwritten_unseen(store: Store) -> None:
    put(store, [letter()], rev=17)

    Desk(store, REGISTRAR).letters.amend(letter().id, {"subject": "Rapat"}, seen=12)

    with store.read() as uow:
        (waiting,) = uow.outbox.waiting(5)
    assert read_op(waiting.op).read_act().base == {"subject": 12}


def test_only_what_differs_is_a_correction() -> None:
    wanted = {"subject": letter().subject, "sender": "Bappeda", "letter_date": "2026-03-12", "due_on": ""}

    assert LetterService.differences(letter(), wanted) == {"sender": "Bappeda", "due_on": ""}


def test_a_letter_goes_into_a_file_and_out_again(store: Store) -> None:
    put(store, [letter()])
    desk = Desk(store, REGISTRAR)
    from_desk = desk.files.open(NewRecordFile(classification="005", title="Undangan"))

    desk.letters.file(letter().id, from_desk)
    assert every(store, IncomingLetter)[0].record.record_file == from_desk
    desk.letters.file(letter().id, None)
    assert every(store, IncomingLetter)[0].record.record_file is None
    assert waiting(store) == 3
