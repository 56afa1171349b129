"""Messages and frames as bytes on the wire.

A message is the magic, a flag byte and one zstd frame with the shipped dictionary. A reply is the magic, a flag byte
and one zstd stream that is flushed after each frame: every frame can be read and stored as soon as its bytes are
here, and still profits from all the frames before it. A reply that is cut is continued by the next request from the
cursors stored so far, so nothing is sent twice but the frame that was cut.

Whatever does not begin with the magic is not ours: a login page, a proxy's error, a transcoded body. What one message
or frame takes of memory is bounded on both sides, its bytes and all that is made of them (`core.protocol.weight`), so
that a hostile or broken peer cannot make the program take all memory.
"""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import zstandard

from core.protocol.codec import CodecError, decode, encode, trimmed
from core.protocol.messages import Done, Frame
from core.protocol.weight import MOST_MEMORY

MAGIC = b"PSG1"
DICTIONARY_FLAG = 1
# Begins a message that is not packed: zstd keeps this bit of the first byte of a frame at zero (RFC 8878, 3.1.1.1.1).
PLAIN = b"\x08"
# Twice as many bytes would leave no memory for what is made of them.
MAX_MESSAGE = MOST_MEMORY // 2
MAX_FRAME = 8 * 1024 * 1024
_WINDOW_LOG = 21
# One block of zstd grows to 128 KiB out of as few as four bytes: a piece of this size grows to 2 MiB at the most.
_PIECE = 64
# What the rows of a frame take that its bytes do not tell (`core.protocol.rows` bounds them); and the bytes behind it.
_UNFOLDED = 4 * 1024 * 1024
_BEHIND = 4 * 1024 * 1024
# What a frame may take, its bytes and what they become.
FRAME_WEIGHT = MOST_MEMORY - _UNFOLDED - _BEHIND
_LENGTH = 4
# No message as short as this gets shorter by zstd.
_PACKED_FROM = 24
# Of what is as short as this every level leaves the same, give or take a byte; the quick one takes a sixth of the time.
_HARDLY_SHORTER = 96
_QUICK_LEVEL = 3
# Bytes before compression for which a block of zstd with tables of its own is worth while.
_WORTH_A_BLOCK = 16 * 1024
# As far as it gets shorter: of what hardly does, so much is lost with each cut of the line.
_MOST_IN_A_BLOCK = 4 * 1024
_HEAD = len(MAGIC) + 1
# What the head of a zstd frame without its magic holds beside its first byte (RFC 8878, 3.1.1.1): by the first byte's
# two lowest bits the id of a dictionary, by its two highest the size of the content.
_DICTIONARY_ID_BYTES = (0, 1, 2, 4)
_CONTENT_SIZE_BYTES = (0, 2, 4, 8)
_SINGLE_SEGMENT = 0x20


class NotOurs(CodecError):
    """The bytes do not come from a Pesagi program."""


class Wire:
    """Packs and unpacks with one dictionary; safe to share between threads."""

    def __init__(self, dictionary: bytes) -> None:
        """Take the shipped dictionary; the empty one means none."""
        self._dictionary = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._flag = bytes([DICTIONARY_FLAG if dictionary else 0])
        # Making a context costs ten times what a small message does; each serves one thread, one message at a time.
        self._kept = threading.local()

    def pack(self, message: Any, *, level: int = 12) -> bytes:
        """A whole message as bytes."""
        return MAGIC + self._flag + self._kept_compressor(level).compress(encode(message))

    def whole(self, frames: Iterable[Frame], *, level: int = 12) -> bytes:
        """A reply of these frames in one piece."""
        raw = bytearray()
        for frame in map(encode, map(trimmed, frames)):
            raw += len(frame).to_bytes(_LENGTH, "big") + frame
        if len(raw) <= _HARDLY_SHORTER:
            level = min(level, _QUICK_LEVEL)
        return MAGIC + self._flag + self._kept_compressor(level).compress(raw)

    def squeeze(self, message: Any, *, level: int = 12) -> bytes:
        """A message without the magic, for a connection whose other side is known."""
        return self._compressor(level).compress(encode(message))

    def brief(self, message: Any, *, level: int = 12) -> bytes:
        """As `squeeze`, or not packed where that is shorter."""
        raw = encode(message)
        plain = PLAIN + raw
        if len(plain) > _PACKED_FROM:
            packed = self._kept_compressor(level).compress(raw)
            return min(packed, plain, key=len)
        return plain

    def unpack(self, body: bytes, as_type: Any) -> Any:
        """The message in `body`; NotOurs or CodecError."""
        self._check_head(body)
        return self.expand(body[_HEAD:], as_type)

    def expand(self, body: bytes, as_type: Any) -> Any:
        """The inverse of `squeeze` and `brief`; CodecError."""
        if body[:1] == PLAIN:
            if len(body) > MAX_MESSAGE:
                raise CodecError("message too large")
            return decode(body[1:], as_type, reserved=_UNFOLDED)
        # Not in one go: the size that a hostile peer writes into the head of a zstd frame would overrule any limit.
        stream = self._kept_decompressor().decompressobj()
        raw = bytearray()
        for grown in _grow(stream, body):
            raw += grown
            if len(raw) > MAX_MESSAGE:
                message = "message too large"
                raise CodecError(message)
        if not stream.eof:
            message = "message cut"
            raise CodecError(message)
        return decode(raw, as_type, reserved=_UNFOLDED)

    def writer(self, *, level: int = 9) -> "FrameWriter":
        """A writer for one reply."""
        return FrameWriter(MAGIC + self._flag, self._compressor(level))

    def reader(self) -> "FrameReader":
        """A reader for one reply."""
        return FrameReader(self)

    def _check_head(self, head: bytes) -> None:
        if not head.startswith(MAGIC):
            raise NotOurs(head[:16].hex())
        if head[len(MAGIC) : _HEAD] != self._flag:
            message = "another dictionary"
            raise CodecError(message)

    def _compressor(self, level: int) -> zstandard.ZstdCompressor:
        params = zstandard.ZstdCompressionParameters.from_level(
            level,
            window_log=_WINDOW_LOG,
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
            write_checksum=False,
            write_dict_id=False,
        )
        return zstandard.ZstdCompressor(dict_data=self._dictionary, compression_params=params)

    def _kept_compressor(self, level: int) -> zstandard.ZstdCompressor:
        kept: dict[int, zstandard.ZstdCompressor] = self._kept.__dict__.setdefault("compressors", {})
        if level not in kept:
            kept[level] = self._compressor(level)
        return kept[level]

    def _kept_decompressor(self) -> zstandard.ZstdDecompressor:
        kept: zstandard.ZstdDecompressor | None = self._kept.__dict__.get("decompressor")
        if kept is None:
            kept = self._kept.decompressor = self._decompressor()
        return kept

    def _decompressor(self) -> zstandard.ZstdDecompressor:
        return zstandard.ZstdDecompressor(
            dict_data=self._dictionary,
            max_window_size=1 << _WINDOW_LOG,
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        )


