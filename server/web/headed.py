"""Replies of a packed head and a run of frames, as hubs give and take them."""

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from core.protocol.frames import Wire
from core.protocol.hub import LENGTH_BYTES
from core.protocol.messages import Data, Done

WHOLE_BYTES = 64 * 1024
# For the line to a hub, on which it is worth the effort, and for the network of an office, on which it is not.
LINE_LEVEL = 19
OFFICE_LEVEL = 6


def headed_reply(wire: Wire, head: Any, frames: Iterable[Data], *, level: int) -> Response:
    """The reply; a long one is read from the database as fast as the line takes it."""
    pieces = _pieces(wire, head, frames, level=level)
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if len(begun) > WHOLE_BYTES:
            return StreamingResponse(_joined(bytes(begun), pieces))
    return Response(bytes(begun))


def _joined(begun: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield begun
    yield from pieces


def _pieces(wire: Wire, head: Any, frames: Iterable[Data], *, level: int) -> Iterator[bytes]:
    yield measured(wire.pack(head))
    yield from packed_frames(wire, frames, level=level)


def packed_frames(wire: Wire, frames: Iterable[Data], *, level: int) -> Iterator[bytes]:
    """The run of frames behind a head, with its end."""
    writer = wire.writer(level=level)
    for frame in frames:
        if piece := writer.frame(frame, at_once=False):
            yield piece
    yield writer.frame(Done())


def measured(piece: bytes) -> bytes:
    """A piece behind its length."""
    return len(piece).to_bytes(LENGTH_BYTES, "big") + piece
