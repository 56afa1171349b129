"""An answer that goes out while the body of its request still comes.

Starlette's own end a request with their last byte, and the web server throws away what comes after that.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class AnsweredEarly(Response):
    """Sends an answer that says its length, then waits for the rest of the body."""

    def __init__(self, answer: Response, rest: Callable[[], Awaitable[None]]) -> None:
        """`rest` reads the body to its end; ClientDisconnect if that does not come."""
        super().__init__(answer.body, status_code=answer.status_code, headers=answer.headers)
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        with suppress(ClientDisconnect):
            await self._rest()
        await send({"type": "http.response.body", "body": b""})
