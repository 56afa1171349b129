"""Wrong tries, and signatures that were used: what keeps guessers and repeaters out, also after a restart."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId, UserId
from server.storage.statements import append, upsert
from server.storage.tables import GUESS, USED_SIGNATURE
from sql.direct import kept


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """So many wrong tries in a row, and until when none is heard."""

    wrong: int = 0
    until_ms: int = 0


def of_person(user: UserId) -> bytes:
    """The tries for one account."""
    return b"u" + user.to_bytes(4, "big")


def of_device(device: DeviceId) -> bytes:
    """The tries on one device, for whomever."""
    return b"d" + device


@kept
def _tries(*, lock: bool) -> Any:
    asked = select(GUESS.c.wrong, GUESS.c.until_ms).where(
        GUESS.c.tenant == bindparam("tenant"), GUESS.c.who == bindparam("who")
    )
    return asked.with_for_update() if lock else asked


@kept
def _forget() -> Any:
    return delete(GUESS).where(GUESS.c.tenant == bindparam("tenant"), GUESS.c.who == bindparam("who"))


@kept
def _used() -> Any:
    return select(USED_SIGNATURE.c.used_ms).where(
        USED_SIGNATURE.c.tenant == bindparam("tenant"), USED_SIGNATURE.c.sha256 == bindparam("named")
    )


class GuardTable:
    """The guards of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def tries(self, who: bytes, *, lock: bool) -> Tries:
        """The tries of one; with `lock`, nobody else counts them until this transaction ends."""
        values = {"tenant": self._tenant, "who": who}
        row = self._connection.execute(_tries(lock=lock), values).mappings().one_or_none()
        return Tries() if row is None else Tries(**row)

    def note(self, who: bytes, tries: Tries) -> None:
        """Keep the tries of one."""
        row = {"tenant": self._tenant, "who": who, "wrong": tries.wrong, "until_ms": tries.until_ms}
        upsert(self._connection, GUESS, rows=[row], changing=("wrong", "until_ms"))

    def forget(self, who: bytes) -> None:
        """The right password was given."""
        self._connection.execute(_forget(), {"tenant": self._tenant, "who": who})

    def use(self, signature: bytes, *, now_ms: int) -> bool:
        """Whether a signature is used for the first time; from then on it is not."""
        named = hashlib.sha256(signature).digest()
        if self._connection.execute(_used(), {"tenant": self._tenant, "named": named}).first() is not None:
            return False
        append(self._connection, USED_SIGNATURE, rows=[{"tenant": self._tenant, "sha256": named, "used_ms": now_ms}])
        return True
