"""A hub in the wrong hands: what it asks of the server for itself, and what it repeats of its PCs."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.numbering import INCOMING_AGENDA
from core.protocol.codec import encode
from core.protocol.faults import FaultCode
from core.protocol.hub import LENGTH_BYTES, RELAY_PATH, Parcel, RelayReply, parcel_payload
from core.protocol.messages import PROTOCOL, SCHEMA, NumberNeed, SyncRequest
from server.storage.numbers import SeriesKey
from tests.server.test_replays import code_of
from tests.server.test_replays_of_others import RELAY, Hub, new_hub
from tests.support.device import HttpAnswer, Join, ScriptedDevice
from tests.support.server import ManualClock, OfficeInTest, RunningServer

BOOK, YEAR = "buku-7", 2026


@pytest.fixture
def hub(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Hub:
    made = new_hub(server, clock)
    assert made.enrol(server.handle.hubs.new_code(office.tenant, office.office)).status == 200
    return made


def relay(hub: Hub, **asked: object) -> HttpAnswer:
    return hub.request("POST", RELAY_PATH, hub.wire.pack(msgspec.structs.replace(RELAY, rows=False, **asked)))


def head(hub: Hub, answer: HttpAnswer) -> RelayReply:
    size = int.from_bytes(answer.body[:LENGTH_BYTES], "big")
    reply: RelayReply = hub.wire.unpack(answer.body[LENGTH_BYTES : LENGTH_BYTES + size], RelayReply)
    return reply


def highest(server: RunningServer, office: OfficeInTest) -> int:
    key = SeriesKey(office=office.office, year=YEAR, series=BOOK)
    return server.handle.database.read(lambda unit: unit.of(office.tenant).numbers.state(key)).highest


def need(office: OfficeInTest, series: str) -> NumberNeed:
    return NumberNeed(office=office.office, year=YEAR, series=series, remaining=0)


def test_a_hub_is_given_the_agenda_of_its_office_and_takes_no_other_book_from_those_who_count_it(
    hub: Hub, office: OfficeInTest, join: Join
) -> None:
    books = tuple(need(office, series) for series in (INCOMING_AGENDA, BOOK, "buku-8"))

    answer = relay(hub, needs=books)

    assert [one.series for one in head(hub, answer).leases] == [INCOMING_AGENDA]
    pc = join("tu")
    assert [one.series for one in pc.sync(needs=(need(office, BOOK),)).control.leases] == [BOOK]


def test_a_hub_that_needs_more_than_there_is_holds_up_nobody(hub: Hub, office: OfficeInTest) -> None:
    asked = tuple(need(office, f"buku-{number}") for number in range(1, 2000))

    assert code_of(relay(hub, needs=asked)) is FaultCode.TOO_LARGE


def parcel_of(pc: ScriptedDevice, request: SyncRequest) -> Parcel:
    assert pc.session is not None
    plain = Parcel(device=pc.id, user=pc.session.user, epoch=pc.epoch, last_seq=0, body=encode(request), signature=b"")
    return msgspec.structs.replace(plain, signature=pc.key.sign(parcel_payload(pc.session.tenant, plain)))


def test_a_parcel_that_a_hub_brings_again_and_again_uses_up_no_numbers(
    hub: Hub, server: RunningServer, office: OfficeInTest, join: Join
) -> None:
    pc = join("tu")
    asks = SyncRequest(
        protocol=PROTOCOL,
        schema=SCHEMA,
        epoch=pc.epoch,
        feed_epoch=0,
        sent_ms=0,
        grants=0,
        needs=(need(office, BOOK),),
    )
    parcel = parcel_of(pc, asks)
    assert relay(hub, parcels=(parcel,)).status == 200
    once = highest(server, office)
    assert once > 0

    for _ in range(20):
        assert relay(hub, parcels=(parcel,)).status == 200

    assert highest(server, office) == once
    assert pc.sync(needs=asks.needs).control.leases, "the PC itself is given the block that may not have come"
    assert highest(server, office) == once
