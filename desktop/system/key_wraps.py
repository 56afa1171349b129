"""The store's key, wrapped once for each person of a PC: neither the disk nor the keyring alone gives it away.

A wrap is opened by what the person knows (argon2id of the password, 64 MiB, so that a guess costs a tenth of a second
and memory) together with what this PC has (a secret in its keyring). Names stand beside the wraps in the clear: the
page that asks for a password shows them to whoever sits down.
"""

import os
from typing import Any

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile, write_whole

FORMAT = 1
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
PURPOSE = b"pesagi-store-key-1"
RECOVERY_PURPOSE = b"pesagi-recovery-1"


class WrongPassword(Exception):
    """The wrap does not open with this password on this PC."""


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What one guess costs: argon2id as of RFC 9106, its second recommended choice."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


class KeyWrap(msgspec.Struct, frozen=True, kw_only=True):
    """The store's key and the person's own keys for one person, and how the person is shown before it is open.

    `ring_escrow` holds the person's keys once more, sealed to the server for the day when the password is forgotten.
    `made_ms` is when the password was chosen here; 0: not known.
    """

    user: int
    username: str
    name: str = ""
    title: str = ""
    order: int = 0
    cost: Cost
    salt: bytes
    sealed: bytes
    ring_escrow: bytes = b""
    made_ms: int = 0


class Escrow(msgspec.Struct, frozen=True, kw_only=True):
    """The store's key sealed to the server, and what is needed to ask it while the store is closed."""

    server: str
    pinned: bool
    device: bytes
    recipient: bytes
    sealed: bytes


class RecoveryWrap(msgspec.Struct, frozen=True, kw_only=True):
    """The store's key and the secrets of the keyring, for the words of a printed sheet.

    `confirmed`: somebody has shown that the paper can be read.
    """

    number: str
    made_ms: int
    confirmed: bool = False
    salt: bytes
    sealed: bytes


class KeyWraps(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands in the file of wraps."""

    format: int = FORMAT
    office: str = ""
    people: tuple[KeyWrap, ...] = ()
    escrow: Escrow | None = None
    recoveries: tuple[RecoveryWrap, ...] = ()

    def of(self, user: int) -> KeyWrap | None:
        """The wrap of a person, if there is one."""
        return next((one for one in self.people if one.user == user), None)


def default_cost() -> Cost:
    """What a guess costs where nothing else is asked for."""
    return Cost()


def wrap_key(
    key: bytes, password: str, *, device_secret: bytes, user: int, username: str, cost: Cost | None = None
) -> KeyWrap:
    """The store's key for a person who knows `password`, on the PC that has `device_secret`.

    What else is that person's alone may follow behind the key.
    """
    chosen, salt, nonce = cost or default_cost(), os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    cipher = ChaCha20Poly1305(stretched(password, device_secret, salt=salt, cost=chosen, purpose=PURPOSE))
    sealed = nonce + cipher.encrypt(nonce, key, _bound(user))
    return KeyWrap(user=user, username=username, cost=chosen, salt=salt, sealed=sealed)


def unwrap_key(wrap: KeyWrap, password: str, *, device_secret: bytes) -> bytes:
    """The store's key; WrongPassword if this is not the password, or not the PC."""
    cipher = ChaCha20Poly1305(stretched(password, device_secret, salt=wrap.salt, cost=wrap.cost, purpose=PURPOSE))
    nonce, sealed = wrap.sealed[:NONCE_BYTES], wrap.sealed[NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, sealed, _bound(wrap.user))
    except (InvalidTag, ValueError) as err:
        raise WrongPassword from err


def wrap_recovery(secret: bytes, kept: dict[str, bytes], *, number: str, made_ms: int) -> RecoveryWrap:
    """`kept` for whoever has the random `secret`; bound to the number of the sheet."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    cipher = ChaCha20Poly1305(_recovery_key(secret, salt))
    sealed = nonce + cipher.encrypt(nonce, msgspec.msgpack.encode(kept), number.encode())
    return RecoveryWrap(number=number, made_ms=made_ms, salt=salt, sealed=sealed)


def open_recovery(wrap: RecoveryWrap, secret: bytes) -> dict[str, bytes]:
    """What was kept; WrongPassword if the secret is of another sheet."""
    cipher = ChaCha20Poly1305(_recovery_key(secret, wrap.salt))
    nonce, sealed = wrap.sealed[:NONCE_BYTES], wrap.sealed[NONCE_BYTES:]
    try:
        return msgspec.msgpack.decode(cipher.decrypt(nonce, sealed, wrap.number.encode()), type=dict[str, bytes])
    except (InvalidTag, ValueError, msgspec.MsgspecError) as err:
        raise WrongPassword from err


def read_wraps(profile: Profile) -> KeyWraps:
    """The wraps of a profile; none if nobody was let in yet. KEY_LOST if the file is no longer what was written."""
    try:
        data = profile.wraps_path.read_bytes()
    except FileNotFoundError:
        return KeyWraps()
    except OSError as err:
        raise EnvironmentFault(FaultOf.KEY_LOST, type(err).__name__) from err
    try:
        loaded: Any = msgspec.json.decode(data)
        written = int(loaded["format"])
        if written <= FORMAT:
            return msgspec.convert(loaded, KeyWraps)
    except (ValueError, TypeError, KeyError, msgspec.MsgspecError) as err:
        raise EnvironmentFault(FaultOf.KEY_LOST, "pembungkus.json") from err
    raise EnvironmentFault(FaultOf.STORE_NEWER, f"wraps {written}", number=written)


def write_wraps(profile: Profile, wraps: KeyWraps) -> None:
    """Put these wraps in the place of the old ones, all or none."""
    try:
        write_whole(profile.wraps_path, msgspec.json.encode(wraps), private=True)
    except OSError as err:
        raise EnvironmentFault(FaultOf.DISK_FAILED, type(err).__name__) from err


def stretched(password: str, secret: bytes, *, salt: bytes, cost: Cost, purpose: bytes) -> bytes:
    """A key of 32 bytes made of what a person knows and what a PC has; for one purpose alone."""
    known = hash_secret_raw(
        password.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=purpose).derive(known + secret)


def _recovery_key(secret: bytes, salt: bytes) -> bytes:
    # The secret is random as a whole: there is nothing to be slowed down.
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=RECOVERY_PURPOSE).derive(secret)


def _bound(user: int) -> bytes:
    return PURPOSE + user.to_bytes(8, "big")
