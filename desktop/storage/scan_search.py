"""Finds letters by words in the texts of their scans, newest first.

As in `letter_search` a word that stands in some text is taken as it is, any other as the beginning of one; where that
finds little, the last word is a beginning too. Words that letters spell otherwise do as well; slips of the finger are
not looked for, since the machine that read the scans made slips of its own.
"""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.protocol.codec import decode
from desktop.storage.letter_list import LetterQuery, ListedLetter, among, of_year
from desktop.storage.letter_search import match_expression
from desktop.storage.letters import letter
from desktop.storage.scan_texts import texts_of
from desktop.storage.search_words import search_tokens, spellings

# A beginning of one or two letters begins a third of all words.
SHORTEST_START = 3
FEW = 5
# Letters that are looked at for the filters of a query before the search is given up.
MOST_LOOKED_AT = 2_000
STEP = 200

_STANDS = text("SELECT 1 FROM scan_search WHERE scan_search MATCH :match LIMIT 1")
_NEWEST = text(
    "SELECT rowid FROM scan_search WHERE scan_search MATCH :match AND rowid < :below ORDER BY rowid DESC LIMIT :limit"
)
_ABOVE_ALL = 2**62


def in_scans(connection: Connection, query: LetterQuery, *, limit: int) -> list[ListedLetter]:
    """The newest letters that the query may list and whose scans hold all its words; none without words."""
    tokens = search_tokens(query.words)
    if not tokens:
        return []
    stand = [_stands(connection, token) for token in tokens]
    others = spellings(connection, tokens)
    if not all(stands or len(token) >= SHORTEST_START for token, stands in zip(tokens, stand, strict=True)):
        return []
    found = _letters(connection, query, _expression(tokens, stand, others), limit=limit)
    if len(found) < FEW and stand[-1] and len(tokens[-1]) >= SHORTEST_START:
        found = _letters(connection, query, _expression(tokens, [*stand[:-1], False], others), limit=limit)
    return found


def scan_texts(connection: Connection, found: Sequence[ListedLetter]) -> dict[int, str]:
    """What is written on the scans of some letters, by their places."""
    rows = connection.execute(select(letter.c.n, letter.c.scans).where(letter.c.n.in_([one.n for one in found])))
    named = {row.n: [scan.sha256 for scan in decode(row.scans, tuple[Attachment, ...])] for row in rows}
    texts = texts_of(connection, [name for names in named.values() for name in names])
    return {n: "\n".join(texts[name] for name in names if name in texts) for n, names in named.items()}


def _stands(connection: Connection, token: str) -> bool:
    return connection.execute(_STANDS, {"match": match_expression([token], [True])}).first() is not None


def _expression(tokens: Sequence[str], stand: Sequence[bool], others: dict[str, tuple[str, ...]]) -> str:
    """All tokens, each as itself, as a beginning or in another spelling."""
    parts = []
    for token, stands in zip(tokens, stand, strict=True):
        alternatives = [match_expression([token], [stands])]
        alternatives += [match_expression([other], [True]) for other in others.get(token, ())]
        parts.append(f"({' OR '.join(alternatives)})")
    return " AND ".join(parts)


def _letters(connection: Connection, query: LetterQuery, match: str, *, limit: int) -> list[ListedLetter]:
    first, below = (0, _ABOVE_ALL) if query.year is None else of_year(query.year)
    found: list[ListedLetter] = []
    looked_at = 0
    while len(found) < limit and looked_at < MOST_LOOKED_AT:
        step = limit if not looked_at else STEP
        given = {"match": match, "below": below, "limit": step}
        hits = connection.execute(_NEWEST, given).scalars().all()
        found += among(connection, query, hits) if hits else ()
        if len(hits) < step or hits[-1] <= first:
            break
        looked_at += step
        below = hits[-1]
    return found[:limit]
