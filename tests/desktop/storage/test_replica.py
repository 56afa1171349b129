"""The optimistic replica: own acts show at once, the server has the last word, and nothing is lost in between."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from core.domain.amending import AmendLetter
from core.domain.dispositions import AnswerDisposition, Disposition
from core.domain.errors import Refusal
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.offices import Position
from core.protocol.codec import check_of, to_columns
from core.protocol.messages import Block, Data, Slice
from core.protocol.ops import GENESIS, chain, follows, read_op
from core.protocol.records import KIND_OF, row_key
from desktop.storage.base import SyncMark
from desktop.storage.meta import Chain, ClockSample
from desktop.storage.outbox import OpState, Outbox
from desktop.storage.record_table import Stored
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store
from tests.change_factory import unnoted
from tests.desktop.storage.replica_steps import (
    INBOX,
    KEY,
    REGISTER,
    accepted,
    amend,
    arrive,
    finish,
    grant_streams,
    is_settled,
    leave,
    lost,
    ops,
    perform,
    purge,
    refused,
    settle,
    shown,
)
from tests.factories import (
    DISPOSITION_ID,
    HEAD,
    LETTER_ID,
    NOW,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    disposition,
    issue,
    letter,
    position_record,
    register,
)
from tests.support.stores import every, put


@pytest.fixture(autouse=True)
def streams(store: Store) -> None:
    grant_streams(store)


# Own acts ------------------------------------------------------------------------------------------------------
def test_an_act_shows_at_once_and_waits_for_the_server(store: Store) -> None:
    perform(store, register())

    assert shown(store) == Stored(letter(), 0, SyncMark.WAITING)
    (entry,) = ops(store)
    op = read_op(entry.op)
    assert (entry.seq, entry.state, entry.code) == (1, OpState.WAITING, "")
    assert op.read_act() == register()
    assert op.check == check_of([letter()])
    with store.read() as uow:
        assert uow.outbox.touched_by([1]) == {1: [KEY]}
        assert uow.meta.chain() == Chain(next_seq=2, head=chain(GENESIS, entry.op), waiting=1)


def test_ops_are_chained_in_the_order_in_which_they_were_made(store: Store) -> None:
    perform(store, register())
    perform(store, issue(recipients=(SECTION,)), HEAD)
    perform(store, amend("Rapat"))

    head = GENESIS
    for place, entry in enumerate(ops(store), 1):
        assert entry.seq == place
        assert follows(read_op(entry.op), head)
        head = hashlib.sha256(head + entry.op).digest()
        assert entry.head == head
    with store.read() as uow:
        assert uow.outbox.touched_by([2]) == {2: [row_key(disposition()), KEY]}


def test_a_refused_act_leaves_nothing(store: Store) -> None:
    with pytest.raises(Refusal):
        perform(store, register(subject=""))

    assert ops(store) == []
    assert every(store, IncomingLetter) == []


def test_an_act_that_changes_nothing_makes_no_op(store: Store) -> None:
    put(store, [letter()], rev=5)
    with store.begin() as uow:
        assert Replica(uow).perform(amend(letter().subject), actor(REGISTRAR), NOW) == ()

    assert ops(store) == []
    assert shown(store).mark == SyncMark.ON_SERVER


def test_an_act_that_breaks_off_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_anything: object) -> None:
        raise MemoryError

    put(store, [letter()], rev=5)
    monkeypatch.setattr(Outbox, "append", break_off)

    with pytest.raises(MemoryError):
        perform(store, amend("Rapat"))

    assert ops(store) == []
    assert shown(store) == Stored(letter(), 5, SyncMark.ON_SERVER)
    assert is_settled(store)


def test_the_rule_is_told_the_time_of_the_server(store: Store) -> None:
    with store.begin() as uow:
        uow.meta.write(ClockSample(offset_ms=-90_500, uncertainty_ms=20))

    perform(store, register())

    expected = (NOW - timedelta(milliseconds=90_500)).replace(microsecond=0)
    assert shown(store).record.registered_at == expected
    assert read_op(ops(store)[0].op).corrected_ms // 1000 == int(expected.timestamp())


# Answers -------------------------------------------------------------------------------------------------------
def test_an_accepted_act_stands_with_the_revision_of_the_server(store: Store) -> None:
    perform(store, register())
    perform(store, issue(recipients=(SECTION,)), HEAD)

    settle(store, accepted(1, 10), accepted(2, 11))

    assert (shown(store).rev, shown(store).mark) == (12, SyncMark.ON_SERVER)
    assert (shown(store, Disposition).rev, shown(store, Disposition).mark) == (11, SyncMark.ON_SERVER)
    assert is_settled(store)
    assert {entry.state for entry in ops(store)} == {OpState.ACCEPTED}


def test_an_accepted_row_lies_in_its_streams_without_being_sent_back(store: Store) -> None:
    perform(store, register())
    settle(store, accepted(1, 10))

    leave(store, REGISTER)
    finish(store)
    assert shown(store).record == letter()

    leave(store, INBOX)
    finish(store)
    assert every(store, IncomingLetter) == []


def test_a_row_that_was_accepted_while_the_right_to_it_ended_is_removed(store: Store) -> None:
    perform(store, register())
    # The reply that takes the right away is the one that tells what became of the act.
    for stream in (REGISTER, INBOX):
        purge(store, stream)

    settle(store, accepted(1, 10))
    finish(store)

    assert every(store, IncomingLetter) == []


def test_an_act_that_reaches_further_when_it_is_performed_again_leaves_no_trace_if_it_is_refused(store: Store) -> None:
    arrive(store, letter(status=LetterStatus.DISPOSED, open_answers=2), 5)
    arrive(store, disposition(), 6)
    # The first answer closes the letter's account; the second one amends the first and touches the sheet alone.
    perform(store, AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah."), SECRETARY)
    perform(store, AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah dihadiri."), SECRETARY)

    settle(store, refused(1))
    settle(store, refused(2))

    assert shown(store).record == letter(status=LetterStatus.DISPOSED, open_answers=2)
    assert (shown(store).rev, shown(store).mark) == (5, SyncMark.ON_SERVER)


def test_an_answer_that_comes_twice_counts_once(store: Store) -> None:
    perform(store, register())
    settle(store, accepted(1, 10))
    arrive(store, letter(subject="Lain"), 20)

    settle(store, accepted(1, 10))

    assert shown(store) == Stored(letter(subject="Lain"), 20, SyncMark.ON_SERVER)


def test_an_answer_to_an_op_that_is_not_here_is_no_trouble(store: Store) -> None:
    settle(store, accepted(77, 10), refused(78))

    assert ops(store) == []


def test_a_refused_new_row_vanishes_and_the_refusal_is_kept(store: Store) -> None:
    perform(store, register())

    settle(store, refused(1))

    assert every(store, IncomingLetter) == []
    (entry,) = ops(store)
    assert (entry.state, entry.code, entry.field) == (OpState.REFUSED, "not_allowed", "subject")
    assert is_settled(store)


def test_a_refused_change_goes_back_to_what_the_server_has(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Rapat"))

    settle(store, refused(1))

    assert shown(store) == Stored(letter(), 5, SyncMark.ON_SERVER)
    assert is_settled(store)


def test_a_later_op_is_performed_again_without_the_refused_one(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Rapat"))
    perform(store, AmendLetter(letter_id=LETTER_ID, changes={"sender": "Bappeda"}, base={"sender": 5}))

    settle(store, refused(1))

    on_top = shown(store)
    assert (unnoted(on_top.record), on_top.rev, on_top.mark) == (letter(sender="Bappeda"), 5, SyncMark.WAITING)
    settle(store, accepted(2, 8, same=False))
    arrive(store, letter(sender="Bappeda"), 8)
    assert shown(store) == Stored(letter(sender="Bappeda"), 8, SyncMark.ON_SERVER)
    assert is_settled(store)


def test_what_was_accepted_stands_when_a_later_op_of_the_same_answer_is_refused(store: Store) -> None:
    perform(store, register())
    perform(store, amend("Rapat"))

    settle(store, accepted(1, 10), refused(2))

    assert shown(store) == Stored(letter(), 10, SyncMark.ON_SERVER)
    assert is_settled(store)


def test_what_was_accepted_stands_when_a_later_op_is_refused_another_day(store: Store) -> None:
    perform(store, register())
    perform(store, amend("Rapat"))
    settle(store, accepted(1, 10))
    on_top = shown(store)
    assert (unnoted(on_top.record), on_top.rev, on_top.mark) == (letter(subject="Rapat"), 10, SyncMark.WAITING)

    settle(store, refused(2))

    assert shown(store) == Stored(letter(), 10, SyncMark.ON_SERVER)


def test_a_value_that_lost_gives_way_to_the_one_that_stands(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Punya saya"))
    arrive(store, letter(subject="Punya orang lain"), 9)
    assert shown(store).record.subject == "Punya saya"

    settle(store, lost(1))

    assert shown(store) == Stored(letter(subject="Punya orang lain"), 9, SyncMark.ON_SERVER)
    assert ops(store)[0].state == OpState.CONFLICT
    assert is_settled(store)


def test_a_letter_that_the_server_numbered_stays_until_its_own_version_comes(store: Store) -> None:
    perform(store, register(agenda_no=0))

    settle(store, accepted(1, 10, same=False))
    assert shown(store).record == letter(agenda_no=0)

    arrive(store, letter(agenda_no=51), 10)
    assert shown(store) == Stored(letter(agenda_no=51), 10, SyncMark.ON_SERVER)


@pytest.mark.parametrize("early", [True, False])
def test_an_accepted_letter_outlives_a_refused_change_before_its_own_version_comes(
    store: Store, *, early: bool
) -> None:
    perform(store, register(agenda_no=0))
    if early:
        perform(store, amend("Rapat"))
    settle(store, accepted(1, 10, same=False))
    if not early:
        perform(store, amend("Rapat"))

    settle(store, refused(2))

    assert shown(store).record == letter(agenda_no=0)
    arrive(store, letter(agenda_no=51), 10)
    assert shown(store) == Stored(letter(agenda_no=51), 10, SyncMark.ON_SERVER)


def test_an_op_that_waits_stands_on_all_that_was_accepted_before_it(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, issue(recipients=(SECTION,)), HEAD)
    perform(store, amend("Rapat"))
    perform(store, AmendLetter(letter_id=LETTER_ID, changes={"sender": "Bappeda"}, base={}))

    # The clocks differ by a second, so the disposition differs; of the letter both made the same.
    settle(store, accepted(1, 10, same=False), accepted(2, 12))
    settle(store, refused(3))

    stands = shown(store)
    assert (stands.record.status, stands.record.open_answers) == (LetterStatus.DISPOSED, 1)
    assert (stands.record.subject, stands.record.sender, stands.rev) == ("Rapat", letter().sender, 12)


def test_what_the_server_names_by_a_number_stays_when_streams_are_compared(store: Store) -> None:
    place = position_record(SECTION)
    directory_block = Block(kind=KIND_OF[Position].code, columns=to_columns([place]), revs=[3])
    with store.begin() as uow:
        replica = Replica(uow)
        replica.apply(Data(stream=REGISTER, cursor=3, blocks=(directory_block,)), REGISTER)

        replica.apply_slice(Slice(stream=REGISTER, cursor=3, parts=1, which=(0,), blocks=(directory_block,)))
        replica.finish_round()

        assert uow.directory.position(SECTION) == place
