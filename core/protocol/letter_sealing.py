"""Seals what a secret letter says, on the PC, to the keys of its readers; and opens it for one of them.

One random key a letter opens all of it: texts, and scans through a key of their own that stands at the start of the
file. It is sealed (HPKE) to every key that stands for a reader. Each text is bound to its place, so that none can be
passed off as another.
"""

import base64
import os
from collections.abc import Iterable, Iterator

from core.domain.ids import DispositionId, LetterId, PositionId, UserId
from core.domain.person_keys import PersonKeys
from core.domain.secrecy import KEY_NAME_BYTES, SEALED, SealedKey, is_sealed
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import (
    CHUNK,
    KEY_BYTES,
    TAG_BYTES,
    ChunkOpener,
    ChunkSealer,
    SealBroken,
    open_bytes,
    seal_bytes,
    seal_key,
)

FILE_MAGIC = b"PSGR1"
_NONCE_BYTES = 12
HEAD_BYTES = len(FILE_MAGIC) + _NONCE_BYTES + KEY_BYTES + TAG_BYTES


def new_content_key() -> bytes:
    """The key of a letter's contents."""
    return os.urandom(KEY_BYTES)


def seal_to(content: bytes, letter_id: LetterId, readers: Iterable[PersonKeys]) -> tuple[SealedKey, ...]:
    """The key of a letter's contents for every key that stands for a reader."""
    return tuple(
        SealedKey(
            user=UserId(reader.number),
            key=key.seal[:KEY_NAME_BYTES],
            sealed=seal_key(content, key.seal, bound=_key_bound(letter_id, UserId(reader.number))),
        )
        for reader in readers
        for key in reader.active
    )


def open_content(keys: Iterable[SealedKey], letter_id: LetterId, *, user: UserId, ring: KeyRing) -> bytes | None:
    """The key of a letter's contents for a person, or None if the person is not let in with any of these keys."""
    for one in keys:
        if one.user == user:
            try:
                return ring.open_key(one.sealed, bound=_key_bound(letter_id, user))
            except SealBroken:
                continue
    return None


def letter_place(letter_id: LetterId, field: str) -> bytes:
    """Where a text of a letter stands."""
    return b"letter" + letter_id + field.encode()


def note_place(disposition_id: DispositionId) -> bytes:
    """Where the note of a disposition stands."""
    return b"note" + disposition_id


def result_place(disposition_id: DispositionId, position: PositionId) -> bytes:
    """Where the result of a recipient stands."""
    return b"result" + disposition_id + position.to_bytes(4, "big")


def reason_place(disposition_id: DispositionId, position: PositionId) -> bytes:
    """Where it stands why a recipient was withdrawn."""
    return b"reason" + disposition_id + position.to_bytes(4, "big")


def seal_text(text: str, content: bytes, *, place: bytes) -> str:
    """A text for readers only; the empty text stays empty."""
    if not text:
        return ""
    return SEALED + base64.b64encode(seal_bytes(text.encode(), content, bound=place)).decode()


def open_text(text: str, content: bytes, *, place: bytes) -> str:
    """The inverse of `seal_text`; what was never sealed is given back as it is. SealBroken."""
    if not is_sealed(text):
        return text
    try:
        sealed = base64.b64decode(text[len(SEALED) :], validate=True)
        return open_bytes(sealed, content, bound=place).decode()
    except ValueError as err:
        raise SealBroken from err


def seal_file(chunks: Iterable[bytes], content: bytes, *, letter_id: LetterId) -> Iterator[bytes]:
    """A file for readers only, part by part; `chunks` are of any size."""
    key = os.urandom(KEY_BYTES)
    yield FILE_MAGIC + seal_bytes(key, content, bound=b"file" + letter_id)
    sealer = ChunkSealer(key)
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield sealer.seal(held[:CHUNK], last=False)
            held = held[CHUNK:]
    yield sealer.seal(held, last=True)


def open_file(sealed: bytes, content: bytes, *, letter_id: LetterId) -> bytes:
    """The file in `sealed`; SealBroken. What was never sealed is given back as it is."""
    if not sealed.startswith(FILE_MAGIC):
        return sealed
    opener = ChunkOpener(open_bytes(sealed[len(FILE_MAGIC) : HEAD_BYTES], content, bound=b"file" + letter_id))
    step = CHUNK + TAG_BYTES
    body = memoryview(sealed)[HEAD_BYTES:]
    parts = range(0, max(len(body), 1), step)
    return b"".join(opener.open(bytes(body[at : at + step]), last=at == parts[-1]) for at in parts)


def _key_bound(letter_id: LetterId, user: UserId) -> bytes:
    return b"pesagi-letter-1" + letter_id + user.to_bytes(4, "big")
