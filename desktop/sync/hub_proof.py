"""What a hub shows of the server's word: that it is the hub of the office, and which streams a PC may hold."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import DeviceId, TenantId
from core.protocol.codec import CodecError, decode
from core.protocol.hub import (
    Appointment,
    HubFacts,
    Signed,
    Statement,
    appointment_payload,
    hub_payload,
    statement_payload,
)


def appointment_of(facts: HubFacts, nonce: bytes, *, server_key: bytes, tenant: TenantId) -> Appointment | None:
    """The server's word for what said `facts` when asked with `nonce`; None if it proves nothing."""
    signed = facts.appointment
    if signed is None:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(server_key).verify(signed.signature, appointment_payload(signed.body))
        appointment: Appointment = decode(signed.body, Appointment)
        Ed25519PublicKey.from_public_bytes(appointment.sign_key).verify(facts.proof, hub_payload(facts.hub, nonce))
    except (InvalidSignature, ValueError, CodecError):
        return None
    same = (appointment.tenant, appointment.hub) == (tenant, facts.hub) and facts.tenant == tenant
    return appointment if same else None


def statement_of(signed: Signed, *, server_key: bytes, tenant: TenantId, device: DeviceId) -> Statement | None:
    """The server's word for what this device may hold; None if it proves nothing of it."""
    try:
        Ed25519PublicKey.from_public_bytes(server_key).verify(signed.signature, statement_payload(signed.body))
        statement: Statement = decode(signed.body, Statement)
    except (InvalidSignature, ValueError, CodecError):
        return None
    return statement if (statement.tenant, statement.device) == (tenant, device) else None
