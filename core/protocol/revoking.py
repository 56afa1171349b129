"""How a PC that was shut out hears of it for certain, and hands over what it had not sent.

A fault alone makes no PC erase anything: it asks for the order, and the order is signed by the server with the key that
the PC was told when it joined. The order's signature is also the ticket with which the sealed work is handed in: by
then the PC has neither tokens nor keys.
"""

import re

import msgspec

from core.domain.ids import DeviceId, TenantId
from core.protocol.sealing import SIGNATURE_BYTES

ORDER_PATH = "/v1/revoked"
SEALED_PATH = "/v1/sealed"
# A piece of sealed work that is handed in with one request.
PIECE = 512 * 1024
MAX_SEALED_FILE = 1 << 33
_MOMENT_BYTES = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,90}\.psgb")


class OrderRequest(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A device asks whether it was shut out; `signature` is Ed25519 over `question_payload`."""

    tenant: TenantId
    device: DeviceId
    sent_ms: int
    signature: bytes


class RevocationOrder(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The server's word that a device was shut out; `signature` is its Ed25519 over `order_payload`."""

    tenant: TenantId
    device: DeviceId
    revoked_ms: int
    signature: bytes


def question_payload(tenant: TenantId, device: DeviceId, sent_ms: int) -> bytes:
    """What the device signs."""
    return b"pesagi-am-i-revoked-1" + tenant.to_bytes(4, "big") + device + sent_ms.to_bytes(8, "big")


def order_payload(tenant: TenantId, device: DeviceId, revoked_ms: int) -> bytes:
    """What the server signs."""
    return b"pesagi-revoked-1" + tenant.to_bytes(4, "big") + device + revoked_ms.to_bytes(8, "big")


def ticket_of(order: RevocationOrder) -> bytes:
    """With which a device hands in its sealed work: the signature of the order, and the moment that it names.

    A server that was put back hears of the act anew, at another moment, and still knows its own signature.
    """
    return order.signature + order.revoked_ms.to_bytes(_MOMENT_BYTES, "big")


def read_ticket(ticket: bytes, *, revoked_ms: int | None) -> tuple[bytes, int | None]:
    """The signature, and the moment that it names: `revoked_ms` for a ticket from before it was in it."""
    if len(ticket) <= SIGNATURE_BYTES:
        return ticket, revoked_ms
    return ticket[:SIGNATURE_BYTES], int.from_bytes(ticket[SIGNATURE_BYTES:], "big")


def sealed_folder(tenant: TenantId, device: DeviceId) -> str:
    """Where files of sealed work are handed in, each under its name."""
    return f"{SEALED_PATH}/{tenant}/{device.hex()}"


def is_sealed_name(name: str) -> bool:
    """Whether a file of sealed work may be called so."""
    return _NAME.fullmatch(name) is not None