class FrameWriter:
    """Turns frames into bytes that can be sent at once."""

    def __init__(self, head: bytes, compressor: zstandard.ZstdCompressor) -> None:
        """Start a reply; use `Wire.writer`."""
        self._head = head
        self._stream = compressor.compressobj()
        self._quick = zstandard.ZstdCompressor(level=1)
        self._waiting = 0
        self._packed = 0

    def frame(self, frame: Frame, *, at_once: bool = True) -> bytes:
        """The bytes of one frame, complete for a reader without anything that follows.

        If it need not be there `at_once`, a short one waits for those that come after it: together they are smaller.
        """
        raw = encode(frame)
        head, self._head = self._head, b""
        body = self._stream.compress(len(raw).to_bytes(_LENGTH, "big") + raw)
        if not at_once and not self._fills_a_block(raw):
            return head + body
        self._waiting = self._packed = 0
        return head + body + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def _fills_a_block(self, raw: bytes) -> bool:
        self._waiting += len(raw)
        self._packed += len(self._quick.compress(raw))
        return self._waiting >= _WORTH_A_BLOCK or self._packed >= _MOST_IN_A_BLOCK


class FrameReader:
    """Turns the bytes of a reply back into frames, as they come."""

    def __init__(self, wire: Wire) -> None:
        """Start reading; use `Wire.reader`."""
        self._wire = wire
        self._head = b""
        self._stream: zstandard.ZstdDecompressionObj | None = None
        self._raw = bytearray()
        self._done = False

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes; NotOurs or CodecError."""
        if self._stream is None:
            self._head += data
            # The decoder takes half a head for damage.
            if len(self._head) <= _HEAD or len(self._head) < _HEAD + _head_size(self._head[_HEAD]):
                if not MAGIC.startswith(self._head[: len(MAGIC)]):
                    raise NotOurs(self._head.hex())
                return
            self._wire._check_head(self._head)  # noqa: SLF001  # one module, one reason
            data = self._head[_HEAD:]
            self._stream = self._wire._decompressor().decompressobj()  # noqa: SLF001  # as above
        for grown in _grow(self._stream, data):
            yield from self._frames_with(grown)

    def _frames_with(self, grown: bytes) -> Iterator[Frame]:
        self._raw += grown
        while len(self._raw) >= _LENGTH:
            size = int.from_bytes(self._raw[:_LENGTH], "big")
            if size > MAX_FRAME:
                raise CodecError("frame too large")
            if self._done:
                raise CodecError("more than the last frame")
            if len(self._raw) < _LENGTH + size:
                return
            with memoryview(self._raw) as raw:
                data = bytes(raw[_LENGTH : _LENGTH + size])
            del self._raw[: _LENGTH + size]
            frame = decode_frame(data)
            self._done = isinstance(frame, Done)
            yield frame


def _head_size(first: int) -> int:
    """How long the head of a zstd frame without its magic is, by its first byte."""
    single = bool(first & _SINGLE_SEGMENT)
    size = _CONTENT_SIZE_BYTES[first >> 6] or int(single)
    return 1 + (0 if single else 1) + _DICTIONARY_ID_BYTES[first & 3] + size


def _grow(stream: "zstandard.ZstdDecompressionObj", data: bytes) -> Iterator[bytes]:
    """What `data` decompresses to, at most 16 MiB at a time; CodecError."""
    for start in range(0, len(data), _PIECE):
        try:
            yield stream.decompress(data[start : start + _PIECE])
        except zstandard.ZstdError as err:
            raise CodecError(str(err)) from err


def decode_frame(data: bytes) -> Frame:
    """One frame; CodecError if it is none."""
    frame: Frame = decode(data, Frame, reserved=MOST_MEMORY - FRAME_WEIGHT)
    return frame


__all__ = ["MAGIC", "FrameReader", "FrameWriter", "NotOurs", "Wire", "decode", "decode_frame"]
