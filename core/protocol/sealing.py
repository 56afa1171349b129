"""Keys of a party, and sealing to one: the only module of core that knows a library of cryptography.

What is sealed to a party is opened by that party alone. A fresh key is sealed with HPKE (RFC 9180: X25519, HKDF-SHA256,
ChaCha20-Poly1305), the content with that key in the STREAM construction: chunks of 64 KiB, each with its number and
whether it is the last in the nonce, so that none can be dropped, doubled, moved or cut off unseen, and memory stays
small whatever the size. Sealing does not tell who sealed: that is what signatures (Ed25519) are for.
"""

import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEED_BYTES = 32
SIGNATURE_BYTES = 64
CHUNK = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
SEALED_KEY_BYTES = 32 + KEY_BYTES + TAG_BYTES
_COUNTER_BYTES = 11
_NONCE_BYTES = 12
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class SealBroken(Exception):
    """The bytes were not sealed to this key, or are no longer what was sealed."""


class PartyKeys:
    """The private keys of one party: to sign what it sends, and to open what is sealed to it."""

    def __init__(self, sign_seed: bytes, seal_seed: bytes) -> None:
        """From secrets of 32 bytes each."""
        self._sign = Ed25519PrivateKey.from_private_bytes(sign_seed)
        self._seal = X25519PrivateKey.from_private_bytes(seal_seed)

    @property
    def sign_public(self) -> bytes:
        """The public key that others check signatures with."""
        return self._sign.public_key().public_bytes_raw()

    @property
    def seal_public(self) -> bytes:
        """The public key that others seal to."""
        return self._seal.public_key().public_bytes_raw()

    def sign(self, payload: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes."""
        return self._sign.sign(payload)

    def open_key(self, sealed: bytes, *, bound: bytes) -> bytes:
        """The key in `sealed`, if it was sealed to this party together with `bound`; SealBroken."""
        try:
            return _SUITE.decrypt(sealed, self._seal, info=bound)
        except (InvalidTag, ValueError) as err:
            raise SealBroken from err

    def shared_key(self, other: bytes, *, info: bytes) -> bytes:
        """The key for `info` that this party and the holder of the key `other` (its public part) can make; SealBroken.

        Neither needs a word of the other for it, and nobody else can make it.
        """
        try:
            shared = self._seal.exchange(X25519PublicKey.from_public_bytes(other))
        except ValueError as err:
            raise SealBroken from err
        both = b"".join(sorted((self.seal_public, other)))
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info + both).derive(shared)


def seal_key(key: bytes, recipient: bytes, *, bound: bytes) -> bytes:
    """`key` so that only the holder of the key `recipient` (its public part) can open it; `bound` may not change."""
    return _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(recipient), info=bound)


def is_signed(payload: bytes, signature: bytes, *, by: bytes) -> bool:
    """Whether the holder of the key `by` (its public part) signed `payload`."""
    try:
        Ed25519PublicKey.from_public_bytes(by).verify(signature, payload)
    except (InvalidSignature, ValueError):
        return False
    return True


def seal_bytes(data: bytes, key: bytes, *, bound: bytes) -> bytes:
    """`data` under a key that seals many things: a random nonce before it; `bound` may not change."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, bound)


def open_bytes(sealed: bytes, key: bytes, *, bound: bytes) -> bytes:
    """The inverse of `seal_bytes`; SealBroken."""
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as err:
        raise SealBroken from err


class ChunkSealer:
    """Seals chunks in order; for one key and one run of chunks only."""

    def __init__(self, key: bytes) -> None:
        """With a key that was never used."""
        self._cipher = ChaCha20Poly1305(key)
        self._count = 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        """The next chunk; all but the last are `CHUNK` bytes long."""
        sealed = self._cipher.encrypt(_nonce(self._count, last=last), chunk, None)
        self._count += 1
        return sealed


class ChunkOpener:
    """Opens what a `ChunkSealer` sealed."""

    def __init__(self, key: bytes) -> None:
        """With the key that it was sealed with."""
        self._cipher = ChaCha20Poly1305(key)
        self._count = 0

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """The next chunk; SealBroken if it is not the one that was sealed in this place."""
        try:
            chunk = self._cipher.decrypt(_nonce(self._count, last=last), sealed, None)
        except (InvalidTag, ValueError) as err:
            raise SealBroken from err
        self._count += 1
        return chunk


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(_COUNTER_BYTES, "big") + bytes([last])
