"""A person with keys that a server vouches for, without the server."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from core.domain.acting import Signed
from core.domain.ids import PositionId, TenantId, UserId
from core.domain.person_keys import PersonKey, PersonKeys
from core.protocol.act_signing import Author, act_payload
from core.protocol.person_keys import KeyRing, offer_payload, party_of, stated_payload
from core.protocol.sealing import PartyKeys
from desktop.storage.unit_of_work import Store
from tests.factories import DEVICE_ID, NOW, user_of
from tests.support.stores import put

TENANT = TenantId(1)
SERVER = PartyKeys(b"\x11" * 32, b"\x12" * 32)
PC = PartyKeys(b"\x13" * 32, b"\x14" * 32)


def ring_of(position: PositionId) -> KeyRing:
    """The same keys for the same person each time."""
    return KeyRing((bytes([position]) * 64,))


def keys_of(position: PositionId, *, until: datetime | None = None) -> PersonKeys:
    """The public part, vouched for."""
    user, party = user_of(position), party_of(ring_of(position).pairs[0])
    sign, seal = party.sign_public, party.seal_public
    offered = offer_payload(TENANT, user, DEVICE_ID, sign=sign, seal=seal)
    key = PersonKey(
        sign=sign,
        seal=seal,
        since=NOW - timedelta(days=30),
        device=DEVICE_ID,
        device_key=PC.sign_public,
        device_signature=PC.sign(offered),
        statement=b"",
        until=until,
    )
    stated = SERVER.sign(stated_payload(TENANT, user, key))
    return PersonKeys(number=user, keys=(msgspec.structs.replace(key, statement=stated),))


def give_keys(store: Store, *positions: PositionId) -> None:
    """Their holders have keys, for which the server of this store's office stands."""
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=SERVER.sign_public))
    put(store, [keys_of(position) for position in positions])


def signed(
    act: Any,
    position: PositionId,
    *,
    at_ms: int,
    user: UserId | None = None,
    by: PositionId | None = None,
    tenant: TenantId = TENANT,
) -> Signed:
    """The signature of the holder of `position` over an act; `by` and `user` make it somebody else's."""
    author = Author(tenant=tenant, user=user_of(position) if user is None else user, position=position)
    party = party_of(ring_of(position if by is None else by).pairs[0])
    return Signed(signature=party.sign(act_payload(act, author, at_ms)), at_ms=at_ms)
