"""Numbers that records hold, the series they come from, and the blocks that devices were given."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, case, exists, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, Select

from core.domain.ids import DeviceId, OfficeId, TenantId
from core.domain.numbering import MAX_NUMBER, NumberClaim, NumberLease
from server.storage.op_log import Writer
from server.storage.records import RowKey
from server.storage.statements import append, is_one_of, listed, upsert
from server.storage.tables import LEASE, NUMBER, NUMBER_SERIES


class SeriesKey(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Names a series of numbers: it belongs to an office and starts again each year."""

    office: OfficeId
    year: int
    series: str


class SeriesState(msgspec.Struct, frozen=True, kw_only=True):
    """The greatest number given out in any way, and the fence of the newest lease."""

    highest: int = 0
    fence: int = 0


class GrantedLease(msgspec.Struct, frozen=True, kw_only=True):
    """A lease with what is known of its way to the device."""

    lease: NumberLease
    handed: int


# Statements of the busiest path are built once: building one costs more than running it.
@cache
def _states(dialect: str) -> Select[Any]:
    return select(
        NUMBER_SERIES.c.office,
        NUMBER_SERIES.c.year,
        NUMBER_SERIES.c.series,
        NUMBER_SERIES.c.highest,
        NUMBER_SERIES.c.fence,
    ).where(
        NUMBER_SERIES.c.tenant == bindparam("tenant"),
        is_one_of(dialect, NUMBER_SERIES.c.office, "offices"),
        NUMBER_SERIES.c.year >= bindparam("since"),
    )


class NumberTable:
    """The numbers of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def holder(self, claim: NumberClaim) -> RowKey | None:
        """The row that holds a number, or None if it is free."""
        row = self._connection.execute(
            select(NUMBER.c.kind, NUMBER.c.row_id).where(
                NUMBER.c.tenant == self._tenant,
                NUMBER.c.office == claim.office,
                NUMBER.c.year == claim.year,
                NUMBER.c.series == claim.series,
                NUMBER.c.number == claim.number,
                NUMBER.c.suffix == claim.suffix,
            )
        ).one_or_none()
        return None if row is None else (row.kind, row.row_id)

    def claim(self, claims: Sequence[tuple[NumberClaim, RowKey]]) -> None:
        """Enter numbers for rows. A number that another transaction entered meanwhile fails the whole of this one."""
        rows = [
            {"tenant": self._tenant, **msgspec.structs.asdict(claim), "kind": kind, "row_id": row_id}
            for claim, (kind, row_id) in claims
        ]
        append(self._connection, NUMBER, rows=rows)

    def state(self, key: SeriesKey) -> SeriesState:
        """Where a series stands; a new one stands at 0."""
        row = self._connection.execute(
            select(NUMBER_SERIES.c.highest, NUMBER_SERIES.c.fence).where(self._series(key))
        ).one_or_none()
        return SeriesState() if row is None else SeriesState(highest=row.highest, fence=row.fence)

    def states(self, offices: Collection[OfficeId], *, since_year: int) -> dict[SeriesKey, SeriesState]:
        """Where every series of these offices stands that is of that year or later."""
        dialect = self._connection.dialect.name
        offices_listed = listed(dialect, NUMBER_SERIES.c.office, offices)
        values = {"tenant": self._tenant, "offices": offices_listed, "since": since_year}
        rows = self._connection.execute(_states(dialect), values)
        return {
            SeriesKey(office=office, year=year, series=series): SeriesState(highest=highest, fence=fence)
            for office, year, series, highest, fence in rows
        }

    def set_state(self, key: SeriesKey, state: SeriesState) -> None:
        """Store where a series stands."""
        self.set_states({key: state})

    def set_states(self, states: Mapping[SeriesKey, SeriesState]) -> None:
        """Store where several series stand."""
        rows = [
            {"tenant": self._tenant, **msgspec.structs.asdict(key), **msgspec.structs.asdict(state)}
            for key, state in states.items()
        ]
        upsert(self._connection, NUMBER_SERIES, rows=rows, changing=("highest", "fence"))

    def pass_over(self, count: int) -> int:
        """Let every series go on `count` numbers higher, as far as there are numbers; how many series there are."""
        raised = NUMBER_SERIES.c.highest + count
        reached = case((raised < MAX_NUMBER, raised), else_=MAX_NUMBER)
        changed = update(NUMBER_SERIES).where(NUMBER_SERIES.c.tenant == self._tenant).values(highest=reached)
        return self._connection.execute(changed).rowcount

    def newest_lease(self, key: SeriesKey, writer: Writer) -> GrantedLease | None:
        """The newest lease of a series that a device holds in its present epoch."""
        row = self._connection.execute(
            select(LEASE)
            .where(
                LEASE.c.tenant == self._tenant,
                LEASE.c.office == key.office,
                LEASE.c.year == key.year,
                LEASE.c.series == key.series,
                LEASE.c.device == writer.device,
                LEASE.c.epoch == writer.epoch,
            )
            .order_by(LEASE.c.low.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        lease = NumberLease(
            office=key.office, year=key.year, series=key.series, low=row.low, high=row.high, fence=row.fence
        )
        return GrantedLease(lease=lease, handed=row.handed)

    def any_claimed(self, lease: NumberLease) -> bool:
        """Whether a record holds a number of the lease."""
        found = exists().where(
            NUMBER.c.tenant == self._tenant,
            NUMBER.c.office == lease.office,
            NUMBER.c.year == lease.year,
            NUMBER.c.series == lease.series,
            NUMBER.c.number.between(lease.low, lease.high),
        )
        return bool(self._connection.execute(select(found)).scalar())

    def add_lease(self, lease: NumberLease, writer: Writer, *, granted_ms: int) -> None:
        """Store a lease that is handed out now."""
        self._connection.execute(
            insert(LEASE).values(
                tenant=self._tenant,
                device=writer.device,
                epoch=writer.epoch,
                handed=1,
                granted_ms=granted_ms,
                **msgspec.structs.asdict(lease),
            )
        )

    def count_handing(self, lease: NumberLease) -> None:
        """Note that a lease was handed out once more."""
        self._connection.execute(
            update(LEASE)
            .where(
                LEASE.c.tenant == self._tenant,
                LEASE.c.office == lease.office,
                LEASE.c.year == lease.year,
                LEASE.c.series == lease.series,
                LEASE.c.low == lease.low,
            )
            .values(handed=LEASE.c.handed + 1)
        )

    def leases_of(self, device: DeviceId) -> list[NumberLease]:
        """Every lease that a device was ever given."""
        columns = (LEASE.c.office, LEASE.c.year, LEASE.c.series, LEASE.c.low, LEASE.c.high, LEASE.c.fence)
        rows = self._connection.execute(
            select(*columns).where(LEASE.c.tenant == self._tenant, LEASE.c.device == device).order_by(*columns)
        )
        return [NumberLease(**row) for row in rows.mappings()]

    def _series(self, key: SeriesKey) -> ColumnElement[bool]:
        return and_(
            NUMBER_SERIES.c.tenant == self._tenant,
            NUMBER_SERIES.c.office == key.office,
            NUMBER_SERIES.c.year == key.year,
            NUMBER_SERIES.c.series == key.series,
        )
