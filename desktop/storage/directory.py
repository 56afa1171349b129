"""Offices, units, positions and people: made by the server, read by everyone."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId, PositionId, UserId, small_row_id
from core.domain.offices import Acting, Handed, Office, Person, Position, Role, Unit
from core.domain.person_keys import PersonKey, PersonKeys
from desktop.storage.base import metadata
from desktop.storage.record_table import RecordTable
from sql.direct import kept

office = Table(
    "office",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("short_name", String, nullable=False),
    Column("region", String, nullable=False),
    Column("code", String, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("mark", Integer, nullable=False),
)
unit = Table(
    "unit",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("parent", Integer),
    Column("active", Boolean, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("mark", Integer, nullable=False),
)
position = Table(
    "position",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("office", Integer, nullable=False),
    Column("unit", Integer),
    Column("title", String, nullable=False),
    Column("role", Integer, nullable=False),
    Column("order", Integer, nullable=False),
    Column("superior", Integer),
    Column("handed", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("mark", Integer, nullable=False),
)
person = Table(
    "person",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("username", String, nullable=False),
    Column("name", String, nullable=False),
    Column("positions", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("acting", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
    Column("mark", Integer, nullable=False),
)
person_key = Table(
    "person_key",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("keys", LargeBinary, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
account = Table(
    "account",
    metadata,
    Column("user", Integer, primary_key=True),
    Column("username", String, nullable=False, unique=True),
    Column("password_hash", String, nullable=False),
    Column("chair", Integer, nullable=False, server_default="0"),
)

offices = RecordTable(office, Office, packed={}, enums={})
units = RecordTable(unit, Unit, packed={}, enums={})
positions = RecordTable(position, Position, packed={"handed": tuple[Handed, ...]}, enums={"role": Role})
people = RecordTable(
    person, Person, packed={"positions": tuple[PositionId, ...], "acting": tuple[Acting, ...]}, enums={}
)
person_keys = RecordTable(person_key, PersonKeys, packed={"keys": tuple[PersonKey, ...]}, enums={})


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _positions_of() -> Any:
    mine = position.c.office == bindparam("of")
    return select(position).where(mine).order_by(position.c.order, position.c.number)


@kept
def _active() -> Any:
    return select(person).where(person.c.active).order_by(person.c.number)


@kept
def _users() -> Any:
    return select(account.c.user).order_by(account.c.user)


class Directory:
    """Reads the directory over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def office(self, number: OfficeId) -> Office | None:
        """One office."""
        stored = offices.get(self._connection, small_row_id(number))
        return None if stored is None else stored.record

    def position(self, number: PositionId) -> Position | None:
        """One position."""
        stored = positions.get(self._connection, small_row_id(number))
        return None if stored is None else stored.record

    def person(self, number: UserId) -> Person | None:
        """One person."""
        stored = people.get(self._connection, small_row_id(number))
        return None if stored is None else stored.record

    def keys_of(self, number: UserId) -> PersonKeys:
        """All public keys of a person; none, if the person has none or they have not come yet."""
        stored = person_keys.get(self._connection, small_row_id(number))
        return PersonKeys(number=number, keys=()) if stored is None else stored.record

    def positions_of(self, office_number: OfficeId) -> tuple[Position, ...]:
        """The positions of an office in the order in which they are listed."""
        rows = self._connection.execute(_positions_of(), {"of": office_number})
        return tuple(positions.record(row) for row in rows)

    def people_of(self, office_number: OfficeId) -> tuple[Person, ...]:
        """The active people who hold a position of an office."""
        held = {one.number for one in self.positions_of(office_number)}
        rows = self._connection.execute(_active())
        found = (people.record(row) for row in rows)
        return tuple(one for one in found if held.intersection(one.positions))


class Accounts:
    """Who may sign in on this PC, with the argon2id hash that proves the password offline."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def put(self, user: UserId, username: str, password_hash: str) -> None:
        """Add a user of this PC, or change the hash."""
        values = {"username": username, "password_hash": password_hash}
        statement = insert(account).values(user=user, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["user"], set_=values))

    def chair(self, user: UserId) -> PositionId:
        """The position in which a user worked last here; 0 if he never chose one."""
        statement = select(account.c.chair).where(account.c.user == user)
        return PositionId(self._connection.execute(statement).scalar_one_or_none() or 0)

    def choose_chair(self, user: UserId, position: PositionId) -> None:
        """Remember the position in which a user wants to work here."""
        self._connection.execute(update(account).where(account.c.user == user).values(chair=position))

    def password_hash(self, user: UserId) -> str | None:
        """The hash of a user of this PC; empty in practice mode."""
        return self._connection.execute(
            select(account.c.password_hash).where(account.c.user == user)
        ).scalar_one_or_none()

    def users(self) -> tuple[UserId, ...]:
        """Everyone who may sign in here, by number."""
        return tuple(UserId(number) for number in self._connection.execute(_users()).scalars())
