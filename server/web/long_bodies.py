"""What came of long requests that a line cut, in memory: whoever sends one goes on where it stopped.

Of each device the newest one is kept, until the device asks for something else; in all no more than `MOST_BYTES`, the
oldest make room. What is forgotten is sent once more as a whole, so nothing depends on it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

from starlette.requests import ClientDisconnect

from core.domain.ids import DeviceId, TenantId
from core.protocol.faults import FaultCode
from core.protocol.long_bodies import BodyPart
from server.services.faults import RequestFault
from server.services.tokens import Caller

MOST_BYTES = 64 * 1024 * 1024
# A request that was told to end has nothing to do but to say who it is.
HAND_OVER_S = 10.0

Sender = tuple[TenantId, DeviceId]


class _Begun:
    """A body as far as it came."""

    def __init__(self, part: BodyPart) -> None:
        self.name = part.name
        self.size = part.size
        self.data = bytearray()


class _Gathering:
    """Reads a body from the first moment on: the web server forgets at a cut what nobody had asked it for."""

    def __init__(self, pieces: AsyncIterator[bytes], *, most: int) -> None:
        self.came = bytearray()
        self.cut = False
        self.over = asyncio.Event()
        self._reading = asyncio.ensure_future(self._read(pieces, most))

    async def wait(self) -> None:
        """Until the end of the body, or of its connection, or of its turn."""
        await asyncio.wait({self._reading})
        if self._reading.cancelled():
            self.cut = True
        else:
            self._reading.result()

    async def hand_over(self) -> None:
        """End it for a newer request; what came of it is kept when this returns."""
        self._reading.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), HAND_OVER_S)

    def end(self) -> None:
        """It is not waited for any more."""
        self._reading.cancel()
        self.over.set()

    async def _read(self, pieces: AsyncIterator[bytes], most: int) -> None:
        try:
            async for piece in pieces:
                self.came += piece
                if len(self.came) > most:
                    raise RequestFault(FaultCode.TOO_LARGE)
        except ClientDisconnect:
            self.cut = True


class LongBodies:
    """The bodies that devices began to send. Belongs to the event loop."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._begun: OrderedDict[Sender, _Begun] = OrderedDict()
        self._gathering: dict[str, _Gathering] = {}
        self._held = 0

    def forget(self, sender: Sender) -> None:
        """The device asks for something else."""
        begun = self._begun.pop(sender, None)
        if begun is not None:
            self._held -= len(begun.data)

    async def take(
        self, token: str, part: BodyPart, pieces: AsyncIterator[bytes], *, admit: Callable[[], Awaitable[Caller]]
    ) -> tuple[Caller, bytes]:
        """Who sends it, and the whole body; WRONG_OFFSET with how much is here if it is not complete yet.

        Nothing is kept for whoever `admit` does not let in; an older request with the same token ends. MALFORMED if
        what came together is not the body that was named; TOO_LARGE if it is longer.
        """
        gathering = _Gathering(pieces, most=part.size)
        try:
            # Before anything is waited for, or ended: what strangers send is not kept, and who has seen the token of
            # somebody does not end what that one sends.
            caller = await admit()
            older, self._gathering[token] = self._gathering.get(token), gathering
            if older is not None:
                await older.hand_over()
            await gathering.wait()
            sender = caller.tenant, caller.device
            begun = self._keep(sender, part, gathering.came)
        finally:
            gathering.end()
            if self._gathering.get(token) is gathering:
                del self._gathering[token]
        if gathering.cut:
            raise ClientDisconnect
        if len(begun.data) < part.size:
            raise RequestFault(FaultCode.WRONG_OFFSET, len(begun.data))
        if not part.names(begun.data):
            self.forget(sender)
            raise RequestFault(FaultCode.MALFORMED)
        return caller, bytes(begun.data)

    def _keep(self, sender: Sender, part: BodyPart, came: bytes | bytearray) -> _Begun:
        begun = self._of(sender, part)
        have = len(begun.data)
        if part.offset > have:
            raise RequestFault(FaultCode.WRONG_OFFSET, have)
        if part.offset + len(came) > part.size:
            self.forget(sender)
            raise RequestFault(FaultCode.TOO_LARGE)
        begun.data += came[have - part.offset :]
        self._held += len(begun.data) - have
        while self._held > self._most and (oldest := next(iter(self._begun))) != sender:
            self.forget(oldest)
        return begun

    def _of(self, sender: Sender, part: BodyPart) -> _Begun:
        begun = self._begun.get(sender)
        if begun is None or (begun.name, begun.size) != (part.name, part.size):
            self.forget(sender)
            begun = self._begun[sender] = _Begun(part)
        self._begun.move_to_end(sender)
        return begun
