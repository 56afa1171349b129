"""A held connection to the web application, without a socket, word by word. The server speaks when it is given time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette

from core.protocol.access import Access
from core.protocol.live import CLOSE_FAULT, LIVE_PATH, read_reason
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation.call import HungUp
from tests.simulation.loop import SimulatedLoop

Look = Callable[[bytes], None]
# After so long without a word the server looks by itself.
QUIET_S = 31.0


class Conversation:
    """A connection under way, on the side of the server."""

    def __init__(self, loop: SimulatedLoop, app: Starlette, access: Access, look: Look) -> None:
        """`look` is shown each message as it leaves the server."""
        self._loop = loop
        self._look = look
        self._said: deque[bytes] = deque()
        self._heard: deque[bytes] = deque()
        self._connected = self._gone = False
        self._news = loop.create_future()
        self._closed: tuple[int, str] | None = None
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": LIVE_PATH,
            "raw_path": LIVE_PATH.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"authorization", access.shown("GET", LIVE_PATH).encode())],
            "subprotocols": [],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self._task = loop.create_task(app(scope, self._receive, self._send))

    def say(self, message: bytes) -> None:
        """What the PC says; the server hears it when it is given time."""
        self._said.append(message)
        self._wake()

    def hear(self) -> bytes | None:
        """What the server says next, if anything; ServerFault or EnvironmentFault where it ended."""
        self._loop.settle()
        if self._heard:
            return self._heard.popleft()
        if self._task.done():
            if not self._task.cancelled():
                self._task.result()
            code, reason = self._closed or (0, "")
            fault = read_reason(reason) if code == CLOSE_FAULT else None
            raise EnvironmentFault(FaultOf.NO_NETWORK, f"ended {code}") if fault is None else ServerFault(fault)
        return None

    def be_quiet(self) -> None:
        """Nobody says anything until the server looks by itself."""
        self._loop.run(asyncio.sleep(QUIET_S))

    def hang_up(self) -> None:
        """Leave."""
        self._gone = True
        self._wake()
        if not self._task.done():
            self._loop.run(asyncio.wait({self._task}, timeout=0.001))
        self.stop()

    def stop(self) -> None:
        """The server is gone: the connection dies where it is."""
        if not self._task.done():
            self._task.cancel()
            self._loop.run(asyncio.wait({self._task}))
        if not self._task.cancelled():
            self._task.exception()

    def _wake(self) -> None:
        if not self._news.done():
            self._news.set_result(None)

    async def _receive(self) -> dict[str, Any]:
        if not self._connected:
            self._connected = True
            return {"type": "websocket.connect"}
        while not (self._said or self._gone):
            self._news = self._loop.create_future()
            await asyncio.wait({self._news})
        if self._gone:
            return {"type": "websocket.disconnect", "code": 1006}
        return {"type": "websocket.receive", "bytes": self._said.popleft()}

    async def _send(self, message: Any) -> None:
        if self._gone:
            raise HungUp
        if message["type"] == "websocket.send":
            self._look(message["bytes"])
            self._heard.append(message["bytes"])
        elif message["type"] == "websocket.close":
            self._closed = (message.get("code", 1000), message.get("reason") or "")
