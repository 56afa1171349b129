"""What the proxies of tests have in common: a door, a thread for each connection, and an end that leaves nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

PIECE = 65_536


class Door:
    """Where a proxy listens; it closes every socket and waits for every thread that was opened here."""

    def __init__(self, serve: Callable[[Door, socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def connect(self, target: tuple[str, int]) -> socket.socket:
        server = socket.create_connection(target)
        self._sockets.append(server)
        return server

    def start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, name="proxy")
        self._threads.append(thread)
        thread.start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self.start(self._answer, client)

    def close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def wait(self) -> None:
        for thread in self._threads:
            thread.join()

    def _answer(self, client: socket.socket) -> None:
        with suppress(OSError):
            self._serve(self, client)


@contextmanager
def open_door(serve: Callable[[Door, socket.socket], None]) -> Iterator[Door]:
    """`serve` is called with each connection, on a thread of its own; that it breaks ends it."""
    door = Door(serve)
    accepting = threading.Thread(target=door.accept, name="proxy door")
    accepting.start()
    try:
        yield door
    finally:
        door.close()
        accepting.join()
        door.wait()
