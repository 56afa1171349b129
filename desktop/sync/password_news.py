"""Tells the server of passwords that were changed on this PC."""

from collections.abc import Callable
from typing import Protocol

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from core.protocol.messages import PROTOCOL, PasswordRequest, SessionReply, password_payload
from desktop.storage.meta import WaitingPassword, WaitingPasswords
from desktop.storage.unit_of_work import Store
from desktop.sync.enrolment import note_session, token_name
from desktop.sync.server_fault import ServerFault
from desktop.sync.signing import DeviceKeys
from desktop.system.credentials import Vault

# The server will not take it, however often it is told: it was reset there meanwhile, or is none that it can check.
_IN_VAIN = (FaultCode.WRONG_PASSWORD, FaultCode.WEAK_PASSWORD, FaultCode.NOT_FOUND, FaultCode.MALFORMED)


class PasswordClient(Protocol):
    """What tells the server, over the session of one person."""

    def open_session(self, request: PasswordRequest) -> SessionReply:
        """The password counts at the server; the answer holds a fresh token."""

    def close(self) -> None:
        """Let go of the connection."""


class PasswordNews:
    """The passwords that wait for a line."""

    def __init__(self, store: Store, vault: Vault, keys: DeviceKeys, *, wall_ms: Callable[[], int]) -> None:
        """Over the open store and the vault with the tokens."""
        self._store = store
        self._vault = vault
        self._keys = keys
        self._wall_ms = wall_ms

    def tell(self, make_client: Callable[[str], PasswordClient]) -> bool:
        """Tell what waits, each over its person's own session (`make_client(token)`); whether a token is another now.

        What finds no session waits until its person has signed in at the server. EnvironmentFault: the line is gone.
        """
        with self._store.read() as uow:
            identity, waiting = uow.meta.identity(), uow.meta.passwords().waiting
        told = False
        for one in waiting if identity is not None else ():
            token = self._vault.get(token_name(UserId(one.user)))
            if identity is None or token is None:
                continue
            now_ms = self._wall_ms()
            user = UserId(one.user)
            payload = password_payload(identity.device, user, one.chosen, wraps=one.wraps, sent_ms=now_ms)
            request = PasswordRequest(
                protocol=PROTOCOL,
                device=identity.device,
                user=user,
                chosen=one.chosen,
                sent_ms=now_ms,
                signature=self._keys.sign(payload),
                wraps=one.wraps,
                own=one.own,
            )
            client = make_client(token.decode())
            try:
                reply = client.open_session(request)
            except ServerFault as fault:
                if fault.code in _IN_VAIN:
                    self._forget(one)
                continue
            finally:
                client.close()
            self._vault.put(token_name(user), reply.token.encode())
            note_session(self._store, reply)
            self._forget(one)
            told = True
        return told

    def _forget(self, told: WaitingPassword) -> None:
        """Unless it was changed again while it was told."""
        with self._store.begin() as uow:
            left = tuple(one for one in uow.meta.passwords().waiting if one != told)
            uow.meta.write(WaitingPasswords(waiting=left))
