"""The recovery sheet of a PC: words on paper that open its store when keyring, password and server are gone.

What the words open lies in the file of wraps: the key of the store together with the secrets of the keyring, so that
afterwards the old passwords work again and the PC is still the device that the server knows. The paper alone opens
nothing, and the disk alone neither.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from desktop.services.clock import Clock, millis
from desktop.services.locksmith import DEVICE_SHARE, STORE_KEY
from desktop.services.recovery_words import SECRET_BYTES, read_words, word_list, words_of
from desktop.system.credentials import Vault
from desktop.system.key_wraps import (
    KeyWraps,
    RecoveryWrap,
    WrongPassword,
    open_recovery,
    read_wraps,
    wrap_recovery,
    write_wraps,
)
from desktop.system.profile import Profile

# Sheets that were made but never confirmed still open the store: somebody may have put the paper away.
MOST_SHEETS = 4


class OtherSheet(Exception):
    """The words are those of a sheet, but of none that is valid for this PC."""


class RecoverySheet(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed."""

    number: str
    words: tuple[str, ...]
    office: str
    device: str
    made: datetime


class RecoveryService:
    """Makes sheets for one profile, and opens it with one."""

    def __init__(
        self, profile: Profile, vault: Vault, clock: Clock, *, secrets: Sequence[str], unattended: bool = False
    ) -> None:
        """`secrets` names what of the vault goes into a sheet besides the secret of the wraps."""
        self._profile = profile
        self._vault = vault
        self._clock = clock
        self._secrets = (DEVICE_SHARE, *secrets)
        self._unattended = unattended

    def make(self, key: bytes, *, device_name: str) -> RecoverySheet:
        """A new sheet for the store with this `key`. Those from before stay valid until it is confirmed."""
        secret, now = os.urandom(SECRET_BYTES), self._clock()
        number = f"{int.from_bytes(os.urandom(4), 'big') % 10**6:06d}"
        kept = {name: value for name in self._secrets if (value := self._vault.get(name)) is not None}
        wrap = wrap_recovery(secret, {**kept, STORE_KEY: key}, number=number, made_ms=millis(now))
        known = read_wraps(self._profile)
        before = _without_oldest(known.recoveries)
        write_wraps(self._profile, msgspec.structs.replace(known, recoveries=(*before, wrap)))
        words = words_of(secret, word_list())
        return RecoverySheet(number=number, words=words, office=known.office, device=device_name, made=now)

    def confirm(self, number: str) -> None:
        """The sheet is on paper and can be read: from now on no other one is valid."""
        known = read_wraps(self._profile)
        valid = tuple(msgspec.structs.replace(one, confirmed=True) for one in known.recoveries if one.number == number)
        if valid:
            write_wraps(self._profile, msgspec.structs.replace(known, recoveries=valid))

    def open(self, typed: str) -> bytes:
        """The key of the store, by the words; what the keyring has lost is put back. WordsRefused, OtherSheet."""
        kept = self._opened(read_wraps(self._profile), read_words(typed, word_list()))
        key = kept.pop(STORE_KEY)
        if self._unattended:
            kept[STORE_KEY] = key
        for name, value in kept.items():
            if self._vault.get(name) is None:
                self._vault.put(name, value)
        return key

    def made(self) -> tuple[str, datetime] | None:
        """Number and moment of the sheet that is valid, if one was confirmed."""
        for one in read_wraps(self._profile).recoveries:
            if one.confirmed:
                return one.number, datetime.fromtimestamp(one.made_ms / 1000, UTC)
        return None

    def _opened(self, known: KeyWraps, secrets: Sequence[bytes]) -> dict[str, bytes]:
        for secret in secrets:
            for wrap in known.recoveries:
                try:
                    return open_recovery(wrap, secret)
                except WrongPassword:
                    continue
        raise OtherSheet


def _without_oldest(recoveries: Sequence[RecoveryWrap]) -> tuple[RecoveryWrap, ...]:
    """Room for one more; the one that was confirmed stays."""
    confirmed = [one for one in recoveries if one.confirmed]
    waiting = [one for one in recoveries if not one.confirmed]
    return (*confirmed, *waiting[-(MOST_SHEETS - 1) :])
