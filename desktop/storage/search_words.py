"""The words of all letters by their skeletons, so that a search finds what is spelled or typed otherwise.

Written with the search index. A word goes with the last letter that has it: nothing of a letter that became secret, or
that this PC may hold no longer, stays here.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, String, Table, bindparam, select, text
from sqlalchemy.engine import Connection

from core.domain.spelling import SHORTEST, one_edit, plain_word, skeleton
from desktop.storage.base import metadata
from sql.direct import keep, kept

search_word = Table(
    "search_word",
    metadata,
    Column("skeleton", String, primary_key=True),
    Column("word", String, primary_key=True),
    Column("mirror", String, nullable=False),
)

MOST_SPELLINGS = 6
# `zzzz` has the skeleton of one letter, which would find half of all words.
SHORTEST_START = 2
# Letters to Python, but no part of a word to the search index, whose Unicode is older: vowel signs of New Tai Lue.
_PARTED = dict.fromkeys((*range(0x19B0, 0x19C1), 0x19C8, 0x19C9, 0x1CF2, 0x1CF3), " ")
# Runs of what `str.isalnum` knows: characters of a word, less the one that is neither letter nor digit.
_TOKEN = re.compile(r"[^\W_]+")
# An office writes the same few thousand words again and again.
_REMEMBERED = 4096
_END = "\U0010ffff"
# As text: every letter that is written does this, and SQLAlchemy takes as long over it as SQLite.
_LEARN = "INSERT OR IGNORE INTO search_word (skeleton, word, mirror) VALUES (?, ?, ?)"
_FORGET = keep(text("DELETE FROM search_word WHERE skeleton = :skeleton AND word = :word"))
_STANDS = keep(text("SELECT 1 FROM letter_search WHERE letter_search MATCH :match LIMIT 1"))
_BEGINNING = text("SELECT word FROM search_word WHERE skeleton >= :start AND skeleton < :end LIMIT :limit")
_WITH_HEAD = text(
    "SELECT word, skeleton FROM search_word WHERE skeleton >= :start AND skeleton < :end"
    " AND length(skeleton) BETWEEN :least AND :most"
)
_WITH_TAIL = text(
    "SELECT word, skeleton FROM search_word WHERE mirror >= :start AND mirror < :end"
    " AND length(skeleton) BETWEEN :least AND :most"
)
_table = search_word.c


def search_tokens(words: str) -> list[str]:
    """The words as the search index parts them. A token that it would part further is an error to it.

    Accents that follow their letter are joined to it first: the index keeps both under the bare letter.
    """
    joined = unicodedata.normalize("NFC", words).translate(_PARTED)
    return _TOKEN.findall(joined)


def words_of(texts: Iterable[str]) -> set[str]:
    """The words that are kept of texts: of letters only, and not too short."""
    return {word for one in texts for token in search_tokens(one) if len(token) >= SHORTEST and (word := _kept(token))}


def learn(connection: Connection, texts: Iterable[str]) -> None:
    """Texts came into the search index."""
    rows = [_row(word) for word in sorted(words_of(texts))]
    if rows:
        connection.exec_driver_sql(_LEARN, rows)


def forget(connection: Connection, texts: Iterable[str]) -> None:
    """Texts left the search index; called after they did."""
    gone = [
        {"skeleton": _row(word)[0], "word": word}
        for word in sorted(words_of(texts))
        if connection.execute(_STANDS, {"match": f'"{word}"'}).first() is None
    ]
    if gone:
        connection.execute(_FORGET, gone)


def spellings(connection: Connection, tokens: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each of some words, other words of letters that are spelled nearly so; none of them for the rest."""
    bones = {token: skeleton(token) for token in tokens if len(token) >= SHORTEST and token.isalpha()}
    if not bones:
        return {}
    found: dict[str, list[str]] = {}
    for row in connection.execute(_alike(), {"skeletons": sorted(set(bones.values()))}):
        found.setdefault(row.skeleton, []).append(row.word)
    return {
        token: tuple(word for word in found.get(one, ()) if word != plain_word(token))[:MOST_SPELLINGS]
        for token, one in bones.items()
    }


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _alike() -> Any:
    return select(_table.skeleton, _table.word).where(_table.skeleton.in_(bindparam("skeletons", expanding=True)))


def beginnings(connection: Connection, token: str, *, limit: int) -> list[str]:
    """Words of letters that begin as this one does, in whatever spelling."""
    start = skeleton(token)
    if not token.isalpha() or len(start) < SHORTEST_START:
        return []
    found = connection.execute(_BEGINNING, {"start": start, "end": start + _END, "limit": limit})
    return list(found.scalars())


def near(connection: Connection, token: str, *, limit: int) -> list[str]:
    """Words of letters from which this one is a single slip of the finger away.

    One slip leaves the beginning of a word as it was, or its end: both are found along an index.
    """
    if len(token) < SHORTEST or not token.isalpha():
        return []
    wanted = skeleton(token)
    if len(wanted) <= SHORTEST_START:
        return []
    kept = max(1, len(wanted) // 2 - 1)
    head, tail = wanted[:kept], wanted[::-1][:kept]
    size = {"least": len(wanted) - 1, "most": len(wanted) + 1}
    found: dict[str, None] = {}
    for statement, start in ((_WITH_HEAD, head), (_WITH_TAIL, tail)):
        rows = connection.execute(statement, {"start": start, "end": start + _END, **size})
        found |= {row.word: None for row in rows if one_edit(row.skeleton, wanted)}
    return list(found)[:limit]


@lru_cache(maxsize=_REMEMBERED)
def _kept(token: str) -> str:
    """The word that is kept of a token; "" of one that is not of letters only."""
    word = plain_word(token) if token.isalpha() else ""
    return word if word.isalpha() else ""


# What a word is made into is remembered, never whether it stands in the table: that may be rolled back, or forgotten.
@lru_cache(maxsize=_REMEMBERED)
def _row(word: str) -> tuple[str, str, str]:
    bones = skeleton(word)
    return bones, word, bones[::-1]
