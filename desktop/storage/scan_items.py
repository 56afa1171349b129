"""Scans that belong to no letter yet, on this PC alone: which pages of which sealed files make one item."""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash, UserId
from core.protocol.codec import decode, encode
from desktop.storage.base import metadata
from desktop.system.scan_item import ItemPage, Origin, ScanItem
from sql.direct import keep


class ItemState(IntEnum):
    """What became of an item."""

    OPEN = 0
    REPLACED = 1
    """Other items were made of its pages; it comes back when that is undone."""
    DONE = 2
    """A letter has it."""
    THROWN = 3
    """Somebody threw it away."""


class ThrownItem(NamedTuple):
    """An item that was thrown away, when and by whom; 0: an older program did not say."""

    item: ScanItem
    thrown_ms: int
    user: UserId


scan_item = Table(
    "scan_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("added_ms", Integer, nullable=False),
    Column("changed_ms", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("origin", Integer, nullable=False),
    Column("pages", LargeBinary, nullable=False),
    Column("thrown_by", Integer, nullable=False),
)
scan_given = Table(
    "scan_given",
    metadata,
    Column("item", Integer, primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
)
"""Under which file the act names an item that gave it to a letter: of a sealed letter, or of some pages, another."""
_T = scan_item.c
_G = scan_given.c
_PLACES_BETWEEN = 1 << 20
# Of 2026: numbers of items are seconds since then, or follow each other where many came in one.
_FIRST_SECOND = 1_767_225_600
_OPEN = select(_T.id, _T.place, _T.added_ms, _T.name, _T.origin, _T.pages).where(_T.state == ItemState.OPEN)
# Waiting, or held for a superior (`desktop.storage.outbox.OpState`): the act may be refused yet.
_UNDER_WAY = _T.id.in_(
    text(
        "SELECT item FROM scan_given WHERE EXISTS"
        " (SELECT 1 FROM outbox WHERE outbox.state IN (0, 4) AND instr(outbox.op, scan_given.sha256))"
    )
)
_NEEDED = keep(
    select(_T.id)
    .where(func.instr(_T.pages, bindparam("sha256")) > 0, or_(_T.state != ItemState.DONE, _UNDER_WAY))
    .limit(1)
)
_DONE = keep(select(_T.id).where(_T.id.in_(bindparam("ids", expanding=True)), _T.state == ItemState.DONE))
_WAITING = select(_T.id).where(func.instr(_T.pages, bindparam("sha256")) > 0, _T.state == ItemState.OPEN).limit(1)
_THROWN = select(*_OPEN.selected_columns, _T.changed_ms, _T.thrown_by).where(_T.state == ItemState.THROWN)


def open_items(connection: Connection) -> tuple[ScanItem, ...]:
    """What waits, in its order."""
    return tuple(_item(row) for row in connection.execute(_OPEN.order_by(_T.place, _T.id)))


def add_item(
    connection: Connection, pages: tuple[ItemPage, ...], *, name: str, origin: Origin, now_ms: int, place: int = 0
) -> ScanItem:
    """Add an item, at the end where it has no place.

    Its number is not that of an item that is gone: a draft may still name that one, and would take this one with it.
    """
    if not place:
        last = connection.execute(select(func.max(_T.place))).scalar_one()
        place = (last or 0) + _PLACES_BETWEEN
    values: dict[str, object] = {"place": place, "state": ItemState.OPEN, "added_ms": now_ms, "changed_ms": now_ms}
    newest = connection.execute(select(func.max(_T.id))).scalar_one() or 0
    values |= {
        "id": max(newest + 1, now_ms // 1000 - _FIRST_SECOND),
        "name": name,
        "origin": origin,
        "pages": encode(pages),
        "thrown_by": 0,
    }
    made = connection.execute(insert(scan_item).values(values)).inserted_primary_key
    if made is None:
        raise AssertionError("a row has a key")
    return ScanItem(id=made[0], place=place, added_ms=now_ms, name=name, origin=origin, pages=pages)


def put_items(connection: Connection, ids: Iterable[int], state: ItemState, *, now_ms: int) -> None:
    """Give items another state."""
    connection.execute(update(scan_item).where(_T.id.in_(list(ids))).values(state=state, changed_ms=now_ms))


def give_item(connection: Connection, number: int, sha256: bytes, *, now_ms: int) -> None:
    """A letter has an item, by an act that names it under this file; it is kept while the act may be refused."""
    put_items(connection, [number], ItemState.DONE, now_ms=now_ms)
    connection.execute(delete(scan_given).where(_G.item == number))
    connection.execute(insert(scan_given).values(item=number, sha256=sha256))


def give_items(
    connection: Connection,
    items: Iterable[tuple[BlobHash, int]],
    scans: Iterable[tuple[Attachment, Attachment]],
    *,
    now_ms: int,
) -> None:
    """A letter has the items of these scans, each as it was taken in and as the act names it; `items` by the former."""
    numbers = dict(items)
    # A draft may lie for weeks: another letter may have had the same item meanwhile, and may give it back yet.
    had = set(connection.execute(_DONE, {"ids": list(numbers.values())}).scalars())
    for taken, named in scans:
        if taken.sha256 in numbers and numbers[taken.sha256] not in had:
            give_item(connection, numbers[taken.sha256], named.sha256, now_ms=now_ms)


def given_items(connection: Connection, sha256: bytes) -> tuple[tuple[int, ItemState], ...]:
    """The items that acts name under a file, each with what became of it."""
    joined = scan_item.join(scan_given, _G.item == _T.id)
    rows = connection.execute(select(_T.id, _T.state).select_from(joined).where(_G.sha256 == sha256))
    return tuple((row.id, ItemState(row.state)) for row in rows)


def throw_items(connection: Connection, ids: Iterable[int], user: UserId, *, now_ms: int) -> None:
    """Throw items away."""
    thrown = {"state": ItemState.THROWN, "changed_ms": now_ms, "thrown_by": user}
    connection.execute(update(scan_item).where(_T.id.in_(list(ids))).values(thrown))


def thrown_items(connection: Connection, *, before_ms: int | None = None) -> tuple[ThrownItem, ...]:
    """What was thrown away, or of that what was before a time."""
    statement = _THROWN if before_ms is None else _THROWN.where(_T.changed_ms < before_ms)
    return tuple(
        ThrownItem(item=_item(row[:-2]), thrown_ms=row[-2], user=UserId(row[-1]))
        for row in connection.execute(statement)
    )


def remove_items(connection: Connection, ids: Iterable[int]) -> None:
    """Forget items; their files are another matter."""
    numbers = list(ids)
    connection.execute(delete(scan_item).where(_T.id.in_(numbers)))
    connection.execute(delete(scan_given).where(_G.item.in_(numbers)))


def past_items(connection: Connection, *, before_ms: int) -> tuple[ScanItem, ...]:
    """What was done and cannot be refused any more, or made into other items before that time."""
    statement = select(_T.id, _T.place, _T.added_ms, _T.name, _T.origin, _T.pages).where(
        ((_T.state == ItemState.DONE) & ~_UNDER_WAY) | ((_T.state == ItemState.REPLACED) & (_T.changed_ms < before_ms))
    )
    return tuple(_item(row) for row in connection.execute(statement))


def is_needed(connection: Connection, sha256: bytes) -> bool:
    """Whether an item names a file that is not done, or whose act may be refused yet."""
    return connection.execute(_NEEDED, {"sha256": sha256}).first() is not None


def is_waiting(connection: Connection, sha256: bytes) -> bool:
    """Whether a file is in an item that waits."""
    return connection.execute(_WAITING, {"sha256": sha256}).first() is not None


def _item(row: Sequence[Any]) -> ScanItem:
    number, place, added_ms, name, origin, pages = row
    return ScanItem(
        id=number,
        place=place,
        added_ms=added_ms,
        name=name,
        origin=Origin(origin),
        pages=decode(pages, tuple[ItemPage, ...]),
    )
