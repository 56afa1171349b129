"""Looks at what crosses an emulated line: each request with its bytes up and down, heads included."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE = 64 * 1024


@dataclass
class Crossing:
    """One request on one connection, and what came back until the next one."""

    connection: int
    request: str
    up: int = 0
    down: int = 0

    def __str__(self) -> str:
        return f"{self.connection:4} {self.up:8} {self.down:8}  {self.request}"


@dataclass
class LineTap:
    """A relay on loopback in front of a server; `crossings` in the order in which the requests came."""

    target: tuple[str, int]
    crossings: list[Crossing] = field(default_factory=list)
    port: int = 0
    _open: dict[int, Crossing] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _sockets: list[socket.socket] = field(default_factory=list)

    def table(self) -> str:
        """All of them, one a line."""
        return "\n".join(["conn       up     down  request", *map(str, self.crossings)])

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        number = 0
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self.target)
                self._sockets += [client, server]
                number += 1
                for source, sink, up in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._carry, args=(source, sink, number, up), daemon=True).start()

    def close(self) -> None:
        """Drop every connection."""
        for one in self._sockets:
            one.close()

    def _carry(self, source: socket.socket, sink: socket.socket, number: int, up: bool) -> None:  # noqa: FBT001
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                self._note(number, piece, up=up)
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _note(self, number: int, piece: bytes, *, up: bool) -> None:
        with self._guard:
            open_ = self._open.get(number)
            if up and (open_ is None or open_.down):
                line = piece.split(b"\r\n", 1)[0].decode("latin-1").removesuffix(" HTTP/1.1")
                open_ = self._open[number] = Crossing(number, line)
                self.crossings.append(open_)
            if open_ is not None:
                open_.up += len(piece) if up else 0
                open_.down += 0 if up else len(piece)


@contextmanager
def tapped(host: str, port: int) -> Iterator[LineTap]:
    """A tap in front of a server, until the block ends."""
    tap = LineTap((host, port))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tap.port = int(listener.getsockname()[1])
        threading.Thread(target=tap.serve, args=(listener,), daemon=True).start()
        try:
            yield tap
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            tap.close()
