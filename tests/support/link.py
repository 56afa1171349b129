"""An emulated line: a TCP proxy on 127.0.0.1 between a client and a real server on loopback.

Every connection that goes through one `Link` shares one line: a rate and a queue for each direction, one-way
delay, seeded jitter, one round trip for a new connection before its first byte sets out to the server, cuts
(RST to both ends), and times without a line. Several links may lead to one server, one for each PC.

Not modelled: slow start, IP/TCP headers, loss; so every figure is a lower bound for whatever is measured. The
kernel accepts for us, so the client's `connect()` returns at once and its first byte pays for the handshake.

A byte counts as delivered when it is handed to the receiver's socket; a cut at a byte lets it arrive there.
Moments are computed on the line's own clock and not by adding up sleeps, so a late wake-up of this thread delays
a chunk and never slows the line.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Self, TypeVar

from tests.support.lane import SEGMENT_BYTES
from tests.support.line import OFFICE_LINE, CutDirection, Line, LinkCounters, LinkProfile, limit_buffer

__all__ = ["OFFICE_LINE", "CutDirection", "Link", "LinkCounters", "LinkProfile"]

_Answer = TypeVar("_Answer")

_ANSWER_WITHIN_S = 10.0


class Link:
    """A line to an IPv4 server, open in a `with` block or from `start` to `close`.

    All methods may be called from any thread but the link's own; each returns when it has taken effect.
    """

    def __init__(self, target_host: str, target_port: int, *, profile: LinkProfile) -> None:
        self.profile = profile
        self._target = (target_host, target_port)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: Line | None = None
        self._address = ("127.0.0.1", 0)
        self._last_counters = LinkCounters()

    def start(self) -> Self:
        """Listen on a free port of 127.0.0.1. Raises `OSError` when there is none."""
        listener = socket.create_server(("127.0.0.1", 0))
        limit_buffer(listener)
        self._address = ("127.0.0.1", listener.getsockname()[1])
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(listener, ready)), name="link", daemon=True
        )
        self._thread.start()
        ready.result(_ANSWER_WITHIN_S)
        return self

    def close(self) -> None:
        """Reset what is open and end the thread. The counters stay readable. Closing twice is harmless."""
        if self._line is not None and self._thread is not None:
            self._call(self._line.finish.set)
            self._thread.join(_ANSWER_WITHIN_S)
            self._line = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where clients connect to."""
        return self._address

    @property
    def url(self) -> str:
        """The address as the start of an HTTP URL."""
        return f"http://127.0.0.1:{self._address[1]}"

    @property
    def counters(self) -> LinkCounters:
        """What went over the line since the start or the last `reset_counters`."""
        return self._last_counters if self._line is None else self._call(self._line.counters)

    def reset_counters(self) -> None:
        """Count from zero again. Places of cuts stay where they are."""
        self._call(self._opened.reset_counters)

    def retarget(self, target_host: str, target_port: int) -> None:
        """Lead later connections to another server, as after a restart on a new port."""
        line = self._opened
        self._call(lambda: setattr(line, "target", (target_host, target_port)))

    def cut(self) -> None:
        """Break every connection now (RST); what is on the way is lost. New connections go through."""
        self._call(self._opened.cut)

    def cut_after(self, bytes_: int, direction: CutDirection = "both") -> None:
        """Cut once, when exactly this many more bytes were delivered in that direction."""
        line = self._opened
        self._call(lambda: line.cut_after(bytes_, direction))

    def cut_after_seconds(self, seconds: float) -> None:
        """Cut once, that long from now."""
        line = self._opened
        self._call(lambda: line.cut_after_seconds(seconds))

    def down(self, *, hang: bool = False) -> None:
        """Take the line away: connections are broken, and new ones are reset as soon as they come.

        With `hang` nothing is broken: bytes wait where they are, new connections get no answer, and all goes
        on at `up()`, as with a radio link in the rain.
        """
        line = self._opened
        self._call(lambda: line.down(hang=hang))

    def up(self) -> None:
        """Bring the line back. Harmless when it is there."""
        self._call(self._opened.up)

    def down_for(self, seconds: float, *, hang: bool = False) -> None:
        """Like `down()`, with the line back by itself after that time; returns at once."""
        line = self._opened
        self._call(lambda: line.down_for(seconds, hang=hang))

    @property
    def _opened(self) -> Line:
        if self._line is None:
            raise RuntimeError("the link is not open")
        return self._line

    def _call(self, function: Callable[[], _Answer]) -> _Answer:
        async def run() -> _Answer:
            return function()

        if self._loop is None:
            raise RuntimeError("the link is not open")
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_ANSWER_WITHIN_S)

    async def _run(self, listener: socket.socket, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._line = line = Line(self._target, self.profile)
        server = await asyncio.start_server(line.accept, sock=listener, limit=SEGMENT_BYTES)
        ready.set_result(None)
        await line.finish.wait()
        self._last_counters = line.counters()
        server.close()
        line.down(hang=False)
        await asyncio.sleep(0.01)  # lets the loop close the sockets that were just reset
