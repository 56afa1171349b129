"""The server's own certificate authority and certificate, for installations without one from elsewhere.

A PC learns the authority with its one-time code (eight characters of its fingerprint) and trusts no other from then
on. Both keys are elliptic (P-256): the handshake costs about 1 KB, which matters on a slow line.
"""

import ipaddress
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

AUTHORITY_CERTIFICATE = "authority.pem"
AUTHORITY_KEY = "authority.key"
SERVER_CERTIFICATE = "server.pem"
SERVER_KEY = "server.key"

AUTHORITY_LIFE = timedelta(days=20 * 365)
SERVER_LIFE = timedelta(days=397)
# What a hub may do ends with its statements, not with its certificate.
HUB_LIFE = timedelta(days=5 * 365)
RENEW_BEFORE = timedelta(days=30)
# Clocks of office PCs are often behind: a certificate made today must already hold for them.
BACKDATE = timedelta(days=7)


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate of the authority, as a file and as what a fingerprint is taken of."""

    pem: bytes
    der: bytes


class ServerFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server's certificate and key lie."""

    certificate: Path
    key: Path


def read_authority(folder: Path) -> Authority | None:
    """The authority in `folder`, or None if there is none."""
    path = folder / AUTHORITY_CERTIFICATE
    if not path.exists():
        return None
    pem = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(pem)
    return Authority(pem=pem, der=certificate.public_bytes(serialization.Encoding.DER))


def ensure_authority(folder: Path, now: datetime) -> Authority:
    """The authority in `folder`, made if there is none."""
    existing = read_authority(folder)
    if existing is not None:
        return existing
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pesagi CA")])
    public = key.public_key()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / AUTHORITY_KEY, key)
    write_secret(folder / AUTHORITY_CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    return ensure_authority(folder, now)


def ensure_server_certificate(folder: Path, names: Iterable[str], now: datetime) -> ServerFiles:
    """A certificate of the authority for these host names and addresses, made again when it ends or names change."""
    files = ServerFiles(certificate=folder / SERVER_CERTIFICATE, key=folder / SERVER_KEY)
    wanted = sorted(set(names))
    if not _still_good(files, wanted, now):
        _make_server_certificate(folder, files, names=wanted, now=now)
    return files


def issue_certificate(folder: Path, public_key: bytes, *, name: str, now_ms: int) -> bytes:
    """A certificate (PEM) of the authority in `folder` for somebody else's elliptic key (DER); MALFORMED keys fail."""
    public = serialization.load_der_public_key(public_key)
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise RequestFault(FaultCode.MALFORMED)
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    certificate = _certificate(folder, public, names=[name], now=now, life=HUB_LIFE)
    return certificate.public_bytes(serialization.Encoding.PEM)


def _make_server_certificate(folder: Path, files: ServerFiles, *, names: Sequence[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(folder, key.public_key(), names=names, now=now, life=SERVER_LIFE)
    _write_key(files.key, key)
    write_secret(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _certificate(
    folder: Path, public: ec.EllipticCurvePublicKey, *, names: Sequence[str], now: datetime, life: timedelta
) -> x509.Certificate:
    authority_key = serialization.load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), password=None)
    authority = x509.load_pem_x509_certificate((folder / AUTHORITY_CERTIFICATE).read_bytes())
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not elliptic")
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]))
        .issuer_name(authority.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _still_good(files: ServerFiles, names: Sequence[str], now: datetime) -> bool:
    if not (files.certificate.exists() and files.key.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    key = serialization.load_pem_private_key(files.key.read_bytes(), password=None)
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        certificate.not_valid_after_utc - now > RENEW_BEFORE
        and list(held) == [_general_name(name) for name in names]
        # A crash between the two files leaves a certificate of another key.
        and key.public_key() == certificate.public_key()
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_secret(path, pem)


def write_secret(path: Path, content: bytes) -> None:
    """Replace a file as a whole; from its first byte on readable by its owner alone, where the system can."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
