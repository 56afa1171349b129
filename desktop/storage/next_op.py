"""The op of an act, as it continues this PC's chain."""

from collections.abc import Sequence
from typing import Any

import msgspec

from core.domain.offices import Actor
from core.protocol.codec import check_of, encode
from core.protocol.ops import OP_VERSION, PREV_BYTES, Op, chain, pack_act
from desktop.storage.outbox import OpState, OutboxEntry
from desktop.storage.unit_of_work import UnitOfWork

FIRST_EPOCH = 1


def count_waiting(uow: UnitOfWork, more: int) -> None:
    """Count so many more ops as waiting; before they are added or answered. What is missing later was taken away."""
    link = uow.meta.chain()
    before = link.waiting if link.waiting >= 0 else uow.outbox.count(OpState.WAITING)
    if more or link.waiting < 0:
        uow.meta.write(msgspec.structs.replace(link, waiting=before + more))


def next_entry(
    uow: UnitOfWork, act: Any, actor: Actor, *, made: Sequence[Any], wall_ms: int, group: int, signature: bytes = b""
) -> OutboxEntry:
    """The entry that the outbox is to hold for an act of which the rule made the records `made`; stores nothing."""
    link, clock, identity = uow.meta.chain(), uow.meta.clock(), uow.meta.identity()
    code, args = pack_act(act)
    op = Op(
        version=OP_VERSION,
        seq=link.next_seq,
        prev=link.head[:PREV_BYTES],
        user=actor.user,
        position=actor.position,
        act=code,
        args=args,
        check=check_of(made),
        group=group,
        wall_ms=wall_ms,
        offset_ms=clock.offset_ms,
        uncertainty_ms=clock.uncertainty_ms,
        known=uow.streams.directory_cursor(),
        signature=signature,
    )
    data = encode(op)
    return OutboxEntry(
        epoch=identity.epoch if identity else FIRST_EPOCH,
        seq=op.seq,
        op=data,
        head=chain(link.head, data),
        act=code,
        user=actor.user,
        position=actor.position,
        state=OpState.WAITING,
        code="",
        field="",
        conflicts=(),
        made_ms=wall_ms,
    )
