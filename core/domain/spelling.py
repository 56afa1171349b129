"""How one name is written differently, and how it is mistyped: Lumbok and Lombok, Bakhu and Bahu, tjamat and camat.

Offices write place names by ear, and letters of fifty years in three spellings (Soewandi 1947, EYD 1972, and that of
1901 before). A skeleton keeps what they have in common; it only widens a search, so it may bring too much together.
"""

import re
import unicodedata
from typing import Final

# Shorter words have too many neighbours.
SHORTEST: Final = 4
_PAIRS: Final = (
    ("oe", "u"),
    ("dj", "j"),
    ("tj", "c"),
    ("nj", "ny"),
    ("kh", "h"),
    ("ch", "h"),
    ("dh", "d"),
    ("th", "t"),
    ("gh", "g"),
    ("bh", "b"),
    ("ph", "p"),
    ("sj", "s"),
    ("sy", "s"),
    ("sh", "s"),
)
_LETTERS: Final = str.maketrans({"y": "i", "o": "u", "f": "p", "v": "p", "q": "k", "z": "j", "x": "ks"})
_DOUBLED: Final = re.compile(r"(.)\1+")


def plain_word(word: str) -> str:
    """A word in small letters without accents, as the search index keeps it."""
    parted = unicodedata.normalize("NFKD", word.lower())
    return "".join(character for character in parted if not unicodedata.combining(character))


def skeleton(word: str) -> str:
    """What all spellings of a word have in common. The skeleton of a skeleton is itself."""
    found = plain_word(word)
    while True:
        reduced = found
        for written, meant in _PAIRS:
            reduced = reduced.replace(written, meant)
        reduced = _DOUBLED.sub(r"\1", reduced.translate(_LETTERS))
        if reduced == found:
            return found
        found = reduced


def one_edit(one: str, other: str) -> bool:
    """Whether two words are the same but for one letter too much, too little, wrong, or two that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    first, second = one[start:], other[start:]
    return (
        first[1:] == second
        or first == second[1:]
        or first[1:] == second[1:]
        or (first[2:] == second[2:] and first[:2] == second[1::-1])
    )
