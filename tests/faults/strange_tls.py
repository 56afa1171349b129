"""Servers that present themselves wrongly: each certificate and each old protocol that a PC must not talk to."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HOST = "127.0.0.1"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Impostor:
    """Takes connections on loopback, and remembers every byte that somebody entrusted to it."""

    port: int = 0
    connections: int = 0
    entrusted: bytearray = field(default_factory=bytearray)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{HOST}:{self.port}"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(
    key: Key,
    *,
    issuer: x509.Name,
    signed_by: Key,
    hosts: tuple[str, ...] = (HOST,),
    begins: datetime = NOW - DAY,
    ends: datetime = NOW + 90 * DAY,
    authority: bool = False,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    name: str = HOST,
) -> x509.Certificate:
    """A certificate as a careless or hostile party would have it; by default nothing is wrong with it."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if hosts:
        alternatives: list[x509.GeneralName] = []
        for host in hosts:
            try:
                alternatives.append(x509.IPAddress(ipaddress.ip_address(host)))
            except ValueError:
                alternatives.append(x509.DNSName(host))
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(signed_by, hashes.SHA256())


def written(folder: Path, key: Key, *chain: x509.Certificate) -> tuple[Path, Path]:
    """Chain and key as files."""
    pem, secret = folder / "rantai.pem", folder / "kunci.pem"
    pem.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pem, secret


@contextmanager
def impostor(pem: Path | None, secret: Path | None, **settings: Any) -> Iterator[Impostor]:
    """Run such a server; without a certificate it speaks in the clear. `settings` are attributes of its SSL context."""
    context: ssl.SSLContext | None = None
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        for name, value in settings.items():
            setattr(context, name, value)
        context.set_ciphers("ALL:@SECLEVEL=0")  # an impostor is not choosy
        context.load_cert_chain(pem, secret)
    found = Impostor()
    listener = socket.create_server((HOST, 0))
    listener.settimeout(0.05)
    found.port = listener.getsockname()[1]
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with suppress(OSError):
                plain, _ = listener.accept()
                found.connections += 1
                _take(found, plain, context)

    thread = threading.Thread(target=serve, name="impostor")
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        listener.close()


def _take(found: Impostor, plain: socket.socket, context: ssl.SSLContext | None) -> None:
    plain.settimeout(2)
    with plain, suppress(OSError):
        if context is None:
            # The greeting of TLS is for everybody to read; what follows it would not be.
            plain.recv(4096)
            plain.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            found.entrusted += plain.recv(4096)
            return
        with context.wrap_socket(plain, server_side=True) as line:
            found.entrusted += line.recv(4096)
