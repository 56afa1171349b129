"""Accounts: the secret side of a person. Names and positions are ordinary records."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId, UserId
from server.storage.tables import ACCOUNT, ENROL_CODE
from sql.direct import kept


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """One account; without a password until its person has enrolled a first device.

    `key_wraps` are the private keys of the person, which only the password opens, as packed by
    `server.services.person_keys`; None: none were brought. `password_ms`: when the password was chosen; 0: not known.
    """

    user: UserId
    username: str
    password_hash: str | None
    key_wraps: bytes | None = None
    password_ms: int = 0


class CodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code; `used_ms` and `device` tell whether and by which device it was used."""

    tenant: TenantId
    code_hash: bytes
    user: UserId
    expires_ms: int
    used_ms: int | None
    device: DeviceId | None


# Whoever signs in is looked for: built once.
@kept
def _one() -> Any:
    columns = (ACCOUNT.c[name] for name in AccountRow.__struct_fields__)
    return select(*columns).where(ACCOUNT.c.tenant == bindparam("tenant"), ACCOUNT.c.user == bindparam("of"))


@kept
def _usernames() -> Any:
    return select(ACCOUNT.c.username, ACCOUNT.c.user).where(ACCOUNT.c.tenant == bindparam("tenant"))


class AccountTable:
    """The accounts of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def get(self, user: UserId) -> AccountRow | None:
        """The account, or None."""
        row = self._connection.execute(_one(), {"tenant": self._tenant, "of": user}).mappings().one_or_none()
        return None if row is None else AccountRow(**row)

    def usernames(self) -> dict[str, UserId]:
        """Every user name that is taken."""
        rows = self._connection.execute(_usernames(), {"tenant": self._tenant})
        return {row.username: UserId(row.user) for row in rows}

    def add(self, *rows: AccountRow) -> None:
        """Make accounts."""
        if rows:
            self._connection.execute(
                insert(ACCOUNT), [{"tenant": self._tenant, **msgspec.structs.asdict(row)} for row in rows]
            )

    def set_password(self, user: UserId, password_hash: str | None, *, now_ms: int = 0) -> None:
        """Store what is kept of a password; None lets the next enrolment choose a new one."""
        self._connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.tenant == self._tenant, ACCOUNT.c.user == user)
            .values(password_hash=password_hash, password_ms=now_ms)
        )

    def set_key_wraps(self, user: UserId, key_wraps: bytes) -> None:
        """Keep the wrapped private keys of a person in the place of those of before."""
        self._connection.execute(
            update(ACCOUNT).where(ACCOUNT.c.tenant == self._tenant, ACCOUNT.c.user == user).values(key_wraps=key_wraps)
        )

    def add_code(self, code_hash: bytes, *, user: UserId, expires_ms: int) -> None:
        """Store a one-time code for a user."""
        self.add_codes([(code_hash, user, expires_ms)])

    def add_codes(self, codes: Sequence[tuple[bytes, UserId, int]]) -> None:
        """Store one-time codes: what is kept of each, whose it is, and until when it serves."""
        names = ("code_hash", "user", "expires_ms")
        rows = [{"tenant": self._tenant, **dict(zip(names, code, strict=True))} for code in codes]
        if rows:
            self._connection.execute(insert(ENROL_CODE), rows)

    def lock_code(self, code_hash: bytes) -> CodeRow | None:
        """The code, which nobody else can use until this transaction ends."""
        row = (
            self._connection.execute(
                select(ENROL_CODE)
                .where(ENROL_CODE.c.tenant == self._tenant, ENROL_CODE.c.code_hash == code_hash)
                .with_for_update()
            )
            .mappings()
            .one_or_none()
        )
        return None if row is None else CodeRow(**row)

    def use_code(self, code_hash: bytes, *, device: DeviceId, now_ms: int) -> None:
        """Note that a device used the code."""
        self._connection.execute(
            update(ENROL_CODE)
            .where(ENROL_CODE.c.tenant == self._tenant, ENROL_CODE.c.code_hash == code_hash)
            .values(used_ms=now_ms, device=device)
        )
