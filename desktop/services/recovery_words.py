"""A secret of 128 bits as fourteen Indonesian words, as they are printed, and as people type them.

Ten bits a word, from a list of 1024 whose words differ in their first four letters and by more than one slip of a
finger. The last twelve bits are of a checksum, so that a slip can be told from the words of another sheet. 128 random
bits cannot be guessed, however fast the guesses are made: nothing has to slow them down.
"""

import difflib
import hashlib
import re
from collections.abc import Sequence
from itertools import combinations

from resources.loading import read_text

SECRET_BYTES = 16
WORD_COUNT = 14
SIGNIFICANT = 4
_BITS = 10
_CHECK_BITS = 12
_PURPOSE = b"pesagi-recovery-words-1"
_NO_LETTERS = re.compile(r"[^a-z]+")


class WordsRefused(ValueError):
    """What was typed cannot be the words of a sheet; `position` counts from one, `word` is what stood there."""

    def __init__(self, code: str, *, position: int = 0, word: str = "", like: str = "") -> None:
        """`code`: `words_missing`, `word_unknown` (with the nearest word, if any, as `like`), `words_mistyped`."""
        super().__init__(code)
        self.code = code
        self.position = position
        self.word = word
        self.like = like


def word_list() -> tuple[str, ...]:
    """The words in their order, which never changes: sheets were printed with it."""
    return tuple(read_text("recovery/words.txt").split())


def words_of(secret: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """The secret as words."""
    number = int.from_bytes(secret, "big") << _CHECK_BITS | _check(secret)
    return tuple(words[number >> _BITS * (WORD_COUNT - 1 - place) & (1 << _BITS) - 1] for place in range(WORD_COUNT))


def read_words(typed: str, words: Sequence[str]) -> tuple[bytes, ...]:
    """What secrets may be meant, the likeliest first; WordsRefused.

    Capitals, numbers, commas and lines do not matter, four letters of a word are enough, one slip in a word is mended,
    and so are two words that changed places. More than one secret is answered only where words changed places.
    """
    places = {word: place for place, word in enumerate(words)}
    found = [part for part in _NO_LETTERS.split(typed.casefold()) if part]
    if not found:
        raise WordsRefused("words_missing")
    numbers = [places[_meant(part, position, words)] for position, part in enumerate(found, start=1)]
    if len(numbers) != WORD_COUNT:
        raise WordsRefused("words_missing", position=len(numbers))
    secret = _secret(numbers)
    if secret is not None:
        return (secret,)
    swapped = {one for pair in combinations(range(WORD_COUNT), 2) if (one := _secret(_swapped(numbers, *pair)))}
    if not swapped:
        raise WordsRefused("words_mistyped")
    return tuple(sorted(swapped))


def _meant(part: str, position: int, words: Sequence[str]) -> str:
    begun = [
        word for word in words if word == part or (len(part) >= SIGNIFICANT and word.startswith(part[:SIGNIFICANT]))
    ]
    if begun and (begun[0] == part or begun[0].startswith(part) or _is_slip(part, begun[0])):
        return begun[0]
    slips = [word for word in words if _is_slip(part, word)]
    if len(slips) == 1:
        return slips[0]
    like = difflib.get_close_matches(part, slips or words, n=1)
    raise WordsRefused("word_unknown", position=position, word=part, like=like[0] if like else "")


def _is_slip(typed: str, word: str) -> bool:
    """Whether one letter is another, missing or too many, or two neighbours changed places."""
    if abs(len(typed) - len(word)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(typed, word, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    mine, theirs = typed[start:], word[start:]
    return (
        mine[1:] == theirs[1:]
        or mine[1:] == theirs
        or mine == theirs[1:]
        or (mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:])
    )


def _secret(numbers: Sequence[int]) -> bytes | None:
    whole = 0
    for number in numbers:
        whole = whole << _BITS | number
    secret = (whole >> _CHECK_BITS).to_bytes(SECRET_BYTES, "big")
    return secret if whole & (1 << _CHECK_BITS) - 1 == _check(secret) else None


def _swapped(numbers: Sequence[int], one: int, other: int) -> list[int]:
    changed = list(numbers)
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def _check(secret: bytes) -> int:
    return int.from_bytes(hashlib.sha256(_PURPOSE + secret).digest()[:2], "big") >> 16 - _CHECK_BITS
