"""What others did and the server tells as acts: the same rows come of it, or they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.domain.acting import Signed
from core.domain.dispositions import Disposition, IssueDisposition
from core.domain.letters import IncomingLetter
from core.merging.overlay import Overlay
from core.protocol.brevity import Moved, ToldOp, tell
from core.protocol.codec import check_of, trimmed
from core.protocol.frames import Wire
from core.protocol.live import DIALECT, LiveFrame, LiveRequest, Settled
from core.protocol.messages import Block, SyncRequest
from core.protocol.ops import pack_act
from core.protocol.records import KIND_OF
from core.protocol.rows import Row, read_rows
from desktop.storage.blobs import BlobFiles
from desktop.storage.healing import Healing
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.live import LiveEvent, LiveSession
from desktop.sync.signing import DeviceKeys
from desktop.sync.told_ops import NotTheSame, rows_of
from tests.desktop.storage.replica_steps import INBOX, REGISTER, arrive, grant_streams, shown
from tests.factories import ACTS, HEAD, LETTER_ID, NOW, TODAY, actor, letter, user_of
from tests.support.stores import KEY, every
from tests.wire_factories import op

WIRE = Wire(b"")
MADE_MS = int(NOW.timestamp() * 1000) + 250
ORDER: IssueDisposition = msgspec.structs.replace(
    ACTS[IssueDisposition], parent=None, letter_id=LETTER_ID, keys=(), on_behalf=0, sheets=(), seal=b""
)
SIGNED = Signed(signature=bytes(range(64)), at_ms=MADE_MS)
BASE_REV = 5


def outcome(store: Store) -> tuple[Any, ...]:
    """What the server makes of the order, on the letter as it knows it."""
    with store.read() as uow:
        return Overlay(uow).perform(ORDER, actor(HEAD), NOW, signed=SIGNED).records


def told(records: Sequence[Any], *, first_rev: int = 8) -> ToldOp:
    code, args = pack_act(ORDER)
    whole = op(
        user=user_of(HEAD),
        position=HEAD,
        act=code,
        args=args,
        check=check_of(records),
        wall_ms=MADE_MS,
        offset_ms=0,
        signature=SIGNED.signature,
    )
    return tell(whole, first_rev=first_rev, received_ms=MADE_MS + 900)


def rows(blocks: Sequence[Block]) -> dict[bytes, Row]:
    return {row.record.id: row for _, several in read_rows(blocks) for row in several}


@pytest.fixture
def records(store: Store) -> tuple[Any, ...]:
    """What the order makes, computed while the letter was here."""
    grant_streams(store)
    arrive(store, letter(), BASE_REV)
    return outcome(store)


def test_the_rows_of_an_act_are_the_servers_with_signature_and_revisions(
    store: Store, records: tuple[Any, ...]
) -> None:
    made = rows(rows_of(store, [told(records)]))

    assert made == {record.id: Row(record, 8 + place) for place, record in enumerate(records)}
    assert made[ORDER.disposition_id].record.signature == SIGNED.signature


def test_what_waits_here_does_not_change_what_came_of_it_there(store: Store, records: tuple[Any, ...]) -> None:
    with store.begin() as uow:
        other = msgspec.structs.replace(ORDER, disposition_id=bytes(reversed(ORDER.disposition_id)), note="Lain")
        Replica(uow).perform(other, actor(HEAD), NOW + timedelta(minutes=1))

    assert [row.record for row in rows(rows_of(store, [told(records)])).values()] == list(rows_by_id(records).values())


def rows_by_id(records: Sequence[Any]) -> dict[bytes, Any]:
    return {record.id: record for record in sorted(records, key=lambda one: KIND_OF[type(one)].code)}


def test_another_letter_beneath_or_none_is_found_out(store: Store, records: tuple[Any, ...]) -> None:
    arrive(store, msgspec.structs.replace(letter(), subject="Berubah sejak itu"), BASE_REV + 1)
    with pytest.raises(NotTheSame):
        rows_of(store, [told(records)])

    unknown = msgspec.structs.replace(told(records), user=9_999)
    with pytest.raises(NotTheSame):
        rows_of(store, [unknown])


def engine(store: Store, folder: Path) -> SyncEngine:
    files, keys = BlobFiles(folder / "berkas", KEY), DeviceKeys(bytes(32), bytes(32))
    return SyncEngine(store, files, keys, lambda: MADE_MS, today=lambda: TODAY)


class ScriptedLine:
    """Says what a test wants a server to say; ends the session when there is nothing more to say."""

    def __init__(self, *said: tuple[LiveFrame, ...]) -> None:
        self.session: LiveSession | None = None
        self.sent: list[bytes] = []
        self.down = 0
        self._said = list(said)

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def wake(self) -> None:
        pass

    def interrupt(self) -> None:
        pass

    def send(self, message: bytes) -> None:
        self.sent.append(message)

    def receive(self, _seconds: float) -> bytes | None:
        if self._said:
            return WIRE.brief(trimmed(self._said.pop(0)))
        assert self.session is not None
        if len(self.sent) > 2:  # the opening, what this PC needs, and what it asks then
            self.session.end()
        return None


def test_an_act_that_comes_out_otherwise_here_is_asked_for_in_rows(
    store: Store, records: tuple[Any, ...], tmp_path: Path
) -> None:
    arrive(store, msgspec.structs.replace(letter(), subject="Berubah sejak itu"), BASE_REV + 1)
    moved = Moved(streams=(REGISTER,), above=1)
    line = ScriptedLine((Settled(dialect=DIALECT),), (told(records), moved), (Settled(),))
    line.session = LiveSession(store, engine(store, tmp_path), line, wire=WIRE, tell=lambda _event: None)  # type: ignore[arg-type]
    line.session.run()

    opening: SyncRequest = WIRE.unpack(line.sent[0], SyncRequest)
    asked: LiveRequest = WIRE.expand(line.sent[-1], LiveRequest)
    assert opening.dialect == DIALECT
    assert asked.in_rows
    assert dict(asked.cursors)[REGISTER] == BASE_REV + 1
    assert not every(store, Disposition)


def test_while_there_is_something_to_compare_rows_are_asked_for_and_a_visit(
    store: Store, records: tuple[Any, ...], tmp_path: Path
) -> None:
    with store.begin() as uow:
        Healing(uow).ask_to_compare()
    events: list[LiveEvent] = []
    line = ScriptedLine((Settled(dialect=DIALECT),), (told(records), Moved(streams=(REGISTER,), above=1)), (Settled(),))
    line.session = LiveSession(store, engine(store, tmp_path), line, wire=WIRE, tell=events.append)  # type: ignore[arg-type]
    line.session.run()

    assert WIRE.expand(line.sent[-1], LiveRequest).in_rows
    assert not every(store, Disposition)
    assert LiveEvent.VISIT in events


def test_an_act_that_comes_out_the_same_is_stored_like_rows(
    store: Store, records: tuple[Any, ...], tmp_path: Path
) -> None:
    line = ScriptedLine((Settled(dialect=DIALECT),), (told(records), Moved(streams=(REGISTER, INBOX), above=1)))
    events: list[LiveEvent] = []

    def hear(event: LiveEvent) -> None:
        events.append(event)
        if event is LiveEvent.MOVED:
            session.end()

    line.session = session = LiveSession(store, engine(store, tmp_path), line, wire=WIRE, tell=hear)  # type: ignore[arg-type]
    session.run()

    assert [one.record for one in every(store, Disposition)] == [records[0]]
    assert shown(store, IncomingLetter).rev == 9
    with store.read() as uow:
        assert dict(uow.streams.cursors()) == {REGISTER: 9, INBOX: 9}
