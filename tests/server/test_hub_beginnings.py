"""A hub leads no PC past what it does not know: what left a stream before it began, and what has not come yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.domain.ids import DeviceId, LetterId, OfficeId, StreamId, TenantId
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKey, StreamKind
from core.protocol.codec import encode, to_columns
from core.protocol.hub import HubFacts, HubRequest, Statement, proof_payload
from core.protocol.messages import PROTOCOL, Block, Data
from core.protocol.records import KIND_OF
from core.protocol.sealing import PartyKeys
from server.services import pull
from server.services.announcer import Announcer
from server.services.hub_rows import enter
from server.services.hub_service import HubAnswer, HubService
from server.services.segments import SegmentService
from server.services.statements import Signer
from server.storage.database import Database, UnitOfWork
from server.storage.engine import sqlite_url
from server.storage.heads import TenantRow
from server.storage.hub_items import ItemKind
from server.storage.segment_files import SegmentFiles
from tests.factories import HEAD, LETTER_ID, OFFICE, letter
from tests.support.server import ManualClock

TENANT = TenantId(1)
PC = DeviceId(bytes([1]) * 16)
FACTS = HubFacts(tenant=TENANT, office=OfficeId(1), hub=bytes([2]) * 16)
INBOX = StreamId(3)
KEY = StreamKey(kind=StreamKind.INBOX, owner=HEAD)
REGISTER = StreamId(4)
BOOK = StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026)
LETTER = KIND_OF[IncomingLetter].code


class Hub:
    """A hub's copy, and what it answers the PC of the head."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.database = Database(sqlite_url(folder / "hub.db"), clock)
        self.database.open()
        pc, server = (PartyKeys(bytes([one] * 32), bytes([one] * 32)) for one in (3, 4))
        self._proof = pc.sign(proof_payload(TENANT, FACTS.hub, PC))
        self._service = HubService(
            self.database,
            clock,
            facts=FACTS,
            server_key=lambda: server.sign_public,
            announcer=Announcer(),
            segments=SegmentService(self.database, SegmentFiles(folder / "segments")),
            online=lambda: True,
            wake=lambda: None,
        )
        statement = Statement(
            tenant=TENANT,
            hub=FACTS.hub,
            device=PC,
            sign_key=pc.sign_public,
            streams=(INBOX, REGISTER),
            version=1,
            expires_ms=clock() + 1_000,
        )
        signed = encode(Signer(server).statement(statement))

        def found(unit: UnitOfWork) -> None:
            unit.tenants.add(TenantRow(id=TENANT, name="", region="", feed_epoch=1))
            unit.of(TENANT).items.put(ItemKind.STATEMENT, PC, signed)
            unit.of(TENANT).copy.hold({INBOX: KEY, REGISTER: BOOK})

        self.database.write(found)
        self.hears(1, of=REGISTER, begins=True)

    def hears(self, cursor: int, *blocks: Block, begins: bool = False, of: StreamId = INBOX) -> None:
        data = Data(stream=of, cursor=cursor, blocks=blocks)
        self.database.write(lambda unit: enter(unit.of(TENANT), data, begins=begins))

    def forgets_where_it_began(self) -> None:
        """As a hub of a version before."""
        owner = INBOX.to_bytes(8, "big")
        self.database.write(lambda unit: unit.of(TENANT).items.drop(ItemKind.BEGUN, owner, upto=0))

    def answer(self, cursor: int) -> tuple[list[int], list[bytes], bool]:
        """For a PC at this cursor: the numbers of rows, which rows are gone, whether it is sent to the server."""
        frames, withheld = self.frames((INBOX, cursor))
        blocks = [block for frame in frames for block in frame.blocks]
        revs = [rev for block in blocks for rev in block.revs]
        return revs, [row_id for block in blocks for row_id in block.gone], withheld

    def asks(self, **fields: Any) -> HubAnswer:
        """What the PC of the head is answered."""
        request = HubRequest(protocol=PROTOCOL, device=PC, proof=self._proof, feed_epoch=1, cursors=())
        return self._service.receive(msgspec.structs.replace(request, **fields))

    def frames(self, *cursors: tuple[StreamId, int]) -> tuple[list[Data], bool]:
        """What a PC at these cursors is handed out, and whether it is sent to the server."""
        request = HubRequest(protocol=PROTOCOL, device=PC, proof=self._proof, feed_epoch=1, cursors=cursors)
        answer = self._service.receive(request)
        return list(self._service.frames(request, answer)), answer.reply.withheld


