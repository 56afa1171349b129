"""A new session at the server for whoever has just signed in, where the old one has ended."""

from enum import Enum

from core.domain.ids import UserId
from core.domain.sessions import wants_renewal
from core.protocol.faults import FaultCode
from desktop.app.opening import OpenProfile
from desktop.app.syncing import renew_token, wall_ms
from desktop.app.wire import shipped_wire
from desktop.sync.enrolment import token_name
from desktop.sync.rounds import SIGNED_OUT
from desktop.sync.server_fault import ServerFault


class Renewed(Enum):
    """What came of it; VOID: the password that opened this PC is no longer the one that the server knows."""

    NOT_NEEDED = "not_needed"
    YES = "yes"
    VOID = "void"


class Renewal:
    """Asks once, with the password that was just proved here; it is forgotten with this."""

    def __init__(self, opened: OpenProfile, user: UserId, password: str) -> None:
        """For one person of an open profile."""
        self._opened = opened
        self._user = user
        self._password = password

    def ask(self) -> Renewed:
        """Ask where no session holds, or soon none will, or for keys that are not here.

        A password that was reset elsewhere opens this PC no more from now on. Unless it was changed here and the server
        does not know yet: then it is the server's that is old. What else the server says no to is a ServerFault, a line
        that is gone an EnvironmentFault.
        """
        opened = self._opened
        with opened.store.read() as uow:
            asked = uow.meta.sync().last_problem == SIGNED_OUT
            ends_ms = dict(uow.meta.sessions().ends).get(self._user, 0)
            server_ms = wall_ms() + uow.meta.clock().offset_ms
            changed_here = any(one.user == self._user for one in uow.meta.passwords().waiting)
        has_session = opened.vault.get(token_name(self._user)) is not None
        asked = asked or wants_renewal(ends_ms=ends_ms, now_ms=server_ms)
        if not asked and has_session and opened.store.ring_of(self._user).pairs:
            return Renewed.NOT_NEEDED
        try:
            renew_token(opened, shipped_wire(), self._user, self._password)
        except ServerFault as fault:
            if fault.code is FaultCode.WRONG_PASSWORD and not changed_here and opened.locksmith.forget(self._user):
                return Renewed.VOID
            raise
        return Renewed.YES
