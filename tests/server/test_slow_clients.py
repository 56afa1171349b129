"""Clients that drip: each holds a connection, none of them holds up the others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from core.domain.ids import DeviceId, UserId
from core.protocol.faults import FaultCode, read_fault
from core.protocol.hub import RELAY_PATH
from core.protocol.long_bodies import BODY_HEADER, BodyPart, body_name
from core.protocol.messages import SessionRequest
from core.protocol.revoking import ORDER_PATH
from server.web import bodies, one_write
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


@pytest.mark.parametrize(
    "begun", ["", "POST /v1/sync HT", "GET /v1/ca HTTP/1.1\r\nHost: pesagi\r\n\r\nGET /v1/ca HTTP/1.1\r\n"]
)
def test_who_connects_and_does_not_say_what_he_wants_is_let_go(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    """As a line does that died between two packets, of which the server hears nothing."""
    monkeypatch.setattr(one_write, "HEAD_S", 0.3)

    with said(server, begun) as line:
        received = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(4096):
                received += piece

    assert received.count(b"HTTP/1.1 ") == begun.count("\r\n\r\n"), "what was asked is answered"


def test_who_has_said_what_he_wants_keeps_the_line_for_the_next_request(
    server: RunningServer, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_write, "HEAD_S", 0.3)
    pc = join("tu")

    with said(server, "GET /v1/ca HTTP/1.1\r\nHost: pesagi\r\n\r\n") as line:
        assert line.recv(4096)
        assert pc.sync(hold=2).http.status == 200
        line.sendall(b"GET /v1/ca HTTP/1.1\r\nHost: pesagi\r\n\r\n")
        assert line.recv(4096)


@pytest.mark.parametrize("way", ["/v1/sync", "/v1/enrol", "/v1/session", ORDER_PATH])
def test_of_who_drips_a_short_body_not_even_that_is_waited_for_for_ever(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.3)
    monkeypatch.setattr(bodies, "LEAST_PACE", 1_000_000)
    shown = f"Authorization: {STRANGER}\r\n"

    with said(server, f"POST {way} HTTP/1.1\r\nHost: pesagi\r\n{shown}Content-Length: 3000\r\n\r\nx") as line:
        received = b""
        while piece := line.recv(4096):
            received += piece

    assert received.split(b" ", 2)[1] == b"400"


@pytest.mark.parametrize("pieces", [1, 2, 11])
def test_a_body_is_the_same_in_however_many_pieces_it_comes(server: RunningServer, pieces: int) -> None:
    stale = SessionRequest(
        protocol=0, device=DeviceId(bytes(16)), user=UserId(1), password="", sent_ms=0, signature=b""
    )
    body = server.wire.pack(stale)
    head = f"POST /v1/session HTTP/1.1\r\nHost: pesagi\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    first, step = head + body[: len(body) // pieces], len(body) // pieces

    with said(server, "") as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(first)
        for start in range(step, len(body), step):
            time.sleep(0.02)
            line.sendall(body[start : start + step])
        answer = line.recv(4096)

    fault = read_fault(answer.partition(b"\r\n\r\n")[2])
    assert fault is not None
    assert fault.code is FaultCode.TOO_OLD
