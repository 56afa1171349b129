"""The lists of the disposition screen: what waits for a decision, what is for me, what I sent."""

from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, desc, func, select
from sqlalchemy.engine import Connection

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import OfficeId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel
from desktop.storage.base import SyncMark
from desktop.storage.dispositions import disposition, disposition_recipient, dispositions
from desktop.storage.letters import letter, letters
from desktop.storage.record_table import Stored
from sql.direct import kept

LIST_LIMIT = 500


class DispositionOnLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition together with its letter, which may not have arrived yet."""

    disposition: Disposition
    letter: IncomingLetter | None
    mark: SyncMark


def to_decide(
    connection: Connection, position: PositionId, *, limit: int = LIST_LIMIT
) -> tuple[Stored[IncomingLetter], ...]:
    """Letters addressed to a position that nobody has disposed yet, newest first."""
    statement = _undisposed(select(letter), position).order_by(desc(letter.c.n)).limit(limit)
    return tuple(letters.stored(row) for row in connection.execute(statement))


def count_to_decide(connection: Connection, position: PositionId) -> int:
    """How many letters wait for a decision of a position."""
    statement = _undisposed(select(func.count()).select_from(letter), position)
    return int(connection.execute(statement).scalar_one())


def received(
    connection: Connection, position: PositionId, *, answered: bool, limit: int = LIST_LIMIT
) -> tuple[DispositionOnLetter, ...]:
    """Dispositions to a position: those still open, or those answered or withdrawn; newest first."""
    return _with_letters(connection, _received(answered=answered), {"mine": position, "most": limit})


class LetterKind(msgspec.Struct, frozen=True, kw_only=True):
    """What tells of which kind a letter is."""

    id: bytes
    classification: str
    subject: str


def first_orders(connection: Connection, position: PositionId, *, limit: int) -> list[tuple[Disposition, LetterKind]]:
    """The newest dispositions that a position began a chain with, each with its letter; of no secret letter."""
    statement = (
        select(disposition, letter.c.id.label("about"), letter.c.classification, letter.c.subject)
        .join(letter, letter.c.id == disposition.c.letter_id)
        .where(disposition.c.from_position == position, disposition.c.parent.is_(None))
        .where(letter.c.security < SecurityLevel.SECRET)
        .order_by(desc(disposition.c.n))
        .limit(limit)
    )
    return [
        (dispositions.record(row), LetterKind(id=row.about, classification=row.classification, subject=row.subject))
        for row in connection.execute(statement)
    ]


def count_received(connection: Connection, position: PositionId) -> int:
    """How many dispositions to a position are still open."""
    statement = select(func.count()).where(
        disposition_recipient.c.position == position, disposition_recipient.c.state < RecipientState.ANSWERED
    )
    return int(connection.execute(statement).scalar_one())


def count_unread(connection: Connection, position: PositionId) -> int:
    """How many dispositions to a position nobody there has opened yet."""
    statement = select(func.count()).where(
        disposition_recipient.c.position == position, disposition_recipient.c.state < RecipientState.READ
    )
    return int(connection.execute(statement).scalar_one())


def sent(
    connection: Connection, position: PositionId, office: OfficeId, *, limit: int = LIST_LIMIT
) -> tuple[DispositionOnLetter, ...]:
    """Dispositions from a position, newest first."""
    return _with_letters(connection, _sent(), {"mine": position, "of": office, "most": limit})


def _undisposed(statement: Select[Any], position: PositionId) -> Select[Any]:
    return statement.where(letter.c.status == LetterStatus.REGISTERED, letter.c.addressee == position)


# Asked again after each act: built once, as building them costs more than running them.
@kept
def _received(*, answered: bool) -> Select[Any]:
    state = disposition_recipient.c.state
    wanted = state >= RecipientState.ANSWERED if answered else state < RecipientState.ANSWERED
    return (
        select(disposition)
        .join(disposition_recipient, disposition_recipient.c.n == disposition.c.n)
        .where(disposition_recipient.c.position == bindparam("mine"), wanted)
        .order_by(desc(disposition.c.issued_at), desc(disposition.c.n))
        .limit(bindparam("most"))
    )


@kept
def _sent() -> Select[Any]:
    return (
        select(disposition)
        .where(disposition.c.from_position == bindparam("mine"), disposition.c.office == bindparam("of"))
        .order_by(desc(disposition.c.issued_at), desc(disposition.c.n))
        .limit(bindparam("most"))
    )


@kept
def _letters() -> Select[Any]:
    return select(letter).where(letter.c.id.in_(bindparam("ids", expanding=True)))


def _with_letters(
    connection: Connection, statement: Select[Any], values: dict[str, Any]
) -> tuple[DispositionOnLetter, ...]:
    found = [dispositions.stored(row) for row in connection.execute(statement, values)]
    wanted = list({one.record.letter_id for one in found})
    rows = connection.execute(_letters(), {"ids": wanted})
    by_id = {row.id: letters.record(row) for row in rows}
    return tuple(
        DispositionOnLetter(disposition=one.record, letter=by_id.get(one.record.letter_id), mark=one.mark)
        for one in found
    )
