"""What a device shows with each request: its token, and a proof that it holds the private key the token is bound to.

`Authorization: Pesagi ` and 59 characters of base64url: `token (16) | moment (6) | nonce (6) | proof (16)`. The proof
is HMAC-SHA256, cut to 16 bytes, over `"pesagi-pass-1" | token | moment | nonce | method | " " | path`, with the key
that both sides make of their X25519 keys. So a token that was seen by a proxy, in a log or in a copy of the database
opens nothing; and since a proof is of one moment and taken once, neither does a whole request that was recorded.

The moment is the server's, in milliseconds, as far as the device knows it: clocks of offices are often wrong. A server
that finds it too far off says STALE with its own time, and the device asks once more.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from typing import Protocol

import msgspec

from core.protocol.sealing import PartyKeys

TURN_PATH = "/v1/token"
SCHEME = "Pesagi "
BEARER = "Bearer "
PAIR_INFO = b"pesagi-pass-key-1"
MOMENT_BYTES, NONCE_BYTES, PROOF_BYTES, TOKEN_BYTES = 6, 6, 16, 16
SHOWN_BYTES = TOKEN_BYTES + MOMENT_BYTES + NONCE_BYTES + PROOF_BYTES
# So far may a device's idea of the server's time be off: more than the slowest line holds a request back.
WINDOW_MS = 5 * 60 * 1000
_LAST_MOMENT = 2 ** (8 * MOMENT_BYTES) - 1


class TurnRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Let the token whose hash is `chosen` stand in the place of the one that is shown with this request.

    The device thinks the next token up and keeps it before it asks, so that it can ask again with the same one when the
    answer is lost; the token itself is not told.
    """

    protocol: int
    chosen: bytes


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A token with its proof, as it was shown for one request."""

    token: str
    moment_ms: int
    nonce: bytes
    proof: bytes
    request: bytes

    def fits(self, key: bytes) -> bool:
        """Whether the proof was made with this key, for this very request."""
        made = _proof(key, _raw(self.token), moment_ms=self.moment_ms, nonce=self.nonce, request=self.request)
        return hmac.compare_digest(made, self.proof)


class Access(Protocol):
    """Lets a client in."""

    @property
    def token(self) -> str:
        """The token; empty where nobody has one."""

    def shown(self, method: str, path: str) -> str:
        """The value of the header for one request; empty: none."""

    def learn_time(self, server_ms: int) -> None:
        """The server has just said what time it is."""


class Bearer:
    """A token that proves nothing beside itself, as hubs take it."""

    def __init__(self, token: str) -> None:
        """With a token, or none."""
        self.token = token

    def shown(self, method: str, path: str) -> str:
        """The same for every request."""
        del method, path
        return f"{BEARER}{self.token}" if self.token else ""

    def learn_time(self, server_ms: int) -> None:
        """It tells no time."""
        del server_ms


class Pass:
    """A token with the key that proves it; from any thread."""

    def __init__(self, token: str, key: bytes, *, wall_ms: Callable[[], int], offset_ms: int = 0) -> None:
        """`key` is of `pair_key`; `offset_ms` what is known of the server's clock against `wall_ms`."""
        self._token = token
        self._key = key
        self._wall_ms = wall_ms
        self._offset_ms = offset_ms
        self._guard = threading.Lock()

    @property
    def token(self) -> str:
        """The token as it is now."""
        return self._token

    def turn(self, token: str) -> None:
        """Show this token from here on."""
        with self._guard:
            self._token = token

    def shown(self, method: str, path: str) -> str:
        """Another for every request."""
        with self._guard:
            token = _raw(self._token)
            moment_ms = min(max(0, self._wall_ms() + self._offset_ms), _LAST_MOMENT)
        nonce = os.urandom(NONCE_BYTES)
        request = request_bytes(method, path)
        proof = _proof(self._key, token, moment_ms=moment_ms, nonce=nonce, request=request)
        shown = token + moment_ms.to_bytes(MOMENT_BYTES, "big") + nonce + proof
        return SCHEME + base64.urlsafe_b64encode(shown).rstrip(b"=").decode()

    def learn_time(self, server_ms: int) -> None:
        """Count by the server's clock from here on."""
        with self._guard:
            self._offset_ms = server_ms - self._wall_ms()


def new_token() -> str:
    """A fresh token: 22 characters of base64url."""
    return base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the server keeps of a token."""
    return hashlib.sha256(b"pesagi-token-1" + token.encode()).digest()


def pair_key(keys: PartyKeys, other: bytes) -> bytes:
    """The key that a device and the server share, from the one's private and the other's public key; SealBroken."""
    return keys.shared_key(other, info=PAIR_INFO)


def read_shown(header: str, method: str, path: str) -> Shown | None:
    """What stands in the header of a request, or None if it is no token with a proof."""
    if not header.startswith(SCHEME):
        return None
    try:
        raw = base64.b64decode(header.removeprefix(SCHEME) + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != SHOWN_BYTES:
        return None
    token, rest = raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]
    return Shown(
        token=base64.urlsafe_b64encode(token).rstrip(b"=").decode(),
        moment_ms=int.from_bytes(rest[:MOMENT_BYTES], "big"),
        nonce=rest[MOMENT_BYTES : MOMENT_BYTES + NONCE_BYTES],
        proof=rest[-PROOF_BYTES:],
        request=request_bytes(method, path),
    )


def request_bytes(method: str, path: str) -> bytes:
    """What a proof is bound to: the method and the path with its query, without what stands before `/v1`."""
    return f"{method} {path}".encode()


def _raw(token: str) -> bytes:
    # Of what is no token of ours, something that is the token of nobody.
    try:
        raw = base64.b64decode(token + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    return raw if len(raw) == TOKEN_BYTES else hashlib.sha256(token.encode()).digest()[:TOKEN_BYTES]


def _proof(key: bytes, token: bytes, *, moment_ms: int, nonce: bytes, request: bytes) -> bytes:
    said = b"pesagi-pass-1" + token + moment_ms.to_bytes(MOMENT_BYTES, "big") + nonce + request
    return hmac.digest(key, said, "sha256")[:PROOF_BYTES]
