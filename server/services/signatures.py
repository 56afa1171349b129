"""Checks the signature of the person over an act, where the person has a key."""

from typing import Any

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId, TenantId, UserId, small_row_id
from core.domain.person_keys import PersonKeys
from core.domain.signatures import gives_rights, require_signature
from core.protocol.act_signing import Author, act_payload, signing_key
from core.protocol.ops import Op
from core.protocol.records import KIND_OF
from server.services.ground import Ground
from server.storage.records import RowKey

_KEYS = KIND_OF[PersonKeys].code


def keys_row(user: int) -> RowKey:
    """What names the keys of a person."""
    return _KEYS, small_row_id(user)


def check_signature(ground: Ground, tenant: TenantId, op: Op, act: Any, *, unsigned_too: bool = False) -> None:
    """Refuse an act that somebody else signed, or that is not what was signed; and an order without a signature.

    What a PC could not know yet - that there is a key, that it has ended - is not held against who worked there; but of
    what gives rights, that is no excuse. `unsigned_too`: whoever decides over it answers for it.
    """
    keys = ground.get(PersonKeys, small_row_id(op.user))
    if keys is None:
        return
    knew = op.known >= ground.revision(keys_row(op.user))
    if not op.signature:
        if not unsigned_too and (knew or gives_rights(act)):
            require_signature(act, keys, op.signature)
        return
    author = Author(tenant=tenant, user=UserId(op.user), position=PositionId(op.position))
    key = signing_key(keys, act_payload(act, author, op.wall_ms), op.signature)
    if key is None or (key.until is not None and knew):
        raise Refusal(RefusalCode.SIGNATURE_WRONG)
