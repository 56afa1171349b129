"""Two carriers bring the same streams; whichever is late brings nothing back."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import StreamId
from core.domain.streams import DIRECTORY
from core.protocol.messages import Control, Data, OpResult, StreamGrant
from desktop.storage.meta import SyncFacts
from desktop.sync.overtaking import OutboxGate, forget_others, is_overtaken, what_holds

STREAM = StreamId(7)


def overtaken(*, start: int, until: int, stored: int | None) -> bool:
    told = {STREAM: start}
    verdict = is_overtaken(Data(stream=STREAM, cursor=until), stored, told)
    assert told == {STREAM: until}
    return verdict


def test_a_frame_from_where_this_pc_stands_is_taken() -> None:
    assert not overtaken(start=10, until=20, stored=10)
    assert not overtaken(start=10, until=10, stored=10)


def test_a_frame_that_another_carrier_has_passed_is_left_out() -> None:
    assert overtaken(start=10, until=20, stored=20)
    assert overtaken(start=10, until=20, stored=35)


def test_a_frame_that_says_more_than_the_other_carrier_brought_is_taken() -> None:
    assert not overtaken(start=10, until=20, stored=15)


def test_a_frame_that_would_leave_a_gap_is_left_out() -> None:
    assert overtaken(start=10, until=20, stored=0)


def test_a_stream_of_a_server_that_lost_its_newest_hours_is_taken_from_its_beginning() -> None:
    assert not overtaken(start=900, until=40, stored=900)


def test_who_is_not_told_where_this_pc_stands_decides_nothing() -> None:
    assert not is_overtaken(Data(stream=STREAM, cursor=20), 35, None)


def test_a_stream_that_is_taken_away_is_begun_anew() -> None:
    told = {StreamId(1): 5, STREAM: 9}
    forget_others(told, (StreamGrant(stream=StreamId(1), key=DIRECTORY, priority=1),))

    assert told == {StreamId(1): 5}


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=40))
def test_two_carriers_in_any_order_never_leave_out_a_change(steps: list[tuple[bool, int]]) -> None:
    """The feed holds the numbers below its end; a frame holds those between its start and its cursor."""
    end = stored = 0
    have: set[int] = set()
    told = {True: {STREAM: 0}, False: {STREAM: 0}}
    for carrier, written in steps:
        end += written
        start = told[carrier][STREAM]
        if not is_overtaken(Data(stream=STREAM, cursor=end), stored, told[carrier]):
            have |= set(range(start, end))
            stored = max(stored, end)

    assert have == set(range(stored))
    assert stored == end


def test_one_carrier_at_a_time_has_ops_under_way() -> None:
    gate = OutboxGate()
    assert gate.take(lambda: False)
    assert not gate.try_take()
    assert not gate.take(lambda: True)
    taken = threading.Event()

    def wait() -> None:
        if gate.take(lambda: False):
            taken.set()

    other = threading.Thread(target=wait)
    other.start()
    gate.give_back()
    other.join(10)

    assert taken.is_set()


@pytest.mark.parametrize(
    ("feed_epoch", "next_feed_epoch", "holds"), [(1, 0, True), (1, 2, False), (2, 0, True), (0, 0, True)]
)
def test_nothing_holds_of_what_a_server_said_before_it_was_put_back(
    feed_epoch: int, next_feed_epoch: int, *, holds: bool
) -> None:
    facts = SyncFacts(feed_epoch=feed_epoch, next_feed_epoch=next_feed_epoch, grants=5)
    said = Control(feed_epoch=1, now_ms=9, grants=7, results=(OpResult(seq=1, first_rev=90),), durable=100)

    assert what_holds(said, facts) == (said if holds else Control(feed_epoch=1, now_ms=9, grants=5))
