"""Keeps the search indexes, that over letters and that over the texts of their scans, in few parts.

Each commit leaves a part of its own in the index, and a search asks all of them. SQLite merges some while letters are
written; after many at once (an import, a first sync) much is left to do, and it is done in small steps.
"""

from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

# Pages of the index that a step writes: 64 KB, some milliseconds in which another writer has to wait.
STEP_PAGES = 16
_NOTHING_MERGED = 2
_CHANGES = text("SELECT total_changes()")
_MERGES = (
    text("INSERT INTO letter_search (letter_search, rank) VALUES ('merge', :pages)"),
    text("INSERT INTO scan_search (scan_search, rank) VALUES ('merge', :pages)"),
)
_PARTS = text("SELECT count(DISTINCT segid) FROM letter_search_idx")


def merge_some(connection: Connection) -> bool:
    """Merge parts of an index for about `STEP_PAGES` pages; False when there is nothing left to merge in either.

    Needs a transaction that may write. SQLite says how far it came by the rows that it counts as changed: fewer than
    two are none (https://sqlite.org/fts5.html, "The merge command").
    """
    return any(_merged(connection, merge) for merge in _MERGES)


def begin_whole_merge(connection: Connection) -> None:
    """Begin to merge all parts of each index into one, which leaves out the words of deleted letters.

    `merge_some` goes on with it. A contentless index only marks a deleted row; its words stay in their part until that
    is written anew.
    """
    for merge in _MERGES:
        connection.execute(merge, {"pages": -STEP_PAGES})


def count_parts(connection: Connection) -> int:
    """How many parts a search of letters asks."""
    return int(connection.execute(_PARTS).scalar_one())


def _merged(connection: Connection, merge: TextClause) -> bool:
    before = int(connection.execute(_CHANGES).scalar_one())
    connection.execute(merge, {"pages": STEP_PAGES})
    return int(connection.execute(_CHANGES).scalar_one()) - before >= _NOTHING_MERGED
