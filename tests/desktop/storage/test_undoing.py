"""Undoing the last act before it is sent: as if it had never been, and never when it may have been sent."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DispositionId, LetterId
from core.domain.letters import IncomingLetter, LetterStatus
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import GENESIS, chain, follows, read_op
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.clock import millis
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterService
from desktop.services.undoing import UndoService
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import chain_problems
from desktop.storage.healing import Healing
from desktop.storage.opening import open_store
from desktop.storage.proving import entry_problems, mark_problems
from desktop.storage.settling import settle_ops
from desktop.sync.engine import SyncEngine
from desktop.sync.signing import DeviceKeys
from tests.factories import HEAD, NOW, SECRETARY, SECTION, TODAY, actor, letter
from tests.support.stores import KEY, office_store, put

UNDO_MS = 10_000


class Pc:
    """A PC on which several people work, with a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "pesagi.db"
        self.store = office_store(self.path, users=(HEAD, SECRETARY, SECTION))
        self.store.let_undo(UNDO_MS)
        self.now = NOW
        self.letters = [LetterId(bytes([number]) * 16) for number in range(1, 7)]
        put(self.store, [letter(id=one) for one in self.letters])
        self.engine = SyncEngine(
            self.store,
            BlobFiles(folder / "berkas", KEY),
            DeviceKeys(bytes(32), bytes(32)),
            lambda: millis(self.now),
            today=lambda: TODAY,
        )

    def clock(self) -> datetime:
        return self.now

    def sheets(self, position: Any = HEAD) -> DispositionService:
        return DispositionService(self.store, actor(position), self.clock, os.urandom)

    def undoing(self, position: Any = HEAD) -> UndoService:
        return UndoService(self.store, actor(position), self.clock)

    def issue(self, place: int = 0, to: Any = SECTION) -> DispositionId:
        return self.sheets().issue(Order(letter_id=self.letters[place], recipients=(to,), instructions=(1,)))

    def sent(self) -> list[bytes]:
        """What a visit to the server would carry now."""
        return list(self.engine.make_request(push=True)[0].ops)

    def ops(self) -> list[bytes]:
        with self.store.read() as uow:
            return [one.op for one in uow.outbox.waiting(1000)]

    def state(self) -> dict[str, list[Any]]:
        """Everything that people see, and everything that is to be sent."""
        tables = ("letter", "disposition", "disposition_recipient", "record_file", "outbox", "touch", "shadow")
        with self.store.read() as uow:
            found = {one: list(uow.connection.exec_driver_sql(f"SELECT * FROM {one}")) for one in tables}  # noqa: S608  # the names stand above
            return found | {"chain": [uow.meta.chain()], "undo": [uow.meta.undo()]}

    def check_whole(self) -> None:
        """What Periksa data looks at."""
        with self.store.read() as uow:
            found = (*chain_problems(uow.connection), *mark_problems(uow.connection), *entry_problems(uow))
        assert found == ()

    def restart(self) -> None:
        self.store.close()
        self.store = open_store(self.path, KEY, self.now)
        self.store.let_undo(UNDO_MS)
        self.engine = SyncEngine(
            self.store,
            BlobFiles(self.path.parent / "berkas", KEY),
            DeviceKeys(bytes(32), bytes(32)),
            lambda: millis(self.now),
            today=lambda: TODAY,
        )


@pytest.fixture
def pc(tmp_path: Path) -> Iterator[Pc]:
    made = Pc(tmp_path)
    yield made
    made.store.close()


def check_chain(ops: list[bytes]) -> None:
    """Every number once, each op behind the one before."""
    head = GENESIS
    for number, data in enumerate(ops, start=1):
        op = read_op(data)
        assert (op.seq, follows(op, head)) == (number, True)
        head = chain(head, data)


def test_what_was_undone_leaves_nothing_behind(pc: Pc) -> None:
    pc.issue(1)
    before = pc.state()
    pc.issue()

    undone = pc.undoing().undo()

    assert undone.act == "disposition.issue"
    assert {**pc.state(), "undo": []} == {**before, "undo": []}
    assert pc.sent() == pc.ops()


def test_an_act_is_durable_at_once_and_sent_after_the_time_to_undo_it(pc: Pc) -> None:
    pc.issue()
    assert pc.sent() == []

    pc.restart()
    assert len(pc.ops()) == 1, "a power cut loses nothing"
    pc.now += timedelta(milliseconds=UNDO_MS)
    assert pc.sent() == pc.ops()
    with pytest.raises(Refusal) as refused:
        pc.undoing().undo()
    assert refused.value.code == RefusalCode.UNDO_OVER


def test_who_comes_to_end_it_too_early_is_told_when_to_come_again(pc: Pc) -> None:
    pc.issue()
    pc.now += timedelta(milliseconds=UNDO_MS - 400)
    assert pc.undoing().end() == 400

    pc.now += timedelta(milliseconds=400)
    assert pc.undoing().end() == 0
    assert len(pc.sent()) == 1


def test_what_was_read_for_sending_cannot_be_undone_though_the_clock_is_set_back(pc: Pc) -> None:
    pc.issue()
    pc.now += timedelta(milliseconds=UNDO_MS)
    assert len(pc.sent()) == 1

    pc.now -= timedelta(seconds=9)
    assert pc.undoing().offered() is None
    with pytest.raises(Refusal):
        pc.undoing().undo()
    assert len(pc.sent()) == 1


