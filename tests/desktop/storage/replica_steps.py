"""What happens to the replica of one PC, in the words of its tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.domain.amending import AmendLetter
from core.domain.ids import PositionId, StreamId
from core.domain.letters import IncomingLetter
from core.domain.receipts import Receipt
from core.domain.streams import StreamKey, StreamKind, inbox_of
from core.protocol.codec import to_columns, whole_check_of
from core.protocol.messages import Block, Data, OpResult, Outcome, StreamGrant
from core.protocol.records import KIND_OF, row_key
from desktop.storage.outbox import OpState, OutboxEntry
from desktop.storage.record_table import Stored
from desktop.storage.replica import Replica
from desktop.storage.settling import settle_ops
from desktop.storage.unit_of_work import Store
from tests.factories import (
    HEAD,
    LETTER_ID,
    NOW,
    OFFICE,
    REGISTRAR,
    actor,
    letter,
)
from tests.support.stores import every

REGISTER, INBOX = StreamId(1), StreamId(2)
KEY = row_key(letter())


def grant_streams(store: Store) -> None:
    register_2026 = StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026)
    with store.begin() as uow:
        uow.streams.grant(
            [
                StreamGrant(stream=REGISTER, key=register_2026, priority=2),
                StreamGrant(stream=INBOX, key=inbox_of(HEAD), priority=1),
            ]
        )


def perform(store: Store, act: Any, position: PositionId = REGISTRAR, *, now: datetime = NOW) -> None:
    with store.begin() as uow:
        Replica(uow).perform(act, actor(position), now)


def amend(subject: str) -> AmendLetter:
    return AmendLetter(letter_id=LETTER_ID, changes={"subject": subject}, base={"subject": 5})


def settle(store: Store, *results: OpResult) -> None:
    with store.begin() as uow:
        settle_ops(uow, results, epoch=1)


def accepted(seq: int, first_rev: int, *, same: bool = True) -> OpResult:
    return OpResult(seq=seq, first_rev=first_rev, same=same)


def received(
    seq: int, first_rev: int, *, late_s: int = 0, whole: Sequence[tuple[Any, tuple[Receipt, ...]]] = ()
) -> OpResult:
    """Accepted; `whole` are the records as this PC has them, each with the receipts that it has on the server."""
    stored = [msgspec.structs.replace(record, receipts=receipts) for record, receipts in whole]
    return OpResult(seq=seq, first_rev=first_rev, late_s=late_s, whole=whole_check_of(stored) if stored else b"")


def refused(seq: int) -> OpResult:
    return OpResult(seq=seq, outcome=Outcome.REFUSED, same=False, code="not_allowed", field="subject")


def lost(seq: int) -> OpResult:
    """Accepted, but every field of it lost against another's: the server changed nothing."""
    return OpResult(seq=seq, outcome=Outcome.CONFLICT, same=False)


def arrive(store: Store, record: Any, rev: int, *, stream: StreamId = REGISTER) -> None:
    block = Block(kind=KIND_OF[type(record)].code, columns=to_columns([record]), revs=[rev])
    with store.begin() as uow:
        Replica(uow).apply(Data(stream=stream, cursor=rev, blocks=(block,)), stream)


def leave(store: Store, *streams: StreamId) -> None:
    with store.begin() as uow:
        for stream in streams:
            block = Block(kind=KEY[0], gone=[KEY[1]])
            Replica(uow).apply(Data(stream=stream, cursor=99, blocks=(block,)), stream)


def finish(store: Store) -> None:
    with store.begin() as uow:
        Replica(uow).finish_round()


def shown(store: Store, struct: type[Any] = IncomingLetter) -> Stored[Any]:
    (one,) = every(store, struct)
    return one


def ops(store: Store) -> list[OutboxEntry]:
    with store.read() as uow:
        return sorted(uow.outbox.listed(list(OpState), 100), key=lambda entry: entry.seq)


def is_settled(store: Store) -> bool:
    """Nothing is kept for ops that are answered."""
    with store.read() as uow:
        return uow.shadows.get(KEY) is None and not uow.outbox.touching([KEY])


def purge(store: Store, stream: StreamId) -> None:
    with store.begin() as uow:
        Replica(uow).purge(stream)
