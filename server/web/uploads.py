"""Files on their way in: the body in pieces, and the end of an older request when a newer one comes for the same file.

A counted upload is answered while it still arrives, which Starlette's own responses cannot do: they would read the
body's messages themselves to learn whether the client is gone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.domain.ids import TenantId
from core.protocol.faults import Fault, FaultCode, write_fault
from core.protocol.transfer import COUNT_BYTES, FAULT_MARK, PERSIST_BYTES, Ahead, write_count
from server.services.blobs import BlobService, Upload
from server.services.faults import RequestFault
from server.storage.faults import StoreFault
from server.web.in_order import InOrder

# A sender that says nothing for so long is gone; its line was cut without a word.
SILENCE_S = 120.0
# A handler that was told to end has at most one piece to bring to the disk.
HAND_OVER_S = 10.0
BUSY_S = 60
# What may lie in memory of one upload while the disk is busy.
MOST_GATHERED = 4 * PERSIST_BYTES

logger = logging.getLogger(__name__)


class Turn:
    """The turn of one request to bring a file: `news` is set when a newer one took it, and by whatever arrives."""

    def __init__(self) -> None:
        self.evicted = False
        self.news = asyncio.Event()
        self.over = asyncio.Event()

    def evict(self) -> None:
        """Say that a newer request came."""
        self.evicted = True
        self.news.set()


class Arrivals:
    """The requests that bring files now, one for each file; belongs to the event loop."""

    def __init__(self) -> None:
        self._turns: dict[tuple[TenantId, bytes], Turn] = {}

    @asynccontextmanager
    async def newest(self, tenant: TenantId, sha256: bytes) -> AsyncIterator[Turn]:
        """Be the one request for a file.

        Of the older one all that arrived is on the disk when this goes on, so nothing is sent twice.
        """
        key = (tenant, sha256)
        older = self._turns.get(key)
        turn = self._turns[key] = Turn()
        try:
            if older is not None:
                older.evict()
                with suppress(TimeoutError):
                    await asyncio.wait_for(older.over.wait(), HAND_OVER_S)
            yield turn
        finally:
            turn.over.set()
            if self._turns.get(key) is turn:
                del self._turns[key]


class _Body:
    """Takes the body of a request as it comes: the web server forgets at a cut what nobody had asked it for."""

    def __init__(self, receive: Receive, news: asyncio.Event, order: InOrder) -> None:
        self._receive = receive
        self._news = news
        self._order = order
        self._room = asyncio.Event()
        self._room.set()
        self.gathered = bytearray()
        self.ended = self.cut = False

    @property
    def waiting(self) -> int:
        """How many bytes came and were not taken."""
        return len(self.gathered) + self._order.aside

    async def pump(self) -> None:
        """Until the end of the body, or of the connection."""
        while not (self.ended or self.cut):
            await self._room.wait()
            message = await self._receive()
            if message["type"] == "http.request":
                self.gathered += self._order.take(message.get("body", b""))
                self.ended = not message.get("more_body", False)
            else:
                self.cut = True
            if len(self.gathered) >= MOST_GATHERED:
                self._room.clear()
            self._news.set()

    def take(self, count: int) -> bytes:
        """The first bytes of what was gathered, which makes room again."""
        data = bytes(self.gathered[:count])
        del self.gathered[:count]
        self._room.set()
        return data


async def take_body(
    receive: Receive,
    turn: Turn,
    *,
    order: InOrder,
    keep: Callable[[bytes], Awaitable[None]],
    arrived: Callable[[int], Awaitable[None]],
) -> bool:
    """Give a body to `keep` in the order of its file and in multiples of `PERSIST_BYTES`; whether it came to its end.

    A cut body, or one whose turn was taken, gives what came of it. `arrived` hears how much there is, again and again.
    """
    body = _Body(receive, turn.news, order)
    pump = asyncio.ensure_future(body.pump())
    kept = 0
    try:
        while not (body.ended or body.cut or turn.evicted):
            try:
                await asyncio.wait_for(turn.news.wait(), SILENCE_S)
            except TimeoutError:
                break
            turn.news.clear()
            await arrived(kept + body.waiting)
            if len(body.gathered) >= PERSIST_BYTES:
                piece = body.take(len(body.gathered) // PERSIST_BYTES * PERSIST_BYTES)
                kept += len(piece)
                await keep(piece)
    finally:
        pump.cancel()
        with suppress(asyncio.CancelledError):
            await pump
    if body.ended:
        await arrived(kept + body.waiting)
    if body.gathered:
        await keep(body.take(len(body.gathered)))
    return body.ended


class CountedUpload(Response):
    """Answers an upload with the offset that is here, then with counts while the rest arrives."""

    def __init__(
        self,
        blobs: BlobService,
        arrivals: Arrivals,
        *,
        tenant: TenantId,
        sha256: bytes,
        size: int,
        ahead: Ahead | None,
        note: Callable[[int], None],
    ) -> None:
        """The body begins with what goes `ahead`; `note` hears how many bytes of it came."""
        super().__init__()
        self._note = note
        self._blobs = blobs
        self._arrivals = arrivals
        self._tenant = tenant
        self._sha256 = sha256
        self._size = size
        self._ahead = ahead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the file."""
        del scope
        headers = [(b"etag", f'"{self._sha256.hex()}"'.encode()), (b"cache-control", b"no-store")]
        async with self._arrivals.newest(self._tenant, self._sha256) as turn:
            # Before the first byte of the answer a fault is still a status.
            upload = await run_in_threadpool(
                self._blobs.begin, self._tenant, self._sha256, offset=None, size=self._size
            )
            try:
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await _say(send, write_count(upload.have))
                ending = await self._take(upload, turn, receive, send)
            finally:
                self._blobs.end(upload)
        if ending is not None:
            await send({"type": "http.response.body", "body": ending})

    async def _take(self, upload: Upload, turn: Turn, receive: Receive, send: Send) -> bytes | None:
        """The end of the answer: nothing more, or a fault; None if nobody is there to hear it."""
        started = told = upload.have
        order = InOrder(started, self._ahead)

        async def keep(piece: bytes) -> None:
            self._note(len(piece))
            await run_in_threadpool(self._blobs.append, upload, piece)

        async def arrived(count: int) -> None:
            nonlocal told
            have = min(started + count, upload.size)
            if have - told >= COUNT_BYTES or (have == upload.size and have > told):
                told = have
                await _say(send, write_count(have))

        try:
            ended = await take_body(receive, turn, order=order, keep=keep, arrived=arrived)
            if ended or turn.evicted:
                # Not all here, because another request took the turn: WRONG_OFFSET.
                await run_in_threadpool(self._blobs.finish, upload)
        except RequestFault as fault:
            return FAULT_MARK + write_fault(fault.fault)
        except (StoreFault, OSError) as error:
            # The status has gone out already: a full disk has to be said in the answer's body.
            logger.warning("file %s cannot be stored: %s", self._sha256.hex(), error)
            return FAULT_MARK + write_fault(Fault(code=FaultCode.BUSY, number=BUSY_S))
        return b"" if ended else None


async def _say(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})
