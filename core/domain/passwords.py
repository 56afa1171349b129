"""Which passwords may be chosen: one rule for the PC and the server, with the policy and the words to avoid as data.

Length is what counts (NIST SP 800-63B, 5.1.1.2); what everybody would try first is refused however long it is made. A
policy may also want kinds of characters and an age, as offices under BSSN's rules have to: that is data, and off.
"""

import re
from collections.abc import Collection
from enum import StrEnum

import msgspec

MAX_CHARS = 256
# The policies that are shipped (`resources/passwords/policies.json`); the first holds where nothing else was said.
PROFILES = ("umum", "bssn")
# Fewer different characters make no password, however many there are.
FEWEST_DIFFERENT = 5
_LEET = str.maketrans("013457@$!", "oleastasi")
_AROUND = re.compile(r"^[^a-z]+|[^a-z]+$")
_KINDS = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))


class PasswordPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted: length, how many of the four kinds of characters, and days until a new one (0: never)."""

    min_chars: int = 12
    kinds: int = 1
    max_age_days: int = 0


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
    if len(set(lower)) < FEWEST_DIFFERENT or any(
        _is_made_of(re.sub(r"[^a-z]", "", text), avoided) for text in (lower, _AROUND.sub("", lower).translate(_LEET))
    ):
        return PasswordFlaw.GUESSED
    return None


def _is_made_of(letters: str, words: Collection[str]) -> bool:
    """Whether nothing is left of the letters when words to avoid are taken out; figures alone are nothing either."""
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached |= {start + len(word) for word in words if letters.startswith(word, start)}
    return len(letters) in reached
