"""An answer to a hub that goes on: what is new follows on the same connection, without being asked for each time.

The request that would be made again after each news costs more than most news do. Whether the hub is still one, and
what it may carry, is asked anew whenever something is said.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress

import msgspec
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.domain.ids import DeviceId, StreamId
from core.protocol.frames import Wire
from core.protocol.hub import BEAT_S, STAY_S, RelayRequest
from core.protocol.messages import Data
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.hubs import HubDirectory
from server.services.relay import Relayed, RelayService, as_it_stands
from server.storage.faults import StoreFault
from server.storage.hubs import HubRow
from server.web.headed import LINE_LEVEL, measured, packed_frames
from server.web.holding import Waiting, hold

# So much of an answer goes out as one chunk.
_TOGETHER = 16 * 1024


class Staying:
    """Makes such answers."""

    def __init__(self, hubs: HubDirectory, relay: RelayService, *, wire: Wire, announcer: Announcer) -> None:
        self._hubs = hubs
        self._relay = relay
        self._wire = wire
        self._announcer = announcer

    def reply(self, connection: Request, hub: HubRow, asked: RelayRequest, *, first: Relayed) -> Response:
        """The answer, and what is new after it until the time is over, the hub is gone or has to come by itself."""
        first = msgspec.structs.replace(first, reply=msgspec.structs.replace(first.reply, stays=True))
        return StreamingResponse(self._until_refused(self._parts(connection, hub, asked, first=first)))

    @staticmethod
    async def _until_refused(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """A hub that is one no more, or a store that is busy: the answer ends, and the next request is told why."""
        with suppress(RequestFault, StoreFault):
            async for part in parts:
                yield part

    async def _parts(
        self, connection: Request, hub: HubRow, asked: RelayRequest, *, first: Relayed
    ) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        until = loop.time() + min(asked.stay, STAY_S)
        answer: Relayed | None = first
        while not self._announcer.closing and loop.time() < until:
            if answer is None:
                yield measured(b"")
            else:
                told: dict[StreamId, int] = {}
                async for chunk in iterate_in_threadpool(self._part(hub, answer, told)):
                    yield chunk
                stands = as_it_stands(asked, answer, told)
                if stands is None:
                    return
                asked = stands
            found = await self._news(connection, hub, asked)
            answer = found if found.has_news else None

    async def _news(self, connection: Request, hub: HubRow, asked: RelayRequest) -> Relayed:
        """What is new, or that nothing was for as long as a silence may last."""

        async def look() -> Relayed:
            return await run_in_threadpool(lambda: self._relay.look_again(self._hubs.still(hub), asked))

        seen = self._announcer.count
        waiting = Waiting(tenant=hub.tenant, device=DeviceId(hub.id), seconds=BEAT_S, seen=seen)
        return await hold(connection, self._announcer, waiting, first=await look(), look=look)

    def _part(self, hub: HubRow, answer: Relayed, told: dict[StreamId, int]) -> Iterator[bytes]:
        """One answer, each of its pieces behind its length."""
        begun = measured(self._wire.pack(answer.reply))
        for piece in packed_frames(self._wire, _noted(self._relay.frames(hub, answer), told), level=LINE_LEVEL):
            begun += measured(piece)
            if len(begun) >= _TOGETHER:
                yield begun
                begun = b""
        if begun:
            yield begun


def _noted(frames: Iterable[Data], told: dict[StreamId, int]) -> Iterator[Data]:
    """The frames; `told` gets the number up to which each stream was told."""
    for frame in frames:
        if frame.cursor:
            told[frame.stream] = frame.cursor
        yield frame
