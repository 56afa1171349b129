"""The line of a hub to its server: it is closed from another thread, whatever it is about."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core.protocol.frames import Wire
from server.services.certificates import AUTHORITY_CERTIFICATE, ensure_authority, ensure_server_certificate
from server.services.hub_line import HubLine, LineDown

SOON_S = 15.0  # the line itself gives up after twice that time


class SilentServer:
    """Takes one connection, lets it wait before the handshake for as long as it is told, and never answers."""

    def __init__(self, folder: Path) -> None:
        now = datetime.now(UTC)
        ensure_authority(folder, now)
        files = ensure_server_certificate(folder, ["localhost"], now)
        self.authority = folder / AUTHORITY_CERTIFICATE
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(files.certificate, files.key)
        self._listener = socket.create_server(("localhost", 0))
        self.port = int(self._listener.getsockname()[1])
        self.reached, self.may_greet, self._over = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with self._listener, suppress(OSError):
            connection, _ = self._listener.accept()
            self.reached.set()
            self.may_greet.wait()
            with self._context.wrap_socket(connection, server_side=True):
                self._over.wait()

    def close(self) -> None:
        self.may_greet.set()
        self._over.set()
        self._thread.join()


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[SilentServer]:
    server = SilentServer(tmp_path)
    yield server
    server.close()


def test_requests_go_one_behind_the_other_on_one_connection_each_once() -> None:
    connections: set[object] = set()
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connections.add(self.client_address)
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"key")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        line = HubLine(f"http://127.0.0.1:{server.server_port}", Wire(b""))
        answers = [line.key() for _ in range(3)]
        line.close()
        server.shutdown()
        serving.join()

    assert answers == [b"key"] * 3
    assert (len(connections), len(asked)) == (1, 3)


def test_a_line_that_is_closed_while_it_connects_waits_for_no_answer(silent: SilentServer) -> None:
    line = HubLine(f"https://localhost:{silent.port}", Wire(b""), authority=silent.authority)
    with ThreadPoolExecutor(1) as other:
        asking = other.submit(line.key)
        assert silent.reached.wait(SOON_S)

        line.close()
        silent.may_greet.set()

        with pytest.raises(LineDown):
            asking.result(SOON_S)


def test_a_line_that_is_closed_under_a_request_opens_no_connection_that_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = HubLine(f"http://127.0.0.1:{listener.getsockname()[1]}", Wire(b""))
        send = http.client.HTTPConnection.send

        def send_and_stop(connection: http.client.HTTPConnection, data: bytes) -> None:
            send(connection, data)
            line.close()  # as a stop does, between the head of a request and its body

        monkeypatch.setattr(http.client.HTTPConnection, "send", send_and_stop)

        with pytest.raises(LineDown):
            line.bring(bytes(32), size=4, start=0, data=b"scan")

        listener.accept()[0].close()
        listener.setblocking(False)  # who connects stands in its queue before `bring` goes on
        with pytest.raises(BlockingIOError):
            listener.accept()
