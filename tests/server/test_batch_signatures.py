"""A signature that was checked ahead counts for exactly what was checked, and for nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.messages import PROTOCOL, SCHEMA, SyncRequest
from core.protocol.ops import GENESIS, batch_payload, chain
from server.services import batch_signatures
from server.services.batch_signatures import MOST_OPS, BatchEnd, BatchSignatures
from server.services.tokens import Caller
from server.storage.devices import ChainEnd

TENANT, DEVICE = TenantId(3), DeviceId(b"d" * 16)
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (1, 2))
PUBLIC = KEY.public_key().public_bytes_raw()
CALLER = Caller(tenant=TENANT, device=DEVICE, user=UserId(1))


def payload_of(ops: tuple[bytes, ...], *, first: int = 5) -> bytes:
    head = GENESIS
    for data in ops:
        head = chain(head, data)
    return batch_payload(TENANT, DEVICE, 1, last_seq=first + len(ops) - 1, head=head)


def request(ops: tuple[bytes, ...], signature: bytes) -> SyncRequest:
    return SyncRequest(
        protocol=PROTOCOL, schema=SCHEMA, epoch=1, feed_epoch=1, sent_ms=0, grants=0, ops=ops, signature=signature
    )


@pytest.fixture
def signatures() -> BatchSignatures:
    """Of a device whose next op is its fifth."""
    signatures = BatchSignatures()
    end = ChainEnd(device=DEVICE, epoch=1, next_seq=5, head=GENESIS)
    signatures.remember(TENANT, BatchEnd(sign_key=PUBLIC, chain=end))
    return signatures


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is signed under each signature that is checked."""
    checked: list[bytes] = []
    original = batch_signatures.verifies

    def note(sign_key: bytes, signature: bytes, payload: bytes) -> bool:
        checked.append(payload)
        return original(sign_key, signature, payload)

    monkeypatch.setattr(batch_signatures, "verifies", note)
    return checked


def test_what_was_foreseen_is_not_checked_once_more(signatures: BatchSignatures, checks: list[bytes]) -> None:
    ops = (b"satu", b"dua")
    signature = KEY.sign(payload_of(ops))
    signatures.foresee([(CALLER, request(ops, signature))])

    assert signatures.is_good(PUBLIC, signature, payload_of(ops))
    assert checks == [payload_of(ops)]


def test_another_chain_another_key_and_another_signature_are_checked_and_refused(signatures: BatchSignatures) -> None:
    ops = (b"satu",)
    signature = KEY.sign(payload_of(ops))
    signatures.foresee([(CALLER, request(ops, signature))])

    assert not signatures.is_good(PUBLIC, signature, payload_of((b"lain",)))
    assert not signatures.is_good(PUBLIC, signature, payload_of(ops, first=6))
    assert not signatures.is_good(OTHER.public_key().public_bytes_raw(), signature, payload_of(ops))
    assert not signatures.is_good(PUBLIC, OTHER.sign(payload_of(ops)), payload_of(ops))


def test_a_bad_signature_is_as_bad_as_it_was_when_it_was_foreseen(signatures: BatchSignatures) -> None:
    ops = (b"satu",)
    for signature in (OTHER.sign(payload_of(ops)), b"", bytes(64)):
        signatures.foresee([(CALLER, request(ops, signature))])
        assert not signatures.is_good(PUBLIC, signature, payload_of(ops))


def test_of_whom_nothing_is_known_and_of_much_at_once_nothing_is_foreseen(
    signatures: BatchSignatures, checks: list[bytes]
) -> None:
    much = (b"op",) * (MOST_OPS + 1)
    stranger = Caller(tenant=TENANT, device=DeviceId(b"e" * 16), user=UserId(1))
    signatures.foresee([(CALLER, request(much, b"")), (stranger, request((b"satu",), b"")), (CALLER, request((), b""))])

    assert checks == []