def test_a_clock_that_was_set_back_holds_nothing_back(pc: Pc) -> None:
    pc.issue()
    pc.now -= timedelta(days=2)

    assert len(pc.sent()) == 1


def test_only_the_last_act_is_held_back(pc: Pc) -> None:
    pc.issue(0)
    pc.issue(1)

    assert pc.sent() == pc.ops()[:1]
    assert pc.engine.make_request(push=True)[0].next_seq == 2, "the server never hears of a number that may go"
    pc.undoing().undo()
    assert pc.sent() == pc.ops()


def test_acts_that_came_after_it_close_up_behind_what_was_undone(pc: Pc) -> None:
    given = pc.issue(0)
    pc.issue(1)
    pc.sheets(SECTION).read(given)  # as the program does by itself
    assert len(pc.ops()) == 3

    pc.undoing().undo()

    check_chain(pc.ops())
    assert [read_op(one).act for one in pc.ops()] == [5, 6]
    pc.issue(2)
    check_chain(pc.ops())
    pc.check_whole()


def test_what_others_built_on_is_not_undone(pc: Pc) -> None:
    given = pc.issue()
    pc.sheets(SECTION).read(given)
    before = pc.state()

    with pytest.raises(Refusal) as refused:
        pc.undoing().undo()

    assert refused.value.code == RefusalCode.UNDO_ENTANGLED
    assert pc.state() == before


def test_nobody_undoes_what_another_did(pc: Pc) -> None:
    pc.issue()

    assert pc.undoing(SECTION).offered() is None
    with pytest.raises(Refusal):
        pc.undoing(SECTION).undo()


def test_a_letter_that_was_registered_here_stays_when_its_disposition_is_undone(pc: Pc) -> None:
    pc.issue(0)
    pc.issue(0, SECRETARY)

    pc.undoing().undo()

    with pc.store.read() as uow:
        kept = uow.get(IncomingLetter, pc.letters[0])
    assert kept is not None
    assert (kept.status, kept.open_answers, SECRETARY in kept.involved) == (LetterStatus.DISPOSED, 1, False)


def test_a_report_a_filing_and_a_decision_can_be_undone_too(pc: Pc) -> None:
    given = pc.issue()
    before = pc.state()
    pc.sheets(SECTION).answer(given, "Sudah")
    assert pc.undoing(SECTION).undo().act == "disposition.answer"
    assert {**pc.state(), "undo": []} == {**before, "undo": []}

    files = RecordFileService(pc.store, actor(SECRETARY), pc.clock, os.urandom)
    berkas = files.open(NewRecordFile(classification="005", title="Undangan"))
    desk = LetterService(pc.store, actor(SECRETARY), pc.clock, os.urandom)
    desk.file(pc.letters[3], berkas)
    assert pc.undoing(SECRETARY).undo().act == "letter.file"


def test_a_new_chain_ends_what_could_be_undone(pc: Pc) -> None:
    pc.issue()
    with pc.store.begin() as uow:
        Healing(uow).begin_epoch(2)

    with pytest.raises(Refusal):
        pc.undoing().undo()
    assert len(pc.sent()) == 1


class Story:
    """What happens to a PC and to what it sends."""

    def __init__(self, pc: Pc, seed: int) -> None:
        self.pc = pc
        self.chance = random.Random(seed)  # a test
        self.answered: list[bytes] = []
        self.known: set[bytes] = set()
        self.undone: set[bytes] = set()

    def issue(self) -> None:
        self.pc.issue(self.chance.randrange(6))

    def read(self) -> None:
        for one in self.pc.sheets(SECTION).for_me()[:1]:
            self.pc.sheets(SECTION).read(one.disposition.id)

    def undo(self) -> None:
        before = self.pc.ops()
        try:
            self.pc.undoing().undo()
        except Refusal:
            assert self.pc.ops() == before
        else:
            assert len(self.pc.ops()) == len(before) - 1
            self.undone.add(next(one for one in before if one not in self.pc.ops()))

    def wait(self) -> None:
        self.pc.now += timedelta(seconds=self.chance.choice((-3, 1, 4, 11)))

    def lose(self) -> None:
        """The server has what was sent, and its answer does not come."""
        self.known.update(self.pc.sent())

    def send(self) -> None:
        sent = self.pc.sent()
        self.answered += sent
        self.known.update(sent)
        results = [OpResult(seq=read_op(one).seq, outcome=Outcome.ACCEPTED) for one in sent]
        with self.pc.store.begin() as uow:
            settle_ops(uow, results, epoch=1)

    def kill(self) -> None:
        self.pc.restart()


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_whatever_is_done_undone_and_sent_nothing_is_sent_twice_and_no_number_is_missing(pc: Pc, seed: int) -> None:
    story = Story(pc, seed)
    doings = (story.issue, story.issue, story.read, story.undo, story.undo, story.wait, story.lose, story.send)
    for _ in range(50):
        story.chance.choice((*doings, story.kill))()

    all_ops = story.answered + pc.ops()
    check_chain(all_ops)
    pc.check_whole()
    assert story.undone
    assert not story.known & story.undone
    assert story.known <= set(all_ops)
