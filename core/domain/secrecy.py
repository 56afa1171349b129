"""Secret letters: what is sealed to their readers, and how the rules tell it from what is in the clear.

A sealed letter carries the key of its contents, sealed to each key of each reader. Its subject and summary, the notes
and results of its dispositions are texts that begin with `SEALED`; nobody but a reader can make them or read them, the
server no more than the hub. What the rules need - numbers, dates, office, level, sender, addressee - is in the clear.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import UserId

SEALED = "tersegel-1:"
MAX_LETTER_KEYS = 400
KEY_NAME_BYTES = 8
SEALED_KEY_BYTES = 80
# A sealed text is Base64 of UTF-8 with a nonce and a tag.
_GROWTH, _FRAME = 6, 100
_NAME_BYTES = 8


class SealedKey(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The key of a letter's contents for one key of one person: `key` is the start of that public key.

    `by` let the person in at `at`; the rules fill both in.
    """

    user: UserId
    key: bytes
    sealed: bytes
    by: UserId = UserId(0)
    at: datetime | None = None


def is_sealed(text: str) -> bool:
    """Whether a text can be read by readers only."""
    return text.startswith(SEALED)


def is_too_long(text: str, limit: int) -> bool:
    """Whether a text, or what is sealed in it, is longer than `limit` characters."""
    return len(text) > limit and len(text) > (limit * _GROWTH + _FRAME if is_sealed(text) else limit)


def require_sealed(texts: Mapping[str, str]) -> None:
    """Refuse to put a text of a sealed letter into the clear."""
    for field, text in texts.items():
        if text and not is_sealed(text):
            raise Refusal(RefusalCode.TEXT_NOT_SEALED, field)


def require_same_key(known: tuple[SealedKey, ...], fresh: Iterable[SealedKey]) -> None:
    """Refuse what was sealed under another key of contents than the letter has by now: nobody could open it.

    Two people sealed it at one time. Who had heard of the seal lets nobody in who was let in with it.
    """
    first = {(one.user, one.key) for one in known if (one.by, one.at) == (known[0].by, known[0].at)}
    if any((one.user, one.key) in first for one in fresh):
        raise Refusal(RefusalCode.SEAL_CHANGED)


def seal_of(keys: tuple[SealedKey, ...]) -> bytes:
    """What names the seal of a letter that has `keys`: whoever seals it anew makes another, who is let in does not.

    Empty where there are none.
    """
    return keys[0].sealed[:_NAME_BYTES] if keys else b""


def require_same_seal(keys: tuple[SealedKey, ...], seal: bytes) -> None:
    """Refuse what was sealed under the seal of this name where the letter is under another one by now, or under none.

    Nobody could open it. An act of an older program names no seal.
    """
    if seal and seal != seal_of(keys):
        raise Refusal(RefusalCode.SEAL_CHANGED)


def with_keys(
    known: tuple[SealedKey, ...], fresh: Iterable[SealedKey], *, by: UserId, at: datetime
) -> tuple[SealedKey, ...]:
    """`known` and behind it what of `fresh` lets somebody in who was not yet."""
    have = {(one.user, one.key) for one in known}
    added = []
    for one in fresh:
        if len(one.key) != KEY_NAME_BYTES or len(one.sealed) != SEALED_KEY_BYTES:
            raise Refusal(RefusalCode.SEAL_MALFORMED, "keys")
        if (one.user, one.key) not in have:
            have.add((one.user, one.key))
            added.append(msgspec.structs.replace(one, by=by, at=at))
    if len(known) + len(added) > MAX_LETTER_KEYS:
        raise Refusal(RefusalCode.SEAL_MALFORMED, "keys")
    return (*known, *added)
