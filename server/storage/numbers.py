"""Numbers that records hold, the series they come from, and the blocks that devices were given."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, exists, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import ColumnElement, Select

from core.domain.ids import DeviceId, OfficeId, TenantId
from core.domain.numbering import MAX_NUMBER, Authority, NumberClaim, NumberLease
from server.storage.arrays import packed
from server.storage.op_log import Writer
from server.storage.records import RowKey
from server.storage.statements import append_all, upsert
from server.storage.tables import LEASE, NUMBER, NUMBER_SERIES
from server.storage.together import Answer, ask, ask_text
from sql.direct import kept


class SeriesKey(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Names a series of numbers: it belongs to an office and starts again each year."""

    office: OfficeId
    year: int
    series: str


class SeriesState(msgspec.Struct, frozen=True, kw_only=True):
    """The greatest number given out in any way, the fence of the newest lease, and who gives numbers out."""

    highest: int = 0
    fence: int = 0
    holder: DeviceId = DeviceId(b"")
    since: int = 0

    @property
    def authority(self) -> Authority:
        """Who gives numbers out."""
        return Authority(holder=self.holder, since=self.since)


class GrantedLease(msgspec.Struct, frozen=True, kw_only=True):
    """A lease with the device that has it and what is known of its way there; `closed` if its rest is accounted for."""

    lease: NumberLease
    device: DeviceId
    epoch: int
    handed: int
    closed: bool


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _states() -> Select[Any]:
    return select(
        NUMBER_SERIES.c.office,
        NUMBER_SERIES.c.year,
        NUMBER_SERIES.c.series,
        NUMBER_SERIES.c.highest,
        NUMBER_SERIES.c.fence,
        NUMBER_SERIES.c.holder,
        NUMBER_SERIES.c.since,
    ).where(
        NUMBER_SERIES.c.tenant == bindparam("tenant"),
        NUMBER_SERIES.c.office.in_(bindparam("offices", expanding=True)),
        NUMBER_SERIES.c.year >= bindparam("since"),
    )


# So SQLite is asked. OFFSET makes PostgreSQL look up those of each office: it read all of the tenant as long as these
# were few or not counted, and went on when they were many.
_STATES_AT_ONCE = """
    SELECT s.* FROM unnest(%b::integer[]) AS wanted (office) CROSS JOIN LATERAL (
        SELECT office, year, series, highest, fence, holder, since FROM number_series
        WHERE tenant = %b AND office = wanted.office AND year >= %b OFFSET 0
    ) AS s
"""

_COLUMNS = ("tenant", *NumberClaim.__struct_fields__, "kind", "row_id")


# A push of letters asks each of these once a number: building a statement costs more than running it.
@kept
def _holder() -> Any:
    names = ("tenant", "office", "year", "series", "number", "suffix")
    return select(NUMBER.c.kind, NUMBER.c.row_id).where(*(NUMBER.c[name] == bindparam(name) for name in names))


@kept
def _state() -> Any:
    columns = (NUMBER_SERIES.c.highest, NUMBER_SERIES.c.fence, NUMBER_SERIES.c.holder, NUMBER_SERIES.c.since)
    names = ("tenant", "office", "year", "series")
    return select(*columns).where(*(NUMBER_SERIES.c[name] == bindparam(name) for name in names))


@kept
def _newest_lease() -> Any:
    names = ("tenant", "office", "year", "series", "device", "epoch")
    mine = select(LEASE).where(*(LEASE.c[name] == bindparam(name) for name in names))
    return mine.order_by(LEASE.c.low.desc()).limit(1)


@kept
def _leases_of() -> Any:
    names = ("tenant", "office", "year", "series")
    return select(LEASE).where(*(LEASE.c[name] == bindparam(name) for name in names)).order_by(LEASE.c.low)


