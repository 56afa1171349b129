"""Clients that drip: each holds a connection, none of them holds up the others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.support.device import Join
from tests.support.server import RunningServer

DRIPPING = 200
PATIENCE_S = 10.0
HEAD = b"POST /v1/sync HTTP/1.1\r\nHost: pesagi\r\nAuthorization: Bearer entah\r\nContent-Length: 100000\r\n"


@contextmanager
def dripping(url: str, beginning: bytes) -> Iterator[None]:
    """So many connections that have begun a request and go on with a byte now and then, until the block ends."""
    place = urlsplit(url)
    over = threading.Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection((place.hostname, place.port))) for _ in range(DRIPPING)]
        for line in lines:
            line.sendall(beginning)

        def drip() -> None:
            while not over.wait(0.2):
                for line in lines:
                    line.sendall(b"x")

        thread = threading.Thread(target=drip, name="drip")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(HEAD + b"X-Lama: ", id="in the head"),
        pytest.param(HEAD + b"\r\n", id="in the body"),
    ],
)
def test_two_hundred_dripping_clients_do_not_keep_a_pc_waiting(
    server: RunningServer, join: Join, beginning: bytes
) -> None:
    pc = join("tu")
    with dripping(server.url, beginning):
        begun = time.monotonic()
        for _ in range(3):
            pc.sync()
        took = time.monotonic() - begun

    assert took < PATIENCE_S
    pc.sync()
