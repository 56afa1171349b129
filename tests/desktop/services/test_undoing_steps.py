"""Many acts that are one step: an import, letters that were marked. They are undone together, or stay and are named."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.domain.dispositions import Disposition
from core.domain.errors import Refusal, RefusalCode
from core.domain.letters import IncomingLetter
from desktop.services.archives import NewRecordFile
from desktop.services.dispositions import Order
from desktop.services.importing import UNDO_MS
from desktop.services.numbers import NumberService
from desktop.services.person_service import Together
from desktop.services.replies import ReplyService
from desktop.services.undoing import UndoService
from desktop.storage.checking import chain_problems
from desktop.storage.outbox import OpState
from desktop.storage.undoing import next_sendable, sendable
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, REGISTRAR, SECTION, actor
from tests.support.desks import Desk, entry, lease
from tests.support.stores import every

HEADER = "Nomor Agenda,Tanggal Terima,Pengirim,Perihal"
UNDO_AN_ACT_MS = 10_000


class Clerk(Desk):
    def __init__(self, store: Store) -> None:
        super().__init__(store, REGISTRAR)
        self.store = store
        store.let_undo(UNDO_AN_ACT_MS)
        self.undoing = UndoService(store, actor(REGISTRAR), self.clock)

    def take_in(self, folder: Path, lines: int) -> None:
        path = folder / "agenda.csv"
        body = (f"{number},05/03/2026,Bappeda,Perihal {number}" for number in range(1, lines + 1))
        path.write_text("\n".join([HEADER, *body]), encoding="utf-8")
        assert self.importing.agenda_csv(path).added == lines

    def agendas(self) -> list[int]:
        return sorted(one.record.agenda_no for one in every(self.store, IncomingLetter))

    def waiting(self) -> int:
        with self.store.read() as uow:
            return uow.outbox.count(OpState.WAITING)

    def may_be_sent(self) -> int:
        with self.store.read() as uow:
            return len(sendable(uow, 10_000, after=0))


@pytest.fixture
def clerk(store: Store) -> Clerk:
    return Clerk(store)


def test_an_import_of_several_transactions_is_undone_as_one_step(clerk: Clerk, tmp_path: Path) -> None:
    lease(clerk.store, 2000, 2010)
    clerk.letters.register(entry())
    clerk.take_in(tmp_path, 900)
    clerk.letters.register(entry(subject="Sesudahnya"))
    assert (clerk.waiting(), clerk.may_be_sent()) == (902, 1)

    undone = clerk.undoing.undo()

    assert (undone.act, len(undone.rows), undone.stays) == ("letter.register", 900, ())
    assert clerk.agendas() == [2000, 2001]
    assert (clerk.waiting(), clerk.may_be_sent()) == (2, 2)
    with clerk.store.read() as uow:
        assert not chain_problems(uow.connection)
        assert next_sendable(uow) == uow.meta.chain().next_seq
    clerk.take_in(tmp_path, 900)  # the same file, with its columns right this time


def test_what_was_worked_on_since_stays_and_is_named(clerk: Clerk, tmp_path: Path) -> None:
    clerk.take_in(tmp_path, 5)
    third = next(one.record for one in every(clerk.store, IncomingLetter) if one.record.agenda_no == 3)
    clerk.letters.amend(third.id, {"subject": "Diperbaiki"})

    undone = clerk.undoing.undo()

    assert undone.stays == ("0003",)
    assert clerk.agendas() == [3]
    (kept,) = every(clerk.store, IncomingLetter)
    assert kept.record.subject == "Diperbaiki"
    with clerk.store.read() as uow:
        assert not chain_problems(uow.connection)


def test_an_import_goes_out_when_its_time_is_over_and_can_be_undone_no_more(clerk: Clerk, tmp_path: Path) -> None:
    clerk.take_in(tmp_path, 5)
    later = clerk.clock() + timedelta(milliseconds=UNDO_MS)
    assert UndoService(clerk.store, actor(REGISTRAR), lambda: later).end() == 0

    assert clerk.may_be_sent() == 5
    with pytest.raises(Refusal) as caught:
        clerk.undoing.undo()
    assert caught.value.code is RefusalCode.UNDO_OVER


def test_a_pile_is_filed_and_taken_out_again_as_one_step(clerk: Clerk, tmp_path: Path) -> None:
    clerk.take_in(tmp_path, 4)
    berkas = clerk.files.open(NewRecordFile(classification="000.1.5", title="Undangan"))
    pile = [one.record.id for one in every(clerk.store, IncomingLetter)]
    clerk.letters.file(pile[0], berkas)

    assert clerk.letters.file_all(pile, berkas) == Together(done=3)
    assert {one.record.record_file for one in every(clerk.store, IncomingLetter)} == {berkas}
    clerk.undoing.undo()

    filed = [one.record.id for one in every(clerk.store, IncomingLetter) if one.record.record_file is not None]
    assert filed == [pile[0]]


def test_what_the_rules_refuse_of_several_orders_is_counted_and_the_rest_is_one_step(
    clerk: Clerk, tmp_path: Path
) -> None:
    """Two of three letters are disposed in the same way; the one that was struck through stays as it is."""
    clerk.take_in(tmp_path, 3)
    first, second, struck = sorted((one.record for one in every(clerk.store, IncomingLetter)), key=_agenda)
    NumberService(clerk.store, actor(REGISTRAR), clerk.clock, os.urandom).void_letter(struck.id, "Keliru dicatat")
    head = Desk(clerk.store, HEAD)
    orders = [Order(letter_id=one.id, recipients=(SECTION,), instructions=(2,)) for one in (first, struck, second)]

    together = head.dispositions.issue_all(orders)

    assert together == Together(done=2, refused=(RefusalCode.LETTER_VOID.value,))
    assert {one.letter_id for one in _orders(clerk.store)} == {first.id, second.id}
    UndoService(clerk.store, actor(HEAD), clerk.clock).undo()
    assert _orders(clerk.store) == []
    with pytest.raises(Refusal):
        head.dispositions.issue_all([orders[1]])


def test_letters_that_wait_for_the_same_answer_are_ended_together_and_others_are_left(
    clerk: Clerk, tmp_path: Path
) -> None:
    clerk.take_in(tmp_path, 3)
    ids = [one.record.id for one in every(clerk.store, IncomingLetter)]
    replies = ReplyService(clerk.store, actor(REGISTRAR), clerk.clock)
    for one in ids[:2]:
        replies.expect(one, date(2026, 12, 1))

    together = replies.end_all(ids, reason="Cukup dihadiri")

    assert together == Together(done=2, refused=(RefusalCode.REPLY_NOT_AWAITED.value,))
    assert replies.unanswered() == ()
    clerk.undoing.undo()
    assert {one.letter for one in replies.unanswered()} == set(ids[:2])


def test_one_result_for_several_dispositions_is_one_step_and_leaves_what_was_reported(
    clerk: Clerk, tmp_path: Path
) -> None:
    clerk.take_in(tmp_path, 3)
    head, section = Desk(clerk.store, HEAD), Desk(clerk.store, SECTION)
    letters = [one.record.id for one in every(clerk.store, IncomingLetter)]
    orders = [Order(letter_id=one, recipients=(SECTION,), instructions=(2,)) for one in letters]
    reported, *rest = [head.dispositions.issue(one) for one in orders]
    section.dispositions.answer(reported, "Hadir sendiri")

    together = section.dispositions.answer_all([reported, *rest], " Sudah dikirim ")

    assert together == Together(done=2, refused=(RefusalCode.ALREADY_ANSWERED.value,))
    assert _results(clerk.store) == ["Hadir sendiri", "Sudah dikirim", "Sudah dikirim"]
    UndoService(clerk.store, actor(SECTION), clerk.clock).undo()
    assert _results(clerk.store) == ["", "", "Hadir sendiri"]


def _results(store: Store) -> list[str]:
    return sorted(one.recipients[0].result for one in _orders(store))


def _agenda(letter: IncomingLetter) -> int:
    return letter.agenda_no


def _orders(store: Store) -> list[Disposition]:
    return [one.record for one in every(store, Disposition)]
