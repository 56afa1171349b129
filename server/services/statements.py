"""What the server signs for hubs to carry: answers to PCs, and which PC may have what. How a hub checks the latter."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.protocol.codec import encode
from core.protocol.hub import (
    Appointment,
    DirectoryWord,
    Signed,
    Slip,
    Statement,
    appointment_payload,
    directory_payload,
    slip_payload,
    statement_payload,
)
from core.protocol.sealing import PartyKeys


class Signer:
    """Signs with the server's key."""

    def __init__(self, keys: PartyKeys) -> None:
        self._keys = keys

    @property
    def public(self) -> bytes:
        """What others check signatures with, 32 bytes."""
        return self._keys.sign_public

    def slip(self, slip: Slip) -> Signed:
        """An answer to a PC."""
        body = encode(slip)
        return Signed(body=body, signature=self._keys.sign(slip_payload(body)))

    def statement(self, statement: Statement) -> Signed:
        """What a hub may hand to a PC."""
        body = encode(statement)
        return Signed(body=body, signature=self._keys.sign(statement_payload(body)))

    def appointment(self, appointment: Appointment) -> Signed:
        """Who is the hub of an office."""
        body = encode(appointment)
        return Signed(body=body, signature=self._keys.sign(appointment_payload(body)))

    def directory(self, word: DirectoryWord) -> Signed:
        """What all rows of the directory say."""
        body = encode(word)
        return Signed(body=body, signature=self._keys.sign(directory_payload(body)))


def is_statement_of(signed: Signed, server_key: bytes) -> bool:
    """Whether the server signed this as a statement."""
    try:
        Ed25519PublicKey.from_public_bytes(server_key).verify(signed.signature, statement_payload(signed.body))
    except (InvalidSignature, ValueError):
        return False
    return True
