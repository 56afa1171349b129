"""What stands in the books on paper: the letters of some days, and who was given them when."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.domain.dispositions import Disposition
from core.domain.ids import BookId, LetterId, OfficeId
from core.domain.letters import IncomingLetter
from desktop.storage.dispositions import disposition, dispositions
from desktop.storage.letters import first_of_day, letter, letters

_PART = 500


def letters_between(
    connection: Connection, office: OfficeId, days: tuple[date, date], *, book: BookId | None, limit: int
) -> tuple[IncomingLetter, ...]:
    """The letters received from the first day to the last, in the order of their numbers; of one book or of all."""
    since, until = days
    wanted = select(letter).where(
        letter.c.n >= first_of_day(since.toordinal()),
        letter.c.n < first_of_day(until.toordinal() + 1),
        letter.c.office == office,
    )
    if book is not None:
        wanted = wanted.where(letter.c.book == book)
    ordered = wanted.order_by(letter.c.agenda_year, letter.c.agenda_no, letter.c.agenda_suffix, letter.c.n)
    return tuple(letters.record(row) for row in connection.execute(ordered.limit(limit)))


def letters_of(connection: Connection, letter_ids: Iterable[LetterId]) -> dict[LetterId, IncomingLetter]:
    """Some letters by their ids."""
    found: dict[LetterId, IncomingLetter] = {}
    wanted = list(letter_ids)
    for start in range(0, len(wanted), _PART):
        rows = connection.execute(select(letter).where(letter.c.id.in_(wanted[start : start + _PART])))
        found.update((LetterId(row.id), letters.record(row)) for row in rows)
    return found


def orders_on(connection: Connection, letter_ids: Iterable[LetterId]) -> dict[LetterId, list[Disposition]]:
    """What was ordered on each of some letters, in the order in which it came."""
    found: dict[LetterId, list[Disposition]] = {}
    wanted = list(letter_ids)
    for start in range(0, len(wanted), _PART):
        part = disposition.c.letter_id.in_(wanted[start : start + _PART])
        for row in connection.execute(select(disposition).where(part).order_by(disposition.c.n)):
            record = dispositions.record(row)
            found.setdefault(record.letter_id, []).append(record)
    return found


def orders_between(
    connection: Connection, office: OfficeId, moments: tuple[datetime, datetime], *, limit: int
) -> list[tuple[Disposition, IncomingLetter]]:
    """What was ordered from the first moment until before the second, each with its letter, the oldest first."""
    since, until = moments
    statement = (
        select(disposition)
        .join(letter, letter.c.id == disposition.c.letter_id)
        .where(disposition.c.office == office, disposition.c.issued_at >= since, disposition.c.issued_at < until)
        .order_by(disposition.c.issued_at, disposition.c.n)
        .limit(limit)
    )
    orders = [dispositions.record(row) for row in connection.execute(statement)]
    about = letters_of(connection, {one.letter_id for one in orders})
    return [(one, about[one.letter_id]) for one in orders if one.letter_id in about]
