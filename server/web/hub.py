"""`/v1/hub`: what a hub does for the PCs of its office."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core.domain.ids import DeviceId
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.hub import HUB_BLOB_PATH, HUB_PATH, HUB_SEGMENT_PATH, MAX_PIECE, HubRequest, write_have
from core.protocol.messages import MAX_HOLD_S
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.hub_files import HubFiles
from server.services.hub_proof import HubProof
from server.services.hub_service import HubAnswer, HubService
from server.services.hub_uploads import HubUploads
from server.storage.faults import StoreFault
from server.web.application import answer_busy, answer_fault
from server.web.bodies import bearer_token, number_in, read_body
from server.web.headed import OFFICE_LEVEL, headed_reply
from server.web.holding import Waiting, hold
from server.web.relay import file_reply, hash_and_start, read_message

MAX_BODY = 8 * 1024 * 1024
ID_BYTES = 16
PROOF_BYTES = 64


class HubEndpoint:
    """Serves PCs. `ask` asks the server about a device that is not known here."""

    def __init__(
        self,
        service: HubService,
        files: HubFiles,
        uploads: HubUploads,
        *,
        wire: Wire,
        announcer: Announcer,
        proof: HubProof,
        ask: Callable[[], None],
    ) -> None:
        self._service = service
        self._files = files
        self._uploads = uploads
        self._wire = wire
        self._announcer = announcer
        self._proof = proof
        self._ask = ask

    def application(self) -> Starlette:
        """The web application."""

        @asynccontextmanager
        async def lifespan(_application: Starlette) -> AsyncIterator[None]:
            self._announcer.attach()
            yield

        return Starlette(
            routes=[
                Route(HUB_PATH, self.about, methods=["GET"]),
                Route(HUB_PATH, self.post, methods=["POST"]),
                Route(f"{HUB_BLOB_PATH}{{sha256}}", self.file, methods=["GET"]),
                Route(f"{HUB_BLOB_PATH}{{sha256}}", self.leave, methods=["POST"]),
                Route(f"{HUB_SEGMENT_PATH}{{sha256}}", self.segment, methods=["GET"]),
            ],
            exception_handlers={RequestFault: answer_fault, StoreFault: answer_busy, ClientDisconnect: _answer_nobody},
            lifespan=lifespan,
        )

    async def about(self, request: Request) -> Response:
        """Who this hub is, proved by a signature over `?nonce=`."""
        shown = request.query_params.get("nonce", "")
        nonce = bytes.fromhex(shown) if re.fullmatch(r"[0-9a-f]{32}", shown) else b""
        return Response(self._wire.pack(await run_in_threadpool(self._proof.told, nonce)))

    async def post(self, request: Request) -> Response:
        """One round with a PC."""
        body = await read_body(request, MAX_BODY)
        seen = self._announcer.count
        message = await run_in_threadpool(read_message, self._wire, body, HubRequest)
        answer = await run_in_threadpool(self._receive, message)
        if message.hold > 0 and message.parcel is None and not answer.has_news:
            waiting = Waiting(
                tenant=self._service.facts.tenant,
                device=message.device,
                seconds=min(message.hold, MAX_HOLD_S),
                seen=seen,
            )
            answer = await hold(
                request,
                self._announcer,
                waiting,
                first=answer,
                look=lambda: run_in_threadpool(self._service.look_again, message),
            )
        frames = self._service.frames(message, answer)
        return await run_in_threadpool(lambda: headed_reply(self._wire, answer.reply, frames, level=OFFICE_LEVEL))

    async def file(self, request: Request) -> Response:
        """A file, from the offset in `?from=`, and no more than `&count=` bytes of it."""
        device, proof = _shown(request)
        sha256, start = hash_and_start(request)
        count = number_in(request, "count", "0") or None
        await run_in_threadpool(self._service.may_read, device, proof, sha256)
        _, content = await run_in_threadpool(lambda: self._files.open(sha256, start=start, count=count))
        # Without a length: what is still coming may stop coming, and the PC knows how much it wants.
        return StreamingResponse(content, headers={"etag": f'"{sha256.hex()}"'})

    async def leave(self, request: Request) -> Response:
        """A piece of a file for the server: `?from=`, and the `&size=` of all of it; how much of it is here."""
        device, proof = _shown(request)
        sha256, start = hash_and_start(request)
        size, data = number_in(request, "size", "0"), await read_body(request, MAX_PIECE)
        await run_in_threadpool(self._service.known, device, proof)
        have = await run_in_threadpool(lambda: self._uploads.take(device, sha256, size=size, start=start, data=data))
        return Response(write_have(have))

    async def segment(self, request: Request) -> Response:
        """A segment that lies here, from the offset in `?from=`."""
        device, proof = _shown(request)
        sha256, start = hash_and_start(request)
        size, content = await run_in_threadpool(lambda: self._service.segment(device, proof, sha256, start=start))
        return file_reply(sha256, content, size=size - start)

    def _receive(self, message: HubRequest) -> HubAnswer:
        try:
            return self._service.receive(message)
        except RequestFault as fault:
            if fault.fault.code != FaultCode.SIGNED_OUT:
                raise
        # A PC that joined a moment ago: the server knows it, and vouches for it when asked.
        self._ask()
        return self._service.receive(message)


def _shown(request: Request) -> tuple[DeviceId, bytes]:
    """The device that asks, and its proof; SIGNED_OUT if that is not what was shown."""
    try:
        shown = bytes.fromhex(bearer_token(request))
    except ValueError as err:
        raise RequestFault(FaultCode.SIGNED_OUT) from err
    if len(shown) != ID_BYTES + PROOF_BYTES:
        raise RequestFault(FaultCode.SIGNED_OUT)
    return DeviceId(shown[:ID_BYTES]), shown[ID_BYTES:]


async def _answer_nobody(_request: Request, _error: Exception) -> Response:
    # The client is gone: nobody reads this, and what it still sends is not waited for.
    return Response(status_code=400, headers={"connection": "close"})
