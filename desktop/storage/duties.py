"""What lies open in a position, as far as this PC holds it."""

from datetime import date

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from core.domain.ids import LetterId, PositionId
from core.domain.letters import LetterStatus, SecurityLevel
from core.domain.offices import OpenItems
from core.protocol.codec import encode
from desktop.storage.disposition_list import count_received, count_to_decide
from desktop.storage.letters import letter, letter_involved

_NO_KEYS = encode(())
_DONE = (LetterStatus.DONE, LetterStatus.VOID)


class OpenLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is not done, as a hand-over names it; of a secret one the subject is left away."""

    agenda_no: int
    suffix: str
    subject: str
    secret: bool
    due_on: date | None


def open_letters(connection: Connection, position: PositionId, *, limit: int) -> tuple[OpenLetter, ...]:
    """The letters that a position has in hand: what is due first, then the oldest."""
    wanted = (
        select(letter.c.agenda_no, letter.c.agenda_suffix, letter.c.subject, letter.c.security, letter.c.due_on)
        .join(letter_involved, letter_involved.c.n == letter.c.n)
        .where(letter_involved.c.position == position, letter.c.status.notin_([int(one) for one in _DONE]))
        .order_by(letter.c.due_on.is_(None), letter.c.due_on, letter.c.n)
        .limit(limit)
    )
    return tuple(
        OpenLetter(
            agenda_no=number,
            suffix=suffix,
            subject="" if security >= SecurityLevel.SECRET else subject,
            secret=security >= SecurityLevel.SECRET,
            due_on=due_on,
        )
        for number, suffix, subject, security, due_on in connection.execute(wanted)
    )


def open_items(connection: Connection, position: PositionId) -> OpenItems:
    """How much is to be decided and answered, how many letters are not done, how many sealed ones there are."""
    mine = select(func.count()).select_from(letter).join(letter_involved, letter_involved.c.n == letter.c.n)
    in_hand = mine.where(letter_involved.c.position == position, letter.c.status.notin_([int(one) for one in _DONE]))
    return OpenItems(
        to_decide=count_to_decide(connection, position),
        to_answer=count_received(connection, position),
        in_hand=int(connection.execute(in_hand).scalar_one()),
        to_reseal=len(sealed_letters(connection, position)),
    )


def sealed_letters(connection: Connection, position: PositionId) -> tuple[LetterId, ...]:
    """The sealed letters of a position, the newest first: its next holder cannot open them by himself."""
    statement = (
        select(letter.c.id)
        .join(letter_involved, letter_involved.c.n == letter.c.n)
        .where(
            letter_involved.c.position == position,
            letter.c.security >= SecurityLevel.SECRET,
            letter.c["keys"] != _NO_KEYS,
        )
        .order_by(letter.c.n.desc())
    )
    return tuple(LetterId(bytes(row_id)) for row_id in connection.execute(statement).scalars())
