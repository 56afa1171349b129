"""What the server shows to somebody who just looks: nothing that works without a pass, and nothing about itself."""

from __future__ import annotations

import http.client
import socket

import pytest

from core.protocol.faults import read_fault
from tests.support.server import OfficeInTest, RunningServer

METHODS = ("TRACE", "OPTIONS", "PUT", "DELETE", "HEAD", "PROPFIND")
CURIOUS = (
    "/",
    "/docs",
    "/openapi.json",
    "/redoc",
    "/metrics",
    "/.git/config",
    "/v1/",
    "/v1/blob/",
    "/v1/../etc/passwd",
)


@pytest.fixture
def database_url() -> str:
    """No database is asked."""
    return ""


def ask(server: RunningServer, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def test_methods_that_nothing_needs_are_not_there(server: RunningServer, office: OfficeInTest) -> None:
    del office
    for method in METHODS:
        for path in ("/v1/sync", "/v1/enrol", f"/v1/blob/{'ab' * 32}", "/"):
            status, _, body = ask(server, method, path)
            assert status in (401, 404, 405), (method, path)
            assert method != "TRACE" or b"HTTP/1.1" not in body


def test_there_are_no_listings_no_documentation_and_no_word_about_what_runs_here(server: RunningServer) -> None:
    for path in CURIOUS:
        status, headers, body = ask(server, "GET", path)
        assert status in (401, 404, 405), path
        assert "server" not in headers
        assert b"Traceback" not in body
        assert b"<" not in body


def test_an_answer_to_a_stranger_is_kept_by_nobody_and_says_what_it_is(server: RunningServer) -> None:
    status, headers, body = ask(server, "GET", f"/v1/blob/{'ab' * 32}")

    assert status == 401
    assert read_fault(body) is not None
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
    ],
    ids=["both", "two lengths", "below nothing", "not chunked last"],
)
def test_where_a_request_ends_is_never_in_doubt(server: RunningServer, head: bytes) -> None:
    """A second request that hides in the body of the first is never answered."""
    hidden = b"0\r\n\r\nGET /v1/ca HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        raw.sendall(b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\n" + head + b"Connection: close\r\n\r\n" + hidden)
        said = b""
        while piece := raw.recv(65536):
            said += piece

    assert said.count(b"HTTP/1.1 ") <= 1
    assert b" 200 " not in said.split(b"\r\n", 1)[0]
