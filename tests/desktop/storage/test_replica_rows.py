"""The optimistic replica: rows of the server beneath own acts, rows taken away, and the outbox."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from core.domain.dispositions import AnswerDisposition, Disposition, Recipient
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.offices import Role
from core.protocol.messages import Block, Data, OpResult
from desktop.storage.base import SyncMark
from desktop.storage.outbox import OpState
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
    REGISTRAR,
    SECRETARY,
    SECTION,
    disposition,
    letter,
    position_record,
    register,
)
from tests.support.stores import every, put


@pytest.fixture(autouse=True)
def streams(store: Store) -> None:
    grant_streams(store)


# Rows of the server --------------------------------------------------------------------------------------------
def test_a_row_of_the_server_shows_as_it_is(store: Store) -> None:
    arrive(store, letter(), 7)

    assert shown(store) == Stored(letter(), 7, SyncMark.ON_SERVER)
    with store.read() as uow:
        assert dict(uow.streams.cursors()) == {REGISTER: 7, INBOX: 0}


def test_an_older_version_never_takes_the_place_of_a_newer_one(store: Store) -> None:
    arrive(store, letter(subject="Baru"), 9)
    arrive(store, letter(subject="Lama"), 7)
    arrive(store, letter(subject="Sama"), 9)

    assert shown(store) == Stored(letter(subject="Baru"), 9, SyncMark.ON_SERVER)


def test_an_own_change_is_put_on_top_of_what_comes_underneath(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Rapat"))

    arrive(store, letter(sender="Bappeda"), 9)
    on_top = shown(store)
    assert unnoted(on_top.record) == letter(sender="Bappeda", subject="Rapat")
    assert (on_top.rev, on_top.mark) == (9, SyncMark.WAITING)

    settle(store, refused(1))
    assert shown(store) == Stored(letter(sender="Bappeda"), 9, SyncMark.ON_SERVER)


def test_an_older_version_does_not_come_underneath_an_own_change(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Rapat"))
    arrive(store, letter(sender="Baru"), 9)
    arrive(store, letter(sender="Lama"), 8)

    settle(store, refused(1))

    assert shown(store).record.sender == "Baru"


def test_an_own_act_that_the_new_ground_does_not_carry_waits_for_the_server_out_of_sight(store: Store) -> None:
    put(store, [letter(involved=(HEAD, SECTION))], rev=5)
    put(store, [disposition()], rev=6)
    perform(store, AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah."), SECRETARY)

    withdrawn = disposition(recipients=disposition().recipients[1:])
    arrive(store, withdrawn, 9)

    assert shown(store, Disposition) == Stored(withdrawn, 9, SyncMark.WAITING)
    assert shown(store).record.status == LetterStatus.REGISTERED
    assert ops(store)[0].state == OpState.WAITING


def test_a_row_that_both_made_is_the_one_of_the_server(store: Store) -> None:
    perform(store, register())

    arrive(store, letter(agenda_no=77), 9)  # the reply to our request was lost, its effect was not

    assert shown(store) == Stored(letter(agenda_no=77), 9, SyncMark.WAITING)
    settle(store, accepted(1, 9, same=False))
    assert shown(store) == Stored(letter(agenda_no=77), 9, SyncMark.ON_SERVER)


@pytest.mark.parametrize("first", ["letter", "disposition", "both"])
@pytest.mark.parametrize("same", [True, False])
def test_an_own_answer_counts_once_although_its_effect_came_before_its_result(
    store: Store, first: str, *, same: bool
) -> None:
    disposed = letter(status=LetterStatus.DISPOSED, involved=(HEAD, SECTION, SECRETARY), open_answers=2)
    sheet = disposition(recipients=(Recipient(position=SECRETARY), Recipient(position=SECTION)))
    put(store, [disposed, sheet], rev=5)
    perform(store, AnswerDisposition(disposition_id=DISPOSITION_ID, result="Sudah."), SECRETARY)
    answered, followed_up = shown(store, Disposition).record, shown(store).record

    # The reply to the request that took the answer was lost, and that to the next one was cut.
    if first in ("disposition", "both"):
        arrive(store, answered, 31)
    if first in ("letter", "both"):
        arrive(store, followed_up, 32)
    settle(store, accepted(1, 31, same=same))
    if not same and first != "both":
        arrive(store, answered, 31)
        arrive(store, followed_up, 32)

    assert shown(store, Disposition) == Stored(answered, 31, SyncMark.ON_SERVER)
    assert shown(store) == Stored(followed_up, 32, SyncMark.ON_SERVER)
    assert followed_up.open_answers == 1


def test_a_newer_version_that_came_before_the_result_is_not_overwritten_by_it(store: Store) -> None:
    put(store, [letter()], rev=5)
    perform(store, amend("Rapat"))
    arrive(store, letter(subject="Rapat", sender="Bappeda"), 40)

    settle(store, accepted(1, 31))

    assert shown(store) == Stored(letter(subject="Rapat", sender="Bappeda"), 40, SyncMark.ON_SERVER)


def test_an_accepted_letter_stays_although_its_author_may_not_register_any_more(store: Store) -> None:
    perform(store, register(agenda_no=0))
    put(store, [replace(position_record(REGISTRAR), role=Role.INSPECTOR)], rev=9)

    settle(store, accepted(1, 10, same=False))

    assert shown(store) == Stored(letter(agenda_no=0), 0, SyncMark.ON_SERVER)


def test_a_kind_that_a_newer_server_knows_is_passed_over(store: Store) -> None:
    with store.begin() as uow:
        block = Block(kind=99, columns=[[b"x"], [1]], revs=[3], gone=[b"z"])
        assert Replica(uow).apply(Data(stream=REGISTER, cursor=30, blocks=(block,)), REGISTER) == set()
        assert dict(uow.streams.cursors())[REGISTER] == 30


# Access --------------------------------------------------------------------------------------------------------
def test_a_row_goes_when_the_last_stream_that_brought_it_is_taken_away(store: Store) -> None:
    arrive(store, letter(), 7)
    arrive(store, letter(), 7, stream=INBOX)

    purge(store, REGISTER)
    finish(store)
    assert shown(store).record == letter()

    purge(store, INBOX)
    finish(store)
    assert every(store, IncomingLetter) == []


def test_a_row_stays_until_the_round_is_finished(store: Store) -> None:
    arrive(store, letter(), 7)
    leave(store, REGISTER, INBOX)

    assert shown(store).record == letter()
    arrive(store, letter(), 7)
    finish(store)
    assert shown(store).record == letter()


@pytest.mark.parametrize("answer", [accepted(1, 20), refused(1), lost(1)])
def test_a_row_that_was_taken_away_goes_when_the_own_op_on_it_is_answered(store: Store, answer: OpResult) -> None:
    arrive(store, letter(), 7)
    perform(store, amend("Rapat"))
    purge(store, REGISTER)
    purge(store, INBOX)
    finish(store)
    assert shown(store).record.subject == "Rapat"

    settle(store, answer)
    finish(store)

    assert every(store, IncomingLetter) == []
    assert is_settled(store)


def test_a_change_tells_which_rows_to_show_anew(store: Store) -> None:
    told: list[frozenset[tuple[int, bytes]]] = []
    store.listen(told.append)

    perform(store, register())
    settle(store, accepted(1, 10))
    arrive(store, letter(sender="Bappeda"), 20)
    leave(store, REGISTER, INBOX)
    finish(store)

    assert [KEY in keys for keys in told] == [True, True, True, False, True]


# The outbox ----------------------------------------------------------------------------------------------------
def test_the_outbox_forgets_what_the_server_holds_safely_and_what_was_seen(store: Store) -> None:
    perform(store, register())
    perform(store, amend("Satu"))
    perform(store, amend("Dua"))
    perform(store, amend("Tiga"))
    settle(store, accepted(1, 10), accepted(2, 11), refused(3))
    with store.begin() as uow:
        uow.outbox.prune(10)
        assert sorted(uow.outbox.entries([1, 2, 3, 4])) == [2, 3, 4]
        for seq in (2, 3, 4):
            uow.outbox.dismiss(seq)
        assert sorted(uow.outbox.entries([1, 2, 3, 4])) == [2, 4]
        assert [entry.seq for entry in uow.outbox.waiting(5)] == [4]
        assert uow.outbox.count(OpState.ACCEPTED) == 1


def test_rows_of_others_are_left_alone(store: Store) -> None:
    other = letter(id=LetterId(bytes(16)), subject="Surat lain")
    put(store, [other, letter()], rev=5)
    perform(store, amend("Rapat"))
    settle(store, refused(1))

    assert [one.record for one in every(store, IncomingLetter)] == [other, letter()]
