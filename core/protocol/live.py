"""The live connection: a WebSocket at `LIVE_PATH` that carries what `POST /v1/sync` carries, less what it said before.

The client opens with a whole SyncRequest, packed as ever; all that follows are bare messages (`Wire.squeeze`): a
LiveRequest from the client, a run of LiveFrames from the server, asked or unasked. Both sides keep what was said: the
cursors move with every Data sent, because a connection keeps its order and a client that cannot store a frame closes.
The epoch, the feed's epoch and the version of the grants are told again only when they change.

Each request with ops, offers or needs is answered by exactly one run with a Settled in it, in order. Whatever is not
everyday - a long reply, a chain that does not fit, a feed that counts anew - is not told here: `Done(more=True)` sends
the client to `POST /v1/sync`, and the server pushes nothing more until a LiveRequest says where the client stands.

Who says in the opening that it speaks dialect 1 is answered with that in the first Settled. From then on ops may come
as BriefOps (`core.protocol.brevity`) once a Settled has answered whole ones, the server may tell ToldOps in place of
rows, Moved may stand for Data without rows, and a message of few bytes may be plain. Where a BriefOp is not
what was meant, nothing is taken of the request, and `Done(more=True)` follows an empty Settled. Who cannot perform a
ToldOp keeps its cursors and asks with `in_rows` where it stands.

A fault closes the connection with CLOSE_FAULT and the fault as the reason.
"""

import msgspec

from core.domain.ids import StreamId
from core.domain.numbering import NumberLease
from core.protocol.brevity import BriefOp, Moved, ToldOp
from core.protocol.faults import Fault, FaultCode
from core.protocol.messages import Control, Data, Done, NumberNeed, OpResult

LIVE_PATH = "/v1/live"
CLOSE_FAULT = 4000
# The server's pings keep the line open and tell both ends of a dead one: 16 bytes each, answer included.
PING_S = 25.0
PONG_S = 30.0
# So long without a byte, and the line is dead: two pings were missed.
SILENCE_S = 65.0
# What both sides may leave out and put in place of rows.
DIALECT = 1
# More than this goes by POST: a small message is never queued long behind it.
LIVE_BYTES = 32 * 1024


class LiveRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What has to be said anew: ops with their signature, offers, needs, and cursors that moved by another way.

    `brief` are ops in place of `ops`. With `in_rows` the answer names rows and no ops.
    """

    ops: tuple[bytes, ...] = ()
    signature: bytes = b""
    cursors: tuple[tuple[StreamId, int], ...] = ()
    offers: tuple[tuple[bytes, int], ...] = ()
    needs: tuple[NumberNeed, ...] = ()
    brief: tuple[BriefOp, ...] = ()
    in_rows: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether a Settled follows."""
        return bool(self.ops or self.brief or self.offers or self.needs)


class Settled(msgspec.Struct, frozen=True, kw_only=True, array_like=True, tag=16):
    """The answer to a request; the fields are those of Control, `durable` 0 if it is as it was told last.

    `dialect` is told in the answer to the opening.
    """

    results: tuple[OpResult, ...] = ()
    leases: tuple[NumberLease, ...] = ()
    offsets: tuple[tuple[bytes, int], ...] = ()
    durable: int = 0
    dialect: int = 0


LiveFrame = Control | Data | Done | Settled | ToldOp | Moved


def write_reason(fault: Fault) -> str:
    """A fault as the reason of a close."""
    return f"{fault.code.value}:{fault.number}"


def read_reason(reason: str) -> Fault | None:
    """The fault in the reason of a close, or None if there is none that this program knows."""
    code, _, number = reason.partition(":")
    if code not in set(FaultCode) or not number.isdecimal():
        return None
    return Fault(code=FaultCode(code), number=int(number))
