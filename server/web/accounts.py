"""`/v1/enrol`, `/v1/session`, `/v1/sessions`, `/v1/password` and `/v1/ca`: how a PC and its users get in."""

import time
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.protocol.access import TurnRequest
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.messages import EnrolRequest, PasswordRequest, SessionRequest
from server.services.accounts import AccountService
from server.services.faults import RequestFault
from server.services.tokens import TokenService
from server.web.access_log import AccessLog
from server.web.addresses import Failures, address_of
from server.web.bodies import FOR_STRANGERS, UNKEPT, read_body, shown_in

MAX_BODY = 16 * 1024

MessageT = TypeVar("MessageT")


class AccountEndpoint:
    """Serves what gives out tokens."""

    def __init__(
        self, accounts: AccountService, tokens: TokenService, wire: Wire, *, authority_pem: bytes, log: AccessLog
    ) -> None:
        self._accounts = accounts
        self._tokens = tokens
        self._wire = wire
        self._log = log
        self._authority_pem = authority_pem
        self._failures = Failures(time.monotonic)

    async def enrol(self, request: Request) -> Response:
        """Join with a one-time code."""
        self._failures.require(address_of(request))
        message = await self._message(request, EnrolRequest)
        with self._failures.noted(address_of(request)):
            reply = await run_in_threadpool(self._accounts.enrol, message)
        self._log.let_in("enrol", address=address_of(request), device=message.device, user=reply.user)
        return Response(self._wire.pack(reply), headers=UNKEPT)

    async def open_session(self, request: Request) -> Response:
        """Sign in again."""
        message = await self._message(request, SessionRequest)
        with self._failures.noted(address_of(request)):
            reply = await run_in_threadpool(self._accounts.open_session, message)
        self._log.let_in("session", address=address_of(request), device=message.device, user=reply.user)
        return Response(self._wire.pack(reply), headers=UNKEPT)

    async def change_password(self, request: Request) -> Response:
        """A password that was changed on a device; unlike the others, over a session."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        message = await self._message(request, PasswordRequest)
        reply = await run_in_threadpool(self._accounts.change_password, caller, message)
        self._log.let_in("password", address=address_of(request), device=caller.device, user=caller.user)
        return Response(self._wire.pack(reply), headers=UNKEPT)

    async def own_sessions(self, request: Request) -> Response:
        """Where the person whose session is shown is signed in."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        reply = await run_in_threadpool(self._accounts.sessions_of, caller)
        return Response(self._wire.pack(reply), headers=UNKEPT)

    async def turn_token(self, request: Request) -> Response:
        """Another token in the place of the one that is shown."""
        caller = await run_in_threadpool(self._tokens.admit, shown_in(request))
        message = await self._message(request, TurnRequest)
        await run_in_threadpool(self._tokens.turn, caller, message.chosen)
        return Response(self._wire.pack(message))

    async def authority(self, _request: Request) -> Response:
        """The certificate of the server's own authority, if it has one."""
        if not self._authority_pem:
            raise RequestFault(FaultCode.NOT_FOUND)
        headers = {**FOR_STRANGERS, "content-type": "application/x-pem-file"}
        return Response(self._authority_pem, headers=headers)

    async def _message(self, request: Request, as_type: type[MessageT]) -> MessageT:
        body = await read_body(request, MAX_BODY)
        try:
            message: Any = self._wire.unpack(body, as_type)
        except CodecError as err:
            raise RequestFault(FaultCode.MALFORMED) from err
        checked: MessageT = message
        return checked
