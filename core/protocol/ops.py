"""The op: one act of one person on one device, immutable from birth.

    op = [version, seq, prev, user, position, act, args, check, group, wall_ms, offset_ms, uncertainty_ms,
          known, signature, made_in]

`seq` counts per device and epoch from 1; `prev` holds the first eight bytes of the hash of the op before it. The
full chain, hash = SHA-256(hash before || op bytes), cannot fork unseen: the same seq with other bytes is found even
after a power cut rolled a PC back. `check` says what the author's PC made of the act, so that the server need not
send back rows on which both agree. `group` ties ops that stand or fall together (0: alone). `known` is the revision
up to which the PC knew the directory: what ended later, its user could not know of. `signature` is the person's own
over the act (`core.protocol.act_signing`), where the person has a key; that of the device covers the whole batch.
`made_in` names the epoch in which the act was done, if the op goes in a later one (0: in this one): then the server may
have taken it before, under another number.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.acting import UNSIGNED, Signed
from core.domain.ids import DeviceId, PositionId, TenantId, UserId
from core.domain.receipts import Receipt
from core.protocol.codec import CodecError, decode, encode
from core.protocol.records import ACT_BY_CODE, ACT_OF

OP_VERSION = 1
PREV_BYTES = 8
# Clocks that differ by less are taken to show the same minute.
CLOCKS_AGREE_S = 60
_MOST_BEHIND_S = 50 * 366 * 24 * 3600
GENESIS = bytes(32)
# What stands where it is not told what an op says.
NO_ARGS = msgspec.Raw(encode(()))


class Op(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An op as it travels; times are milliseconds, `offset_ms` is server time minus the PC's wall clock."""

    version: int
    seq: int
    prev: bytes
    user: UserId
    position: PositionId
    act: int
    args: msgspec.Raw
    check: bytes
    group: int
    wall_ms: int
    offset_ms: int
    uncertainty_ms: int
    known: int = 0
    signature: bytes = b""
    made_in: int = 0

    @property
    def corrected_ms(self) -> int:
        """When it happened by the server's clock, as far as the PC knew."""
        return self.wall_ms + self.offset_ms

    @property
    def behind_s(self) -> int:
        """By how many whole seconds the PC's clock was behind the server's, as far as the PC knew."""
        return behind_s(self.offset_ms)

    def late_s(self, received_ms: int) -> int:
        """How many whole seconds after it was made the server received it; 0 within the little that clocks differ."""
        seconds = (received_ms - self.corrected_ms) // 1000
        return min(seconds, _MOST_BEHIND_S) if seconds >= CLOCKS_AGREE_S else 0

    def receipt(self, late_s: int, at: datetime | None = None) -> Receipt:
        """What the records of the act keep of how it came: `at` is when it happened, as the server has it."""
        return Receipt(at=at or moment_of(self.corrected_ms), by=self.user, late_s=late_s, behind_s=self.behind_s)

    def happened(self, received_ms: int) -> datetime:
        """When it happened by the clock of a server that received it then: never later, and no more than seconds."""
        return moment_of(min(self.corrected_ms, received_ms))

    @property
    def signed(self) -> Signed:
        """The person's signature with the time that it names, as rules take it."""
        return Signed(signature=self.signature, at_ms=self.wall_ms) if self.signature else UNSIGNED

    def read_act(self) -> Any:
        """The act struct in `args`; CodecError if the act is unknown or malformed."""
        kind = ACT_BY_CODE.get(self.act)
        if kind is None:
            message = f"unknown act {self.act}"
            raise CodecError(message)
        return decode(bytes(self.args), kind.struct)


def moment_of(at_ms: int) -> datetime:
    """Milliseconds since 1970 as an aware moment of whole seconds."""
    return datetime.fromtimestamp(max(0, at_ms) // 1000, UTC)


def behind_s(offset_ms: int) -> int:
    """An offset of a PC's clock in whole seconds, nothing where it is within the little that clocks always differ."""
    if not offset_ms:
        return 0
    seconds = max(-_MOST_BEHIND_S, min(int(offset_ms / 1000), _MOST_BEHIND_S))
    return seconds if abs(seconds) >= CLOCKS_AGREE_S else 0


def pack_act(act: Any) -> tuple[int, msgspec.Raw]:
    """The code of an act and its arguments as bytes."""
    return ACT_OF[type(act)].code, msgspec.Raw(encode(act))


def read_op(data: bytes) -> Op:
    """The op in `data`; CodecError if it is none or of a newer version."""
    op: Op = decode(data, Op)
    if op.version != OP_VERSION or op.seq < 1 or len(op.prev) != PREV_BYTES:
        message = f"op version {op.version}, seq {op.seq}"
        raise CodecError(message)
    return op


def shell_of(op: Op) -> bytes:
    """An op without what it says: who did what kind of thing and when."""
    return encode(msgspec.structs.replace(op, args=NO_ARGS, signature=b""))


def content_of(op: Op) -> tuple[int, int, int, bytes, int]:
    """What was done, by whom and when: the same under whatever number the op comes."""
    return op.user, op.position, op.act, bytes(op.args), op.wall_ms


def chain(head: bytes, op_bytes: bytes) -> bytes:
    """The head of the chain after `op_bytes`."""
    return hashlib.sha256(head + op_bytes).digest()


def follows(op: Op, head: bytes) -> bool:
    """Whether the op was made right after the op whose full hash is `head`."""
    return op.prev == head[:PREV_BYTES]


def batch_payload(tenant: TenantId, device: DeviceId, epoch: int, *, last_seq: int, head: bytes) -> bytes:
    """What the device signs (Ed25519) for a batch of ops that ends at `last_seq` with chain head `head`."""
    numbers = tenant.to_bytes(4, "big") + epoch.to_bytes(4, "big") + last_seq.to_bytes(8, "big")
    return b"pesagi-batch-1" + numbers + device + head
