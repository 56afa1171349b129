"""After a server was put back: what was compared is right, and of what was not nothing stands against the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.ids import RowId, StreamId
from core.domain.letters import IncomingLetter
from core.domain.streams import inbox_of
from core.protocol.codec import to_columns
from core.protocol.messages import Block, Data, Done, Segment, Slice, StreamChecked, StreamGrant
from core.protocol.records import KIND_OF
from desktop.storage.base import SyncMark
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from tests.desktop.storage.replica_steps import amend, perform, refused
from tests.desktop.sync.test_engine import REGISTER, Answers, control, engine, never
from tests.factories import HEAD, SECTION, letter
from tests.support.stores import every

INBOX = StreamGrant(stream=StreamId(3), key=inbox_of(HEAD), priority=1)
ANOTHERS = StreamGrant(stream=StreamId(4), key=inbox_of(SECTION), priority=1)
KEPT = letter(involved=(HEAD,), subject="Seperti di cadangan")
LOST = letter(involved=(HEAD, SECTION), subject="Sesudah cadangan")
SEGMENT = Segment(sha256=bytes([7]) * 32, size=9_000, rows=50, streams=(REGISTER.stream,))


@pytest.fixture
def syncing(store: Store, tmp_path: Path) -> SyncEngine:
    return engine(store, tmp_path)


def told(record: Any, rev: int, *, stream: StreamId, cursor: int) -> Data:
    return Data(stream=stream, cursor=cursor, blocks=(block_of(record, rev),))


def block_of(record: Any, rev: int) -> Block:
    return Block(kind=KIND_OF[type(record)].code, columns=to_columns([record]), revs=[rev])


def shown(store: Store) -> list[tuple[str, int, SyncMark]]:
    return [(one.record.subject, one.rev, one.mark) for one in every(store, IncomingLetter)]


def test_a_letter_that_an_own_act_held_while_its_streams_changed_is_what_the_server_has_again(
    store: Store, syncing: SyncEngine
) -> None:
    """The right by which it came was given after the backup; the one by which it comes now was there before."""
    syncing.run_round(
        Answers([control(granted=(REGISTER,)), told(LOST, 900, stream=REGISTER.stream, cursor=900), Done()]), never
    )
    perform(store, amend("Perubahan sendiri"))

    syncing.run_round(
        Answers(
            [control(feed_epoch=1000, grants=2, granted=(INBOX,)), Done()],
            [control(feed_epoch=1000, grants=2), Done()],
            [
                control(feed_epoch=1000, grants=2, results=(refused(1),)),
                told(KEPT, 7, stream=INBOX.stream, cursor=40),
                Done(),
            ],
        ),
        never,
    )

    assert shown(store) == [("Seperti di cadangan", 7, SyncMark.ON_SERVER)]


def test_a_letter_that_left_the_stream_by_which_it_came_is_what_the_server_has_in_the_other(
    store: Store, syncing: SyncEngine
) -> None:
    """At the server it is addressed to another since: a stream that this PC begins with only now."""
    syncing.run_round(
        Answers([control(granted=(INBOX,)), told(LOST, 900, stream=INBOX.stream, cursor=900), Done()]), never
    )
    perform(store, amend("Perubahan sendiri"))
    checked = (StreamChecked(stream=INBOX.stream, cursor=40, same=False),)

    syncing.run_round(
        Answers(
            [control(feed_epoch=1000, grants=2, granted=(INBOX, ANOTHERS)), Done()],
            [control(feed_epoch=1000, grants=2, checked=checked), Done()],
            [control(feed_epoch=1000, grants=2), Slice(stream=INBOX.stream, cursor=40, parts=1, which=(0,)), Done()],
            [
                control(feed_epoch=1000, grants=2, results=(refused(1),)),
                told(letter(involved=(SECTION,)), 7, stream=ANOTHERS.stream, cursor=40),
                Done(),
            ],
        ),
        never,
    )

    assert [(rev, mark) for _, rev, mark in shown(store)] == [(7, SyncMark.ON_SERVER)]


def test_what_was_seen_at_a_glance_before_its_segment_came_is_read_from_the_beginning(
    store: Store, syncing: SyncEngine
) -> None:
    """A segment from before the backup brings the letter as it was then, and tells nothing of one that is lost."""
    gone = letter(id=RowId(bytes([0x77] * 16)), agenda_no=99)
    syncing.run_round(
        Answers(
            [
                control(granted=(REGISTER,), segments=(SEGMENT,)),
                told(LOST, 900, stream=REGISTER.stream, cursor=0),
                told(gone, 901, stream=REGISTER.stream, cursor=0),
                Done(),
            ]
        ),
        never,
    )
    assert len(shown(store)) == 2

    syncing.run_round(
        Answers(
            [control(feed_epoch=1000, grants=1, segments=(SEGMENT,)), Done()],
            [control(feed_epoch=1000, grants=1), Done()],
            [
                control(feed_epoch=1000, grants=1, segments=(SEGMENT,)),
                told(KEPT, 7, stream=REGISTER.stream, cursor=0),
                Done(),
            ],
        ),
        never,
    )

    assert shown(store) == [("Seperti di cadangan", 7, SyncMark.ON_SERVER)]
    with store.read() as uow:
        assert [one.sha256 for one in uow.segments.loading()] == [SEGMENT.sha256]
