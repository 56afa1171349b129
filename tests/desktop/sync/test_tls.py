"""Coming back to a server with its ticket: fewer bytes, and nothing weaker."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from desktop.sync.tls import TlsContexts
from server.services.certificates import AUTHORITY_CERTIFICATE, ensure_authority, ensure_server_certificate

PATIENCE_S = 20.0


class Served(NamedTuple):
    """Where somebody answers, and the authority that vouches for him."""

    port: int
    authority: Path


@contextmanager
def serving(folder: Path, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Iterator[Served]:
    """Answers every connection with one byte."""
    now = datetime.now(UTC) - timedelta(days=1)
    ensure_authority(folder, now)
    files = ensure_server_certificate(folder, ["localhost"], now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = newest
    context.load_cert_chain(files.certificate, files.key)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    line.sendall(b"1")
                    line.recv(1)
            except OSError:
                plain.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield Served(listener.getsockname()[1], folder / AUTHORITY_CERTIFICATE)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(PATIENCE_S)


def visit(contexts: TlsContexts, served: Served, name: str = "localhost") -> bool:
    """One connection; whether it was one with a ticket."""
    plain = socket.create_connection(("127.0.0.1", served.port), PATIENCE_S)
    with plain, contexts.of(served.authority).wrap_socket(plain, server_hostname=name) as line:
        assert line.recv(1) == b"1"
        return bool(line.session_reused)


def test_the_second_connection_comes_with_the_ticket_of_the_first(tmp_path: Path) -> None:
    contexts = TlsContexts()
    with serving(tmp_path) as served:
        assert [visit(contexts, served) for _ in range(3)] == [False, True, True]


def test_a_server_that_began_anew_is_asked_for_its_certificate(tmp_path: Path) -> None:
    contexts = TlsContexts()
    with serving(tmp_path) as served:
        visit(contexts, served)
    with serving(tmp_path) as served:
        assert visit(contexts, served) is False


def test_a_ticket_is_worth_nothing_under_another_name(tmp_path: Path) -> None:
    contexts = TlsContexts()
    with serving(tmp_path) as served:
        visit(contexts, served)
        with pytest.raises(ssl.SSLCertVerificationError):
            visit(contexts, served, name="surat.contoh.go.id")


def test_a_ticket_of_one_authority_is_not_shown_where_another_is_trusted(tmp_path: Path) -> None:
    contexts = TlsContexts()
    with serving(tmp_path / "a") as ours, serving(tmp_path / "b") as others:
        visit(contexts, ours)
        with pytest.raises(ssl.SSLCertVerificationError):
            visit(contexts, Served(ours.port, others.authority))


def test_nothing_older_than_tls_1_3_is_spoken_with_a_server_of_ours(tmp_path: Path) -> None:
    with serving(tmp_path, newest=ssl.TLSVersion.TLSv1_2) as served, pytest.raises(ssl.SSLError):
        visit(TlsContexts(), served)