@kept
def _open_leases(*, bounded: bool) -> Any:
    mine = (LEASE.c.tenant == bindparam("tenant"), LEASE.c.device == bindparam("of"), LEASE.c.closed.is_(False))
    older = (LEASE.c.epoch < bindparam("before"),) if bounded else ()
    return select(LEASE).where(*mine, *older).order_by(LEASE.c.year, LEASE.c.low)


@kept
def _issued() -> Any:
    names = ("tenant", "office", "year", "series")
    which = [NUMBER.c[name] == bindparam(name) for name in names]
    return (
        select(NUMBER.c.number, NUMBER.c.suffix, NUMBER.c.kind)
        .where(*which, NUMBER.c.number.between(bindparam("low"), bindparam("high")))
        .order_by(NUMBER.c.number, NUMBER.c.suffix)
    )


@kept
def _add_lease() -> Any:
    return insert(LEASE)


class NumberTable:
    """The numbers of one tenant."""

    def __init__(self, connection: Connection, tenant: TenantId) -> None:
        self._connection = connection
        self._tenant = tenant

    def holder(self, claim: NumberClaim) -> RowKey | None:
        """The row that holds a number, or None if it is free."""
        asked = {"tenant": self._tenant, **msgspec.structs.asdict(claim)}
        row = self._connection.execute(_holder(), asked).one_or_none()
        return None if row is None else (row.kind, row.row_id)

    def claim(self, claims: Sequence[tuple[NumberClaim, RowKey]]) -> None:
        """Enter numbers for rows. A number that another transaction entered meanwhile fails the whole of this one."""
        rows = [(self._tenant, *msgspec.structs.astuple(claim), *row) for claim, row in claims]
        append_all(self._connection, NUMBER, _COLUMNS, rows=rows)

    def state(self, key: SeriesKey) -> SeriesState:
        """Where a series stands; a new one stands at 0."""
        asked = {"tenant": self._tenant, **msgspec.structs.asdict(key)}
        row = self._connection.execute(_state(), asked).mappings().one_or_none()
        return SeriesState() if row is None else SeriesState(**row)

    def series(self) -> list[SeriesKey]:
        """Every series of which a number was given out."""
        columns = (NUMBER_SERIES.c.office, NUMBER_SERIES.c.year, NUMBER_SERIES.c.series)
        rows = self._connection.execute(
            select(*columns).where(NUMBER_SERIES.c.tenant == self._tenant).order_by(*columns)
        )
        return [SeriesKey(**row) for row in rows.mappings()]

    def states(self, offices: Collection[OfficeId], *, since_year: int) -> dict[SeriesKey, SeriesState]:
        """Where every series of these offices stands that is of that year or later."""
        return self.ask_states(offices, since_year=since_year)()

    def ask_states(self, offices: Collection[OfficeId], *, since_year: int) -> Answer[dict[SeriesKey, SeriesState]]:
        """As `states`."""
        wanted = sorted(offices)
        if self._connection.dialect.name == "sqlite":
            rows = ask(self._connection, _states(), {"tenant": self._tenant, "offices": wanted, "since": since_year})
        else:
            values = (packed(NUMBER_SERIES.c.office.type, wanted), int(self._tenant), since_year)
            rows = ask_text(self._connection, _STATES_AT_ONCE, values)
        return lambda: {
            SeriesKey(office=office, year=year, series=series): SeriesState(
                highest=highest, fence=fence, holder=holder, since=since
            )
            for office, year, series, highest, fence, holder, since in rows()
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
        upsert(self._connection, NUMBER_SERIES, rows=rows, changing=("highest", "fence", "holder", "since"))

    def newest_lease(self, key: SeriesKey, writer: Writer) -> GrantedLease | None:
        """The newest lease of a series that a device holds in its present epoch."""
        whose = {"device": writer.device, "epoch": writer.epoch}
        asked = {"tenant": self._tenant, **msgspec.structs.asdict(key), **whose}
        row = self._connection.execute(_newest_lease(), asked).one_or_none()
        return None if row is None else _granted(row)

    def leases(self, key: SeriesKey) -> list[GrantedLease]:
        """Every lease of a series, by number."""
        rows = self._connection.execute(_leases_of(), {"tenant": self._tenant, **msgspec.structs.asdict(key)})
        return [_granted(row) for row in rows]

    def lease_at(self, key: SeriesKey, number: int) -> GrantedLease | None:
        """The lease in which a number lies, or None."""
        held = select(LEASE).where(self._leases(key), LEASE.c.low <= number, LEASE.c.high >= number)
        row = self._connection.execute(held).one_or_none()
        return None if row is None else _granted(row)

    def open_leases(self, device: DeviceId, *, before_epoch: int | None = None) -> list[GrantedLease]:
        """The leases of a device that are not accounted for; with `before_epoch` only those of older epochs."""
        bound = {} if before_epoch is None else {"before": before_epoch}
        statement = _open_leases(bounded=before_epoch is not None)
        rows = self._connection.execute(statement, {"tenant": self._tenant, "of": device, **bound})
        return [_granted(row) for row in rows]

    def close_lease(self, lease: NumberLease) -> None:
        """Note that the rest of a lease is accounted for."""
        key = SeriesKey(office=lease.office, year=lease.year, series=lease.series)
        self._connection.execute(update(LEASE).where(self._leases(key), LEASE.c.low == lease.low).values(closed=True))

    def issued(self, key: SeriesKey, *, low: int = 0, high: int = MAX_NUMBER) -> list[tuple[int, str, int]]:
        """The numbers that records hold, with their suffixes and the kinds of the records, in order."""
        asked = {"tenant": self._tenant, **msgspec.structs.asdict(key), "low": low, "high": high}
        rows = self._connection.execute(_issued(), asked)
        return [(row.number, row.suffix, row.kind) for row in rows]

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
        whose = {"tenant": self._tenant, "device": writer.device, "epoch": writer.epoch}
        given = {"handed": 1, "granted_ms": granted_ms, "closed": False}
        self._connection.execute(_add_lease(), {**whose, **given, **msgspec.structs.asdict(lease)})

    def count_handing(self, lease: NumberLease) -> None:
        """Note that a lease was handed out once more."""
        self._connection.execute(
            update(LEASE)
            .where(self._leases(SeriesKey(office=lease.office, year=lease.year, series=lease.series)))
            .where(LEASE.c.low == lease.low)
            .values(handed=LEASE.c.handed + 1)
        )

    def leases_of(self, device: DeviceId) -> list[NumberLease]:
        """Every lease that a device was ever given."""
        columns = (LEASE.c.office, LEASE.c.year, LEASE.c.series, LEASE.c.low, LEASE.c.high, LEASE.c.fence)
        rows = self._connection.execute(
            select(*columns).where(LEASE.c.tenant == self._tenant, LEASE.c.device == device).order_by(*columns)
        )
        return [NumberLease(**row) for row in rows.mappings()]

    def _leases(self, key: SeriesKey) -> ColumnElement[bool]:
        return and_(
            LEASE.c.tenant == self._tenant,
            LEASE.c.office == key.office,
            LEASE.c.year == key.year,
            LEASE.c.series == key.series,
        )

    def _series(self, key: SeriesKey) -> ColumnElement[bool]:
        return and_(
            NUMBER_SERIES.c.tenant == self._tenant,
            NUMBER_SERIES.c.office == key.office,
            NUMBER_SERIES.c.year == key.year,
            NUMBER_SERIES.c.series == key.series,
        )


def _granted(row: Any) -> GrantedLease:
    lease = NumberLease(
        office=row.office, year=row.year, series=row.series, low=row.low, high=row.high, fence=row.fence
    )
    return GrantedLease(lease=lease, device=row.device, epoch=row.epoch, handed=row.handed, closed=row.closed)
