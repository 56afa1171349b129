"""Full-text search over letters: newest first; whole words and beginnings; other spellings, and slips of the finger.

A word that stands in some letter is taken as it is, any other as the beginning of one; where that finds little, the
last word, which may still be being typed, is a beginning too. Whole words are read off the index newest first, whatever
their number; for a beginning FTS5 gathers every letter that has such a word, 100 ms for a million letters. So a
beginning is turned into the words that begin so, as long as they are not too many.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.engine import Connection

from core.domain.spelling import SHORTEST, plain_word
from desktop.storage.search_words import beginnings, near, search_tokens, spellings

_STANDS = "SELECT 1 FROM letter_search WHERE letter_search MATCH :{name} LIMIT 1"
_NEWEST = text("SELECT rowid FROM letter_search WHERE letter_search MATCH :match ORDER BY rowid DESC LIMIT :limit")
_NEWEST_BELOW = text(
    "SELECT rowid FROM letter_search WHERE letter_search MATCH :match AND rowid < :below"
    " ORDER BY rowid DESC LIMIT :limit"
)
FEW = 20  # hits, below which the last word is taken as a beginning
MOST_BEGINNINGS = 60
MOST_NEAR = 8


class SearchWords(msgspec.Struct, frozen=True, kw_only=True):
    """Words to be found anywhere in a letter, in its sender, in its number; all of them."""

    anywhere: str = ""
    sender: str = ""
    number: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.anywhere.strip() or self.sender.strip() or self.number.strip())


class _Wanted(msgspec.Struct):
    """One word: where it is looked for, whether it stands in a letter as it is, and words that do as well.

    `guessed`: `others` are all words that begin so, and the word itself need not be asked for as a beginning.
    """

    token: str
    column: str
    stands: bool
    others: tuple[str, ...] = ()
    guessed: bool = False


def search(connection: Connection, words: SearchWords | str, *, limit: int, below: int | None = None) -> Sequence[int]:
    """The row ids of letters that hold all words, newest first, from under `below` on."""
    asked = SearchWords(anywhere=words) if isinstance(words, str) else words
    wanted = _look_up(connection, _tokens(asked))
    if not wanted:
        return ()
    found = _matches(connection, _expression(wanted), limit=limit, below=below)
    if len(found) >= min(limit, FEW):
        return found
    last = wanted[-1]
    if last.stands and len(last.token) > 1:
        asked_for = {plain_word(last.token), *last.others}
        last.stands, last.others = False, (last.token, *last.others)
        _widen(connection, last)
        # Where no other word begins so there is nothing more to find, and a pass over long lists to be spared.
        if not last.guessed or not asked_for.issuperset(last.others[1:]):
            found = _matches(connection, _expression(wanted), limit=limit, below=below)
    if not found and any(one.guessed or not one.others for one in wanted if not one.stands):
        # Nothing at all: a beginning may be one of a word with a figure in it, or be mistyped.
        for one in wanted:
            if not one.stands:
                one.others, one.guessed = tuple(near(connection, one.token, limit=MOST_NEAR)), False
        found = _matches(connection, _expression(wanted), limit=limit, below=below)
    return found


def match_expression(tokens: Sequence[str], whole: Sequence[bool]) -> str:
    """Words as an FTS5 expression: each quoted, so that none has a meaning of its own; a `*` after beginnings."""
    return " ".join(f'"{token}"' if stands else f'"{token}"*' for token, stands in zip(tokens, whole, strict=True))


def _tokens(asked: SearchWords) -> list[tuple[str, str]]:
    """Tokens with the column that each is looked for in; what is typed last anywhere comes last."""
    return [
        *((token, "letter_no") for token in search_tokens(asked.number)),
        *((token, "sender") for token in search_tokens(asked.sender)),
        *((token, "") for token in search_tokens(asked.anywhere)),
    ]


def _look_up(connection: Connection, tokens: Sequence[tuple[str, str]]) -> list[_Wanted]:
    """Which words stand in a letter as they are, and how else they are spelled: two statements, whatever their number.

    The first letter found is enough, so a common word costs no more than a rare one.
    """
    if not tokens:
        return []
    names = [f"m{number}" for number in range(len(tokens))]
    asking = ", ".join(f"({_STANDS.format(name=name)})" for name in names)
    matches = {name: match_expression([token], [True]) for name, (token, _) in zip(names, tokens, strict=True)}
    stand = connection.execute(_select(asking), matches).one()
    others = spellings(connection, [token for token, _ in tokens])
    wanted = [
        _Wanted(token, column, bool(stands), others.get(token, ()))
        for (token, column), stands in zip(tokens, stand, strict=True)
        # A letter alone, still being typed, begins a third of all words.
        if stands or len(token) > 1
    ]
    for one in wanted:
        if not one.stands:
            _widen(connection, one)
    return wanted


def _widen(connection: Connection, wanted: _Wanted) -> None:
    """Take the words that begin so in the place of a beginning, in whatever spelling."""
    if len(wanted.token) < SHORTEST:
        return  # the index knows beginnings of two and three letters itself
    found = beginnings(connection, wanted.token, limit=MOST_BEGINNINGS)
    if found and len(found) < MOST_BEGINNINGS:
        wanted.others, wanted.guessed = tuple(dict.fromkeys((*wanted.others, *found))), True


@lru_cache(maxsize=64)
def _select(columns: str) -> TextClause:
    """A statement by its columns, which are made here of fixed texts; built once for each number of words."""
    return text(f"SELECT {columns}")


def _expression(wanted: Sequence[_Wanted]) -> str:
    """All of the words, each as itself or in another spelling, in its column."""
    parts = []
    for one in wanted:
        itself = [] if one.guessed else [match_expression([one.token], [one.stands])]
        alternatives = [*itself, *(f'"{other}"' for other in one.others)]
        column = f"{one.column} : " if one.column else ""
        parts.append(f"{column}({' OR '.join(alternatives)})")
    return " AND ".join(parts)


def _matches(connection: Connection, match: str, *, limit: int, below: int | None) -> Sequence[int]:
    given = {"match": match, "limit": limit}
    if below is None:
        return connection.execute(_NEWEST, given).scalars().all()
    return connection.execute(_NEWEST_BELOW, {**given, "below": below}).scalars().all()
