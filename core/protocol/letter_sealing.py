"""Seals what a secret letter says, on the PC, to the keys of its readers; and opens it for one of them.

One random key a letter opens all of it: texts, and scans through a key of their own that stands at the start of the
file. It is sealed (HPKE) to every key that stands for a reader. Each text is bound to its place, so that none can be
passed off as another.

A scan on the PC of somebody who is no reader is sealed there all the same: its key stands at the start of the file for
each reader. Who comes later is let in by a reader, whose PC puts such a file under the key of the letter.
"""

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from core.domain.ids import DispositionId, LetterId, PositionId, RowId, UserId
from core.domain.person_keys import PersonKeys
from core.domain.secrecy import KEY_NAME_BYTES, SEALED, SealedKey, is_sealed
from core.protocol.codec import CodecError, decode, encode
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
# With the key of the file for each reader, instead of under the key of the letter.
PEOPLE_MAGIC = b"PSGR2"
MAGIC_BYTES = len(FILE_MAGIC)
_LENGTH_BYTES = 4
_MOST_KEYS_BYTES = 64 * 1024
_NO_RINGS: Mapping[UserId, KeyRing] = MappingProxyType({})
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


def is_sealed_file(head: bytes) -> bool:
    """Whether a file that begins so is for readers only."""
    return head.startswith((FILE_MAGIC, PEOPLE_MAGIC))


def seal_file(chunks: Iterable[bytes], content: bytes, *, letter_id: LetterId) -> Iterator[bytes]:
    """A file for readers only, part by part; `chunks` are of any size."""
    key = os.urandom(KEY_BYTES)
    yield FILE_MAGIC + seal_bytes(key, content, bound=b"file" + letter_id)
    yield from _body(chunks, key)


def seal_file_to(chunks: Iterable[bytes], readers: Iterable[PersonKeys], *, letter_id: LetterId) -> Iterator[bytes]:
    """A file for `readers` only, by somebody who cannot open the letter."""
    key = os.urandom(KEY_BYTES)
    keys = encode(seal_to(key, _file_of(letter_id), readers))
    yield PEOPLE_MAGIC + len(keys).to_bytes(_LENGTH_BYTES, "big") + keys
    yield from _body(chunks, key)


def _body(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    sealer = ChunkSealer(key)
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) > CHUNK:
            yield sealer.seal(held[:CHUNK], last=False)
            held = held[CHUNK:]
    yield sealer.seal(held, last=True)


def open_file(
    sealed: bytes, content: bytes, *, letter_id: LetterId, rings: Mapping[UserId, KeyRing] = _NO_RINGS
) -> bytes:
    """The file in `sealed`; SealBroken. What was never sealed is given back as it is.

    `rings` are the keys of whoever is signed in, for a file that was sealed by somebody who is no reader.
    """
    if not is_sealed_file(sealed):
        return sealed
    if sealed.startswith(PEOPLE_MAGIC):
        key, head_bytes = _key_for_people(sealed, letter_id, rings)
    else:
        key = open_bytes(sealed[MAGIC_BYTES:HEAD_BYTES], content, bound=b"file" + letter_id)
        head_bytes = HEAD_BYTES
    opener = ChunkOpener(key)
    step = CHUNK + TAG_BYTES
    body = memoryview(sealed)[head_bytes:]
    parts = range(0, max(len(body), 1), step)
    return b"".join(opener.open(bytes(body[at : at + step]), last=at == parts[-1]) for at in parts)


def _key_for_people(sealed: bytes, letter_id: LetterId, rings: Mapping[UserId, KeyRing]) -> tuple[bytes, int]:
    """The key of a file and where its body begins."""
    start = MAGIC_BYTES + _LENGTH_BYTES
    length = int.from_bytes(sealed[MAGIC_BYTES:start], "big")
    if length > _MOST_KEYS_BYTES:
        raise SealBroken
    try:
        keys = decode(sealed[start : start + length], tuple[SealedKey, ...])
    except CodecError as err:
        raise SealBroken from err
    for user, ring in rings.items():
        key = open_content(keys, _file_of(letter_id), user=user, ring=ring)
        if key is not None:
            return key, start + length
    raise SealBroken


def _file_of(letter_id: LetterId) -> LetterId:
    """Stands for the files of a letter where keys are bound to it: no key of a file passes for that of the letter."""
    return LetterId(RowId(hashlib.sha256(b"pesagi-file-2" + letter_id).digest()[:16]))


def _key_bound(letter_id: LetterId, user: UserId) -> bytes:
    return b"pesagi-letter-1" + letter_id + user.to_bytes(4, "big")
