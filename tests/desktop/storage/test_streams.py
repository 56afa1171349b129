"""Streams: how far each is read, what lies in which, and what lies in none any more."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.ids import StreamId
from core.domain.streams import DIRECTORY, StreamKey, StreamKind, inbox_of
from core.protocol.messages import StreamGrant
from desktop.storage.unit_of_work import Store, UnitOfWork
from tests.factories import ELSEWHERE, HEAD, HEAD_ELSEWHERE, OFFICE, SECTION
from tests.support.stores import undone

REGISTER = StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026)
ONE, TWO, THREE = StreamId(1), StreamId(2), StreamId(3)
ROW = (5, b"\x01" * 16)


def grant(number: StreamId, key: StreamKey, priority: int = 1) -> StreamGrant:
    return StreamGrant(stream=number, key=key, priority=priority)


def granted(uow: UnitOfWork) -> None:
    uow.streams.grant([grant(ONE, DIRECTORY), grant(TWO, REGISTER, 2), grant(THREE, inbox_of(HEAD))])


def test_a_granted_stream_is_read_from_its_beginning(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)

        assert uow.streams.cursors() == ((ONE, 0), (TWO, 0), (THREE, 0))
        assert uow.streams.ids() == {DIRECTORY: ONE, REGISTER: TWO, inbox_of(HEAD): THREE}


def test_a_cursor_goes_forward_and_never_back(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        for cursor in (10, 7, 12, 12, 3):
            uow.streams.advance(TWO, cursor)
        uow.streams.advance(StreamId(99), 5)

        assert uow.streams.cursors() == ((ONE, 0), (TWO, 12), (THREE, 0))


def test_a_grant_that_comes_again_keeps_the_cursor_and_names_what_was_taken_away(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        uow.streams.advance(TWO, 12)

        lost = uow.streams.grant([grant(ONE, DIRECTORY), grant(TWO, REGISTER, 3)])

        assert lost == (THREE,)
        assert dict(uow.streams.cursors())[TWO] == 12


def test_a_number_that_stands_for_another_stream_now_is_read_anew(store: Store) -> None:
    elsewhere = StreamKey(kind=StreamKind.REGISTER, owner=ELSEWHERE, year=2026)
    with store.begin() as uow:
        granted(uow)
        uow.streams.advance(TWO, 12)
        uow.streams.join(TWO, [(5, b"of the former one")])

        uow.streams.grant([grant(ONE, DIRECTORY), grant(TWO, elsewhere), grant(THREE, inbox_of(HEAD))])

        assert uow.streams.ids() == {DIRECTORY: ONE, elsewhere: TWO, inbox_of(HEAD): THREE}
        assert dict(uow.streams.cursors())[TWO] == 0
        assert uow.streams.take_orphans() == ((5, b"of the former one"),)


def test_a_cursor_only_moves_forward_unless_it_is_put(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        uow.streams.advance(TWO, 12)
        uow.streams.advance(TWO, 7)
        assert dict(uow.streams.cursors())[TWO] == 12

        uow.streams.put_cursor(TWO, 7)
        assert dict(uow.streams.cursors())[TWO] == 7


def test_a_row_is_an_orphan_when_its_last_stream_goes(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        uow.streams.join(TWO, [ROW])
        uow.streams.join(THREE, [ROW])
        uow.streams.join(THREE, [ROW])

        uow.streams.leave(TWO, [ROW])
        assert uow.streams.take_orphans() == ()
        uow.streams.leave(THREE, [ROW])
        assert uow.streams.take_orphans() == (ROW,)
        assert uow.streams.take_orphans() == ()


def test_a_row_that_left_one_stream_and_entered_another_is_no_orphan(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        uow.streams.join(TWO, [ROW])
        uow.streams.leave(TWO, [ROW])
        uow.streams.join(THREE, [ROW])

        assert uow.streams.take_orphans() == ()


def test_a_dropped_stream_names_the_rows_that_lay_in_it(store: Store) -> None:
    other = (6, b"\x02" * 16)
    with store.begin() as uow:
        granted(uow)
        uow.streams.join(TWO, [ROW, other])
        uow.streams.join(THREE, [ROW])

        assert set(uow.streams.forget(TWO)) == {ROW, other}
        assert dict(uow.streams.cursors()).keys() == {ONE, THREE}
        uow.streams.suspect([ROW, other])
        assert uow.streams.take_orphans() == (other,)


def test_nothing_joined_and_nothing_left_is_no_trouble(store: Store) -> None:
    with store.begin() as uow:
        uow.streams.join(ONE, [])
        uow.streams.leave(ONE, [])
        uow.streams.suspect([])

        assert uow.streams.take_orphans() == ()


def test_a_pc_serves_one_office_until_a_stream_of_another_is_granted(store: Store) -> None:
    for foreign in (StreamKey(kind=StreamKind.REGISTER, owner=ELSEWHERE, year=2026), inbox_of(HEAD_ELSEWHERE)):
        with undone(store) as uow:
            granted(uow)
            uow.streams.grant([grant(StreamId(4), inbox_of(SECTION))])
            assert uow.streams.serves_only(OFFICE)
            assert not uow.streams.serves_only(ELSEWHERE)

            uow.streams.grant([grant(StreamId(5), foreign)])
            assert not uow.streams.serves_only(OFFICE)


moves = st.lists(st.tuples(st.sampled_from(["join", "leave"]), st.integers(1, 3), st.integers(0, 4)), max_size=30)


def test_orphans_are_what_left_and_lies_nowhere(store: Store) -> None:
    @settings(max_examples=50)
    @given(moves=moves)
    def check(moves: list[tuple[str, int, int]]) -> None:
        lies: set[tuple[int, int]] = set()
        left: set[int] = set()
        with undone(store) as uow:
            granted(uow)
            for move, number, row in moves:
                key = (5, bytes([row]) * 16)
                if move == "join":
                    uow.streams.join(StreamId(number), [key])
                    lies.add((number, row))
                else:
                    uow.streams.leave(StreamId(number), [key])
                    lies.discard((number, row))
                    left.add(row)
            found = {key[1][0] for key in uow.streams.take_orphans()}
            assert found == left - {row for _, row in lies}

    check()


def test_what_was_asked_before_is_asked_as_it_was_changed_since(store: Store) -> None:
    with store.begin() as uow:
        granted(uow)
        assert uow.streams.ids().keys() == {DIRECTORY, REGISTER, inbox_of(HEAD)}
        assert (uow.streams.cursor(TWO), uow.streams.directory_cursor()) == (0, 0)

        uow.streams.advance(ONE, 7)
        uow.streams.advance(TWO, 12)
        assert (uow.streams.cursor(TWO), uow.streams.directory_cursor()) == (12, 7)
        uow.streams.restart_one(TWO)
        assert uow.streams.cursors() == ((ONE, 7), (TWO, 0), (THREE, 0))
        uow.streams.forget(THREE)
        assert uow.streams.ids() == {DIRECTORY: ONE, REGISTER: TWO}
        uow.streams.grant([grant(THREE, inbox_of(HEAD_ELSEWHERE))])
        assert uow.streams.ids()[inbox_of(HEAD_ELSEWHERE)] == THREE
    with store.read() as uow:
        assert uow.streams.cursors() == ((ONE, 7), (TWO, 0), (THREE, 0))
        assert not uow.streams.are_suspects()
