"""Rows that lie in a stream before anything of it was read, because they came by another one and say so themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from core.domain.ids import LetterId, StreamId
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKey, StreamKind
from core.protocol.messages import Control, Data, Done, Frame, StreamGrant
from core.protocol.rows import Row, in_order, pack_rows
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from tests.desktop.sync.test_engine import Answers, Keys, control
from tests.factories import HEAD, OFFICE, REGISTRAR, SECTION, letter
from tests.support.stores import KEY, office_store

REGISTER = StreamGrant(stream=StreamId(2), key=StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026), priority=2)
INBOX = StreamGrant(stream=StreamId(3), key=StreamKey(kind=StreamKind.INBOX, owner=SECTION), priority=0)
OTHER_ID = LetterId(b"\x07" * 16)
MINE = letter(involved=(SECTION,))
OTHER = letter(id=OTHER_ID, agenda_no=9, involved=(SECTION,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD))
    yield opened
    opened.close()


def take(store: Store, tmp_path: Path, *replies: Sequence[Frame]) -> set[LetterId]:
    """The letters that are here after a round for each of the replies."""
    engine = SyncEngine(
        store, BlobFiles(tmp_path / "berkas", KEY), Keys(), lambda: 1_773_887_400_000, today=lambda: MINE.received_on
    )
    for reply in replies:
        engine.run_round(Answers([*reply, Done()]), lambda: False)
    with store.read() as uow:
        return {one for one in (MINE.id, OTHER_ID) if uow.get(IncomingLetter, one) is not None}


def rows(stream: StreamGrant, *letters: IncomingLetter, cursor: int, rev: int = 0) -> Data:
    return pack_rows(stream.stream, in_order(Row(one, rev or cursor) for one in letters), cursor=cursor)


def granting(*granted: StreamGrant, grants: int) -> Control:
    return control(granted=granted, grants=grants)


def test_what_left_a_stream_before_it_was_read_goes_when_it_is_read(store: Store, tmp_path: Path) -> None:
    """The letter came by the register; it left the inbox, and then the register was taken away, unread by this PC."""
    by_register: list[Frame] = [granting(REGISTER, INBOX, grants=2), rows(REGISTER, MINE, OTHER, cursor=40)]

    assert take(store, tmp_path, by_register) == {MINE.id, OTHER_ID}
    left: list[Frame] = [granting(INBOX, grants=3), rows(INBOX, OTHER, cursor=50)]
    assert take(store, tmp_path, left) == {OTHER_ID}


def test_what_the_same_reply_named_before_stays_though_it_is_not_named_again(store: Store, tmp_path: Path) -> None:
    by_register: list[Frame] = [granting(REGISTER, INBOX, grants=2), rows(REGISTER, MINE, cursor=40)]
    again = msgspec.structs.replace(MINE, subject="Perihal baru")
    once: list[Frame] = [control(grants=2), rows(REGISTER, again, cursor=60), Data(stream=INBOX.stream, cursor=60)]
    register_ended: list[Frame] = [granting(INBOX, grants=3)]

    assert take(store, tmp_path, by_register, once, register_ended) == {MINE.id}


def test_a_glance_at_a_stream_takes_nothing_away(store: Store, tmp_path: Path) -> None:
    by_register: list[Frame] = [granting(REGISTER, INBOX, grants=2), rows(REGISTER, MINE, cursor=40)]
    glance: list[Frame] = [granting(INBOX, grants=3), rows(INBOX, OTHER, cursor=0, rev=45)]

    assert take(store, tmp_path, by_register, glance) == {MINE.id, OTHER_ID}


def test_what_the_same_reply_says_to_lie_elsewhere_now_goes_from_a_stream_that_begins(
    store: Store, tmp_path: Path
) -> None:
    by_register: list[Frame] = [granting(REGISTER, INBOX, grants=2), rows(REGISTER, MINE, cursor=40)]
    moved = msgspec.structs.replace(MINE, involved=())
    once: list[Frame] = [control(grants=2), rows(REGISTER, moved, cursor=60), rows(INBOX, OTHER, cursor=60)]
    register_ended: list[Frame] = [granting(INBOX, grants=3)]

    assert take(store, tmp_path, by_register, once, register_ended) == {OTHER_ID}
