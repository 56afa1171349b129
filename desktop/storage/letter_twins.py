"""Letters that may be the one that is being entered: by file, by number, by sender. `domain.twins` judges them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from core.domain.letters import IncomingLetter
from desktop.storage.letter_files import START_BYTES, letter_scan
from desktop.storage.letters import first_of_day, letter, letters
from desktop.storage.search_words import search_tokens

LOOKED_AT = 100
_MATCH = text(
    "SELECT rowid FROM letter_search WHERE letter_search MATCH :match AND rowid >= :first"
    " ORDER BY rowid DESC LIMIT :limit"
)


def with_files(connection: Connection, hashes: Iterable[bytes]) -> list[IncomingLetter]:
    """Letters that have one of these files."""
    starts = [sha256[:START_BYTES] for sha256 in hashes]
    if not starts:
        return []
    found = connection.execute(select(letter_scan.c.n).where(letter_scan.c.start.in_(starts)).limit(LOOKED_AT))
    return _letters(connection, found.scalars().all())


def with_number(connection: Connection, letter_no: str) -> list[IncomingLetter]:
    """The newest letters whose number has the parts of this one."""
    return _matching(connection, "letter_no", letter_no, first=0)


def from_sender(connection: Connection, sender: str, *, since: date) -> list[IncomingLetter]:
    """The newest letters of a sender that were received since a day."""
    return _matching(connection, "sender", sender, first=first_of_day(since.toordinal()))


def _matching(connection: Connection, column: str, words: str, *, first: int) -> list[IncomingLetter]:
    tokens = search_tokens(words)
    if not tokens:
        return []
    match = " AND ".join(f'{column} : "{token}"' for token in tokens)
    rows = connection.execute(_MATCH, {"match": match, "first": first, "limit": LOOKED_AT}).scalars().all()
    return _letters(connection, rows)


def _letters(connection: Connection, rows: Sequence[int]) -> list[IncomingLetter]:
    statement = select(letter).where(letter.c.n.in_(rows)).order_by(letter.c.n.desc())
    found: list[Any] = list(connection.execute(statement))
    return [letters.record(row) for row in found]
