"""The parts of a bundle as bytes: written from and read into streams, a chunk at a time."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from core.protocol.bundle import (
    MAGIC,
    MAX_MANIFEST,
    VERSION,
    BundleFault,
    BundleTrouble,
    Manifest,
    PartHead,
    Section,
    is_sound_head,
    read_manifest,
    signing_payload,
    write_head,
)
from core.protocol.codec import CodecError, decode, encode
from core.protocol.messages import PROTOCOL
from core.protocol.sealing import (
    CHUNK,
    KEY_BYTES,
    SEALED_KEY_BYTES,
    SIGNATURE_BYTES,
    TAG_BYTES,
    ChunkOpener,
    ChunkSealer,
    PartyKeys,
    SealBroken,
    is_signed,
    seal_key,
)

_LENGTH = 4
_MAX_HEAD = 512

Content = Callable[[Section], Iterable[bytes]]
SenderKey = Callable[[PartHead], bytes | None]


def part_bytes(manifest: Manifest, part: int, keys: PartyKeys, content: Content) -> Iterator[bytes]:
    """The bytes of part number `part` (from 1), signed with `keys` and sealed to the manifest's recipient.

    `content` gives the bytes of a section. DAMAGED if they are not those that the manifest names.
    """
    head = write_head(
        PartHead(
            version=VERSION,
            tenant=manifest.tenant,
            sender=manifest.sender,
            recipient=manifest.recipient,
            bundle=manifest.bundle,
            part=part,
            parts=len(manifest.parts),
        )
    )
    key = os.urandom(KEY_BYTES)
    yield head + seal_key(key, manifest.recipient_key, bound=head)
    sealer = ChunkSealer(key)
    waiting = bytearray()
    for piece in _plain(manifest, part, keys, content):
        waiting += piece
        # One chunk is held back: only at the end is it known which is the last.
        while len(waiting) > CHUNK:
            yield sealer.seal(bytes(waiting[:CHUNK]), last=False)
            del waiting[:CHUNK]
    yield sealer.seal(bytes(waiting), last=True)


def _plain(manifest: Manifest, part: int, keys: PartyKeys, content: Content) -> Iterator[bytes]:
    data = encode(manifest)
    yield len(data).to_bytes(_LENGTH, "big") + data + keys.sign(signing_payload(data))
    for section in manifest.parts[part - 1]:
        yield from _checked(section, content(section))


def read_head(source: BinaryIO) -> PartHead:
    """The head at the beginning of a part; NOT_OURS, OTHER_VERSION, DAMAGED. The stream stands behind it."""
    if _read(source, len(MAGIC)) != MAGIC:
        raise BundleFault(BundleTrouble.NOT_OURS)
    size = int.from_bytes(_read(source, 2), "big")
    try:
        head: PartHead = decode(_read(source, min(size, _MAX_HEAD)), PartHead)
    except CodecError as err:
        raise BundleFault(BundleTrouble.DAMAGED, "head") from err
    if head.version != VERSION:
        raise BundleFault(BundleTrouble.OTHER_VERSION, str(head.version))
    if not is_sound_head(head):
        raise BundleFault(BundleTrouble.DAMAGED, "head")
    return head


class OpenPart:
    """A part being read: its head and manifest are right, its sections come as they are asked for."""

    def __init__(self, source: BinaryIO, head: PartHead, *, keys: PartyKeys, sender_key: SenderKey) -> None:
        """Go on where `read_head` stopped; BundleFault unless sealed to `keys` and signed by the sender."""
        self._chunks = _open_chunks(source, head, keys)
        self._plain = bytearray()
        size = int.from_bytes(self._take(_LENGTH), "big")
        if size > MAX_MANIFEST:
            raise BundleFault(BundleTrouble.DAMAGED, "manifest")
        data = self._take(size)
        signature = self._take(SIGNATURE_BYTES)
        signer = sender_key(head)
        if signer is None or not is_signed(signing_payload(data), signature, by=signer):
            raise BundleFault(BundleTrouble.FORGED)
        self.head = head
        self.manifest = read_manifest(data, head)
        if self.manifest.protocol != PROTOCOL:
            raise BundleFault(BundleTrouble.OTHER_VERSION, str(self.manifest.protocol))
        if self.manifest.recipient_key != keys.seal_public:
            raise BundleFault(BundleTrouble.FORGED, "sealed on by somebody else")

    def sections(self) -> Iterator[tuple[Section, Iterator[bytes]]]:
        """Each section with its bytes, to be read in order; DAMAGED as soon as something is not what was signed."""
        for section in self.manifest.parts[self.head.part - 1]:
            content = _checked(section, self._pieces(section.size))
            yield section, content
            for _ in content:
                pass
        if self._plain or next(self._chunks, b""):
            raise BundleFault(BundleTrouble.DAMAGED, "more than the manifest names")

    def verify(self) -> None:
        """Read everything once; BundleFault if anything is wrong."""
        for _section, _content in self.sections():
            pass

    def _take(self, size: int) -> bytes:
        return b"".join(self._pieces(size))

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._plain:
                self._plain += next(self._chunks, b"")
                if not self._plain:
                    raise BundleFault(BundleTrouble.DAMAGED, "too short")
            piece = bytes(self._plain[:size])
            del self._plain[: len(piece)]
            size -= len(piece)
            yield piece


def _open_chunks(source: BinaryIO, head: PartHead, keys: PartyKeys) -> Iterator[bytes]:
    try:
        key = keys.open_key(_read(source, SEALED_KEY_BYTES), bound=write_head(head))
    except SealBroken as err:
        raise BundleFault(BundleTrouble.DAMAGED, "key") from err
    opener = ChunkOpener(key)
    sealed = _read(source, CHUNK + TAG_BYTES)
    while sealed:
        following = _read(source, CHUNK + TAG_BYTES)
        try:
            yield opener.open(sealed, last=not following)
        except SealBroken as err:
            raise BundleFault(BundleTrouble.DAMAGED, "chunk") from err
        sealed = following


def _read(source: BinaryIO, size: int) -> bytes:
    try:
        return source.read(size)
    except OSError as err:
        raise BundleFault(BundleTrouble.STICK_FAILED, type(err).__name__) from err


def _checked(section: Section, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, if they are as many and the very ones that the section names; else DAMAGED at their end."""
    digest = hashlib.sha256()
    size = 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        yield piece
    if size != section.size or digest.digest() != section.sha256:
        raise BundleFault(BundleTrouble.DAMAGED, "section")
