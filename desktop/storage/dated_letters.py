"""Letters by the days they name: events of invitations, and days by which an answer is wanted."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId
from core.domain.letters import IncomingLetter, LetterStatus
from desktop.storage.letters import letter, letters
from desktop.storage.record_table import Stored

LIST_LIMIT = 500


def with_events(
    connection: Connection, office: OfficeId, first: date, last: date, *, limit: int = LIST_LIMIT
) -> tuple[Stored[IncomingLetter], ...]:
    """The letters of an office whose events are on the days from `first` to `last`, in the order of the events."""
    statement = (
        select(letter)
        .where(letter.c.event_on.between(first, last))
        .where(letter.c.office == office, letter.c.status != LetterStatus.VOID)
        .order_by(letter.c.event_on, letter.c.event_from, letter.c.n)
        .limit(limit)
    )
    return tuple(letters.stored(row) for row in connection.execute(statement))


def awaiting_reply(
    connection: Connection, office: OfficeId, *, limit: int = LIST_LIMIT
) -> tuple[Stored[IncomingLetter], ...]:
    """The letters of an office that want an answer, what is over first."""
    statement = (
        select(letter)
        .where(letter.c.reply_by.is_not(None))
        .where(letter.c.office == office, letter.c.status != LetterStatus.VOID)
        .order_by(letter.c.reply_by, letter.c.n)
        .limit(limit)
    )
    return tuple(letters.stored(row) for row in connection.execute(statement))
