"""Servers that are not ours: the login page of a hotel, a proxy in trouble, one that hangs up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>WiFi Kantor</title></head><body>Silakan masuk</body></html>"


@dataclass
class StrangeServer:
    """Answers every request alike, and remembers what it was asked for."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def strange_server(status: int, body: bytes, **headers: str) -> Iterator[StrangeServer]:
    """Run such a server; `headers` with underscores for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    strange = StrangeServer(status=status, body=body, headers=named)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            strange.asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(strange.status)
            for name, value in strange.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(strange.body)))
            self.end_headers()
            self.wfile.write(strange.body)

        do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the names that the base class calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    strange.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="strange server")
    thread.start()
    try:
        yield strange
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
