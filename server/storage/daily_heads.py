"""The daily heads of one tenant, as they were signed."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from core.domain.ids import TenantId
from core.protocol.daily_heads import DailyHead
from server.storage.statements import append
from server.storage.tables import DAILY_HEAD
from sql.direct import kept


class SignedHead(msgspec.Struct, frozen=True, kw_only=True):
    """One head with its chain and the signature over it."""

    head: DailyHead
    chain: bytes
    signature: bytes


@kept
def _newest() -> Any:
    mine = select(DAILY_HEAD).where(DAILY_HEAD.c.tenant == bindparam("of"))
    return mine.order_by(DAILY_HEAD.c.number.desc()).limit(1)


class DailyHeads:
    """The heads of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def newest(self) -> SignedHead | None:
        """The last one, or None."""
        row = self._connection.execute(_newest(), {"of": self._tenant}).one_or_none()
        return None if row is None else _signed(row)

    def behind(self, number: int, *, limit: int | None = None) -> list[SignedHead]:
        """Those above a number, in order."""
        mine = select(DAILY_HEAD).where(DAILY_HEAD.c.tenant == self._tenant, DAILY_HEAD.c.number > number)
        return [_signed(row) for row in self._connection.execute(mine.order_by(DAILY_HEAD.c.number).limit(limit))]

    def add(self, signed: SignedHead) -> None:
        """Append one; a number that is there already fails the transaction."""
        rest = {"chain": signed.chain, "signature": signed.signature}
        row = {"tenant": self._tenant, **msgspec.structs.asdict(signed.head), **rest}
        append(self._connection, DAILY_HEAD, rows=[row])


def _signed(row: Any) -> SignedHead:
    head = DailyHead(number=row.number, day=row.day, seq=row.seq, running=row.running)
    return SignedHead(head=head, chain=row.chain, signature=row.signature)
