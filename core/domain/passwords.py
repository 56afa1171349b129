"""Which passwords may be chosen: one rule for the PC and the server, with the policy and the words to avoid as data.

Length is what counts (NIST SP 800-63B, 5.1.1.2). What everybody would try first is refused however long it is made:
words that many use, up to three together, with figures and signs around, backwards; walks over the keys; the same
again. A policy may also want kinds of characters and an age, as offices under BSSN's rules have to: that is data, and
off.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from functools import cache

import msgspec

MAX_CHARS = 256
# The policies that are shipped (`resources/passwords/policies.json`); the first holds where nothing else was said.
PROFILES = ("umum", "bssn")
# Fewer different characters make no password, however many there are.
FEWEST_DIFFERENT = 5
# So many keys in a row are a walk; rows and columns of the keyboard, the alphabet.
SHORTEST_WALK = 3
FEW_WORDS = 3
_KEYS = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("qaz", "wsx", "edc", "rfv", "tgb", "yhn", "ujm"),
)
_REPEATED = re.compile(r"(.{1,8})\1+")
_LEET = str.maketrans("013457@$!", "oleastasi")
_AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")
_KINDS = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))


class PasswordPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: length, how many of the four kinds of characters, and days until a new one (0: never).

    `session_days` is how long a session at the server lasts at most after the password was given: who works at his PC
    gives it daily, and a PC that nobody signs in to for so long goes on with its own data, without the server.
    """

    min_chars: int = 12
    kinds: int = 1
    max_age_days: int = 0
    session_days: int = 90


class PasswordFlaw(StrEnum):
    """Why a password may not be chosen."""

    SHORT = "password_short"
    GUESSED = "password_guessed"
    PLAIN = "password_plain"


def flaw_of(
    password: str, *, policy: PasswordPolicy, common: Collection[str], about: Collection[str] = ()
) -> PasswordFlaw | None:
    """The flaw of a password, or None; `common` are words to avoid, `about` names of the person."""
    if not policy.min_chars <= len(password) <= MAX_CHARS:
        return PasswordFlaw.SHORT
    if sum(1 for kind in _KINDS if kind.search(password)) < policy.kinds:
        return PasswordFlaw.PLAIN
    lower = password.casefold()
    names = {part for name in about for part in re.split(r"[^a-z]+", name.casefold()) if len(part) > 2}  # noqa: PLR2004  # initials say nothing
    avoided = {*common, *names}
    if len(set(lower)) < FEWEST_DIFFERENT or _REPEATED.fullmatch(lower):
        return PasswordFlaw.GUESSED
    texts = (re.sub(r"[^a-z]", "", text) for text in (lower, _AROUND.sub("", lower).translate(_LEET)))
    if any(_is_made_of(text, avoided) or _is_made_of(text[::-1], avoided) for text in texts):
        return PasswordFlaw.GUESSED
    return None


@cache
def _walks() -> frozenset[str]:
    """What fingers do that walk over the keys, in either direction, and pieces of the alphabet."""
    ways = (*_KEYS, *(way[::-1] for way in _KEYS))
    return frozenset(
        way[start:end]
        for way in ways
        for start in range(len(way))
        for end in range(start + SHORTEST_WALK, len(way) + 1)
    )


def _is_made_of(letters: str, words: Collection[str]) -> bool:
    """Whether the letters are at most `FEW_WORDS` words to avoid and walks, and nothing else; none at all are nothing.

    More words that somebody put together are what many need to remember a password, and a thousand words to the fourth
    are more than anybody tries.
    """
    fewest = {0: 0}
    for start in range(len(letters)):
        if start in fewest:
            for cost, several in ((1, words), (0, _walks())):
                for word in several:
                    if letters.startswith(word, start):
                        end = start + len(word)
                        fewest[end] = min(fewest.get(end, len(letters)), fewest[start] + cost)
    return fewest.get(len(letters), len(letters)) <= (FEW_WORDS if letters else 0)
