"""What people type to find a letter: words, and filter words such as `dari:bappeda tahun:2023 nomor:118 sifat:segera`.

Whatever is no filter word is a word to be found; nothing that can be typed is an error.
"""

import re
from types import MappingProxyType
from typing import Final

import msgspec

from core.domain.letters import SecurityLevel, Urgency

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
DIGITS_OF_A_YEAR: Final = 4
_PART: Final = re.compile(r'(?P<key>[a-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S*))|(?P<word>\S+)', re.IGNORECASE)
SENDER_KEYS: Final = ("dari", "asal")
NUMBER_KEYS: Final = ("nomor", "no")
YEAR_KEYS: Final = ("tahun", "thn")
ADDRESSEE_KEYS: Final = ("kepada", "untuk")
LEVEL_KEYS: Final = ("sifat",)
SECURITIES: Final = MappingProxyType(
    {
        "biasa": SecurityLevel.OPEN,
        "terbuka": SecurityLevel.OPEN,
        "terbatas": SecurityLevel.RESTRICTED,
        "rahasia": SecurityLevel.SECRET,
        "sangatrahasia": SecurityLevel.TOP_SECRET,
    }
)
URGENCIES: Final = MappingProxyType({"segera": Urgency.URGENT, "sangatsegera": Urgency.IMMEDIATE})


class FindWords(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, understood."""

    words: str = ""
    sender: str = ""
    number: str = ""
    addressee: str = ""
    year: int | None = None
    security: SecurityLevel | None = None
    urgency: Urgency | None = None


def understand(typed: str) -> FindWords:
    """Take what was typed apart. A filter word whose value says nothing is a word like any other."""
    found = FindWords()
    words: list[str] = []
    for part in _PART.finditer(typed):
        key = (part["key"] or "").lower()
        value = (part["quoted"] if part["quoted"] is not None else part["plain"]) or ""
        filtered = _filtered(found, key, value.strip()) if key else None
        if filtered is None:
            words.append(part[0])
        else:
            found = filtered
    return msgspec.structs.replace(found, words=" ".join(words))


def _filtered(found: FindWords, key: str, value: str) -> FindWords | None:
    """What is found with one more filter word, or None where it is none."""
    level = re.sub(r"[\s_-]+", "", value.lower()) if key in LEVEL_KEYS else ""
    more: dict[str, object] = {}
    if key in SENDER_KEYS and value:
        more["sender"] = f"{found.sender} {value}".strip()
    elif key in NUMBER_KEYS and value:
        more["number"] = f"{found.number} {value}".strip()
    elif key in ADDRESSEE_KEYS and value:
        more["addressee"] = value
    elif key in YEAR_KEYS and year_of(value) is not None:
        more["year"] = year_of(value)
    elif level in SECURITIES:
        more["security"] = SECURITIES[level]
    elif level in URGENCIES:
        more["urgency"] = URGENCIES[level]
    return msgspec.structs.replace(found, **more) if more else None


def year_of(word: str) -> int | None:
    """The year that a word is, or None."""
    if not (word.isascii() and word.isdecimal()):
        return None
    return int(word) if len(word) == DIGITS_OF_A_YEAR and FIRST_YEAR <= int(word) <= LAST_YEAR else None
