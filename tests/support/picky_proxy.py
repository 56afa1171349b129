"""A proxy that carries requests, and answers whoever asks for a WebSocket with a page of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE = 65_536


@dataclass
class PickyProxy:
    """Where it listens, and how often it refused."""

    url: str = ""
    refused: int = 0
    sockets: list[socket.socket] = field(default_factory=list)


@contextmanager
def picky_proxy(target: tuple[str, int], answer: bytes) -> Iterator[PickyProxy]:
    """Run one; `answer` is the whole reply to an upgrade, empty to hang up."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = PickyProxy(url=f"http://127.0.0.1:{listener.getsockname()[1]}", sockets=[listener])
    threads: list[threading.Thread] = []

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        with suppress(OSError):
            head = client.recv(_PIECE)
            if head.startswith(b"GET /v1/live"):
                proxy.refused += 1
                client.sendall(answer)
                client.close()
                return
            server = socket.create_connection(target)
            proxy.sockets.append(server)
            server.sendall(head)
            back = threading.Thread(target=carry, args=(server, client), name="proxy back")
            threads.append(back)
            back.start()
            carry(client, server)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                proxy.sockets.append(client)
                thread = threading.Thread(target=serve, args=(client,), name="proxy")
                threads.append(thread)
                thread.start()

    accepting = threading.Thread(target=accept, name="proxy door")
    accepting.start()
    try:
        yield proxy
    finally:
        for one in proxy.sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        accepting.join()
        for thread in threads:
            thread.join()
