"""Requests in, replies out: bodies of bounded size, tokens, faults."""

import asyncio
import re
from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response

from core.protocol.access import BEARER, Shown, read_shown
from core.protocol.faults import STATUS, Fault, FaultCode, write_fault
from server.services.faults import RequestFault
from server.web.one_write import WHOLE

# Every byte of an answer to a PC crosses a slow line, so what is meant for browsers goes only with what they can get.
FOR_STRANGERS: Mapping[str, str] = MappingProxyType(
    {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "content-type": "application/octet-stream",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
)
# The slowest line of an office brings a hundred times as much: what comes slower is nobody who waits for an answer.
PATIENCE_S, LEAST_PACE = 60.0, 128
UNKEPT: Mapping[str, str] = MappingProxyType({"cache-control": "no-store"})


async def read_body(request: Request, limit: int) -> bytes:
    """The body; TOO_LARGE as soon as it is known to exceed `limit` bytes, ClientDisconnect where it drips for ever."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise RequestFault(FaultCode.TOO_LARGE)
    if request.scope.get(WHOLE, False):
        return await _all_at_once(request, limit)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE_S + limit / LEAST_PACE):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise RequestFault(FaultCode.TOO_LARGE)
    except TimeoutError as err:
        raise ClientDisconnect from err
    return bytes(body)


async def _all_at_once(request: Request, limit: int) -> bytes:
    """The body, all of which is here, and is left nowhere else: whoever waits for news keeps none of it."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    body: bytes = message["body"]
    if len(body) > limit:
        raise RequestFault(FaultCode.TOO_LARGE)
    return body


def is_short(request: Request, limit: int) -> bool:
    """Whether a request says that its body has no more than `limit` bytes; one that does not say may have any number.

    The web server holds it to that.
    """
    announced = request.headers.get("content-length", "")
    return announced.isdecimal() and int(announced) <= limit


def number_in(request: Request, name: str, default: str) -> int:
    """A number in the query; MALFORMED."""
    value = request.query_params.get(name, default)
    if not re.fullmatch(r"[0-9]{1,12}", value):
        raise RequestFault(FaultCode.MALFORMED)
    return int(value)


def bearer_token(request: HTTPConnection) -> str:
    """The token of a hub, or what a PC shows to one; SIGNED_OUT if the request carries none."""
    header = request.headers.get("authorization", "")
    if not header.startswith(BEARER):
        raise RequestFault(FaultCode.SIGNED_OUT)
    return header.removeprefix(BEARER)


def hub_shown_in(request: HTTPConnection) -> Shown | str:
    """The token of a hub with its proof, or the token alone; SIGNED_OUT if the request carries none."""
    header = request.headers.get("authorization", "")
    return bearer_token(request) if header.startswith(BEARER) else shown_in(request)


def shown_in(request: HTTPConnection) -> Shown:
    """The token of a device with its proof; SIGNED_OUT if the request carries none."""
    query = request.scope.get("query_string", b"")
    path = request.scope["path"] + (f"?{query.decode('latin-1')}" if query else "")
    shown = read_shown(request.headers.get("authorization", ""), request.scope.get("method", "GET"), path)
    if shown is None:
        raise RequestFault(FaultCode.SIGNED_OUT)
    return shown


def fault_response(fault: Fault, *, headers: Mapping[str, str] | None = None) -> Response:
    """A fault as a reply.

    Whoever comes without a pass sees nothing else of the server, a browser as well: it shall make nothing of it.
    """
    sent = {**FOR_STRANGERS, **(headers or {})}
    return Response(write_fault(fault), status_code=STATUS[fault.code], headers=sent)
