"""`/v1/revoked` and `/v1/sealed`: a device that was shut out hears of it, and hands over what it had not sent."""

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.domain.ids import DeviceId, TenantId
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.revoking import ORDER_PATH, PIECE, SEALED_PATH, OrderRequest
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER
from server.services.allowances import Allowances
from server.services.faults import RequestFault
from server.services.revoking import RevocationService
from server.services.sealed_work import SealedWorkService
from server.web.bodies import bearer_token, read_body

MAX_QUESTION = 4 * 1024


class RevocationEndpoint:
    """Serves devices that were shut out."""

    def __init__(
        self, revocations: RevocationService, sealed: SealedWorkService, *, wire: Wire, allowances: Allowances
    ) -> None:
        self._allowances = allowances
        self._revocations = revocations
        self._sealed = sealed
        self._wire = wire

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route(ORDER_PATH, self.order, methods=["POST"]),
            Route(f"{SEALED_PATH}/{{tenant:int}}/{{device}}/{{name}}", self.take, methods=["PATCH"]),
        ]

    async def order(self, request: Request) -> Response:
        """The server's signed word."""
        body = await read_body(request, MAX_QUESTION)
        try:
            question: OrderRequest = self._wire.unpack(body, OrderRequest)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        return Response(self._wire.pack(await run_in_threadpool(self._revocations.order, question)))

    async def take(self, request: Request) -> Response:
        """A piece of sealed work."""
        offset, size = _number(request, OFFSET_HEADER), _number(request, LENGTH_HEADER)
        ticket, device = _bytes(bearer_token(request)), DeviceId(_bytes(request.path_params["device"]))
        tenant, name = TenantId(request.path_params["tenant"]), str(request.path_params["name"])

        incoming = await run_in_threadpool(lambda: self._sealed.take(tenant, device, name, ticket=ticket, size=size))
        # Whoever holds a PC that was shut out has its ticket too: he brings no more in a day than he could before.
        self._allowances.bring(tenant, device)
        piece = await read_body(request, PIECE)
        self._allowances.brought(tenant, device, len(piece))
        await run_in_threadpool(lambda: self._sealed.append(tenant, device, incoming, offset=offset, piece=piece))
        return Response(status_code=204)


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise RequestFault(FaultCode.MALFORMED)
    return int(text)


def _bytes(text: Any) -> bytes:
    if not re.fullmatch(r"(?:[0-9a-f]{2}){1,128}", str(text)):
        raise RequestFault(FaultCode.NOT_FOUND)
    return bytes.fromhex(text)
