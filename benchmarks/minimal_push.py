"""The least that a correct durable push can be: the yardstick beside the server's own push.

One POST carries `[key, payload, signature, [[id, bytes], ...]]` in msgpack. The signature is checked once, the hashes
of the chain are made; each operation is stored once by its id in the log, as a record and in a feed, numbered by one
counter, and the answer is given after the commit. Whatever waits meanwhile shares the next commit: one statement, one
round trip. No rights, no rules, no results, no news, and nobody is looked up. Served by the same uvicorn with the same
settings as the server, without TLS on either side; only that the server's answers are one write each is its own.

It is a fair yardstick for what any server must do, and no more than that: what a rule reads, who acts and what the
others may see cost nothing here. In fifties that is nearly all there is: a record is stored here in 12 microseconds
and decided by its rule in 150. So the ratio falls with the size of a push (docs/adr/0036).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import psycopg
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_TABLES = (
    "CREATE TABLE IF NOT EXISTS counter (seq bigint NOT NULL)",
    "INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT FROM counter)",
    "CREATE TABLE IF NOT EXISTS operation (id bytea PRIMARY KEY, seq bigint NOT NULL, content bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS record (id bytea PRIMARY KEY, rev bigint NOT NULL, payload bytea NOT NULL)",
    "CREATE TABLE IF NOT EXISTS feed (row_id bytea PRIMARY KEY, seq bigint NOT NULL UNIQUE)",
)
_INSERT = """
    WITH head AS (UPDATE counter SET seq = seq + cardinality(%(ids)b::bytea[]) RETURNING seq),
    new AS (
        SELECT id, content, head.seq - cardinality(%(ids)b::bytea[]) + place AS seq
        FROM head, unnest(%(ids)b::bytea[], %(contents)b::bytea[]) WITH ORDINALITY AS sent (id, content, place)
    ),
    logged AS (INSERT INTO operation SELECT id, seq, content FROM new ON CONFLICT DO NOTHING),
    kept AS (INSERT INTO record SELECT id, seq, content FROM new ON CONFLICT DO NOTHING)
    INSERT INTO feed SELECT id, seq FROM new ON CONFLICT DO NOTHING
"""
Operations = list[tuple[bytes, bytes]]
_DECODER = msgspec.msgpack.Decoder(tuple[bytes, bytes, bytes, Operations])

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Waiting = tuple[Operations, "asyncio.Future[None]"]


class MinimalPush:
    """The application: takes operations, and stores what waits in one transaction."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        for statement in _TABLES:
            self._connection.execute(statement)
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
        self._waiting.append((_checked(body), done))
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

    def _insert(self, operations: Operations) -> None:
        ids, contents = zip(*operations, strict=True)
        self._connection.execute(_INSERT, {"ids": list(ids), "contents": list(contents)})


def _checked(body: bytes) -> Operations:
    """The operations, if whoever has the key signed the end of their chain."""
    key, payload, signature, operations = _DECODER.decode(body)
    Ed25519PublicKey.from_public_bytes(key).verify(signature, payload)
    head = bytes(32)
    for _, content in operations:
        head = hashlib.sha256(head + content).digest()
    return operations


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
