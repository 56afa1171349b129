"""What a hub sends up at once, the server takes: a hub that was refused would send the same for ever.

And it goes on when its disk failed for a moment.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.ids import DeviceId, StreamId, UserId
from core.protocol.codec import encode
from core.protocol.frames import Wire
from core.protocol.hub import MAX_PARCELS, KnownStatement, Parcel, RelayRequest
from core.protocol.messages import MAX_OPS, PROTOCOL, SCHEMA, SyncRequest
from server.services.hub_uplink import how_many_go
from server.services.relay import MAX_KNOWN
from server.web.relay import MAX_BODY
from server.web.sync import MAX_BODY as MAX_REQUEST
from tests.support.hub import running_hub
from tests.support.logs import ExpectLog
from tests.support.server import make_office, running_server

WIRE = Wire(b"")
DRAWN = random.Random(20261129)
STREAMS = 2_000


def parcel(size: int) -> Parcel:
    """A request that no compression makes smaller."""
    return Parcel(
        device=DeviceId(DRAWN.randbytes(16)),
        user=UserId(1),
        epoch=1,
        last_seq=MAX_OPS,
        body=DRAWN.randbytes(size),
        signature=DRAWN.randbytes(64),
    )


def sent(parcels: Sequence[Parcel]) -> tuple[RelayRequest, bytes]:
    """What goes up of these parcels beside the most that a hub has to say else."""
    going = parcels[: how_many_go([encode(one) for one in parcels])]
    known = [
        KnownStatement(device=DeviceId(DRAWN.randbytes(16)), version=one, expires_ms=2**41) for one in range(MAX_KNOWN)
    ]
    request = RelayRequest(
        protocol=PROTOCOL,
        schema=SCHEMA,
        feed_epoch=2**40,
        grants=2**31,
        cursors=tuple((StreamId(one), DRAWN.randrange(2**40)) for one in range(STREAMS)),
        parcels=tuple(going),
        known=tuple(known),
        loading=tuple(DRAWN.randbytes(32) for _ in range(100)),
    )
    return request, WIRE.pack(request, level=1)


@pytest.mark.parametrize("size", [100, 60_000, 400_000, 1_500_000, MAX_REQUEST])
def test_what_goes_up_at_once_is_taken_whatever_waits(size: int) -> None:
    request, body = sent([parcel(size) for _ in range(MAX_PARCELS)])

    assert request.parcels, "the first always goes"
    assert len(body) <= MAX_BODY
    assert WIRE.unpack(body, RelayRequest) == request


def test_small_parcels_all_go_at_once_and_great_ones_one_after_the_other() -> None:
    assert how_many_go([encode(parcel(100))] * MAX_PARCELS) == MAX_PARCELS
    assert how_many_go([encode(parcel(1_500_000))] * MAX_PARCELS) == 2
    assert how_many_go([encode(parcel(MAX_REQUEST))] * MAX_PARCELS) == 1


def test_a_parcel_is_not_looked_into_so_what_is_heavy_in_it_costs_nothing_on_the_way() -> None:
    heavy = encode(SyncRequest(protocol=PROTOCOL, schema=SCHEMA, epoch=1, feed_epoch=1, sent_ms=1, grants=1)) + (
        b"\x90" * 3_000_000
    )
    one = parcel(0)
    parcels = [
        Parcel(device=one.device, user=one.user, epoch=1, last_seq=0, body=heavy, signature=one.signature)
        for _ in range(3)
    ]

    request, body = sent(parcels)

    assert WIRE.unpack(body, RelayRequest) == request


def test_a_disk_that_failed_for_a_moment_ends_neither_of_the_lines_of_a_hub(
    tmp_path: Path, expect_log: ExpectLog
) -> None:
    with running_server(tmp_path) as server, running_hub(tmp_path / "hub", server, make_office(server)) as hub:
        hub.in_touch()
        (file,) = (tmp_path / "hub").glob("*.db")
        expect_log("server.services.hub_uplink", containing="cannot be stored now")

        with closing(sqlite3.connect(file)) as connection:
            connection.execute("ALTER TABLE hub_item RENAME TO lost")
            hub.handle.uplink.wake()
            hub.in_touch(online=False)
            connection.execute("ALTER TABLE lost RENAME TO hub_item")

        hub.in_touch()
