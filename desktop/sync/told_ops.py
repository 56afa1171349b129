"""Makes rows of the ops of others that a live connection tells in their place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.domain.errors import Refusal
from core.domain.ids import StreamId, small_row_id
from core.domain.offices import Person, Position, actor_at
from core.domain.receipts import Receipt, with_receipt
from core.merging.overlay import Overlay
from core.protocol.brevity import ToldOp
from core.protocol.codec import CodecError, check_of, decode
from core.protocol.messages import Block
from core.protocol.ops import behind_s
from core.protocol.records import ACT_BY_CODE
from core.protocol.rows import Row, in_order, pack_rows
from desktop.storage.server_view import ServerView
from desktop.storage.unit_of_work import Store

_MILLIS = 1000


class NotTheSame(Exception):
    """What came of an op here is not what came of it on the server, or nothing could."""


def rows_of(store: Store, ops: Sequence[ToldOp]) -> tuple[Block, ...]:
    """The rows that the ops made on the server, one op after the other; NotTheSame.

    They are performed on what the server has told so far, whatever waits here. That the outcome is the server's is
    found by its check, so nothing else has to be alike on both sides. The check says nothing of receipts: while there
    is something to compare, those that are here may not be the server's.
    """
    made: dict[bytes, Row] = {}
    with store.read() as uow:
        if uow.meta.sync().compare:
            raise NotTheSame("compare")
        base = Overlay(ServerView(uow))
        for op in ops:
            try:
                records = _perform(base, op)
            except (CodecError, Refusal, ValueError, OverflowError, OSError) as err:
                raise NotTheSame(f"act {op.act}") from err
            made.update((record.id, Row(record, op.first_rev + place)) for place, record in enumerate(records))
    return pack_rows(StreamId(0), in_order(made.values()), cursor=0).blocks


def _perform(base: Overlay, op: ToldOp) -> tuple[Any, ...]:
    kind = ACT_BY_CODE.get(op.act)
    person, place = base.get(Person, small_row_id(op.user)), base.get(Position, small_row_id(op.position))
    if kind is None or person is None or place is None:
        raise NotTheSame(f"act {op.act}")
    now = datetime.fromtimestamp(max(0, op.made_ms + op.shift_ms) // _MILLIS, UTC)
    actor = actor_at(person, place, now)
    if actor is None:
        raise NotTheSame(f"act {op.act}")
    records = base.perform(decode(bytes(op.args), kind.struct), actor, now, signed=op.signed).records
    if check_of(records) != op.check:
        raise NotTheSame(f"act {op.act}")
    receipted = with_receipt(records, Receipt(at=now, by=op.user, behind_s=behind_s(op.shift_ms)))
    if receipted is not records:
        base.put(receipted[0])
    return receipted
