"""Whether what answers is the hub of the office: the server says who it is, and a signature that this is the one."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.domain.ids import TenantId
from core.protocol.codec import CodecError, decode
from core.protocol.hub import Appointment, HubFacts, appointment_payload, hub_payload


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
