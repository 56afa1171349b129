"""The daily head: what the server has signed about its log of ops, and how a PC knows that it was never rewritten.

Every op of a tenant, with its result and the records that came of it, goes into one running hash. Once a day the
server signs where that hash stands. A head continues the one before it, so that whoever holds one head holds the
server to all that it covered: another history before it needs another head, and every PC has kept this one.

    body  = tenant (4) | feed epoch (8) | number (4) | day (2) | seq (5) | start of the running hash (24)
    chain = SHA-256(chain before | body)          signed: "pesagi-head-1" | chain

On the wire a head is 31 bytes (day, seq, running hash), behind one signature for the last of them: the rest is known.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from core.domain.ids import TenantId

NO_CHAIN = bytes(32)
RUNNING_BYTES = 24
# No PC asks for more at a time: more than a year of heads; whoever stayed away longer begins anew.
MOST_HEADS = 400
ASK_NOTHING = -1
_SIGNATURE_BYTES = 64
_DAY_BYTES, _SEQ_BYTES, _NUMBER_BYTES = 2, 5, 4
_ITEM_BYTES = _DAY_BYTES + _SEQ_BYTES + RUNNING_BYTES
_CONTINUES, _BEGINS = b"\x00", b"\x01"
_FIRST_DAY = date(2026, 1, 1)


class HeadError(ValueError):
    """Bytes that are no heads."""


class DailyHead(msgspec.Struct, frozen=True, kw_only=True):
    """One head. `number` counts from 1; `seq` is the number of the last op that it covers."""

    number: int
    day: int
    seq: int
    running: bytes


class HeadsTold(msgspec.Struct, frozen=True, kw_only=True):
    """Heads as they are told: those behind the one that was asked about, or anew from behind `before`."""

    heads: tuple[DailyHead, ...]
    signature: bytes
    before: bytes | None = None


def day_number(day: date) -> int:
    """A day as heads tell it."""
    return (day - _FIRST_DAY).days


def day_of(number: int) -> date:
    """The inverse of `day_number`."""
    return _FIRST_DAY + timedelta(days=number)


def next_chain(before: bytes, head: DailyHead, *, tenant: TenantId, feed_epoch: int) -> bytes:
    """The chain up to and including a head; OverflowError if a number of it does not fit."""
    body = (
        tenant.to_bytes(4, "big")
        + feed_epoch.to_bytes(8, "big")
        + head.number.to_bytes(_NUMBER_BYTES, "big")
        + head.day.to_bytes(_DAY_BYTES, "big")
        + head.seq.to_bytes(_SEQ_BYTES, "big")
        + head.running
    )
    return hashlib.sha256(before + body).digest()


def head_payload(chain: bytes) -> bytes:
    """What the server signs (Ed25519) for a head with this chain."""
    return b"pesagi-head-1" + chain


def pack_heads(told: HeadsTold) -> bytes:
    """Heads in as few bytes as they need; `unpack_heads` is the inverse. OverflowError."""
    items = b"".join(
        head.day.to_bytes(_DAY_BYTES, "big") + head.seq.to_bytes(_SEQ_BYTES, "big") + head.running
        for head in told.heads
    )
    if told.before is None:
        return _CONTINUES + told.signature + items
    first = told.heads[0].number.to_bytes(_NUMBER_BYTES, "big")
    return _BEGINS + first + told.before + told.signature + items


def unpack_heads(data: bytes, *, after: int) -> HeadsTold:
    """Heads that a PC was told who holds number `after`; HeadError."""
    start, before, first = 1, None, after + 1
    if data[:1] == _BEGINS:
        first = int.from_bytes(data[1 : 1 + _NUMBER_BYTES], "big")
        start = 1 + _NUMBER_BYTES + len(NO_CHAIN)
        before = data[1 + _NUMBER_BYTES : start]
    elif data[:1] != _CONTINUES:
        raise HeadError("kind")
    signature, items = data[start : start + _SIGNATURE_BYTES], data[start + _SIGNATURE_BYTES :]
    count, odd = divmod(len(items), _ITEM_BYTES)
    if odd or not 1 <= count <= MOST_HEADS:
        raise HeadError("length")
    parts = [items[place * _ITEM_BYTES : (place + 1) * _ITEM_BYTES] for place in range(count)]
    return HeadsTold(heads=_numbered(parts, first=first), signature=signature, before=before)


def _numbered(parts: Sequence[bytes], *, first: int) -> tuple[DailyHead, ...]:
    return tuple(
        DailyHead(
            number=number,
            day=int.from_bytes(part[:_DAY_BYTES], "big"),
            seq=int.from_bytes(part[_DAY_BYTES : _DAY_BYTES + _SEQ_BYTES], "big"),
            running=part[_DAY_BYTES + _SEQ_BYTES :],
        )
        for number, part in enumerate(parts, start=first)
    )
