"""Everything that turns bytes of others into values, with sound inputs to start from and the errors that it may raise.

A decoder gets broken bytes and random numbers. What it wraps (a zstd frame, a sealed part) is wrapped around the broken
bytes, so that they come as far as a hostile peer, who can pack and sign like anybody, would bring them.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

import zstandard

from core.domain.ids import TenantId
from core.protocol.bundle import (
    ID_BYTES,
    SERVER,
    VERSION,
    BundleFault,
    Manifest,
    PartHead,
    SectionKind,
    UpMessage,
    read_manifest,
    section_of,
    signing_payload,
    write_head,
)
from core.protocol.bundle_parts import OpenPart, read_head
from core.protocol.codec import CodecError, decode, decode_record, encode
from core.protocol.enrolment import CodeMalformed, read_code
from core.protocol.faults import read_fault
from core.protocol.frames import MAGIC, Wire, decode_frame
from core.protocol.messages import (
    PROTOCOL,
    Data,
    EnrolRequest,
    PasswordRequest,
    SessionReply,
    SessionRequest,
    Slice,
    SyncRequest,
)
from core.protocol.ops import read_op
from core.protocol.records import ACTS, KINDS
from core.protocol.rows import read_rows
from core.protocol.sealing import KEY_BYTES, SEED_BYTES, ChunkSealer, PartyKeys, seal_key
from desktop.app.wire import shipped_wire
from tests.core.protocol.golden_files import FOLDER

Decode = Callable[[bytes, Random], object]


class Decoder(NamedTuple):
    """One decoder; `share` of a million inputs are for it."""

    name: str
    decode: Decode
    corpus: tuple[bytes, ...]
    errors: tuple[type[Exception], ...] = (CodecError,)
    share: int = 0


def decoders() -> tuple[Decoder, ...]:
    """All of them; what costs little gets the most."""
    plain = [*_plain(), *_texts()]
    dear = [*_enveloped(), *_bundles()]
    left = (1_000_000 - sum(one.share for one in dear)) // len(plain)
    return (*(one._replace(share=left) for one in plain), *dear)


def _golden(start: str) -> tuple[bytes, ...]:
    paths = sorted(FOLDER.glob(f"{start}*.json"))
    return tuple(bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["hex"]) for path in paths)


def _again(value: Any) -> Any:
    """What was read is written and read again as the same."""
    if decode(encode(value), type(value)) != value:
        message = f"not the same when written and read again: {value!r}"
        raise AssertionError(message)
    return value


def _plain() -> Iterator[Decoder]:
    for kind in KINDS:

        def record(data: bytes, _random: Random, code: int = kind.code) -> object:
            return _again(decode_record(code, data))

        yield Decoder(f"record.{kind.name}", record, _golden(f"record.{kind.name}."))
    for act in ACTS:

        def arguments(data: bytes, _random: Random, struct: type[Any] = act.struct) -> object:
            return _again(decode(data, struct))

        yield Decoder(f"act.{act.name}", arguments, _golden(f"act.{act.name}."))
    for message in (SyncRequest, EnrolRequest, SessionRequest, PasswordRequest, SessionReply, UpMessage):

        def whole(data: bytes, _random: Random, struct: type[Any] = message) -> object:
            return decode(data, struct)

        name = message.__name__.lower()
        yield Decoder(f"message.{name}", whole, _golden(f"message.{name}.") or _golden("message."))
    yield Decoder("op", _op, _golden("op."))
    yield Decoder("fault", lambda data, _random: read_fault(data), _golden("fault."))
    for frame in ("control", "data", "done", "slice"):
        yield Decoder(f"frame.{frame}", _frame, _golden(f"frame.{frame}."))


def _op(data: bytes, _random: Random) -> object:
    return _again(read_op(data).read_act())


def _frame(data: bytes, _random: Random) -> object:
    frame = decode_frame(data)
    if isinstance(frame, Data | Slice):
        return read_rows(frame.blocks)
    return frame


def _texts() -> Iterator[Decoder]:
    yield Decoder(
        "code",
        lambda data, _random: read_code(data.decode("utf-8", "replace")),
        (b"7K3M-9QWX-2ABC", b"7K3M-9QWX-2ABC-F4D1-8YZP"),
        (CodeMalformed,),
    )


def _enveloped() -> Iterator[Decoder]:
    """Messages and replies: broken after they were packed, and packed after they were broken."""
    pack = packer(Wire(b""))
    for kind, wire in (("", Wire(b"")), (".dictionary", shipped_wire())):
        request = _golden("message.syncrequest.")
        packed = tuple(wire.pack(decode(one, SyncRequest)) for one in request)
        replies = tuple(wire.whole([decode_frame(frame)]) for frame in _golden("frame."))

        def unpack(data: bytes, _random: Random, wire: Wire = wire) -> object:
            return wire.unpack(data, SyncRequest)

        def repacked(data: bytes, _random: Random, wire: Wire = wire) -> object:
            return wire.unpack(pack(data), SyncRequest)

        def read(data: bytes, random: Random, wire: Wire = wire) -> object:
            return _read(wire, data, random)

        def reread(data: bytes, random: Random, wire: Wire = wire) -> object:
            return _read(wire, pack(data), random)

        yield Decoder(f"packed{kind}", unpack, packed, share=20_000)
        yield Decoder(f"reply{kind}", read, replies, share=10_000)
        if not kind:
            # The last frame of a reply is the shortest.
            golden = sorted(_golden("frame."), key=lambda one: -len(one))
            framed = tuple(len(one).to_bytes(4, "big") + one for one in golden)
            yield Decoder("packed.inside", repacked, request, share=20_000)
            yield Decoder("reply.inside", reread, (*framed, b"".join(framed)), share=10_000)
            yield Decoder("bomb", _bomb, (b"\0", b"\x90", b"\xc0", *request), share=20)


def packer(wire: Wire) -> Callable[[bytes], bytes]:
    """The envelope of a wire without a dictionary around any bytes, with a window that readers allow."""
    head = wire.pack(0)[: len(MAGIC) + 1]
    params = zstandard.ZstdCompressionParameters.from_level(1, format=zstandard.FORMAT_ZSTD1_MAGICLESS, window_log=20)
    compressor = zstandard.ZstdCompressor(compression_params=params)

    def pack(data: bytes) -> bytes:
        # In a stream: a frame that tells its size has that size as its window.
        stream = compressor.compressobj()
        return head + stream.compress(data) + stream.flush()

    return pack


def _read(wire: Wire, data: bytes, random: Random) -> object:
    reader = wire.reader()
    at = 0
    frames: list[object] = []
    while at < len(data):
        step = 1 + random.getrandbits(9)
        frames += reader.feed(data[at : at + step])
        at += step
    return frames


def _bomb(data: bytes, random: Random) -> object:
    """A little that grows to a lot: read as a message, and as a reply that promises the biggest frame."""
    wire = Wire(b"")
    unit = data[:64] or b"\0"
    blown = unit * ((1 + random.getrandbits(26)) // len(unit))
    if random.getrandbits(1):
        return wire.unpack(packer(wire)(blown), SyncRequest)
    return _read(wire, packer(wire)(struct.pack(">I", random.getrandbits(24)) + blown), random)


def part_head() -> PartHead:
    """The head of the only part of a bundle."""
    return PartHead(
        version=VERSION,
        tenant=TenantId(7),
        sender=SERVER,
        recipient=SERVER,
        bundle=b"\5" * ID_BYTES,
        part=1,
        parts=1,
    )


class _Post:
    """A sender and a recipient of bundles; the sealed key of a part is made once, since making it costs the most."""

    def __init__(self) -> None:
        self.sender = PartyKeys(b"\1" * SEED_BYTES, b"\2" * SEED_BYTES)
        self.recipient = PartyKeys(b"\3" * SEED_BYTES, b"\4" * SEED_BYTES)
        self.head = part_head()
        self._key = b"\6" * KEY_BYTES
        written = write_head(self.head)
        self._start = written + seal_key(self._key, self.recipient.seal_public, bound=written)
        self.message = b"".join(_golden("frame."))
        self.manifest = Manifest(
            protocol=PROTOCOL,
            tenant=self.head.tenant,
            sender=SERVER,
            recipient=SERVER,
            recipient_key=self.recipient.seal_public,
            bundle=self.head.bundle,
            made_ms=1,
            parts=((section_of(SectionKind.MESSAGE, self.message),),),
            epoch=1,
            next_seq=1,
        )

    def seal(self, plain: bytes) -> bytes:
        return self._start + ChunkSealer(self._key).seal(plain, last=True)

    def plain(self, manifest: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(manifest)) + manifest + self.sender.sign(signing_payload(manifest)) + content

    def open(self, data: bytes) -> Manifest:
        source = io.BytesIO(data)
        part = OpenPart(
            source, read_head(source), keys=self.recipient, sender_key=lambda _head: self.sender.sign_public
        )
        part.verify()
        return part.manifest


def _bundles() -> Iterator[Decoder]:
    post = _Post()
    manifest = encode(post.manifest)
    plain = post.plain(manifest, post.message)

    def head(data: bytes, _random: Random) -> object:
        return read_head(io.BytesIO(data))

    def named(data: bytes, _random: Random) -> object:
        return read_manifest(data, post.head)

    def part(data: bytes, _random: Random) -> object:
        return post.open(data)

    def sealed(data: bytes, _random: Random) -> object:
        return post.open(post.seal(data))

    def signed(data: bytes, _random: Random) -> object:
        return post.open(post.seal(post.plain(data, post.message)))

    faults = (BundleFault,)
    yield Decoder("bundle.head", head, (write_head(post.head),), faults, share=40_000)
    yield Decoder("bundle.manifest", named, (manifest, *_golden("message.manifest.")), faults, share=40_000)
    yield Decoder("bundle.part", part, (post.seal(plain),), faults, share=8_000)
    yield Decoder("bundle.sealed", sealed, (plain,), faults, share=4_000)
    yield Decoder("bundle.signed", signed, (manifest,), faults, share=4_000)
