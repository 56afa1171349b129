"""Letters counted by month and by age, for the first page; each count is one walk over a narrow index."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.domain.letters import LetterStatus
from desktop.storage.letter_list import LetterFilter, LetterQuery, narrowed
from desktop.storage.letters import day_of, first_of_day, letter


class MonthCount(msgspec.Struct, frozen=True, kw_only=True):
    """The letters received in one month, and those of them that are done."""

    year: int
    month: int
    received: int
    done: int


def by_month(connection: Connection, query: LetterQuery, months: Sequence[date]) -> tuple[MonthCount, ...]:
    """The counts of months, each given by its first day."""
    return tuple(_month(connection, query, first) for first in months)


def oldest(connection: Connection, query: LetterQuery, only: LetterFilter) -> date | None:
    """The day of receipt of the oldest letter that a filter lists."""
    statement = select(func.min(letter.c.n))
    found = connection.execute(narrowed(connection, statement, msgspec.structs.replace(query, only=only))).scalar_one()
    return None if found is None else date.fromordinal(day_of(found))


def received_on(connection: Connection, query: LetterQuery, day: date) -> int:
    """How many letters were received on a day."""
    return _between(connection, query, day, date.fromordinal(day.toordinal() + 1))


def _month(connection: Connection, query: LetterQuery, first: date) -> MonthCount:
    end = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    done = msgspec.structs.replace(query, only=LetterFilter.DONE)
    return MonthCount(
        year=first.year,
        month=first.month,
        received=_between(connection, query, first, end),
        done=_between(connection, done, first, end),
    )


def _between(connection: Connection, query: LetterQuery, first: date, end: date) -> int:
    statement = select(func.count()).select_from(letter)
    statement = narrowed(connection, statement, query).where(
        letter.c.n >= first_of_day(first.toordinal()),
        letter.c.n < first_of_day(end.toordinal()),
        letter.c.status != LetterStatus.VOID,
    )
    return int(connection.execute(statement).scalar_one())
