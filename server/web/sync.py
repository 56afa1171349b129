"""`POST /v1/sync`: one request, one reply of frames; with `hold`, the reply waits until there is something to say."""

import itertools
from collections.abc import Iterator, Sequence

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.protocol.access import Shown
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.long_bodies import BODY_HEADER, BodyPart, read_part
from core.protocol.messages import MAX_HOLD_S, Done, Frame, SyncRequest
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.looking import Round
from server.services.sync import SyncService
from server.services.tokens import Caller, TokenService
from server.web.answered_early import AnsweredEarly
from server.web.bodies import fault_response, is_short, read_body, shown_in
from server.web.gathering import Gatherer, Sent
from server.web.holding import Waiting, hold
from server.web.long_bodies import GivenAhead, LongBodies

MAX_BODY = 4 * 1024 * 1024
# A reply up to this size goes out in one piece with its length: fewer bytes than chunks, and no second write.
WHOLE_BYTES = 64 * 1024
# To a PC that has nothing yet, more than this is not held back.
FIRST_BYTES = 1024
# A body up to this size is read by the event loop itself.
SMALL_BODY = 16 * 1024
# A reply of so many rows is packed by the event loop itself: another thread would cost more.
FEW_ROWS = 4
EVERYDAY_LEVEL = 12
LONG_LEVEL = 19
# One with which segments are to be fetched: a twentieth of its bytes are a hundredth of theirs, for a tenth of a second
# of processor.
SEGMENTS_LEVEL = 12


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An understood request: who sent it, what it says, and what there is to answer so far."""

    caller: Caller
    message: SyncRequest
    round: Round


class SyncEndpoint:
    """Serves the one endpoint that PCs use all day."""

    def __init__(self, tokens: TokenService, sync: SyncService, *, wire: Wire, announcer: Announcer) -> None:
        self._tokens = tokens
        self._sync = sync
        self._wire = wire
        self._announcer = announcer
        self._long = LongBodies()
        self._newest: tuple[Round | None, Response] = None, Response()
        self._pushes = Gatherer(self._serve, foresee=sync.foresee)
        self._looks = Gatherer(self._serve)

    async def post(self, request: Request) -> Response:
        """One round."""
        part = read_part(request.headers.get(BODY_HEADER, ""))
        if part is None:
            seen, held = await self._read_whole(request)
        else:
            long = await self._read_long(request, part)
            if isinstance(long, GivenAhead):
                return AnsweredEarly(fault_response(long.fault), long.rest)
            caller, message = long
            seen = self._announcer.count
            held = await self._answer(caller, message)
        if held.message.hold > 0 and not held.message.ops and not held.round.has_news:
            held = await self._wait(request, held, seen=seen)
        if held.round is self._newest[0]:
            return self._newest[1]
        if held.round.rest.finished and _row_count(held.round) <= FEW_ROWS:
            return self._reply(held)
        return await run_in_threadpool(self._reply, held)

    async def _read_whole(self, request: Request) -> tuple[int, Held]:
        """How many announcements there were before anything was looked at, and the request as it was understood."""
        shown = shown_in(request)
        if is_short(request, SMALL_BODY):
            # Who is known and sends little is read at once. Whether the token still holds is asked by the transaction.
            body = await read_body(request, SMALL_BODY)
            known = self._tokens.remembered(shown)
            if known is None:
                caller, message = await run_in_threadpool(self._read, shown, body)
            else:
                caller, message = known, self._unpack(body)
        else:
            # What lies in memory until all of it is here is of somebody who is let in.
            caller = await run_in_threadpool(self._tokens.admit, shown)
            message = await run_in_threadpool(self._unpack, await read_body(request, MAX_BODY))
        seen = self._announcer.count
        self._long.forget((caller.tenant, caller.device))
        return seen, await self._answer(caller, message)

    async def _read_long(self, request: Request, part: BodyPart) -> tuple[Caller, SyncRequest] | GivenAhead:
        """Who sends a request that may go on where it was cut, and what it says when all of it is here."""
        if part.size > MAX_BODY:
            raise RequestFault(FaultCode.TOO_LARGE)
        shown = shown_in(request)

        async def admit() -> Caller:
            return await run_in_threadpool(self._tokens.admit, shown)

        taken = await self._long.take(shown.token, part, request.stream(), admit=admit)
        if isinstance(taken, GivenAhead):
            return taken
        caller, body = taken
        return caller, await run_in_threadpool(self._unpack, body)

    async def _answer(self, caller: Caller, message: SyncRequest) -> Held:
        changing = message.ops or message.needs or message.offers or message.checks or message.aside
        round_ = await (self._pushes if changing else self._looks).receive(caller, message)
        return Held(caller=caller, message=message, round=round_)

    def _read(self, shown: Shown, body: bytes) -> tuple[Caller, SyncRequest]:
        return self._tokens.admit(shown), self._unpack(body)

    def _serve(self, group: Sequence[Sent]) -> list[Round | Exception]:
        return self._sync.receive_all(group)

    def _unpack(self, body: bytes) -> SyncRequest:
        try:
            message: SyncRequest = self._wire.unpack(body, SyncRequest)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        return message

    async def _wait(self, request: Request, held: Held, *, seen: int) -> Held:
        """The request again, with news, or as it was when its time is over or the server stops."""
        caller, message = held.caller, held.message
        waiting = Waiting(tenant=caller.tenant, device=caller.device, seconds=min(message.hold, MAX_HOLD_S), seen=seen)
        round_ = await hold(
            request,
            self._announcer,
            waiting,
            first=held.round,
            look=lambda: self._looks.receive(caller, message),
        )
        return msgspec.structs.replace(held, round=round_)

    def _reply(self, held: Held) -> Response:
        """The reply; a long one is read from the database as fast as the line takes it.

        A PC that has nothing yet is sent each frame when it is made: what follows is read and packed meanwhile.
        """
        if held.round.is_short and _row_count(held.round) <= FEW_ROWS:
            return self._short(held.round)
        pieces = self._pieces(held)
        begun = bytearray()
        whole = WHOLE_BYTES if any(cursor for _, cursor in held.message.cursors) else FIRST_BYTES
        for piece in pieces:
            begun += piece
            if len(begun) > whole:
                return StreamingResponse(itertools.chain([bytes(begun)], pieces))
        return Response(bytes(begun))

    def _short(self, round_: Round) -> Response:
        # When a letter comes, all who wait for it are told the same at the same moment: it is packed once.
        newest, response = self._newest
        if newest is None or newest.control != round_.control or newest.first != round_.first:
            frames: list[Frame] = [round_.control, *round_.first, Done()]
            response = Response(self._wire.whole(frames, level=EVERYDAY_LEVEL))
        self._newest = round_, response
        return response

    def _pieces(self, held: Held) -> Iterator[bytes]:
        # A long reply is worth the effort: measured, a tenth fewer bytes, and still faster than the line takes them.
        level = EVERYDAY_LEVEL if held.round.is_short else LONG_LEVEL
        writer = self._wire.writer(level=SEGMENTS_LEVEL if held.round.control.segments else level)
        yield writer.frame(held.round.control, at_once=False)
        for frame in self._sync.frames(held.caller, held.round):
            if piece := writer.frame(frame, at_once=False):
                yield piece
        yield writer.frame(Done())


def _row_count(round_: Round) -> int:
    return sum(len(block.revs) for frame in round_.first for block in frame.blocks)
