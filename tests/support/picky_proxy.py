"""A proxy that carries requests, and answers whoever asks for a WebSocket with a page of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.support.proxy_door import PIECE, Door, open_door


@dataclass
class PickyProxy:
    """Where it listens, and how often it refused."""

    url: str = ""
    refused: int = 0


@contextmanager
def picky_proxy(target: tuple[str, int], answer: bytes) -> Iterator[PickyProxy]:
    """Run one; `answer` is the whole reply to an upgrade, empty to hang up."""
    proxy = PickyProxy()

    def serve(door: Door, client: socket.socket) -> None:
        head = client.recv(PIECE)
        if head.startswith(b"GET /v1/live"):
            proxy.refused += 1
            client.sendall(answer)
            client.close()
            return
        server = door.connect(target)
        server.sendall(head)
        door.start(_carry, server, client)
        _carry(client, server)

    with open_door(serve) as door:
        proxy.url = door.url
        yield proxy


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
