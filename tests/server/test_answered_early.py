"""Who asks how far a long request is, and gives its end with the question, is answered before that has come."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from core.protocol.faults import Fault, FaultCode, read_fault
from core.protocol.long_bodies import BODY_HEADER, BodyPart, body_name
from tests.support.device import Join, ScriptedDevice

PATH = "/v1/sync"
BODY = os.urandom(60_000)


def request(device: ScriptedDevice, offset: int, count: int) -> bytes:
    """The head of a request that gives so much of the body."""
    part = BodyPart(name=body_name(BODY), size=len(BODY), offset=offset)
    shown = device.access().shown("POST", PATH)
    return (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: {shown}\r\n"
        f"{BODY_HEADER}: {part.header()}\r\nContent-Length: {count}\r\n\r\n"
    ).encode()


def answer(line: socket.socket) -> tuple[int, Fault | None]:
    """The status and the fault of one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += line.recv(4096)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(field[15:]) for field in head.lower().split(b"\r\n") if field.startswith(b"content-length:"))
    while len(body) < length:
        body += line.recv(4096)
    return int(head.split(b" ", 2)[1]), read_fault(body)


def test_what_is_missing_follows_on_the_same_connection_right_behind_the_end(join: Join) -> None:
    clerk = join("tu")
    address = urlsplit(clerk.url)
    end = 40_000
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(request(clerk, end, len(BODY) - end) + BODY[end : end + 5_000])
        early = answer(line)
        line.sendall(BODY[end + 5_000 :] + request(clerk, 0, end) + BODY[:end])
        whole = answer(line)

    assert early == (409, Fault(code=FaultCode.WRONG_OFFSET, number=0, behind=end))
    assert whole == (400, Fault(code=FaultCode.MALFORMED)), "all of it is here, and says nothing"


def test_an_end_that_a_cut_takes_is_forgotten(join: Join) -> None:
    clerk = join("tu")
    address = urlsplit(clerk.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(request(clerk, 40_000, 20_000) + BODY[40_000:50_000])
        assert answer(line)[0] == 409
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(request(clerk, 0, 40_000) + BODY[:40_000])
        assert answer(line) == (409, Fault(code=FaultCode.WRONG_OFFSET, number=40_000))
