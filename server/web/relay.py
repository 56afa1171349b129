"""`/v1/relay`: what the server does for hubs."""

import re
from collections.abc import Iterator
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core.domain.attachments import HASH_BYTES
from core.domain.ids import DeviceId
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.hub import (
    HUB_ENROL_PATH,
    KEY_PATH,
    MAX_PIECE,
    RELAY_BLOB_PATH,
    RELAY_PATH,
    RELAY_SEGMENT_PATH,
    HubEnrolRequest,
    RelayRequest,
    write_have,
)
from core.protocol.messages import MAX_HOLD_S
from server.services.allowances import Allowances
from server.services.announcer import Announcer
from server.services.faults import RequestFault
from server.services.hubs import HubDirectory
from server.services.relay import RelayService
from server.web.bodies import hub_shown_in, number_in, read_body
from server.web.headed import LINE_LEVEL, headed_reply
from server.web.holding import Waiting, hold
from server.web.staying import Staying

MAX_BODY = 8 * 1024 * 1024
MAX_ENROL = 16 * 1024

MessageT = TypeVar("MessageT")


class RelayEndpoint:
    """Serves hubs."""

    def __init__(
        self,
        hubs: HubDirectory,
        relay: RelayService,
        *,
        wire: Wire,
        announcer: Announcer,
        allowances: Allowances,
    ) -> None:
        self._allowances = allowances
        self._hubs = hubs
        self._relay = relay
        self._wire = wire
        self._announcer = announcer
        self._staying = Staying(hubs, relay, wire=wire, announcer=announcer)

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [
            Route(RELAY_PATH, self.post, methods=["POST"]),
            Route(HUB_ENROL_PATH, self.enrol, methods=["POST"]),
            Route(KEY_PATH, self.key, methods=["GET"]),
            Route(f"{RELAY_BLOB_PATH}{{sha256}}", self.file, methods=["GET"]),
            Route(f"{RELAY_BLOB_PATH}{{sha256}}", self.bring, methods=["POST"]),
            Route(f"{RELAY_SEGMENT_PATH}{{sha256}}", self.segment, methods=["GET"]),
        ]

    async def key(self, _request: Request) -> Response:
        """The key with which the server vouches for what a hub carries."""
        return Response(await run_in_threadpool(lambda: self._hubs.server_key))

    async def enrol(self, request: Request) -> Response:
        """Take up the place of an office's hub."""
        message = self._read(await read_body(request, MAX_ENROL), HubEnrolRequest)
        return Response(self._wire.pack(await run_in_threadpool(self._hubs.enrol, message)))

    async def post(self, request: Request) -> Response:
        """One round with a hub."""
        hub = await run_in_threadpool(self._hubs.caller, hub_shown_in(request))
        body = await read_body(request, MAX_BODY)
        seen = self._announcer.count
        # It may have been shut out while it sent that.
        hub = await run_in_threadpool(self._hubs.still, hub)
        message = await run_in_threadpool(self._read, body, RelayRequest)
        relayed = await run_in_threadpool(self._relay.receive, hub, message)
        if message.stay > 0 and not message.parcels:
            return self._staying.reply(request, hub, message, first=relayed)
        if message.hold > 0 and not message.parcels and not relayed.has_news:
            waiting = Waiting(
                tenant=hub.tenant,
                device=DeviceId(hub.id),
                seconds=min(message.hold, MAX_HOLD_S),
                seen=seen,
            )
            relayed = await hold(
                request,
                self._announcer,
                waiting,
                first=relayed,
                look=lambda: run_in_threadpool(lambda: self._relay.look_again(self._hubs.still(hub), message)),
            )
        frames = self._relay.frames(hub, relayed)
        return await run_in_threadpool(lambda: headed_reply(self._wire, relayed.reply, frames, level=LINE_LEVEL))

    async def file(self, request: Request) -> Response:
        """A file that the hub may carry, from the offset in `?from=`."""
        hub = await run_in_threadpool(self._hubs.caller, hub_shown_in(request))
        sha256, start = hash_and_start(request)
        size, content = await run_in_threadpool(lambda: self._relay.file(hub, sha256, start=start))
        return file_reply(sha256, content, size=size - start)

    async def bring(self, request: Request) -> Response:
        """A piece of a file that was left at the hub: `?from=`, and the `&size=` of all of it."""
        hub = await run_in_threadpool(self._hubs.caller, hub_shown_in(request))
        sha256, start = hash_and_start(request)
        size, data = number_in(request, "size", "0"), await read_body(request, MAX_PIECE)
        self._allowances.bring(hub.tenant, DeviceId(hub.id))
        have = await run_in_threadpool(lambda: self._relay.bring(hub, sha256, size=size, start=start, data=data))
        self._allowances.brought(hub.tenant, DeviceId(hub.id), len(data))
        return Response(write_have(have))

    async def segment(self, request: Request) -> Response:
        """A segment that the hub may carry, from the offset in `?from=`."""
        hub = await run_in_threadpool(self._hubs.caller, hub_shown_in(request))
        sha256, start = hash_and_start(request)
        size, content = await run_in_threadpool(lambda: self._relay.segment(hub, sha256, start=start))
        return file_reply(sha256, content, size=size - start)

    def _read(self, body: bytes, as_type: type[MessageT]) -> MessageT:
        return read_message(self._wire, body, as_type)


def read_message(wire: Wire, body: bytes, as_type: type[MessageT]) -> MessageT:
    """The message in a body; MALFORMED."""
    try:
        message: Any = wire.unpack(body, as_type)
    except CodecError as err:
        raise RequestFault(FaultCode.MALFORMED) from err
    checked: MessageT = message
    return checked


def hash_and_start(request: Request) -> tuple[bytes, int]:
    """The hash in the path and the offset in the query; NOT_FOUND, MALFORMED."""
    name = request.path_params["sha256"]
    if len(name) != 2 * HASH_BYTES or not re.fullmatch(r"[0-9a-f]+", name):
        raise RequestFault(FaultCode.NOT_FOUND)
    return bytes.fromhex(name), number_in(request, "from", "0")


def file_reply(sha256: bytes, content: Iterator[bytes], *, size: int) -> Response:
    """So many bytes of a file or segment."""
    return StreamingResponse(content, headers={"content-length": str(size), "etag": f'"{sha256.hex()}"'})
