"""How a hub proves that it is the one: with a key of its own, which the server has named in its appointment."""

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.protocol.codec import decode
from core.protocol.hub import NONCE_BYTES, Appointment, HubFacts, Signed, hub_payload
from server.services.certificates import write_secret
from server.storage.database import Database, TenantStore
from server.storage.hub_items import ItemKind


class HubProof:
    """The key of a hub, in a file that is made when there is none."""

    def __init__(self, database: Database, facts: HubFacts, key_file: Path) -> None:
        self._database = database
        self._facts = facts
        if not key_file.exists():
            write_secret(key_file, Ed25519PrivateKey.generate().private_bytes_raw())
        self._key = Ed25519PrivateKey.from_private_bytes(key_file.read_bytes())

    @property
    def public(self) -> bytes:
        """What the hub's signatures are checked with."""
        return self._key.public_key().public_bytes_raw()

    def told(self, nonce: bytes) -> HubFacts:
        """Who this hub is, for one who has thought up this number."""
        body = self._database.read(lambda unit: appointment_in(unit.of(self._facts.tenant)))
        proof = self._key.sign(hub_payload(self._facts.hub, nonce)) if len(nonce) == NONCE_BYTES else b""
        return msgspec.structs.replace(
            self._facts, appointment=None if body is None else decode(body, Signed), proof=proof
        )


def appointment_in(store: TenantStore) -> bytes | None:
    """The appointment that a hub holds, as it came."""
    return store.items.get(ItemKind.APPOINTMENT, b"")


def appointed_until(store: TenantStore, sign_key: bytes) -> int:
    """When the appointment of this key ends; 0 if there is none."""
    body = appointment_in(store)
    if body is None:
        return 0
    appointment: Appointment = decode(decode(body, Signed).body, Appointment)
    return appointment.expires_ms if appointment.sign_key == sign_key else 0
