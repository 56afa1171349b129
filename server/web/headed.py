"""Replies of a packed head and a run of frames, as hubs give and take them."""

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from core.protocol.frames import Wire
from core.protocol.hub import LENGTH_BYTES
from core.protocol.messages import Data, Done

WHOLE_BYTES = 64 * 1024
LONG_LEVEL = 17


def headed_reply(wire: Wire, head: Any, frames: Iterable[Data]) -> Response:
    """The reply; a long one is read from the database as fast as the line takes it."""
    pieces = _pieces(wire, head, frames)
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if len(begun) > WHOLE_BYTES:
            return StreamingResponse(_joined(bytes(begun), pieces))
    return Response(bytes(begun))


def _joined(begun: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield begun
    yield from pieces


def _pieces(wire: Wire, head: Any, frames: Iterable[Data]) -> Iterator[bytes]:
    packed = wire.pack(head)
    yield len(packed).to_bytes(LENGTH_BYTES, "big") + packed
    writer = wire.writer(level=LONG_LEVEL)
    for frame in frames:
        yield writer.frame(frame)
    yield writer.frame(Done())
