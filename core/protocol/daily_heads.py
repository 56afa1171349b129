"""The daily head: what the server has signed about its log of ops, and how a PC knows that it was never rewritten.

Every op of a tenant, with its result and the records that came of it, goes into one running hash. Once a day the
server signs where that hash stands. A head continues the one before it, so that whoever holds one head holds the
server to all that it covered: another history before it needs another head, and every PC has kept this one.

    body  = tenant (4) | number (2) | day (2) | seq (5) | start of the running hash (24)
    chain = SHA-256(chain before | body)          signed: "pesagi-head-1" | chain

On the wire: 0 | number of the first | signature of the last | day, seq and running hash of each. For whoever does not
hold the head before the first: 1 | number of the first | chain before it | the same. One head more is 100 bytes.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from core.domain.ids import TenantId

NO_CHAIN = bytes(32)
RUNNING_BYTES = 24
# So many are told at a time: more than a year of them.
MOST_HEADS = 400
ASK_NOTHING = -1
_SIGNATURE_BYTES = 64
_NUMBER_BYTES, _DAY_BYTES, _SEQ_BYTES = 2, 2, 5
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
    """Heads as they are told, at least one; `before` is the chain before the first, None for whoever holds it."""

    heads: tuple[DailyHead, ...]
    signature: bytes
    before: bytes | None = None


def day_number(day: date) -> int:
    """A day as heads tell it."""
    return max(0, (day - _FIRST_DAY).days)


def day_of(number: int) -> date:
    """The inverse of `day_number`."""
    return _FIRST_DAY + timedelta(days=number)


def next_chain(before: bytes, head: DailyHead, *, tenant: TenantId) -> bytes:
    """The chain up to and including a head; OverflowError if a number of it does not fit."""
    body = tenant.to_bytes(4, "big") + head.number.to_bytes(_NUMBER_BYTES, "big") + _item(head)
    return hashlib.sha256(before + body).digest()


def chains_of(before: bytes, heads: Sequence[DailyHead], *, tenant: TenantId) -> list[bytes]:
    """The chain up to and including each of some heads that follow each other."""
    chains = []
    for head in heads:
        before = next_chain(before, head, tenant=tenant)
        chains.append(before)
    return chains


def head_payload(chain: bytes) -> bytes:
    """What the server signs (Ed25519) for a head with this chain."""
    return b"pesagi-head-1" + chain


def pack_heads(told: HeadsTold) -> bytes:
    """Heads in as few bytes as they need; `unpack_heads` is the inverse. OverflowError."""
    kind = _CONTINUES if told.before is None else _BEGINS
    first = told.heads[0].number.to_bytes(_NUMBER_BYTES, "big")
    return kind + first + (told.before or b"") + told.signature + b"".join(_item(head) for head in told.heads)


def unpack_heads(data: bytes) -> HeadsTold:
    """The heads in `data`; HeadError."""
    kind, start = data[:1], 1 + _NUMBER_BYTES
    first, before = int.from_bytes(data[1:start], "big"), None
    if kind == _BEGINS:
        before, start = data[start : start + len(NO_CHAIN)], start + len(NO_CHAIN)
    elif kind != _CONTINUES:
        raise HeadError("kind")
    signature, items = data[start : start + _SIGNATURE_BYTES], data[start + _SIGNATURE_BYTES :]
    count, odd = divmod(len(items), _ITEM_BYTES)
    if odd or not first or not 1 <= count <= MOST_HEADS:
        raise HeadError("length")
    heads = tuple(
        _head(first + place, items[place * _ITEM_BYTES : (place + 1) * _ITEM_BYTES]) for place in range(count)
    )
    return HeadsTold(heads=heads, signature=signature, before=before)


def _item(head: DailyHead) -> bytes:
    return head.day.to_bytes(_DAY_BYTES, "big") + head.seq.to_bytes(_SEQ_BYTES, "big") + head.running


def _head(number: int, item: bytes) -> DailyHead:
    return DailyHead(
        number=number,
        day=int.from_bytes(item[:_DAY_BYTES], "big"),
        seq=int.from_bytes(item[_DAY_BYTES : _DAY_BYTES + _SEQ_BYTES], "big"),
        running=item[_DAY_BYTES + _SEQ_BYTES :],
    )
