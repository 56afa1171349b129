"""An application that leads one path to its endpoint past the layers of the framework.

PCs use `POST /v1/sync` all day. Middlewares, router and the wrappers around `send` cost as much of the loop as all
that the endpoint does there itself, and what they are for - other paths, other methods, errors that nobody expects -
concerns a request of this path only when something is wrong with it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Request, Exception], Awaitable[Response]]


class StraightApplication(Starlette):
    """Starlette, but for one path: what is posted there goes to `endpoint` at once.

    Its faults are answered by the same `handlers`; whatever else it raises is left to the web server, which logs it and
    answers with status 500.
    """

    def __init__(
        self, path: str, endpoint: Endpoint, *, handlers: Mapping[type[Exception], Handler], **rest: Any
    ) -> None:
        super().__init__(exception_handlers=rest.pop("exception_handlers", {}) | handlers, **rest)
        self._path = path
        self._endpoint = endpoint
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or whatever else the web server has."""
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "POST":
            await super().__call__(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await self._endpoint(request)
        except tuple(self._handlers) as err:
            response = await self._handler(err)(request, err)
        await response(scope, receive, send)

    def _handler(self, err: Exception) -> Handler:
        return next(handler for kind, handler in self._handlers.items() if isinstance(err, kind))
