"""The op log: every op that was ever taken, byte for byte, with what became of it.

Nothing in it changes but the form of an op whose letter was sealed since (`server.services.covering`).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import LargeBinary, and_, bindparam, case, func, or_, select, text, update
from sqlalchemy.engine import Connection

from core.domain.ids import DeviceId, TenantId
from core.protocol.ops import PREV_BYTES
from server.storage.statements import append_all
from server.storage.tables import OP_LOG
from sql.direct import kept


class Writer(msgspec.Struct, frozen=True, kw_only=True):
    """A device in one epoch: who writes one chain of ops."""

    device: DeviceId
    epoch: int


class LoggedOp(msgspec.Struct, frozen=True, kw_only=True):
    """One op: `seq` is its number in the tenant, `head` the hash of the device's chain up to and including it.

    `made` holds `MADE_BYTES` for each record that came of it, in the order of their numbers; None before these were
    kept. What the administrator changed, or the server by itself, is logged as `BY_THE_SERVER`, without an op: its
    number is that of its last record, `dev_seq` the same.
    """

    dev_seq: int
    seq: int
    op: bytes
    head: bytes
    result: bytes
    received_ms: int
    audit_hash: bytes
    made: bytes | None = None


class WalkedOp(msgspec.Struct, frozen=True, kw_only=True):
    """One op of the whole log, with whose it is."""

    writer: Writer
    logged: LoggedOp


class FoundOp(msgspec.Struct, frozen=True, kw_only=True):
    """One op of the log, with what names it there."""

    device: bytes
    epoch: int
    dev_seq: int
    op: bytes
    result: bytes


MADE_BYTES = 16
BY_THE_SERVER = Writer(device=DeviceId(bytes(16)), epoch=0)
_COLUMNS = ("tenant", "device", "epoch", *LoggedOp.__struct_fields__)
_LOGGED = select(*(OP_LOG.c[name] for name in LoggedOp.__struct_fields__))


@kept
def _between() -> Any:
    return _LOGGED.where(
        OP_LOG.c.tenant == bindparam("of"),
        OP_LOG.c.device == bindparam("writer"),
        OP_LOG.c.epoch == bindparam("in_epoch"),
        OP_LOG.c.dev_seq.between(bindparam("first"), bindparam("last")),
    )


@kept
def _extents(*, bounded: bool) -> Any:
    mine = and_(OP_LOG.c.tenant == bindparam("of"), OP_LOG.c.device == bindparam("writer"))
    counted = case((OP_LOG.c.seq <= bindparam("up_to"), OP_LOG.c.dev_seq), else_=0) if bounded else OP_LOG.c.dev_seq
    # Named, for SQLAlchemy names it by a random number else.
    ends = select(OP_LOG.c.epoch, func.max(counted).label("last")).where(mine).group_by(OP_LOG.c.epoch).subquery("ends")
    here = and_(mine, OP_LOG.c.epoch == ends.c.epoch, OP_LOG.c.dev_seq == ends.c.last)
    found = select(ends.c.epoch, ends.c.last, OP_LOG.c.head)
    return found.select_from(ends.outerjoin(OP_LOG, here)).order_by(ends.c.epoch)


@kept
def _newest() -> Any:
    mine = (OP_LOG.c.tenant == bindparam("of"), OP_LOG.c.device == bindparam("writer"))
    last_first = (OP_LOG.c.epoch.desc(), OP_LOG.c.dev_seq.desc())
    return select(OP_LOG.c.op, OP_LOG.c.received_ms).where(*mine).order_by(*last_first).limit(bindparam("most"))


@kept
def _writer() -> Any:
    behind = (OP_LOG.c.tenant == bindparam("of"), OP_LOG.c.seq >= bindparam("first"))
    return select(OP_LOG.c.device, OP_LOG.c.epoch).where(*behind).order_by(OP_LOG.c.seq).limit(1)


@kept
def _made() -> Any:
    behind = (OP_LOG.c.tenant == bindparam("of"), OP_LOG.c.seq >= bindparam("first"))
    return _LOGGED.where(*behind).order_by(OP_LOG.c.seq).limit(1)


@kept
def _walked() -> Any:
    behind = (OP_LOG.c.tenant == bindparam("of"), OP_LOG.c.seq > bindparam("after"))
    return select(OP_LOG).where(*behind).order_by(OP_LOG.c.seq).limit(bindparam("most"))


class OpLog:
    """The op log of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def between(self, writer: Writer, *, first: int, last: int) -> dict[int, LoggedOp]:
        """The ops of one chain with device numbers from `first` to `last`, by that number."""
        rows = self._connection.execute(
            _between(),
            {"of": self._tenant, "writer": writer.device, "in_epoch": writer.epoch, "first": first, "last": last},
        )
        return {row["dev_seq"]: LoggedOp(**row) for row in rows.mappings()}

    def extents(self, device: DeviceId, *, up_to: int | None) -> tuple[tuple[int, int, bytes], ...]:
        """(epoch, the number after the last, start of its hash) of every chain of a device, the oldest epoch first.

        Ops with a number above `up_to` are left out; a chain of which none is left ends before 1, with no hash.
        """
        bound = {} if up_to is None else {"up_to": up_to}
        rows = self._connection.execute(
            _extents(bounded=up_to is not None), {"of": self._tenant, "writer": device, **bound}
        )
        return tuple((row.epoch, row.last + 1, (row.head or b"")[:PREV_BYTES]) for row in rows)

    def newest(self, device: DeviceId, *, count: int) -> list[tuple[bytes, int]]:
        """The newest ops of a device in all its epochs, newest first: the op and when it came (ms since 1970)."""
        rows = self._connection.execute(_newest(), {"of": self._tenant, "writer": device, "most": count})
        return [(row.op, row.received_ms) for row in rows]

    def earlier_with(self, writer: Writer, part: bytes) -> list[tuple[bytes, bytes]]:
        """The ops of a device in the epochs before `writer`'s in which some bytes stand, each with its result."""
        contains = "instr(op, :part) > 0" if self._connection.dialect.name == "sqlite" else "position(:part in op) > 0"
        rows = self._connection.execute(
            select(OP_LOG.c.op, OP_LOG.c.result).where(
                OP_LOG.c.tenant == self._tenant,
                OP_LOG.c.device == writer.device,
                OP_LOG.c.epoch < writer.epoch,
                text(contains).bindparams(bindparam("part", part, LargeBinary)),
            )
        )
        return [(row.op, row.result) for row in rows]

    def naming(self, ids: Sequence[bytes]) -> list[FoundOp]:
        """The ops in which one of these row ids stands. It reads the whole log: for what is rare."""
        place = "instr(op, :id{})" if self._connection.dialect.name == "sqlite" else "position(:id{} in op)"
        named = or_(
            *(
                text(f"{place.format(at)} > 0").bindparams(bindparam(f"id{at}", row_id, LargeBinary))
                for at, row_id in enumerate(ids)
            )
        )
        rows = self._connection.execute(
            select(OP_LOG.c.device, OP_LOG.c.epoch, OP_LOG.c.dev_seq, OP_LOG.c.op, OP_LOG.c.result).where(
                OP_LOG.c.tenant == self._tenant, named
            )
        )
        return [
            FoundOp(
                device=bytes(row.device),
                epoch=row.epoch,
                dev_seq=row.dev_seq,
                op=bytes(row.op),
                result=bytes(row.result),
            )
            for row in rows
        ]

    def cover(self, found: FoundOp, data: bytes, *, result: bytes) -> None:
        """Put what covers an op in its place, and beside it what is told of its result."""
        self._connection.execute(
            update(OP_LOG)
            .where(
                OP_LOG.c.tenant == self._tenant,
                OP_LOG.c.device == found.device,
                OP_LOG.c.epoch == found.epoch,
                OP_LOG.c.dev_seq == found.dev_seq,
            )
            .values(op=data, result=result)
        )

    def writer_of(self, seq: int) -> Writer | None:
        """Who made the change with number `seq`.

        An op takes the numbers of the records it changed and then one for itself, so the op with the smallest
        number that is not below `seq` is the one. What the server changed before that was logged counts as the next's.
        """
        row = self._connection.execute(_writer(), {"of": self._tenant, "first": seq}).one_or_none()
        return None if row is None else Writer(device=DeviceId(row.device), epoch=row.epoch)

    def op_of(self, seq: int) -> tuple[bytes, int] | None:
        """The op that made the change with number `seq`, and when it came (ms since 1970); None for the server's own.

        As `writer_of`.
        """
        made = self.that_made(seq)
        return None if made is None or not made.op else (made.op, made.received_ms)

    def that_made(self, seq: int) -> LoggedOp | None:
        """What is logged of the change with number `seq`. As `writer_of`."""
        row = self._connection.execute(_made(), {"of": self._tenant, "first": seq}).mappings().one_or_none()
        return None if row is None else LoggedOp(**row)

    def walk(self, *, after: int, limit: int) -> list[WalkedOp]:
        """Ops of all devices above a number of the tenant, in order."""
        rows = self._connection.execute(_walked(), {"of": self._tenant, "after": after, "most": limit}).mappings()
        return [
            WalkedOp(
                writer=Writer(device=DeviceId(row["device"]), epoch=row["epoch"]),
                logged=LoggedOp(**{name: row[name] for name in LoggedOp.__struct_fields__}),
            )
            for row in rows
        ]

    def last_seq(self) -> int:
        """The number of the last op; 0 if there is none."""
        mine = select(func.max(OP_LOG.c.seq)).where(OP_LOG.c.tenant == self._tenant)
        return int(self._connection.execute(mine).scalar_one_or_none() or 0)

    def add(self, ops: Sequence[tuple[Writer, LoggedOp]]) -> None:
        """Append ops, each with the chain it belongs to."""
        rows = [(self._tenant, writer.device, writer.epoch, *msgspec.structs.astuple(op)) for writer, op in ops]
        append_all(self._connection, OP_LOG, _COLUMNS, rows=rows)
