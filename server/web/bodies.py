"""Requests in, replies out: bodies of bounded size, tokens, faults."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from core.protocol.faults import STATUS, Fault, FaultCode, write_fault
from server.services.faults import RequestFault

_BEARER = "Bearer "


async def read_body(request: Request, limit: int) -> bytes:
    """The body; TOO_LARGE as soon as it is known to exceed `limit` bytes."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise RequestFault(FaultCode.TOO_LARGE)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise RequestFault(FaultCode.TOO_LARGE)
    return bytes(body)


def bearer_token(request: HTTPConnection) -> str:
    """The token of a request; SIGNED_OUT if it carries none."""
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise RequestFault(FaultCode.SIGNED_OUT)
    return header.removeprefix(_BEARER)


def fault_response(fault: Fault, *, headers: Mapping[str, str] | None = None) -> Response:
    """A fault as a reply."""
    return Response(write_fault(fault), status_code=STATUS[fault.code], headers=headers)
