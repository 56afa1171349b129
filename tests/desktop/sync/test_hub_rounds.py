"""What is left with a hub: once, whatever the hub makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.domain.ids import DeviceId, StreamId, UserId
from core.domain.streams import DIRECTORY
from core.protocol.codec import decode, encode
from core.protocol.hub import (
    STATEMENT_LIFE_MS,
    HubReply,
    HubRequest,
    Signed,
    Slip,
    Statement,
    slip_payload,
    statement_payload,
)
from core.protocol.messages import Control, Done, Frame, OpResult, Outcome, StreamGrant, SyncRequest
from desktop.storage.blobs import BlobFiles
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.hub_rounds import HubRounds
from desktop.sync.signing import DeviceKeys
from tests.factories import REGISTRAR, TODAY
from tests.support.desks import Desk, entry
from tests.support.stores import KEY

WALL_MS = 1_773_628_200_000


class HubOfAnotherEpoch:
    """A hub without a line that went on with a copy of this PC, which was mended since."""

    def __init__(self) -> None:
        self.requests: list[HubRequest] = []

    def exchange(self, request: HubRequest) -> tuple[HubReply, Iterator[Frame]]:
        self.requests.append(request)
        return HubReply(feed_epoch=1, online=False, held=(7, 3)), iter(())


def test_what_waits_is_left_once_with_a_hub_that_holds_a_later_epoch(store: Store, tmp_path: Path) -> None:
    Desk(store, REGISTRAR).letters.register(entry())
    keys = DeviceKeys(bytes(32), bytes(32))
    engine = SyncEngine(store, BlobFiles(tmp_path / "berkas", KEY), keys, lambda: WALL_MS, today=lambda: TODAY)
    hub = HubOfAnotherEpoch()

    meeting = HubRounds(store, engine, keys, lambda: WALL_MS).meet(hub, UserId(1), lambda: False)  # type: ignore[arg-type]  # stands for a client

    left = [one.parcel for one in hub.requests if one.parcel is not None and one.parcel.last_seq]
    assert 1 <= len(left) <= 2, "the second may ask for numbers as well"
    assert len(hub.requests) <= 4
    assert not meeting.enough


class HubWithAnAnswer:
    """A hub at which an answer of the server lies."""

    def __init__(self, slip: Signed) -> None:
        self._slip = slip

    def exchange(self, request: HubRequest) -> tuple[HubReply, Iterator[Frame]]:
        slips = () if request.taken else ((1, self._slip),)
        return HubReply(feed_epoch=1, online=True, slips=slips), iter([Done()])


class HubWithTheList:
    """A hub that has the server's word for what this PC may hold."""

    def __init__(self, statement: Signed, *, grants: int) -> None:
        self._statement, self._grants = statement, grants
        self.requests: list[HubRequest] = []

    def exchange(self, request: HubRequest) -> tuple[HubReply, Iterator[Frame]]:
        self.requests.append(request)
        told = self._statement if request.grants != self._grants else None
        return HubReply(feed_epoch=1, online=True, grants=self._grants, statement=told), iter([Done()])


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"device": DeviceId(bytes(16))}, False),
        ({"made_ms": WALL_MS - 2}, False),
        ({"feed_epoch": 2}, False),
        ({"expires_ms": WALL_MS - 1}, False),
        ({"signature": bytes(64)}, False),
    ],
    ids=["as it stands", "of another device", "older than what is known", "of another copy", "over", "not signed"],
)
def test_the_list_of_streams_is_the_servers_word_also_where_a_hub_brings_it(
    store: Store, tmp_path: Path, changes: dict[str, Any], *, taken: bool
) -> None:
    """Where it is taken, nothing is asked of the server; where it is not, the server is asked for it."""
    server = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=server.public_key().public_bytes_raw()))
        uow.meta.write(SyncFacts(feed_epoch=1, told_ms=WALL_MS - 1, compared_ms=WALL_MS))
    statement = Statement(
        tenant=identity.tenant,
        hub=bytes(16),
        device=identity.device,
        sign_key=bytes(32),
        streams=(StreamId(7),),
        version=1,
        expires_ms=WALL_MS + STATEMENT_LIFE_MS,
        grants=77,
        granted=(StreamGrant(stream=StreamId(7), key=DIRECTORY, priority=0),),
        feed_epoch=1,
        made_ms=WALL_MS,
    )
    signature = changes.pop("signature", b"")
    body = encode(msgspec.structs.replace(statement, **changes))
    signed = Signed(body=body, signature=signature or server.sign(statement_payload(body)))
    keys = DeviceKeys(bytes(32), bytes(32))
    engine = SyncEngine(store, BlobFiles(tmp_path / "berkas", KEY), keys, lambda: WALL_MS, today=lambda: TODAY)
    hub = HubWithTheList(signed, grants=77)

    HubRounds(store, engine, keys, lambda: WALL_MS).meet(hub, UserId(1), lambda: False)  # type: ignore[arg-type]  # stands for a client

    with store.read() as uow:
        assert (uow.meta.sync().grants, set(uow.streams.ids().values())) == ((77, {7}) if taken else (0, set()))
    asked = [decode(one.parcel.body, SyncRequest) for one in hub.requests if one.parcel is not None]
    assert any(not one.grants for one in asked) is not taken


@pytest.mark.parametrize(("of_this_op", "of_this_server"), [(True, True), (False, True), (True, False)])
def test_an_answer_that_lay_at_a_hub_is_for_the_ops_that_it_was_given_for_and_of_the_server_that_stands(
    store: Store, tmp_path: Path, *, of_this_op: bool, of_this_server: bool
) -> None:
    """A PC that was put back gives the same numbers to other ops: what was said of those is not said of these.

    A server that was put back has lost what it took: what was taken before it was heard of is sent again.
    """
    Desk(store, REGISTRAR).letters.register(entry())
    server = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=server.public_key().public_bytes_raw()))
        (op, *_rest) = uow.outbox.waiting(10)
        if not of_this_server:
            uow.meta.write(SyncFacts(feed_epoch=1, next_feed_epoch=2, compare=True, told_ms=WALL_MS + 1))
    result = OpResult(seq=op.seq, outcome=Outcome.ACCEPTED, first_rev=90, same=True)
    slip = Slip(
        tenant=identity.tenant,
        device=identity.device,
        epoch=op.epoch,
        last_seq=op.seq,
        control=encode(Control(feed_epoch=1, now_ms=WALL_MS, grants=0, durable=0, next_s=1, results=(result,))),
        head=op.head if of_this_op else bytes(32),
    )
    body = encode(slip)
    signed = Signed(body=body, signature=server.sign(slip_payload(body)))
    keys = DeviceKeys(bytes(32), bytes(32))
    engine = SyncEngine(store, BlobFiles(tmp_path / "berkas", KEY), keys, lambda: WALL_MS, today=lambda: TODAY)

    HubRounds(store, engine, keys, lambda: WALL_MS).meet(HubWithAnAnswer(signed), UserId(1), lambda: False)  # type: ignore[arg-type]  # stands for a client

    with store.read() as uow:
        state = uow.outbox.entries([op.id])[op.id].state
    assert state == (OpState.ACCEPTED if of_this_op and of_this_server else OpState.WAITING)
