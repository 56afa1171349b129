"""What a hub keeps beside its copy of the feed: each item is bytes under (kind, owner, number)."""

from enum import IntEnum
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from core.domain.ids import TenantId
from server.storage.statements import upsert
from server.storage.tables import HUB_ITEM
from sql.direct import kept


class ItemKind(IntEnum):
    """What an item is; the owner is a device unless said otherwise."""

    PARCEL = 1  # a parcel on its way to the server; numbered in the order of arrival
    SLIP = 2  # an answer of the server that the device has not fetched yet
    STATEMENT = 3  # what may be handed to the device; number 0
    HELD = 4  # the last op of the device that went through here; number 0
    BLOCK = 5  # numbers that the server left to this hub; the owner names the series, the number is the fence
    COUNT = 6  # the newest number of a kind, which the owner names
    LOADING = 7  # a segment that is not in the copy as a whole; the owner is its hash, number 0
    APPOINTMENT = 8  # what the server says of this hub; no owner, number 0
    DIRECTORY = 10  # the server's word for the rows of the directory; no owner, number 0
    BEGUN = 11  # from which number on it is known what left a stream, which the owner names; number 0
    FILE = 9  # a file that a PC left here for the server; the owner is its hash, number 0


# A visit that goes through a hub asks for dozens of items: building a statement costs more than running it.
def _named() -> Any:
    return (
        HUB_ITEM.c.tenant == bindparam("tenant"),
        HUB_ITEM.c.kind == bindparam("kind"),
        HUB_ITEM.c.owner == bindparam("owner"),
    )


@kept
def _first() -> Any:
    return select(HUB_ITEM.c.body).where(*_named(), HUB_ITEM.c.number == 0)


@kept
def _in_order(*, of_one: bool) -> Any:
    which = _named() if of_one else _named()[:2]
    wanted = select(HUB_ITEM.c.number, HUB_ITEM.c.owner, HUB_ITEM.c.body).where(*which)
    return wanted.order_by(HUB_ITEM.c.number, HUB_ITEM.c.owner).limit(bindparam("many"))


@kept
def _drop() -> Any:
    return delete(HUB_ITEM).where(*_named(), HUB_ITEM.c.number <= bindparam("upto"))


@kept
def _remove() -> Any:
    return delete(HUB_ITEM).where(*_named(), HUB_ITEM.c.number == bindparam("at"))


class HubItems:
    """The items of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def put(self, kind: ItemKind, owner: bytes, body: bytes, *, number: int = 0) -> None:
        """Store an item in the place of one with the same name."""
        row = {"tenant": self._tenant, "kind": int(kind), "owner": owner, "number": number, "body": body}
        upsert(self._connection, HUB_ITEM, rows=[row], changing=("body",))

    def append(self, kind: ItemKind, owner: bytes, body: bytes) -> int:
        """Store an item behind all that its kind ever had; its number."""
        before = self.get(ItemKind.COUNT, bytes([kind]))
        number = 1 + (0 if before is None else int.from_bytes(before, "big"))
        self.put(ItemKind.COUNT, bytes([kind]), number.to_bytes(8, "big"))
        self.put(kind, owner, body, number=number)
        return number

    def get(self, kind: ItemKind, owner: bytes) -> bytes | None:
        """The item with number 0, or None."""
        return self._connection.execute(_first(), self._names(kind, owner)).scalar_one_or_none()

    def listed(
        self, kind: ItemKind, *, owner: bytes | None = None, limit: int = 1000
    ) -> list[tuple[int, bytes, bytes]]:
        """(number, owner, body) of a kind, in the order of their numbers."""
        which = {"tenant": self._tenant, "kind": int(kind)} if owner is None else self._names(kind, owner)
        rows = self._connection.execute(_in_order(of_one=owner is not None), {**which, "many": limit})
        return [(row.number, row.owner, row.body) for row in rows]

    def drop(self, kind: ItemKind, owner: bytes, *, upto: int) -> None:
        """Forget the items of an owner with numbers up to this one."""
        self._connection.execute(_drop(), {**self._names(kind, owner), "upto": upto})

    def remove(self, kind: ItemKind, owner: bytes, *, number: int) -> None:
        """Forget one item."""
        self._connection.execute(_remove(), {**self._names(kind, owner), "at": number})

    def _names(self, kind: ItemKind, owner: bytes) -> dict[str, Any]:
        return {"tenant": self._tenant, "kind": int(kind), "owner": owner}
