"""A proxy that takes bodies up to a size; longer ones, and those of untold length, it answers with its own page."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.proxy_door import PIECE, Door, open_door

_LENGTH = re.compile(rb"\r\nContent-Length: *(\d+)", re.IGNORECASE)
_PAGE = b"<html>Request refused</html>"
_REFUSAL = b"HTTP/1.1 %d Refused\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
_NO_LENGTH, _TOO_LARGE = 411, 413


@dataclass
class NarrowProxy:
    """Where it listens, and the lengths of the bodies that it refused and that it let through (-1: not told)."""

    url: str = ""
    refused: list[int] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)


@contextmanager
def narrow_proxy(target: tuple[str, int], *, most: int) -> Iterator[NarrowProxy]:
    """Run one that takes bodies of at most so many bytes."""
    proxy = NarrowProxy()

    def serve(door: Door, client: socket.socket) -> None:
        server = door.connect(target)
        door.start(_back, server, client)
        while head := _head(client):
            if refused := _pass_on(proxy, client, server, head, most=most):
                client.sendall(_REFUSAL % (refused, len(_PAGE), _PAGE))
                while client.recv(PIECE):  # reads on, so that the refusal is not lost with a reset
                    pass
                break
        server.shutdown(socket.SHUT_RDWR)

    with open_door(serve) as door:
        proxy.url = door.url
        yield proxy


def _back(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while piece := server.recv(PIECE):
            client.sendall(piece)
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)


def _head(client: socket.socket) -> bytes:
    """A request's head and what came of its body with it; nothing when the connection ends."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(PIECE)
        if not piece:
            return b""
        data += piece
    return data


def _pass_on(proxy: NarrowProxy, client: socket.socket, server: socket.socket, head: bytes, *, most: int) -> int:
    """Pass one request on; the status it is refused with, or 0."""
    length, body = _body(head)
    if length < 0 or length > most:
        proxy.refused.append(length)
        return _NO_LENGTH if length < 0 else _TOO_LARGE
    proxy.passed.append(length)
    server.sendall(head)
    left = length - len(body)
    while left > 0 and (piece := client.recv(min(left, PIECE))):
        server.sendall(piece)
        left -= len(piece)
    return 0


def _body(data: bytes) -> tuple[int, bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    told = _LENGTH.search(head)
    return (int(told[1]) if told else -1 if b"chunked" in head else 0), body
