"""Column types and the metadata that all tables share."""

from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Integer, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


# Of a row that the server may not have as it is here: older than any version it can send.
UNKNOWN_REV = -1


class SyncMark(IntEnum):
    """Where a row stands between this PC and the server. AT_HUB is never stored: `storage.standing` tells it."""

    ON_SERVER = 0
    WAITING = 1
    REFUSED = 2
    AT_HUB = 3


class UtcSeconds(TypeDecorator[datetime]):
    """An aware UTC datetime as whole seconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        del dialect
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        del dialect
        return None if value is None else datetime.fromtimestamp(value, UTC)


class DayNumber(TypeDecorator[date]):
    """A calendar date as its proleptic Gregorian ordinal, so that days compare and subtract as numbers."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        """To the database."""
        del dialect
        return None if value is None else value.toordinal()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """From the database."""
        del dialect
        return None if value is None else date.fromordinal(value)
