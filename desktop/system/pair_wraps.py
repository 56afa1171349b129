"""A person's private keys wrapped by the password alone: what the server keeps for the person's other PCs.

No secret of a PC goes in, since another PC has to open it. A guess costs as much as at the server's own hash of the
password, which lies beside it there.
"""

import os

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from desktop.system.key_wraps import NONCE_BYTES, SALT_BYTES, Cost, default_cost, stretched

PURPOSE = b"pesagi-person-pair-1"
# What comes from the server may not make this PC work or reserve without end.
LEAST_MEMORY_KIB = 8
MOST = Cost(memory_kib=512 * 1024, passes=16, lanes=16)


class PairWrap(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What is kept: how the password was stretched, and the sealed pair."""

    cost: tuple[int, int, int]
    salt: bytes
    sealed: bytes


def wrap_pair(pair: bytes, password: str, *, user: int, cost: Cost | None = None) -> bytes:
    """A pair for whoever knows `password`; bound to the person."""
    chosen, salt, nonce = cost or default_cost(), os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    cipher = ChaCha20Poly1305(stretched(password, b"", salt=salt, cost=chosen, purpose=PURPOSE))
    sealed = nonce + cipher.encrypt(nonce, pair, _bound(user))
    told = (chosen.memory_kib, chosen.passes, chosen.lanes)
    return msgspec.msgpack.encode(PairWrap(cost=told, salt=salt, sealed=sealed))


def unwrap_pair(wrap: bytes, password: str, *, user: int) -> bytes | None:
    """The pair, or None if this password does not open it."""
    try:
        kept = msgspec.msgpack.decode(wrap, type=PairWrap)
        memory, passes, lanes = kept.cost
        cost = Cost(memory_kib=memory, passes=passes, lanes=lanes)
        if not _bearable(cost):
            return None
        cipher = ChaCha20Poly1305(stretched(password, b"", salt=kept.salt, cost=cost, purpose=PURPOSE))
        return cipher.decrypt(kept.sealed[:NONCE_BYTES], kept.sealed[NONCE_BYTES:], _bound(user))
    except (msgspec.MsgspecError, InvalidTag, ValueError):
        return None


def _bearable(cost: Cost) -> bool:
    parts = (cost.memory_kib <= MOST.memory_kib, cost.passes <= MOST.passes, cost.lanes <= MOST.lanes)
    return all(parts) and min(cost.memory_kib - LEAST_MEMORY_KIB + 1, cost.passes, cost.lanes) > 0


def _bound(user: int) -> bytes:
    return PURPOSE + user.to_bytes(8, "big")