@pytest.fixture
def hub(tmp_path: Path, clock: ManualClock) -> Iterator[Hub]:
    made = Hub(tmp_path, clock)
    yield made
    made.database.close()


def told(rev: int) -> Block:
    """A letter to the head, another one for each number."""
    row_id = LetterId(LETTER_ID[:-1] + bytes([rev]))
    return Block(kind=LETTER, columns=to_columns([letter(id=row_id, involved=(HEAD,))]), revs=[rev])


TOLD = Block(kind=LETTER, columns=to_columns([letter(involved=(HEAD,))]), revs=[7])
GONE = Block(kind=LETTER, gone=[LETTER_ID])
AT_SERVER: tuple[list[int], list[bytes], bool] = ([], [], True)


def test_a_pc_that_knows_an_inbox_from_before_the_hub_asks_the_server_what_left_it(hub: Hub) -> None:
    hub.hears(20, TOLD, begins=True)

    assert hub.answer(19) == AT_SERVER, "what left between 19 and 20 the hub was not told"
    assert hub.answer(0) == ([7], [], False), "who begins had nothing that could have left"
    assert hub.answer(20) == ([], [], False)


def test_the_file_of_a_hub_is_to_be_written_anew_once_a_row_is_gone_from_it(hub: Hub) -> None:
    hub.hears(20, TOLD, begins=True)
    assert not hub.database.write_anew()

    hub.hears(23, GONE)
    assert not hub.database.write_anew(), "it is in the register yet"
    hub.hears(24, GONE, of=REGISTER)

    assert hub.database.write_anew(), "SQLite may keep a copy of the row"


def test_what_leaves_after_the_hub_began_is_told_by_it(hub: Hub) -> None:
    hub.hears(20, TOLD, begins=True)
    hub.hears(23, GONE)

    assert hub.answer(20) == ([], [LETTER_ID], False)
    assert hub.answer(19) == AT_SERVER


def test_an_inbox_that_comes_in_several_frames_begins_with_the_last(hub: Hub) -> None:
    hub.hears(12, TOLD, begins=True)
    hub.hears(20, begins=True)

    assert hub.answer(15) == AT_SERVER


def test_a_hub_that_never_noted_where_it_began_knows_what_it_hears_from_now_on(hub: Hub) -> None:
    hub.hears(20, TOLD, begins=True)
    hub.forgets_where_it_began()

    assert hub.answer(19) == AT_SERVER
    hub.hears(23, GONE)
    assert hub.answer(19) == AT_SERVER
    assert hub.answer(20) == ([], [LETTER_ID], False)


def test_an_inbox_that_was_taken_from_the_hub_and_given_back_begins_anew(hub: Hub) -> None:
    hub.hears(20, TOLD, begins=True)
    hub.database.write(lambda unit: unit.of(TENANT).copy.hold({REGISTER: BOOK}))
    hub.database.write(lambda unit: unit.of(TENANT).copy.hold({INBOX: KEY, REGISTER: BOOK}))
    hub.hears(30, begins=True)

    assert hub.answer(25) == AT_SERVER


def test_letters_that_only_the_register_has_told_yet_move_no_cursor_of_an_inbox(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the inbox alone between the two has not come to the hub."""
    monkeypatch.setattr(pull, "FRAME_ROWS", 2)
    hub.hears(10, begins=True)
    hub.hears(20, told(15))
    hub.hears(40, told(31), told(33), of=REGISTER, begins=True)

    frames, _ = hub.frames((INBOX, 10), (REGISTER, 40))

    assert max(frame.cursor for frame in frames if frame.stream == INBOX) == 20
