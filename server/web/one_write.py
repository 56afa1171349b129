"""Hands what is written to a connection in one turn of the loop to the system in one go, and tells when it is lost.

A connection on which nothing is asked is let go.

uvicorn writes the head and the body of an answer one after the other. Together they are one packet and, under TLS, one
record instead of two - 62 bytes less on a slow line - and half of the system calls on both sides.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# More than this does not wait for the end of the turn.
MOST_HELD = 64 * 1024

# Who connects, or begins a request, has so many seconds to say what it wants. A line that died in between tells nobody,
# and would hold a place among the open files of the server for ever; the head of a request is some hundred bytes.
HEAD_S = 60.0

# Under this name a scope has a future that is done when the connection is lost.
GONE = "gone"
# And under this one, that all of its body came: nobody has to wait for it then.
WHOLE = "whole"

Data = bytes | bytearray | memoryview


class JoinedWrites(asyncio.Transport):
    """A transport above another one. What is held goes out before it is closed, and not at all when it is aborted."""

    __slots__ = ("_held", "_loop", "_size", "inner")

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.inner = inner
        self._loop = loop
        self._held: list[Data] = []
        self._size = 0

    def write(self, data: Data) -> None:
        """Send it at the end of this turn."""
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(bytes(data))
        self._size += len(data)
        if self._size >= MOST_HELD:
            self._flush()

    def writelines(self, list_of_data: Iterable[Data]) -> None:
        """Send them at the end of this turn."""
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        """Close when everything is sent."""
        self._flush()
        self.inner.close()

    def abort(self) -> None:
        """Close at once."""
        self._held.clear()
        self.inner.abort()

    def get_write_buffer_size(self) -> int:
        """What the system has not taken yet."""
        return self._size + self.inner.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """When the protocol is told to pause."""
        self.inner.set_write_buffer_limits(high, low)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """What is known of the connection."""
        return self.inner.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Whether it is closed or about to be."""
        return self.inner.is_closing()

    def is_reading(self) -> bool:
        """Whether what comes is read."""
        return self.inner.is_reading()

    def pause_reading(self) -> None:
        """Let what comes wait."""
        self.inner.pause_reading()

    def resume_reading(self) -> None:
        """Read on."""
        self.inner.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Who is told of what comes."""
        self.inner.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Who is told of what comes."""
        return self.inner.get_protocol()

    def _flush(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held:
            self.inner.write(b"".join(held))


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's protocol over such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin."""
        super().connection_made(JoinedWrites(transport, self.loop))
        self._in_head = False
        self._patience: asyncio.TimerHandle | None = self.loop.call_later(HEAD_S, self.transport.abort)
        self._gone: asyncio.Future[None] = self.loop.create_future()

    def data_received(self, data: bytes) -> None:
        """More of a request comes; one whose head is not whole by then is waited for, but not for ever."""
        super().data_received(data)
        if self._in_head and self._patience is None and not self.transport.is_closing():
            self._patience = self.loop.call_later(HEAD_S, self.transport.abort)

    def on_headers_complete(self) -> None:
        """It is known what is wanted."""
        self._in_head = False
        self._end_patience()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is here."""
        super().on_message_complete()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # it may hold what it is not declared to
        scope[WHOLE] = True

    def on_message_begin(self) -> None:
        """A request comes: its scope says when its sender is gone, without a task that waits for it."""
        super().on_message_begin()
        self._in_head = True
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # it may hold what it is not declared to
        scope[GONE] = self._gone

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        super().connection_lost(exc)
        self._end_patience()
        if not self._gone.done():
            self._gone.set_result(None)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
