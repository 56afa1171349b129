"""One request to the web application, without a socket: its bytes go in, its messages come out one by one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette

from core.protocol.access import Access, Bearer
from server.web.one_write import GONE
from tests.simulation.loop import SimulatedLoop


@dataclass(frozen=True)
class Letter:
    """A request as bytes. `whole` is False where the line broke before its end.

    `access` proves anew whenever it is delivered, late or a second time: what stands behind that door is what is looked
    for here. What a proof meets that was shown before is looked for in `tests/server/test_replays.py`.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    whole: bool = True
    access: Access = field(default_factory=lambda: Bearer(""))


@dataclass
class Reply:
    """The head of a reply; the body is read from the call."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


class HungUp(OSError):
    """The client is gone."""


class Call:
    """A request under way. The application waits after each piece until the next one is asked for."""

    def __init__(self, loop: SimulatedLoop, app: Starlette, letter: Letter, *, pieces: Sequence[bytes] = ()) -> None:
        self._loop = loop
        self._waiting: deque[dict[str, Any]] = deque()
        self._body = deque(pieces or (letter.body,))
        self._whole = letter.whole
        self._gone = loop.create_future()
        self._resume: asyncio.Future[None] | None = None
        self._news = loop.create_future()
        path, _, query = letter.path.partition("?")
        shown = letter.access.shown(letter.method, letter.path)
        headers = (*letter.headers, *((("Authorization", shown),) if shown else ()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": letter.method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            GONE: self._gone,
        }
        self._task = loop.create_task(app(scope, self._receive, self._send))

    @property
    def answered(self) -> bool:
        """Whether the application has begun its answer."""
        return bool(self._waiting) or self._task.done()

    def settle(self) -> None:
        """Let the application work until it has answered or waits."""
        self._loop.settle()

    def head(self) -> Reply:
        """The status and headers."""
        message = self._next()
        assert message is not None, "the application ended without an answer"
        assert message["type"] == "http.response.start"
        headers = {name.decode(): value.decode() for name, value in message["headers"]}
        return Reply(status=message["status"], headers=headers)

    def body(self) -> Iterator[bytes]:
        """The pieces of the body."""
        while (message := self._next()) is not None:
            if message["body"]:
                yield message["body"]
            if not message.get("more_body", False):
                break
        self._finish()

    def read(self) -> tuple[Reply, bytes]:
        """All of it."""
        head = self.head()
        return head, b"".join(self.body())

    def hang_up(self) -> None:
        """Leave; what the application still does, it does for nobody."""
        if self._task.done():
            self._task.exception()
            return
        if not self._gone.done():
            self._gone.set_result(None)
        if self._resume is not None and not self._resume.done():
            self._resume.set_result(None)
        self._loop.run(asyncio.wait({self._task}, timeout=0.001))
        self.stop()

    def stop(self) -> None:
        """The server is gone: the request dies where it is."""
        if not self._task.done():
            self._task.cancel()
            self._loop.run_until_one(self._task)
        if not self._task.cancelled():
            self._task.exception()

    def _finish(self) -> None:
        self._loop.run_until_one(self._task)
        self._task.result()

    def _next(self) -> dict[str, Any] | None:
        while not self._waiting:
            if self._task.done():
                self._task.result()
                return None
            if self._resume is not None and not self._resume.done():
                self._resume.set_result(None)
            self._news = self._loop.create_future()
            self._loop.run_until_one(self._task, self._news)
        return self._waiting.popleft()

    async def _receive(self) -> dict[str, Any]:
        if self._body:
            piece = self._body.popleft()
            return {"type": "http.request", "body": piece, "more_body": bool(self._body) or not self._whole}
        if self._whole:
            await asyncio.wait({self._gone})
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if self._gone.done():
            raise HungUp
        self._waiting.append(message)
        if not self._news.done():
            self._news.set_result(None)
        if message.get("more_body", False):
            self._resume = self._loop.create_future()
            await asyncio.wait({self._resume})
            if self._gone.done():
                raise HungUp
