"""What this PC shows to the server: the token of a person, proved by the key of the device, and turned once a day."""

import threading
from collections.abc import Callable
from contextlib import suppress

from core.domain.ids import UserId
from core.protocol.access import TURN_PATH, Access, Bearer, Pass, TurnRequest, new_token, pair_key, token_hash
from core.protocol.codec import CodecError
from core.protocol.frames import Wire
from core.protocol.messages import PROTOCOL
from desktop.app.opening import OpenProfile
from desktop.services.clock import millis, system_clock
from desktop.storage.meta import TokenTurns
from desktop.sync.client import SyncClient
from desktop.sync.enrolment import device_keys, token_name
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault

TURN_MS = 24 * 3600 * 1000


def _wall_ms() -> int:
    return millis(system_clock())


class Passes:
    """The passes of one open profile: whoever shows the same token shares one, and turns it with the others."""

    def __init__(self, opened: OpenProfile, *, wall_ms: Callable[[], int] = _wall_ms) -> None:
        """Over the vault with the tokens; by the PC's own clock."""
        self._opened = opened
        self._wall_ms = wall_ms
        self._known: dict[str, Access] = {}
        self._guard = threading.Lock()

    def of(self, first: UserId | None = None) -> Access:
        """The pass of `first`, else of the first person of this PC who has a token; one with none if nobody has."""
        with self._opened.store.read() as uow:
            users = sorted(uow.accounts.users(), key=lambda user: user != first)
        tokens = (self._opened.vault.get(token_name(user)) for user in users)
        return self.with_token(next((token.decode() for token in tokens if token is not None), ""))

    def with_token(self, token: str) -> Access:
        """The pass with a token, by the server's clock as it is known here."""
        with self._guard:
            known = self._known.get(token)
        if known is not None and known.token == token:
            return known
        with self._opened.store.read() as uow:
            identity, offset_ms = uow.meta.identity(), uow.meta.clock().offset_ms
        if identity is None or not identity.server_seal or not token:
            return Bearer(token)
        key = pair_key(device_keys(self._opened.vault), identity.server_seal)
        made = Pass(token, key, wall_ms=self._wall_ms, offset_ms=offset_ms)
        with self._guard:
            self._known[token] = made
        return made

    def turn(self, client: SyncClient, wire: Wire) -> None:
        """Let another token stand in the place of the one that a client shows, once a day.

        The next one lies in the vault before it is asked for: an answer that is lost is asked for again with the same.
        Where the line drops nothing has changed, and the next visit tries again.
        """
        access, vault = client.access, self._opened.vault
        with self._opened.store.read() as uow:
            users, turns = uow.accounts.users(), dict(uow.meta.token_turns().turned)
        user = next((one for one in users if vault.get(token_name(one)) == access.token.encode()), None)
        now_ms = self._wall_ms()
        if user is None or not isinstance(access, Pass):
            return
        if user not in turns or abs(now_ms - turns[user]) >= TURN_MS:
            # The first visit of a person only begins the day.
            if user in turns and not self._turned(client, wire, access, user=user):
                return
            with self._opened.store.begin() as uow:
                uow.meta.write(TokenTurns(turned=tuple({**turns, user: now_ms}.items())))

    def forget(self, client: SyncClient) -> None:
        """The server takes the token of a client no more; another person of this PC may still have a good one.

        A server that was put back may still know the one before it: that is tried once.
        """
        vault = self._opened.vault
        with self._opened.store.read() as uow:
            names = [token_name(user) for user in uow.accounts.users()]
        for name in names:
            if vault.get(name) == client.token.encode():
                before = vault.get(f"{name}-before")
                vault.delete(f"{name}-before")
                if before is None:
                    vault.delete(name)
                else:
                    vault.put(name, before)

    def _turned(self, client: SyncClient, wire: Wire, access: Pass, *, user: UserId) -> bool:
        vault, waiting = self._opened.vault, f"{token_name(user)}-next"
        kept = vault.get(waiting)
        token = new_token() if kept is None else kept.decode()
        vault.put(waiting, token.encode())
        request = TurnRequest(protocol=PROTOCOL, chosen=token_hash(token))
        with suppress(ServerFault, EnvironmentFault, CodecError):
            reply: TurnRequest = wire.unpack(b"".join(client.send(TURN_PATH, wire.pack(request))), TurnRequest)
            if reply.chosen == request.chosen:
                vault.put(f"{token_name(user)}-before", access.token.encode())
                vault.put(token_name(user), token.encode())
                access.turn(token)
                with self._guard:
                    self._known[token] = access
                vault.delete(waiting)
                return True
        return False
