"""The least that a durable push can be: the yardstick beside the server's own push.

One POST carries operations as `[[id, bytes], ...]` in msgpack; each is stored once by its id, and the answer is given
after the commit. Whatever waits meanwhile shares the next commit. No rights, no order, no chain, no news. Served by
the same uvicorn with the same settings as the server.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import psycopg
import uvicorn

_TABLE = "CREATE TABLE IF NOT EXISTS operation (id bytea PRIMARY KEY, content bytea NOT NULL)"
_INSERT = (
    "INSERT INTO operation SELECT * FROM unnest(%b::bytea[], %b::bytea[]) AS new (id, content) ON CONFLICT DO NOTHING"
)
_DECODER = msgspec.msgpack.Decoder(list[tuple[bytes, bytes]])

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Waiting = tuple[list[tuple[bytes, bytes]], "asyncio.Future[None]"]


class MinimalPush:
    """The application: takes operations, and stores what waits in one transaction."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute(_TABLE)
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def __call__(self, _scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """One request; the server is run without lifespan events, so every scope is one."""
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((_DECODER.decode(body), done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        await done
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"\x01"})

    async def _store(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            operations = [one for waiting, _ in group for one in waiting]
            await loop.run_in_executor(self._thread, self._insert, operations)
            for _, done in group:
                done.set_result(None)
        self._storing = None

    def _insert(self, operations: list[tuple[bytes, bytes]]) -> None:
        ids, contents = zip(*operations, strict=True)
        self._connection.execute(_INSERT, (list(ids), list(contents)))


def main(address: str) -> None:
    """Serve on a free port, which is printed as one JSON line, until a signal."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    settings = uvicorn.Config(
        MinimalPush(address),
        lifespan="off",
        http="httptools",
        loop="asyncio",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
    )
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    asyncio.run(uvicorn.Server(settings).serve(sockets=[listener]))


if __name__ == "__main__":
    main(sys.argv[1])
