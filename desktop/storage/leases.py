"""Blocks of numbers that this PC may issue."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Column, Integer, String, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId
from core.domain.numbering import BLOCK_SIZE, NumberLease
from desktop.storage.base import metadata
from sql.direct import kept

lease = Table(
    "lease",
    metadata,
    Column("office", Integer, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("series", String, primary_key=True),
    Column("low", Integer, primary_key=True),
    Column("high", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("granted", Integer, nullable=False),
)


# Statements of the busiest path are built once: building one costs more than running it.
@cache
def _of_series() -> tuple[Any, ...]:
    return (
        lease.c.office == bindparam("office"),
        lease.c.year == bindparam("year"),
        lease.c.series == bindparam("series"),
    )


@kept
def _remaining() -> Any:
    return select(func.sum(lease.c.high - lease.c.next + 1)).where(*_of_series())


@kept
def _newest_size() -> Any:
    newest = (lease.c.fence.desc(), lease.c.low.desc())
    return select(lease.c.granted).where(*_of_series()).order_by(*newest).limit(1)


@kept
def _add() -> Any:
    return insert(lease).on_conflict_do_nothing()


@kept
def _lowest() -> Any:
    left = select(lease.c.low, lease.c.next).where(*_of_series(), lease.c.next <= lease.c.high)
    return left.order_by(lease.c.low).limit(1)


@kept
def _take() -> Any:
    mine = (
        lease.c.office == bindparam("in_office"),
        lease.c.year == bindparam("in_year"),
        lease.c.series == bindparam("in_series"),
        lease.c.low == bindparam("from_low"),
    )
    return update(lease).where(*mine).values(next=bindparam("to"))


@kept
def _highest() -> Any:
    return select(func.max(lease.c.high)).where(*_of_series())


class Leases:
    """The leases over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def add(self, granted: Iterable[NumberLease]) -> None:
        """Take blocks from the server; one that is known already changes nothing."""
        for one in granted:
            values = {
                "office": one.office,
                "year": one.year,
                "series": one.series,
                "low": one.low,
                "high": one.high,
                "next": one.low,
                "fence": one.fence,
                "granted": one.high - one.low + 1,
            }
            self._connection.execute(_add(), values)

    def give_up(self) -> None:
        """Forget every block: this PC was put back or copied, so what it knows of used numbers may be old."""
        self._connection.execute(delete(lease))

    def take(self, office: OfficeId, year: int, series: str) -> int:
        """The next number of the lowest block that has one, or 0; final once the transaction commits."""
        values = {"office": office, "year": year, "series": series}
        row = self._connection.execute(_lowest(), values).first()
        if row is None:
            return 0
        self._connection.execute(
            _take(),
            {"in_office": office, "in_year": year, "in_series": series, "from_low": row.low, "to": row.next + 1},
        )
        return int(row.next)

    def peek(self, office: OfficeId, year: int, series: str, *, above: int = 0) -> int:
        """The first number greater than `above` that `take` would come to, without taking it; 0 if none."""
        where = (lease.c.office == office, lease.c.year == year, lease.c.series == series)
        statement = select(lease.c.next, lease.c.high).where(*where, lease.c.next <= lease.c.high, lease.c.high > above)
        row = self._connection.execute(statement.order_by(lease.c.low).limit(1)).first()
        return 0 if row is None else max(int(row.next), above + 1)

    def remaining(self, office: OfficeId, year: int, series: str) -> int:
        """How many numbers are left."""
        values = {"office": office, "year": year, "series": series}
        return int(self._connection.execute(_remaining(), values).scalar_one_or_none() or 0)

    def highest(self, office: OfficeId, year: int, series: str) -> int:
        """The highest number that this PC was ever given in a series, as far as is remembered; 0 if none."""
        values = {"office": office, "year": year, "series": series}
        return int(self._connection.execute(_highest(), values).scalar_one_or_none() or 0)

    def newest_size(self, office: OfficeId, year: int, series: str) -> int:
        """How many numbers the newest block had when it came; the usual size if there is none."""
        values = {"office": office, "year": year, "series": series}
        return int(self._connection.execute(_newest_size(), values).scalar_one_or_none() or BLOCK_SIZE)

    def held(self, office: OfficeId, year: int, series: str) -> list[tuple[int, int]]:
        """What is left of each block, lowest first."""
        where = (lease.c.office == office, lease.c.year == year, lease.c.series == series)
        statement = select(lease.c.next, lease.c.high).where(*where, lease.c.next <= lease.c.high)
        return [(int(row.next), int(row.high)) for row in self._connection.execute(statement.order_by(lease.c.low))]

    def years(self, office: OfficeId, series: str) -> list[int]:
        """The years of which numbers are left, the oldest first."""
        where = (lease.c.office == office, lease.c.series == series, lease.c.next <= lease.c.high)
        statement = select(lease.c.year).where(*where).distinct().order_by(lease.c.year)
        return [int(year) for year in self._connection.execute(statement).scalars()]

    def close(self, office: OfficeId, year: int, series: str, *, high: int) -> None:
        """Issue nothing more of the block that ends at `high`."""
        where = (lease.c.office == office, lease.c.year == year, lease.c.series == series, lease.c.high == high)
        self._connection.execute(update(lease).where(*where).values(high=lease.c.next - 1))
