"""TLS with the server's own authority, which a PC knows by its one-time code."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
import ssl
import stat
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from starlette.responses import Response
from starlette.routing import Route

from core.protocol.enrolment import fingerprint, read_code
from server.app import wall_clock_ms
from server.services.certificates import (
    RENEW_BEFORE,
    SERVER_LIFE,
    ensure_authority,
    ensure_server_certificate,
)
from server.web.serving import STOP_S, unsent
from tests.support.device import ScriptedDevice
from tests.support.server import PASSWORD, RunningServer, make_office, running_server

NOW = datetime(2026, 3, 2, tzinfo=UTC)
REPLY_BYTES = 12 * 1024 * 1024  # more than the system takes off a server at once
ENOUGH_LOOKS = 3  # at the second a connection that has been sent everything would be cut


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path, tls=True) as running:
        yield running


def trusting(authority_pem: bytes) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority_pem.decode())


def fetch_authority(server: RunningServer) -> bytes:
    """What a PC does that knows nobody yet: it takes the authority unchecked, to compare it with its code."""
    careless = ssl.create_default_context()
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    pc = ScriptedDevice(server.url, server.wire, clock=wall_clock_ms, ssl_context=careless)
    return pc.request("GET", "/v1/ca", b"").body


def der_of(pem: bytes) -> bytes:
    found = re.search(rb"-----BEGIN CERTIFICATE-----(.*)-----END", pem, re.DOTALL)
    assert found is not None
    return base64.b64decode(found.group(1))


def test_a_pc_tells_the_server_from_an_impostor_by_its_code(secure: RunningServer) -> None:
    office = make_office(secure)
    pem = fetch_authority(secure)

    code, expected = read_code(office.codes["tu"])
    pc = ScriptedDevice(secure.url, secure.wire, clock=wall_clock_ms, ssl_context=trusting(pem))
    pc.enrol(code, password=PASSWORD)

    assert expected == fingerprint(der_of(pem))
    assert pc.sync().rows()


def test_a_pc_that_trusts_another_authority_does_not_connect(secure: RunningServer, tmp_path: Path) -> None:
    stranger = ensure_authority(tmp_path / "other", datetime.now(UTC))
    pc = ScriptedDevice(secure.url, secure.wire, clock=wall_clock_ms, ssl_context=trusting(stranger.pem))

    with pytest.raises(ssl.SSLCertVerificationError):
        pc.request("GET", "/v1/ca", b"")


def test_the_authority_stays_when_the_server_is_started_again(secure: RunningServer) -> None:
    before = fetch_authority(secure)
    secure.stop()
    secure.start()

    assert fetch_authority(secure) == before


def test_the_certificate_names_every_way_to_the_server(tmp_path: Path) -> None:
    ensure_authority(tmp_path, NOW)
    files = ensure_server_certificate(tmp_path, ["pesagi.example.go.id", "10.1.2.3", "::1"], NOW)

    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["pesagi.example.go.id"]
    assert {str(address) for address in names.get_values_for_type(x509.IPAddress)} == {"10.1.2.3", "::1"}
    # A PC whose clock is some days behind can connect all the same.
    assert certificate.not_valid_before_utc <= NOW - timedelta(days=7)


def test_the_certificate_is_kept_until_it_ends_or_the_names_change(tmp_path: Path) -> None:
    ensure_authority(tmp_path, NOW)

    def certificate(now: datetime, *names: str) -> bytes:
        return ensure_server_certificate(tmp_path, names, now).certificate.read_bytes()

    first = certificate(NOW, "a.example")
    assert certificate(NOW + timedelta(days=300), "a.example") == first
    renewed = certificate(NOW + SERVER_LIFE - RENEW_BEFORE, "a.example")
    assert renewed != first
    assert certificate(NOW + SERVER_LIFE - RENEW_BEFORE, "a.example", "b.example") != renewed


def test_a_certificate_whose_key_is_another_is_made_again(tmp_path: Path) -> None:
    ensure_authority(tmp_path, NOW)
    files = ensure_server_certificate(tmp_path, ["a.example"], NOW)
    first = files.certificate.read_bytes()
    files.key.write_bytes((tmp_path / "authority.key").read_bytes())

    assert ensure_server_certificate(tmp_path, ["a.example"], NOW).certificate.read_bytes() != first


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_private_keys_are_readable_by_their_owner_alone(secure: RunningServer) -> None:
    folder = secure.config.data / "tls"

    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("authority.key", "server.key")} == {0o600}


def test_a_server_that_stops_does_not_wait_for_a_pc_that_says_nothing(tmp_path: Path) -> None:
    with (
        running_server(tmp_path, tls=True) as server,
        trusting(fetch_authority(server)).wrap_socket(
            socket.create_connection(("127.0.0.1", server.port)), server_hostname="127.0.0.1"
        ) as idle,
    ):
        begun = time.monotonic()
        server.stop()
        took = time.monotonic() - begun

        assert took < STOP_S / 2
        with socket.socket(fileno=idle.detach()) as beneath_tls:
            beneath_tls.settimeout(2)
            while beneath_tls.recv(4096):  # tickets and the good-bye, and then the end
                pass


def test_a_reply_that_is_under_way_arrives_whole_though_the_server_stops(
    secure: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def look(transport: asyncio.Transport) -> int:
        looks.append(unsent(transport))
        return looks[-1]

    monkeypatch.setattr("server.web.serving.unsent", look)
    secure.app.router.routes.append(Route("/uji", lambda _: Response(bytes(REPLY_BYTES))))
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that the server keeps most of it
    plain.connect(("127.0.0.1", secure.port))
    with trusting(fetch_authority(secure)).wrap_socket(plain, server_hostname="127.0.0.1") as reader:
        reader.sendall(b"GET /uji HTTP/1.1\r\nHost: pesagi\r\n\r\n")
        got = len(reader.recv(4096))
        stopping = threading.Thread(target=secure.stop, name="stopping")
        stopping.start()
        deadline = time.monotonic() + STOP_S / 2
        while len(looks) < ENOUGH_LOOKS and time.monotonic() < deadline:
            time.sleep(0.01)
        while piece := reader.recv(65_536):
            got += len(piece)
        stopping.join()

    assert got > REPLY_BYTES
