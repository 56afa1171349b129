"""Signs what a person does with the person's own key, which is here only while the person is signed in."""

from typing import Any

from core.domain.acting import UNSIGNED, Signed
from core.domain.offices import Actor
from core.domain.person_keys import PersonKeys
from core.domain.signatures import is_signed_by_person, require_signature
from core.protocol.act_signing import Author, act_payload
from core.protocol.person_keys import KeyRing
from core.protocol.sealing import PartyKeys
from desktop.storage.unit_of_work import UnitOfWork


def sign_act(uow: UnitOfWork, act: Any, actor: Actor, *, wall_ms: int, required: bool = True) -> Signed:
    """The signature over an act that is about to be performed; none where nobody signs it.

    SIGNATURE_MISSING where an order needs one and the key of the person is not here, unless it is not `required`.
    """
    if not is_signed_by_person(act):
        return UNSIGNED
    identity, keys = uow.meta.identity(), uow.directory.keys_of(actor.user)
    signer = _signer(uow.rings.get(actor.user, KeyRing()), keys)
    if signer is None or identity is None:
        if required:
            require_signature(act, keys, b"")
        return UNSIGNED
    author = Author(tenant=identity.tenant, user=actor.user, position=actor.position)
    return Signed(signature=signer.sign(act_payload(act, author, wall_ms)), at_ms=wall_ms)


def _signer(ring: KeyRing, keys: PersonKeys) -> PartyKeys | None:
    """The newest pair that has not ended, as far as is known here; the server may know of a new one before."""
    ended = {key.sign for key in keys.keys if key.until is not None}
    return next((pair for pair in ring.parties() if pair.sign_public not in ended), None)
