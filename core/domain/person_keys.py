"""The public keys of people: what their signatures are checked with, and what is sealed to them.

A person has a key for signing and one for sealing, made on the first PC at which the person joined. They stay when
positions change: a signature is somebody's, not a chair's. A key that was lost is ended and another one follows it;
what was signed with it before stays provable, so no key ever leaves the record.
"""

from datetime import datetime

import msgspec

from core.domain.ids import DeviceId, RowId, UserId, small_row_id


class PersonKey(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One pair of public keys, from when and until when it stands for the person.

    `device`, whose public key is `device_key`, signed that it made the pair; `statement` is the server's signature that
    the person gave the password when it was shown (`core.protocol.person_keys`).
    """

    sign: bytes
    seal: bytes
    since: datetime
    device: DeviceId
    device_key: bytes
    device_signature: bytes
    statement: bytes
    until: datetime | None = None


class PersonKeys(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All keys that a person ever had, the oldest first. Made by the server only."""

    number: UserId
    keys: tuple[PersonKey, ...]

    @property
    def id(self) -> RowId:
        """The row id."""
        return small_row_id(self.number)

    @property
    def active(self) -> tuple[PersonKey, ...]:
        """The keys that stand for the person now."""
        return tuple(key for key in self.keys if key.until is None)

    def named(self, sign: bytes) -> PersonKey | None:
        """The pair with this key for signing."""
        return next((key for key in self.keys if key.sign == sign), None)
