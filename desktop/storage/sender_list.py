"""Senders that were written before, found by what a person types.

Two ways: the start of the name along the index on senders, jumping from one distinct name to the next, and the start
of any word along the search index, the newest letters first. Each touches a few hundred rows at most, whatever the
number of letters.
"""

from sqlalchemy import desc, func, select, text
from sqlalchemy.engine import Connection

from desktop.storage.letters import letter
from desktop.storage.search_words import search_tokens

LOOKED_AT = 200
_END = "\U0010ffff"
_BY_WORD = text("SELECT rowid FROM letter_search WHERE letter_search MATCH :match ORDER BY rowid DESC LIMIT :limit")


def senders_like(connection: Connection, typed: str, *, limit: int) -> tuple[str, ...]:
    """Up to `limit` distinct senders: first those that begin with `typed`, then those with such a word."""
    typed = " ".join(typed.split())
    if not typed:
        return ()
    found = dict.fromkeys(name for start in _spellings(typed) for name in _beginning(connection, start, limit=limit))
    if len(found) < limit:
        found |= dict.fromkeys(_with_word(connection, typed))
    return tuple(found)[:limit]


def senders_beginning(connection: Connection, start: str, *, limit: int) -> tuple[str, ...]:
    """Up to `limit` distinct senders that begin with these words, in the spellings in which names are written."""
    found = dict.fromkeys(name for one in _spellings(start) for name in _beginning(connection, one, limit=limit))
    return tuple(found)[:limit]


def _spellings(typed: str) -> tuple[str, ...]:
    # The index knows capitals from small letters: try the spellings in which names are written.
    first_large = typed[:1].upper() + typed[1:]
    return tuple(dict.fromkeys((typed, first_large, typed.title(), typed.upper())))


def _beginning(connection: Connection, start: str, *, limit: int) -> list[str]:
    names: list[str] = []
    at, included = start, True
    while len(names) < limit:
        bound = letter.c.sender >= at if included else letter.c.sender > at
        following = select(func.min(letter.c.sender)).where(bound, letter.c.sender < start + _END)
        name = connection.execute(following).scalar_one()
        if name is None:
            break
        names.append(name)
        at, included = name, False
    return names


def _with_word(connection: Connection, typed: str) -> list[str]:
    words = search_tokens(typed)
    if not words:
        return []
    match = " AND ".join(f'sender : "{word}"*' for word in words)
    rows = connection.execute(_BY_WORD, {"match": match, "limit": LOOKED_AT}).scalars().all()
    if not rows:
        return []
    often = (
        select(letter.c.sender)
        .where(letter.c.n.in_(rows))
        .group_by(letter.c.sender)
        .order_by(desc(func.count()), letter.c.sender)
    )
    return list(connection.execute(often).scalars())
