"""Whoever stands between the PC and its server: not one byte of a token or a letter is entrusted to it."""

from __future__ import annotations

import io
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from core.protocol.access import Bearer
from core.protocol.frames import Wire
from desktop.sync.client import SyncClient
from desktop.sync.flow import FreeFlow
from desktop.sync.live_client import LiveLine
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.views.messages import sentence_for
from server.services.certificates import ensure_authority
from tests.faults.strange_tls import DAY, HOST, NOW, Key, certificate, impostor, named, new_key, written

TOKEN = "token-yang-tidak-boleh-keluar"
Files = tuple[Path, Path]


@dataclass
class Authority:
    """The authority that the PC has pinned, and its key."""

    path: Path
    certificate: x509.Certificate
    key: Any

    def signed(self, key: Key, **wrong: Any) -> x509.Certificate:
        return certificate(key, issuer=self.certificate.subject, signed_by=self.key, **wrong)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = ensure_authority(tmp_path / "tls", NOW)
    secret = load_pem_private_key((tmp_path / "tls" / "authority.key").read_bytes(), password=None)
    path = tmp_path / "otoritas.pem"
    path.write_bytes(made.pem)
    return Authority(path=path, certificate=x509.load_pem_x509_certificate(made.pem), key=secret)


def self_signed(_ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, certificate(key, issuer=named(HOST), signed_by=key))


def of_another_authority(_ours: Authority, folder: Path) -> Files:
    key, other = new_key(), new_key()
    return written(folder, key, certificate(key, issuer=named("Pesagi CA"), signed_by=other))


def with_its_own_authority_along(_ours: Authority, folder: Path) -> Files:
    key, other = new_key(), new_key()
    root = certificate(other, issuer=named("Pesagi CA"), signed_by=other, authority=True, name="Pesagi CA", hosts=())
    return written(folder, key, certificate(key, issuer=named("Pesagi CA"), signed_by=other), root)


def for_another_address(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, hosts=("127.0.0.2",)))


def for_another_name(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, hosts=("pesagi.contoh.go.id", "*.contoh.go.id")))


def with_its_name_in_the_old_place_only(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, hosts=()))


def that_has_ended(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, begins=NOW - 400 * DAY, ends=NOW - DAY))


def that_does_not_hold_yet(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, begins=NOW + 30 * DAY, ends=NOW + 90 * DAY))


def for_clients_only(ours: Authority, folder: Path) -> Files:
    key = new_key()
    return written(folder, key, ours.signed(key, purpose=ExtendedKeyUsageOID.CLIENT_AUTH))


def signed_by_a_server_of_ours(ours: Authority, folder: Path) -> Files:
    """Somebody stole the key of a hub, and plays authority with it."""
    key, stolen = new_key(), new_key()
    hub = ours.signed(stolen, name="hub")
    return written(folder, key, certificate(key, issuer=hub.subject, signed_by=stolen), hub)


def with_a_key_that_is_too_short(ours: Authority, folder: Path) -> Files:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # that it is too short is the point
    return written(folder, key, ours.signed(key))


def signed_in_another_ones_place(ours: Authority, folder: Path) -> Files:
    """The name of our authority, but not its signature."""
    key = new_key()
    return written(folder, key, certificate(key, issuer=ours.certificate.subject, signed_by=new_key()))


# What a person mends who sees that the date of the PC is wrong.
BY_DATE = (that_has_ended, that_does_not_hold_yet)
WRONG = (
    self_signed,
    of_another_authority,
    with_its_own_authority_along,
    for_another_address,
    for_another_name,
    with_its_name_in_the_old_place_only,
    that_has_ended,
    that_does_not_hold_yet,
    for_clients_only,
    signed_by_a_server_of_ours,
    with_a_key_that_is_too_short,
    signed_in_another_ones_place,
)


def by_request(url: str, authority: Path) -> None:
    client = SyncClient(url, Wire(b""), authority=authority, access=Bearer(TOKEN))
    try:
        list(client.send("/v1/sync", b"isi surat"))
    finally:
        client.close()


def by_upload(url: str, authority: Path) -> None:
    client = SyncClient(url, Wire(b""), authority=authority, access=Bearer(TOKEN))
    try:
        client.upload(bytes(32), 9, io.BytesIO(b"isi surat"), flow=FreeFlow())
    finally:
        client.close()


def by_live_line(url: str, authority: Path) -> None:
    line = LiveLine(url, access=Bearer(TOKEN), authority=authority)
    try:
        line.open()
    finally:
        line.close()


WAYS = (by_request, by_upload, by_live_line)
Way = Callable[[str, Path], None]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_certificate_is_entrusted_with_nothing(
    authority: Authority, tmp_path: Path, *, wrong: Callable[[Authority, Path], Files], way: Way
) -> None:
    with impostor(*wrong(authority, tmp_path)) as stranger, pytest.raises(EnvironmentFault) as fault:
        way(stranger.url, authority.path)

    assert stranger.connections == 1
    assert stranger.entrusted == b""
    assert fault.value.code is (FaultOf.CERTIFICATE_DATE if wrong in BY_DATE else FaultOf.CERTIFICATE)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_entrusted_with_nothing(
    authority: Authority, tmp_path: Path, *, version: ssl.TLSVersion, way: Way
) -> None:
    key = new_key()
    files = written(tmp_path, key, authority.signed(key))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        with (
            impostor(*files, minimum_version=version, maximum_version=version) as stranger,
            pytest.raises(EnvironmentFault) as fault,
        ):
            way(stranger.url, authority.path)

    assert stranger.connections == 1
    assert stranger.entrusted == b""
    assert fault.value.code in {FaultOf.CERTIFICATE, FaultOf.NO_NETWORK}


@pytest.mark.parametrize("way", WAYS)
def test_who_answers_in_the_clear_is_entrusted_with_nothing(authority: Authority, way: Way) -> None:
    with impostor(None, None) as stranger, pytest.raises(EnvironmentFault) as fault:
        way(stranger.url, authority.path)

    assert stranger.connections == 1
    assert TOKEN.encode() not in stranger.entrusted
    assert b"isi surat" not in stranger.entrusted
    assert fault.value.code in {FaultOf.CERTIFICATE, FaultOf.NO_NETWORK}


@pytest.mark.parametrize("way", WAYS)
def test_the_right_certificate_is_believed(authority: Authority, tmp_path: Path, way: Way) -> None:
    """So that the refusals above are refusals of what is wrong with each."""
    key = new_key()
    with impostor(*written(tmp_path, key, authority.signed(key))) as ours, pytest.raises(EnvironmentFault):
        way(ours.url, authority.path)

    assert TOKEN.encode() in ours.entrusted


def test_the_sentence_says_that_nothing_was_sent_and_whom_to_ask() -> None:
    for code in (FaultOf.CERTIFICATE, FaultOf.CERTIFICATE_DATE):
        sentence = sentence_for(code)
        assert "tersimpan di komputer ini" in sentence
        assert "Diskominfo" in sentence
    assert "tanggal" in sentence_for(FaultOf.CERTIFICATE_DATE)
