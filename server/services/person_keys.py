"""Takes the keys of people into the directory, and keeps what only their passwords open for their other PCs."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from core.domain.ids import UserId, small_row_id
from core.domain.person_keys import PersonKey, PersonKeys
from core.protocol.codec import decode, encode
from core.protocol.faults import FaultCode
from core.protocol.messages import PasswordRequest, own_password_payload
from core.protocol.person_keys import MAX_KEYS, MAX_WRAP_BYTES, KeptKey, KeyOffer, offer_payload, stated_payload
from core.protocol.sealing import SEED_BYTES, PartyKeys, is_signed
from server.services.desk import Desk
from server.services.faults import RequestFault
from server.services.ground import Ground
from server.storage.database import TenantStore
from server.storage.devices import DeviceRow


def kept_keys(store: TenantStore, user: UserId) -> tuple[KeptKey, ...]:
    """All pairs of a person, with the wraps that are kept of them. To be told only who gave the password."""
    known = _keys_of(store, user).keys
    wraps = _wraps(store, user)
    return tuple(
        KeptKey(sign=key.sign, wrap=wraps.get(key.sign, b""), active=key.until is None) for key in reversed(known)
    )


def take_offers(
    store: TenantStore, user: UserId, device: DeviceRow, *, offers: Sequence[KeyOffer], by: PartyKeys, now_ms: int
) -> bool:
    """Take pairs into the directory, vouched for with the server's keys; whether it changed.

    The person has given the password in this request. A pair that is known gets the newer wrap and nothing else: also
    one that ended stays ended. MALFORMED where somebody shows keys that are not his.
    """
    if len(offers) > MAX_KEYS:
        raise RequestFault(FaultCode.TOO_MANY)
    for offer in offers:
        _check(store, user, device, offer)
    store.head.lock()
    before = keys = _keys_of(store, user)
    now = datetime.fromtimestamp(now_ms // 1000, UTC)
    for offer in offers:
        if keys.named(offer.sign) is None:
            keys = _with_key(store, keys, device, offer=offer, by=by, now=now)
    wraps = _wraps(store, user) | {offer.sign: offer.wrap for offer in offers}
    store.accounts.set_key_wraps(user, encode(tuple(wraps.items())))
    if keys == before:
        return False
    if len(keys.keys) > MAX_KEYS:
        raise RequestFault(FaultCode.TOO_MANY)
    desk = Desk(store)
    desk.put(keys)
    desk.write(now_ms)
    return True


def is_own_change(store: TenantStore, request: PasswordRequest) -> bool:
    """Whether a change of a password is signed by a key of its person, where one stands.

    The session and the key of the device are at hand to everybody who uses the PC; the person's own take the password.
    """
    active = _keys_of(store, request.user).active
    payload = own_password_payload(request.user, request.chosen, wraps=request.wraps)
    return not active or any(is_signed(payload, request.own, by=key.sign) for key in active)


def rewrap(store: TenantStore, user: UserId, wraps: Sequence[tuple[bytes, bytes]]) -> None:
    """Keep wraps by a new password in the place of older ones, of pairs that are known; others are passed over."""
    if len(wraps) > MAX_KEYS or not all(0 < len(wrap) <= MAX_WRAP_BYTES for _, wrap in wraps):
        raise RequestFault(FaultCode.MALFORMED)
    known = {key.sign for key in _keys_of(store, user).keys}
    newer = {sign: wrap for sign, wrap in wraps if sign in known}
    if newer:
        store.accounts.set_key_wraps(user, encode(tuple((_wraps(store, user) | newer).items())))


def _check(store: TenantStore, user: UserId, device: DeviceRow, offer: KeyOffer) -> None:
    if len(offer.sign) != SEED_BYTES or len(offer.seal) != SEED_BYTES or not 0 < len(offer.wrap) <= MAX_WRAP_BYTES:
        raise RequestFault(FaultCode.MALFORMED)
    payload = offer_payload(store.id, user, device.id, sign=offer.sign, seal=offer.seal)
    if not is_signed(payload, offer.proof, by=offer.sign):
        raise RequestFault(FaultCode.MALFORMED)
    if not is_signed(payload, offer.device_signature, by=device.sign_key):
        raise RequestFault(FaultCode.MALFORMED)


def _with_key(
    store: TenantStore, keys: PersonKeys, device: DeviceRow, *, offer: KeyOffer, by: PartyKeys, now: datetime
) -> PersonKeys:
    key = PersonKey(
        sign=offer.sign,
        seal=offer.seal,
        since=now,
        device=device.id,
        device_key=device.sign_key,
        device_signature=offer.device_signature,
        statement=b"",
    )
    key = msgspec.structs.replace(key, statement=by.sign(stated_payload(store.id, keys.number, key)))
    known = keys.keys
    if offer.lost:
        known = tuple(one if one.until else msgspec.structs.replace(one, until=now) for one in known)
    return msgspec.structs.replace(keys, keys=(*known, key))


def _keys_of(store: TenantStore, user: UserId) -> PersonKeys:
    return Ground(store, None).get(PersonKeys, small_row_id(user)) or PersonKeys(number=user, keys=())


def _wraps(store: TenantStore, user: UserId) -> dict[bytes, bytes]:
    account = store.accounts.get(user)
    if account is None or account.key_wraps is None:
        return {}
    return dict(decode(account.key_wraps, tuple[tuple[bytes, bytes], ...]))
