"""Sealing whose chance comes from the seed: what RFC 9180 has a sender do, with a given key for the one time.

The library draws that key inside itself, and takes none. So the sender's half of the product's suite (X25519,
HKDF-SHA256, ChaCha20-Poly1305, mode base) is written down here once more, from the same primitives; what it seals is
opened by the library, as everything else that is sealed in a world.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import Suite

from core.protocol import sealing

KEY_BYTES = 32
_NONCE_BYTES = 12
_KEM = b"KEM\x00\x20"
_SUITE = b"HPKE\x00\x20\x00\x01\x00\x03"
_VERSION = b"HPKE-v1"
_BASE = b"\x00"


def encapsulated(plain: bytes, recipient: bytes, *, info: bytes, once: bytes) -> bytes:
    """`plain` sealed to the public key `recipient`; `once` is the sender's private key, for this one time."""
    mine = X25519PrivateKey.from_private_bytes(once)
    enc = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(recipient))
    secret = _expand(_extract(b"", b"eae_prk", shared, _KEM), b"shared_secret", enc + recipient, _KEM)
    about = _BASE + _extract(b"", b"psk_id_hash", b"", _SUITE) + _extract(b"", b"info_hash", info, _SUITE)
    scheduled = _extract(secret, b"secret", b"", _SUITE)
    key = _expand(scheduled, b"key", about, _SUITE)
    nonce = _expand(scheduled, b"base_nonce", about, _SUITE, length=_NONCE_BYTES)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plain, b"")


def _extract(salt: bytes, label: bytes, material: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt, _VERSION + suite + label + material, "sha256")


def _expand(key: bytes, label: bytes, info: bytes, suite: bytes, *, length: int = KEY_BYTES) -> bytes:
    return hmac.digest(key, length.to_bytes(2, "big") + _VERSION + suite + label + info + b"\x01", "sha256")[:length]


class SeededSuite:
    """Seals as above, with a key from where the product's other random bytes come from; opens by the library."""

    def __init__(self, real: Suite) -> None:
        self._real = real

    def encrypt(self, plaintext: bytes, public_key: X25519PublicKey, info: bytes) -> bytes:
        return encapsulated(plaintext, public_key.public_bytes_raw(), info=info, once=os.urandom(KEY_BYTES))

    def decrypt(self, ciphertext: bytes, private_key: X25519PrivateKey, info: bytes) -> bytes:
        return self._real.decrypt(ciphertext, private_key, info=info)


@contextmanager
def seeded_sealing() -> Iterator[None]:
    """Whatever is sealed to a key is sealed the same in each world of one seed."""
    real = sealing._SUITE  # noqa: SLF001  # there is no other way to hand chance in
    with mock.patch.object(sealing, "_SUITE", SeededSuite(real)):
        yield
