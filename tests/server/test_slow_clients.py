"""Clients that drip: each holds a connection, none of them holds up the others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from core.protocol.faults import FaultCode, read_fault
from core.protocol.hub import RELAY_PATH
from core.protocol.long_bodies import BODY_HEADER, BodyPart, body_name
from tests.support.device import Join
from tests.support.server import RunningServer

DRIPPING = 200
PATIENCE_S = 10.0
STRANGER = "Pesagi " + "A" * 59
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


@contextmanager
def said(server: RunningServer, head: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as line:
        line.sendall(head.encode())
        yield line


@pytest.mark.parametrize("shown", ["", f"Authorization: {STRANGER}\r\n"])
@pytest.mark.parametrize("way", ["/v1/sync", RELAY_PATH, "long"])
@pytest.mark.parametrize("length", ["Content-Length: 4000000", "Transfer-Encoding: chunked"])
def test_of_a_stranger_no_body_is_waited_for(server: RunningServer, way: str, shown: str, length: str) -> None:
    """What came of it would lie in memory until all of it is here, of as many strangers as there are."""
    part = BodyPart(name=body_name(b"x"), size=4_000_000).header()
    begun = f"{BODY_HEADER}: {part}\r\n" if way == "long" else ""
    path = "/v1/sync" if way == "long" else way
    with said(server, f"POST {path} HTTP/1.1\r\nHost: pesagi\r\n{shown}{begun}{length}\r\n\r\n") as line:
        answer = line.recv(4096)

    assert answer.split(b" ", 2)[1] == b"401"
    fault = read_fault(answer.partition(b"\r\n\r\n")[2])
    assert fault is not None
    assert fault.code is FaultCode.SIGNED_OUT
