"""What a live connection leaves out because its other side can put it back, to the last bit.

The bytes of an op never change: its device signed the chain that they are in. But whoever serves the device knows how
far the chain has come, so number and previous hash need not travel, and the time of an act that makes a record stands
in the record's id already. Who shortens an op lengthens it again before it is sent, and sends it whole if that is not
the same; the signature over the chain tells the other side whether it got what was meant.

What came of an op is told to others as the op itself, where nothing else came of it: whoever holds the records beneath
performs it by the same rule, and `check` says whether the same came of it. The person's signature, which the order
keeps, goes along; so nobody can prove less afterwards than with the rows.
"""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from core.domain.acting import UNSIGNED, Signed
from core.domain.dispositions import AnswerDisposition, IssueDisposition, ReadDisposition
from core.domain.ids import PositionId, StreamId, UserId
from core.protocol.codec import CodecError, decode, encode
from core.protocol.messages import Data
from core.protocol.ops import OP_VERSION, PREV_BYTES, Op, chain
from core.protocol.records import ACT_OF

# Acts of which the records say all that the act says, so that who may have the records may have the act.
TOLD_AS_ACTS: frozenset[int] = frozenset(
    ACT_OF[act].code for act in (IssueDisposition, ReadDisposition, AnswerDisposition)
)
# An id of a row begins with the time of the PC, in milliseconds (RFC 9562, version 7): behind the head of the list of
# fields and that of sixteen bytes.
_SHORT_LISTS = range(0x91, 0xA0)
_ID_HEAD = b"\xc4\x10"
_TIME_IN_ARGS = slice(3, 9)
_IN_THE_ID = 0
# What takes one byte as a number.
_SMALL = 128


class BriefOp(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An op without its place in the chain; `wall_ms` 0: it is the time in the id that comes first in `args`."""

    user: UserId
    position: PositionId
    act: int
    args: msgspec.Raw
    check: bytes
    wall_ms: int
    offset_ms: int
    uncertainty_ms: int
    known: int = 0
    signature: bytes = b""
    group: int = 0


class ToldOp(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=17):
    """An op of somebody else, in place of the rows that it made: they have the revisions from `first_rev` on.

    `shift_ms` after `wall_ms` it happened by the server's clock. `check` is over the rows, as in the op.
    """

    first_rev: int
    user: UserId
    position: PositionId
    act: int
    args: msgspec.Raw
    check: bytes
    wall_ms: int
    shift_ms: int
    signature: bytes = b""

    @property
    def made_ms(self) -> int:
        """When the act was made, by the clock of its PC."""
        return self.wall_ms or _time_in(self.args)

    @property
    def signed(self) -> Signed:
        """The person's signature with the time that it names."""
        return Signed(signature=self.signature, at_ms=self.made_ms) if self.signature else UNSIGNED


class Moved(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=18):
    """Streams that have come to one cursor without rows: `above` the first revision of the op last spoken of."""

    streams: tuple[StreamId, ...]
    above: int = 0


def shorten(data: bytes) -> BriefOp | None:
    """An op without what the other side knows; None if it would not come back as it was."""
    op: Op = decode(data, Op)
    brief = BriefOp(
        user=op.user,
        position=op.position,
        act=op.act,
        args=op.args,
        check=op.check,
        wall_ms=_brief_time(op.args, op.wall_ms),
        offset_ms=op.offset_ms,
        uncertainty_ms=op.uncertainty_ms,
        known=op.known,
        signature=op.signature,
        group=op.group,
    )
    with suppress(CodecError):  # a clock that shows the first millisecond of 1970
        if _whole(brief, seq=op.seq, prev=op.prev) == data:
            return brief
    return None


def lengthen(briefs: tuple[BriefOp, ...], *, next_seq: int, head: bytes) -> tuple[bytes, ...]:
    """The ops as they were, if they were made one after the other on a chain that stands at `next_seq` and `head`."""
    ops = []
    for place, brief in enumerate(briefs):
        ops.append(_whole(brief, seq=next_seq + place, prev=head[:PREV_BYTES]))
        head = chain(head, ops[-1])
    return tuple(ops)


def tell(op: Op, *, first_rev: int, received_ms: int) -> ToldOp:
    """An op that the server took, for others."""
    return ToldOp(
        first_rev=first_rev,
        user=op.user,
        position=op.position,
        act=op.act,
        args=op.args,
        check=op.check,
        wall_ms=_brief_time(op.args, op.wall_ms),
        shift_ms=min(op.corrected_ms, received_ms) - op.wall_ms,
        signature=op.signature,
    )


def without_rows(data: Sequence[Data], *, first_rev: int) -> tuple[Data | Moved, ...]:
    """Where streams stand, for who is told of rows otherwise or knows them; `first_rev` of the op last spoken of."""
    cursors = {one.cursor for one in data}
    above = min(cursors, default=0) - first_rev
    if first_rev and len(cursors) == 1 and 0 <= above < _SMALL:
        return (Moved(streams=tuple(one.stream for one in data), above=above),)
    return tuple(Data(stream=one.stream, cursor=one.cursor) for one in data)


def moved_to(moved: Moved, *, first_rev: int) -> tuple[Data, ...]:
    """What `without_rows` was made of."""
    return tuple(Data(stream=stream, cursor=first_rev + moved.above) for stream in moved.streams)


def _whole(brief: BriefOp, *, seq: int, prev: bytes) -> bytes:
    return encode(
        Op(
            version=OP_VERSION,
            seq=seq,
            prev=prev,
            user=brief.user,
            position=brief.position,
            act=brief.act,
            args=brief.args,
            check=brief.check,
            group=brief.group,
            wall_ms=brief.wall_ms or _time_in(brief.args),
            offset_ms=brief.offset_ms,
            uncertainty_ms=brief.uncertainty_ms,
            known=brief.known,
            signature=brief.signature,
        )
    )


def _brief_time(args: msgspec.Raw, wall_ms: int) -> int:
    try:
        return _IN_THE_ID if _time_in(args) == wall_ms else wall_ms
    except CodecError:
        return wall_ms


def _time_in(args: msgspec.Raw) -> int:
    """The time in the id that comes first in the arguments of an act; CodecError if none does."""
    data = bytes(args)
    if len(data) < _TIME_IN_ARGS.stop or data[0] not in _SHORT_LISTS or data[1:3] != _ID_HEAD:
        raise CodecError("no id")
    return int.from_bytes(data[_TIME_IN_ARGS], "big")
