"""What this PC shows to the server: the token of a person, proved by the key of the device."""

from core.domain.ids import UserId
from core.protocol.access import Access, Bearer, Pass, pair_key
from desktop.app.opening import OpenProfile
from desktop.services.clock import millis, system_clock
from desktop.sync.enrolment import device_keys, token_name


def pass_of(opened: OpenProfile, *, first: UserId | None = None) -> Access:
    """What lets in with the token of `first`, else of the first person of this PC who has one; with none if nobody."""
    with opened.store.read() as uow:
        users = sorted(uow.accounts.users(), key=lambda user: user != first)
    tokens = (opened.vault.get(token_name(user)) for user in users)
    return pass_with(opened, next((token.decode() for token in tokens if token is not None), ""))


def pass_with(opened: OpenProfile, token: str) -> Access:
    """What lets in with a token, by the server's clock as it is known here."""
    with opened.store.read() as uow:
        identity, offset_ms = uow.meta.identity(), uow.meta.clock().offset_ms
    if identity is None or not identity.server_seal or not token:
        return Bearer(token)
    key = pair_key(device_keys(opened.vault), identity.server_seal)
    return Pass(token, key, wall_ms=lambda: millis(system_clock()), offset_ms=offset_ms)
