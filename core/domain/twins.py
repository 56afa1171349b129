"""When two entries of the agenda book are probably one letter.

A letter often arrives three times: by WhatsApp, through SRIKANDI, on paper. What is found is only shown to the clerk,
who decides; so it may err, but not so often that nobody looks any more.
"""

import re
from datetime import date
from enum import IntEnum

import msgspec

# How many of all words of two subjects must be common to both.
ALIKE = 0.75
_WORD = re.compile(r"\w+")
_ROMAN = frozenset(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"))
_EARLY = ("januari", "februari", "maret", "april", "mei", "juni")
_LATE = ("juli", "agustus", "september", "oktober", "november", "desember")
_MONTHS = frozenset((*_EARLY, *_LATE))


class TwinSign(IntEnum):
    """Why two entries look like one letter, the surest first."""

    SCAN = 1
    """They share a file."""
    NUMBER = 2
    """Number and sender are the same, and the date of the letter as far as both have one."""
    SUBJECT = 3
    """The same sender, nearly the same subject, and nothing that speaks against it."""


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter is recognised by."""

    letter_no: str
    sender: str
    letter_date: date | None
    subject: str
    files: frozenset[bytes] = frozenset()


def twin_sign(one: Face, other: Face) -> TwinSign | None:
    """Why the two look like one letter, or None. Symmetric."""
    if one.files & other.files:
        return TwinSign.SCAN
    if not one.sender.strip() or folded(one.sender) != folded(other.sender):
        return None
    dates = {face.letter_date for face in (one, other) if face.letter_date is not None}
    numbers = {folded(face.letter_no) for face in (one, other)} - {""}
    if len(dates) > 1:
        return None
    if len(numbers) == 1 and folded(one.letter_no) == folded(other.letter_no):
        return TwinSign.NUMBER
    if len(numbers) > 1:
        return None
    return TwinSign.SUBJECT if alike(one.subject, other.subject) else None


def alike(one: str, other: str) -> bool:
    """Whether two subjects are nearly the same: most words common, and every number. False where either is empty.

    The third quarter and the fourth differ in one word only, and are two letters.
    """
    first, second = _words(one), _words(other)
    if not first or not second or _figures(first) != _figures(second):
        return False
    return len(first & second) / len(first | second) >= ALIKE


def folded(text: str) -> str:
    """A number or a name without what people write differently: capitals, blanks, punctuation between its words."""
    return " ".join(_WORD.findall(text.casefold()))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _figures(words: set[str]) -> set[str]:
    """Numbers, Roman ones too, and months: what tells the letters of a series apart."""
    return {word for word in words if word.isdigit() or word in _ROMAN or word in _MONTHS}
