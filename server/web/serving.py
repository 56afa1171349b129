"""Serves a web application: uvicorn with our settings, which tells when it is ready and parts from nobody slowly."""

import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from uvicorn.server import HANDLED_SIGNALS

from core.protocol.live import PING_S, PONG_S
from server.services.announcer import Announcer
from server.services.certificates import ServerFiles
from server.web.one_write import JoinedWrites, OneWriteProtocol
from server.web.sync import MAX_BODY

# A PC on a slow line keeps its connection between two rounds: opening one costs it two round trips more.
KEEP_ALIVE_S = 330
STOP_S = 10
PARTING_S = 0.1
LOOK_S = 0.01


def run_server(server: "WakingServer", listener: socket.socket) -> None:
    """Serve on a listening socket until the server is asked to exit."""
    # The head and the body of a reply are two writes: without this the second would wait until the client has
    # acknowledged the first, which is one round trip more. Connections inherit it from the listener; asyncio
    # sets it only on sockets that were made with an explicit protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        # uvicorn leaves it open where it is asked to exit while it starts.
        listener.close()


def waking_server(
    app: Starlette, files: ServerFiles | None, *, announcer: Announcer, ready: Callable[[], None]
) -> "WakingServer":
    """A server over an application, with TLS where there are `files`."""
    settings = uvicorn.Config(
        app,
        lifespan="on",
        http=OneWriteProtocol,
        # Who asks is known by a token, never by an address that a header names.
        proxy_headers=False,
        loop="asyncio",
        ws="websockets-sansio",
        ws_max_size=MAX_BODY,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PONG_S,
        ws_per_message_deflate=False,  # what travels is packed with the shipped dictionary already
        log_config=None,
        access_log=False,
        # Every byte of a reply crosses a slow line.
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        ssl_certfile=None if files is None else files.certificate,
        ssl_keyfile=None if files is None else files.key,
    )
    settings.load()
    if settings.ssl is not None:
        # One ticket is enough to come back with; the second, and its 255 bytes, nobody would use.
        settings.ssl.num_tickets = 1
    return WakingServer(settings, announcer=announcer, ready=ready)


def unsent(transport: asyncio.Transport) -> int:
    """How many bytes a connection has still to hand to the system, those below TLS included."""
    inner = transport.inner if isinstance(transport, JoinedWrites) else transport
    beneath = getattr(getattr(inner, "_ssl_protocol", None), "_transport", None)  # asyncio has no public way to it
    return transport.get_write_buffer_size() + (0 if beneath is None else int(beneath.get_write_buffer_size()))


class WakingServer(uvicorn.Server):
    """uvicorn, which tells when it is ready, and wakes those who wait for news before it stops.

    It is told to stop; uvicorn would look ten times a second whether it is, and as often whether it has.
    """

    def __init__(self, config: uvicorn.Config, *, announcer: Announcer, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._announcer = announcer
        self._ready = ready
        self._asked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def ask_to_exit(self) -> None:
        """Let `serve` return after the requests under way are answered. From any thread."""
        self.should_exit = True
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has stopped by itself, and its loop is closed
                loop.call_soon_threadsafe(self._asked.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As `ask_to_exit`; a second signal waits for nobody."""
        super().handle_exit(sig, frame)
        self.ask_to_exit()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def main_loop(self) -> None:
        """Serve until asked to exit."""
        # First the loop, then the look: whoever asks does it the other way round.
        self._loop = asyncio.get_running_loop()
        if not await self.on_tick(0):  # sets the headers of every reply; they never change
            await self._asked.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wake who waits, and stop; no connection is left open, nor waited for once it has been sent everything."""
        self._announcer.close()
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            if not connection.transport.is_closing():  # one whose other side has said good-bye would refuse ours
                connection.shutdown()
        parting = asyncio.create_task(self._part())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                await self._parted()
        parting.cancel()
        for task in self.server_state.tasks:
            task.cancel()
        # Who is still there would be left to the garbage collector.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if not self.force_exit:
            await self.lifespan.shutdown()
        await asyncio.sleep(0)  # the loop closes the sockets in its next turn

    async def _parted(self) -> None:
        """Return when every request is answered and every connection closed, or a second signal came."""
        while (self.server_state.connections or self.server_state.tasks) and not self.force_exit:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)  # uvicorn tells nobody that a connection has gone

    async def _part(self) -> None:
        """Cut each connection that is closed, has been sent everything, and only waits for the other side's good-bye.

        A PC that keeps an idle TLS connection reads only after a request: it would not answer ours in ten seconds.
        """
        done: set[asyncio.Transport] = set()
        while True:
            await asyncio.sleep(PARTING_S)
            transports = [connection.transport for connection in self.server_state.connections]
            waiting = {transport for transport in transports if transport.is_closing() and not unsent(transport)}
            for transport in waiting & done:
                transport.abort()
            done = waiting

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let a signal end the serving, not the program."""
        # uvicorn raises the signal once more when it has stopped, which would end the program before it has
        # closed its database and said good-bye.
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
