"""How the keys of a person are shown, vouched for, and brought to the person's other PCs.

The private parts are 64 random bytes for each pair (`KeyRing`). They leave a PC in two forms only: wrapped by the
person's password for the server to keep; and sealed to the server, which opens what lies on that PC against a one-time
code (`core.protocol.escrow` says why that takes three).
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.domain.person_keys import PersonKey
from core.protocol.sealing import SEED_BYTES, PartyKeys, SealBroken, is_signed, seal_key

PAIR_BYTES = 2 * SEED_BYTES
MAX_KEYS = 16
MAX_WRAP_BYTES = 512
_TO_SERVER = b"pesagi-person-escrow-1"
_TO_DEVICE = b"pesagi-person-escrow-opened-1"


class KeyOffer(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A pair that a PC made for a person, and its private parts wrapped by the person's password.

    `proof` and `device_signature` are signatures over `offer_payload`, by the pair itself and by the device. `lost`
    says that no earlier pair of the person can be opened any more: they end.
    """

    sign: bytes
    seal: bytes
    wrap: bytes
    proof: bytes
    device_signature: bytes
    lost: bool = False


class KeptKey(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A pair that the server knows of a person, with its wrap (empty: none is kept)."""

    sign: bytes
    wrap: bytes
    active: bool


class PersonEscrow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The key ring of a person of this PC, sealed to the server."""

    user: UserId
    sealed: bytes


class KeyRing(msgspec.Struct, frozen=True):
    """The private keys of a person, the newest first; 64 bytes a pair: seed for signing, seed for sealing."""

    pairs: tuple[bytes, ...] = ()

    @staticmethod
    def new() -> "KeyRing":
        """One fresh pair."""
        return KeyRing((os.urandom(PAIR_BYTES),))

    @staticmethod
    def read(data: bytes) -> "KeyRing":
        """The inverse of `data`; SealBroken if it is none."""
        if len(data) % PAIR_BYTES:
            raise SealBroken
        return KeyRing(tuple(data[at : at + PAIR_BYTES] for at in range(0, len(data), PAIR_BYTES)))

    @property
    def data(self) -> bytes:
        """All pairs, one behind the other."""
        return b"".join(self.pairs)

    def parties(self) -> tuple[PartyKeys, ...]:
        """The pairs as keys, the newest first."""
        return tuple(party_of(pair) for pair in self.pairs)

    def with_pairs(self, pairs: Iterable[bytes]) -> "KeyRing":
        """This ring, and behind its own pairs those of others that it has not."""
        return KeyRing(tuple(dict.fromkeys((*self.pairs, *pairs)))[:MAX_KEYS])

    def open_key(self, sealed: bytes, *, bound: bytes) -> bytes:
        """The key that was sealed to any of the pairs; SealBroken."""
        for keys in self.parties():
            try:
                return keys.open_key(sealed, bound=bound)
            except SealBroken:
                continue
        raise SealBroken


def party_of(pair: bytes) -> PartyKeys:
    """The keys that a pair of seeds makes."""
    return PartyKeys(pair[:SEED_BYTES], pair[SEED_BYTES:])


def offer_payload(tenant: TenantId, user: UserId, device: DeviceId, *, sign: bytes, seal: bytes) -> bytes:
    """What the pair and the device sign: whose keys these are, and where they were made."""
    return b"pesagi-person-key-1" + tenant.to_bytes(4, "big") + user.to_bytes(4, "big") + device + sign + seal


def stated_payload(tenant: TenantId, user: UserId, key: PersonKey) -> bytes:
    """What the server signs of a pair; not until when it stands, which changes."""
    offered = offer_payload(tenant, user, key.device, sign=key.sign, seal=key.seal)
    since = _seconds(key.since).to_bytes(8, "big")
    return b"pesagi-person-key-stated-1" + hashlib.sha256(offered + key.device_key + since).digest()


def is_vouched(tenant: TenantId, user: UserId, key: PersonKey, *, server: bytes) -> bool:
    """Whether the device and the server stand for this pair: what anybody with the directory can check."""
    offered = offer_payload(tenant, user, key.device, sign=key.sign, seal=key.seal)
    return is_signed(offered, key.device_signature, by=key.device_key) and is_signed(
        stated_payload(tenant, user, key), key.statement, by=server
    )


def seal_ring(ring: KeyRing, *, server: bytes, device: DeviceId, user: UserId) -> PersonEscrow:
    """A ring so that only the server can open it, and only for this person on this device."""
    sealed = seal_key(ring.data, server, bound=_TO_SERVER + device + user.to_bytes(4, "big"))
    return PersonEscrow(user=user, sealed=sealed)


def hand_ring_back(escrow: PersonEscrow, *, by: PartyKeys, device: DeviceId, recipient: bytes) -> bytes:
    """The ring, sealed to the device whose public key is `recipient`; SealBroken."""
    bound = device + UserId(escrow.user).to_bytes(4, "big")
    return seal_key(by.open_key(escrow.sealed, bound=_TO_SERVER + bound), recipient, bound=_TO_DEVICE + bound)


def open_returned_ring(returned: bytes, *, by: PartyKeys, device: DeviceId, user: UserId) -> KeyRing:
    """The ring that the server handed back to this device; SealBroken."""
    return KeyRing.read(by.open_key(returned, bound=_TO_DEVICE + device + user.to_bytes(4, "big")))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
