"""What came of long requests that a line cut, in memory: whoever sends one goes on where it stopped.

Of each device the newest one is kept, until the device asks for something else; in all no more than `MOST_BYTES`, the
oldest make room. What is forgotten is sent once more as a whole, so nothing depends on it.

A body grows from its beginning, and where its sender asks how far it is, from its end as well.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import partial

from starlette.requests import ClientDisconnect

from core.domain.ids import DeviceId, TenantId
from core.protocol.faults import Fault, FaultCode
from core.protocol.long_bodies import BodyPart
from server.services.faults import RequestFault
from server.services.tokens import Caller
from server.web import bodies

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
        self.end = bytearray()

    @property
    def behind(self) -> int:
        """From where on the end is here."""
        return self.size - len(self.end)

    @property
    def held(self) -> int:
        """How much of it lies in memory."""
        return len(self.data) + len(self.end)

    def grow(self, came: bytes | bytearray, *, offset: int) -> None:
        """Take what follows on the beginning, or lies in it."""
        self.data += came[len(self.data) - offset :]
        if len(self.data) >= self.behind:
            self.data += self.end[len(self.data) - self.behind :]
            self.end.clear()

    def grow_back(self, came: bytes | bytearray, *, offset: int) -> None:
        """Take what lies right before the end that is here, or is a longer one."""
        if offset + len(came) == self.behind:
            self.end[:0] = came
        elif offset + len(came) == self.size and len(came) > len(self.end):
            self.end[:] = came

    def lacks(self) -> RequestFault:
        """What says how much of it is here."""
        return RequestFault(FaultCode.WRONG_OFFSET, len(self.data), behind=self.behind if self.end else 0)


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
            async with asyncio.timeout(bodies.PATIENCE_S + most / bodies.LEAST_PACE):
                async for piece in pieces:
                    self.came += piece
                    if len(self.came) > most:
                        raise RequestFault(FaultCode.TOO_LARGE)
        except (ClientDisconnect, TimeoutError):
            self.cut = True


class GivenAhead:
    """Part of a body that lies behind what is missing: it is answered with `fault` before it has come."""

    def __init__(self, fault: Fault, rest: Callable[[], Awaitable[None]]) -> None:
        self.fault = fault
        self.rest = rest


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
            self._held -= begun.held

    async def take(
        self, token: str, part: BodyPart, pieces: AsyncIterator[bytes], *, admit: Callable[[], Awaitable[Caller]]
    ) -> tuple[Caller, bytes] | GivenAhead:
        """Who sends it, and the whole body; WRONG_OFFSET with how much is here if it is not complete yet.

        Of what lies further on the `rest` has to be awaited when the fault was sent. Nothing is kept for whoever
        `admit` does not let in; an older request with the same token ends. MALFORMED if what came together is not the
        body that was named; TOO_LARGE if it is longer.
        """
        gathering = _Gathering(pieces, most=part.size)
        ahead: GivenAhead | None = None
        try:
            # Before anything is waited for, or ended: what strangers send is not kept, and who has seen the token of
            # somebody does not end what that one sends.
            caller = await admit()
            older, self._gathering[token] = self._gathering.get(token), gathering
            if older is not None:
                await older.hand_over()
            sender = caller.tenant, caller.device
            have = len(self._of(sender, part).data)
            if part.offset > have:
                fault = Fault(code=FaultCode.WRONG_OFFSET, number=have, behind=part.offset)
                ahead = GivenAhead(fault, partial(self._take_end, token, sender, part, gathering))
                return ahead
            await gathering.wait()
            begun = self._keep(sender, part, gathering.came)
        finally:
            if ahead is None:
                self._let_go(token, gathering)
        if gathering.cut:
            raise ClientDisconnect
        if len(begun.data) < part.size:
            raise begun.lacks()
        if not part.names(begun.data):
            self.forget(sender)
            raise RequestFault(FaultCode.MALFORMED)
        return caller, bytes(begun.data)

    async def _take_end(self, token: str, sender: Sender, part: BodyPart, gathering: _Gathering) -> None:
        """Keep what was given ahead if all of it comes: from a cut one nobody knows where it ends."""
        try:
            await gathering.wait()
            if gathering.cut:
                raise ClientDisconnect
            begun = self._of(sender, part)
            before = begun.held
            begun.grow_back(gathering.came, offset=part.offset)
            self._count(sender, begun.held - before)
        finally:
            self._let_go(token, gathering)

    def _let_go(self, token: str, gathering: _Gathering) -> None:
        gathering.end()
        if self._gathering.get(token) is gathering:
            del self._gathering[token]

    def _keep(self, sender: Sender, part: BodyPart, came: bytes | bytearray) -> _Begun:
        begun = self._of(sender, part)
        if part.offset > len(begun.data):
            raise begun.lacks()
        if part.offset + len(came) > part.size:
            self.forget(sender)
            raise RequestFault(FaultCode.TOO_LARGE)
        before = begun.held
        begun.grow(came, offset=part.offset)
        self._count(sender, begun.held - before)
        return begun

    def _count(self, sender: Sender, more: int) -> None:
        self._held += more
        while self._held > self._most and (oldest := next(iter(self._begun))) != sender:
            self.forget(oldest)

    def _of(self, sender: Sender, part: BodyPart) -> _Begun:
        begun = self._begun.get(sender)
        if begun is None or (begun.name, begun.size) != (part.name, part.size):
            self.forget(sender)
            begun = self._begun[sender] = _Begun(part)
        self._begun.move_to_end(sender)
        return begun
