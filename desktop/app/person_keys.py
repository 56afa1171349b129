"""Brings the keys of a person who just proved the password to the server onto this PC; makes them if there are none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.messages import SessionReply
from core.protocol.person_keys import KeptKey, KeyOffer, KeyRing, offer_payload, open_returned_ring, party_of
from core.protocol.sealing import PartyKeys, SealBroken
from desktop.app.opening import OpenProfile
from desktop.sync.enrolment import device_keys, token_name
from desktop.system.pair_wraps import unwrap_pair, wrap_pair


@dataclass(frozen=True, kw_only=True)
class _About:
    """Whose keys they are, on which PC, and what wraps them."""

    tenant: TenantId
    device: DeviceId
    user: UserId
    password: str


OpenSession = Callable[[tuple[KeyOffer, ...]], SessionReply]


def settle_keys(
    opened: OpenProfile,
    reply: SessionReply,
    *,
    device: DeviceId,
    username: str,
    password: str,
    open_session: OpenSession,
) -> None:
    """Let this PC have the keys of whoever got `reply`, wrapped by the password.

    All that can be opened is kept: what lies here, what the server handed back, what it keeps. Where none of it stands
    for the person now, a new pair is made; earlier ones end then, and what they signed stays provable. What the server
    does not know, or could not hand to another PC with this password, it is shown by `open_session`.
    """
    user = UserId(reply.user)
    keys = device_keys(opened.vault)
    ring = _handed_back(reply, keys, device=device, user=user)
    ring = ring.with_pairs(opened.store.ring_of(user).pairs)
    kept = {key.sign: unwrap_pair(key.wrap, password, user=user) if key.wrap else None for key in reply.keys}
    ring = ring.with_pairs(pair for pair in kept.values() if pair is not None)
    ring = _newest_first(ring, reply.keys)
    missing = not any(_stands(pair, reply.keys) for pair in ring.pairs)
    if missing:
        ring = KeyRing.new().with_pairs(ring.pairs)
    unshown = [pair for pair in reversed(ring.pairs) if kept.get(party_of(pair).sign_public) is None]
    if unshown:
        about = _About(tenant=reply.tenant, device=device, user=user, password=password)
        ends = ring.pairs[0] if missing and any(key.active for key in reply.keys) else b""
        offers = tuple(_offer(pair, keys, about, lost=pair == ends) for pair in unshown)
        newer = open_session(offers)
        if newer.token:  # else the one at hand still holds
            opened.vault.put(token_name(user), newer.token.encode())
    opened.locksmith.admit(user, username, password, key=opened.key, ring=ring, chosen=False)
    if reply.bundle_seal:
        opened.locksmith.deposit_ring(user, ring, device=device, recipient=reply.bundle_seal)
    opened.store.renew_ring(user, ring)


def _handed_back(reply: SessionReply, keys: PartyKeys, *, device: DeviceId, user: UserId) -> KeyRing:
    if not reply.ring:
        return KeyRing()
    try:
        return open_returned_ring(reply.ring, by=keys, device=device, user=user)
    except SealBroken:
        return KeyRing()


def _newest_first(ring: KeyRing, known: Sequence[KeptKey]) -> KeyRing:
    """Pairs that the server does not know yet, then those that stand, then those that ended."""
    places = {key.sign: (1 if key.active else 2, place) for place, key in enumerate(known)}
    return KeyRing(tuple(sorted(ring.pairs, key=lambda pair: places.get(party_of(pair).sign_public, (0, 0)))))


def _stands(pair: bytes, known: Sequence[KeptKey]) -> bool:
    """Whether a pair stands for the person, or will as soon as the server is shown it."""
    sign = party_of(pair).sign_public
    return all(key.active for key in known if key.sign == sign)


def _offer(pair: bytes, keys: PartyKeys, about: _About, *, lost: bool) -> KeyOffer:
    party = party_of(pair)
    sign, seal = party.sign_public, party.seal_public
    payload = offer_payload(about.tenant, about.user, about.device, sign=sign, seal=seal)
    return KeyOffer(
        sign=sign,
        seal=seal,
        wrap=wrap_pair(pair, about.password, user=about.user),
        proof=party.sign(payload),
        device_signature=keys.sign(payload),
        lost=lost,
    )
