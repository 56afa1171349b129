"""`GET /v1/live`: a WebSocket over which a PC with an active window sends what it does and is told what is new.

uvicorn pings and notices dead lines; reading stops while a message is worked on, so a client cannot flood the server.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from core.domain.ids import DeviceId, TenantId
from core.protocol.codec import CodecError, trimmed
from core.protocol.faults import Fault, FaultCode
from core.protocol.frames import Wire
from core.protocol.live import CLOSE_FAULT, LiveFrame, LiveRequest, write_reason
from core.protocol.messages import SyncRequest
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.live import LiveTalk
from server.services.sync import SyncService
from server.services.tokens import Caller, TokenService
from server.storage.faults import StoreFault
from server.web.bodies import shown_in

OPENING_S = 30.0
# What another process of the server announces is not heard here: it is found by looking again after so long.
LOOK_S = 30.0
BUSY_S = 30
# A PC holds one; of those before, whose line died, the server may not have heard.
MOST_LINES = 3


class Lines:
    """The live connections of each device; belongs to the event loop."""

    def __init__(self) -> None:
        self._open: dict[tuple[TenantId, DeviceId], deque[asyncio.Future[None]]] = {}

    @contextlib.contextmanager
    def one_more(self, caller: Caller) -> Iterator[asyncio.Future[None]]:
        """A connection begins; what is given is done when it has to end, because its device has newer ones."""
        device = caller.tenant, caller.device
        lines = self._open.setdefault(device, deque())
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lines.append(over)
        if len(lines) > MOST_LINES:
            lines.popleft().set_result(None)
        try:
            yield over
        finally:
            if over in lines:
                lines.remove(over)
            if not lines and self._open.get(device) is lines:
                del self._open[device]


class LiveEndpoint:
    """Serves live connections."""

    def __init__(self, tokens: TokenService, sync: SyncService, *, wire: Wire, announcer: Announcer) -> None:
        self._tokens = tokens
        self._sync = sync
        self._wire = wire
        self._announcer = announcer
        self._lines = Lines()

    async def serve(self, socket: WebSocket) -> None:
        """One connection, until either side ends it."""
        # A client that is gone, or never says its first word, is simply let go.
        with contextlib.suppress(WebSocketDisconnect, TimeoutError):
            await socket.accept()
            try:
                talk = await run_in_threadpool(LiveTalk, self._tokens, self._sync, shown_in(socket))
                with self._lines.one_more(talk.caller) as over:
                    await self._converse(socket, talk, over)
            except RequestFault as fault:
                await socket.close(CLOSE_FAULT, write_reason(fault.fault))
            except StoreFault:
                await socket.close(CLOSE_FAULT, write_reason(Fault(code=FaultCode.BUSY, number=BUSY_S)))

    async def _converse(self, socket: WebSocket, talk: LiveTalk, over: asyncio.Future[None]) -> None:
        opening = await asyncio.wait_for(_next_message(socket), OPENING_S)
        if opening is None:
            return
        # Whatever is announced from here on wakes us, also what comes while we look.
        waiter = self._announcer.join(talk.caller.tenant, talk.caller.device, topics=talk.topics)
        incoming: asyncio.Task[bytes | None] | None = None
        try:
            await self._say(socket, talk, await run_in_threadpool(self._open, talk, opening))
            incoming = asyncio.ensure_future(_next_message(socket))
            while not (self._announcer.closing or over.done()):
                if waiter.topics == talk.topics:
                    either: set[asyncio.Future[Any]] = {waiter.news, incoming, over}
                    await asyncio.wait(either, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                self._announcer.leave(waiter)
                waiter = self._announcer.join(talk.caller.tenant, talk.caller.device, topics=talk.topics)
                if not incoming.done():
                    await self._say(socket, talk, await run_in_threadpool(talk.look))
                    continue
                message = incoming.result()
                if message is None:
                    return
                frames = await run_in_threadpool(self._take, talk, message)
                incoming = asyncio.ensure_future(_next_message(socket))
                await self._say(socket, talk, frames)
        finally:
            self._announcer.leave(waiter)
            if incoming is not None:
                incoming.cancel()

    def _open(self, talk: LiveTalk, message: bytes) -> tuple[LiveFrame, ...]:
        try:
            request: SyncRequest = self._wire.unpack(message, SyncRequest)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        return talk.open(request)

    def _take(self, talk: LiveTalk, message: bytes) -> tuple[LiveFrame, ...]:
        try:
            request: LiveRequest = self._wire.expand(message, LiveRequest)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        return talk.take(request)

    async def _say(self, socket: WebSocket, talk: LiveTalk, frames: tuple[LiveFrame, ...]) -> None:
        if frames:
            pack = self._wire.brief if talk.is_brief else self._wire.squeeze
            await socket.send_bytes(pack(trimmed(frames)))


async def _next_message(socket: WebSocket) -> bytes | None:
    """The next message, or None when the client is gone; MALFORMED for text, which nobody sends."""
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        return None
    message = event.get("bytes")
    if message is None:
        raise RequestFault(FaultCode.MALFORMED)
    return bytes(message)
