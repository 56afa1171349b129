"""Tokens: what a device shows with every request. The server keeps only their SHA-256."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.access import Shown, token_hash
from core.protocol.faults import FaultCode
from server.services.allowances import Allowances
from server.services.faults import RequestFault
from server.services.possession import Possession
from server.services.session_terms import SessionTerms
from server.storage.database import Database, UnitOfWork
from server.storage.devices import DeviceToken
from server.storage.doors import TokenRow, TurnedToken

Clock = Callable[[], int]

# A token is extended, and the device noted as seen, at most this often: not every request shall write.
EXTEND_AFTER_MS = 3600 * 1000
REMEMBERED = 10_000
# What was sent before its device knew that its token has a successor.
GRACE_MS = 10 * 60 * 1000
HASH_BYTES = 32

logger = logging.getLogger(__name__)


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a device of a tenant, in the session of one of its users (`shown`: what names it).

    `sealed`: it is what a device that was shut out had left sealed, and all of it is to be held. `operator`: it is who
    runs a command at the server; nothing that comes by a line says so.
    """

    tenant: TenantId
    device: DeviceId
    user: UserId
    shown: bytes = b""
    sealed: bool = False
    operator: bool = False

    def is_let_in(self, tokens: Iterable[DeviceToken], *, now_ms: int) -> bool:
        """Whether the session still is one of the device's `tokens`; whoever showed none is trusted."""
        return not self.shown or any(
            token.session == self.shown and token.user == self.user and token.expires_ms > now_ms for token in tokens
        )


class TokenService:
    """Tells from a token who is calling."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        possession: Possession,
        allowances: Allowances,
        terms: SessionTerms,
    ) -> None:
        self._database = database
        self._allowances = allowances
        self._clock = clock
        self._possession = possession
        self._terms = terms
        self._remembered: OrderedDict[str, tuple[Caller, bytes, int]] = OrderedDict()

    def remembered(self, shown: Shown) -> Caller | None:
        """Who showed this token not long ago, if the proof with it is good; faults as of `admit`.

        Says nothing of now: whoever uses it asks again whether it holds. None as well where it is time to extend the
        token.
        """
        known = self._remembered.get(shown.token)
        if known is None or known[2] <= self._clock():
            return None
        self._possession.check(shown, seal_key=known[1])
        self._allowances.ask(known[0].tenant, known[0].device)
        return known[0]

    def admit(self, shown: Shown) -> Caller:
        """Who shows this token with a proof of possession, for one request.

        SIGNED_OUT if nobody may, DEVICE_REVOKED if the device was shut out, STALE if the proof is of another time,
        TOO_MANY if the device asks more than any work needs. A token that has a successor in use is held by somebody
        else as well: the sessions of its person on the device end, and the administrator is told.
        """
        hashed = token_hash(shown.token)
        row = self._database.read(lambda work: work.doors.by_token(hashed))
        if row is not None:
            self._check(row)
            self._possession.check(shown, seal_key=row.seal_key)
            self._allowances.ask(row.tenant, row.device)
            return self._let_in(shown.token, row)
        turned, row = self._turned(hashed)
        self._possession.check(shown, seal_key=row.seal_key)
        if row.shown_ms is not None and self._clock() - turned.turned_ms > GRACE_MS:
            self._end(row)
            raise RequestFault(FaultCode.SIGNED_OUT)
        self._allowances.ask(row.tenant, row.device)
        return _caller_of(row)

    def still(self, caller: Caller) -> Caller:
        """Whoever was admitted before, if the session still holds; SIGNED_OUT, DEVICE_REVOKED."""
        row = self._database.read(lambda work: work.doors.by_person(caller.tenant, caller.device, caller.user))
        if row is None or row.session != caller.shown:
            raise RequestFault(FaultCode.SIGNED_OUT)
        self._check(row)
        if self._is_due(row):
            self._check(self._extend(row))
        return caller

    def heard(self, caller: Caller) -> Caller:
        """As `still`, for a message over a connection that is held: it counts like a request; TOO_MANY."""
        self._allowances.ask(caller.tenant, caller.device)
        return self.still(caller)

    def caller(self, token: str) -> Caller:
        """Whose token this is, without any proof: for tests and benchmarks of what lies behind."""
        row = self._database.read(lambda work: work.doors.by_token(token_hash(token)))
        if row is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        self._check(row)
        return self._let_in(token, row)

    def turn(self, caller: Caller, chosen: bytes) -> None:
        """Let the token with this hash be the one of the caller's session; the same again changes nothing."""
        if len(chosen) != HASH_BYTES:
            raise RequestFault(FaultCode.MALFORMED)

        def work(unit: UnitOfWork) -> None:
            row = unit.doors.by_person(caller.tenant, caller.device, caller.user)
            if row is None or row.session != caller.shown:
                raise RequestFault(FaultCode.SIGNED_OUT)
            if row.token_hash != chosen:
                unit.of(caller.tenant).sessions.turn(row, chosen, now_ms=self._clock())

        self._database.write(work)
        for token in [token for token, (known, _, _) in list(self._remembered.items()) if known == caller]:
            self._remembered.pop(token, None)

    def _turned(self, hashed: bytes) -> tuple[TurnedToken, TokenRow]:
        """A token that has a successor, and what stands in its place now; SIGNED_OUT if there is none."""
        turned = self._database.read(lambda work: work.doors.by_turned(hashed))
        if turned is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        row = self._database.read(lambda work: work.doors.by_person(turned.tenant, turned.device, turned.user))
        if row is None:
            raise RequestFault(FaultCode.SIGNED_OUT)
        self._check(row)
        return turned, row

    def _end(self, row: TokenRow) -> None:
        def work(unit: UnitOfWork) -> None:
            sessions = unit.of(row.tenant).sessions
            sessions.end(row.device, row.user)
            sessions.raise_alarm(row.device, row.user, now_ms=self._clock())

        self._database.write(work)
        logger.warning("an old token of device %s was shown again: its session has ended", row.device.hex())

    def _check(self, row: TokenRow) -> None:
        # Who was away for long shall hear that the device was shut out, and not only that the session is over.
        if row.revoked_ms is not None:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        if row.token_expires_ms <= self._clock():
            raise RequestFault(FaultCode.SIGNED_OUT)

    def _is_due(self, row: TokenRow) -> bool:
        return row.shown_ms is None or row.shown_ms <= self._clock() - EXTEND_AFTER_MS

    def _let_in(self, token: str, row: TokenRow) -> Caller:
        now_ms = self._clock()
        if self._is_due(row):
            row = self._extend(row)
            # A stricter policy, or whoever ends sessions, may have ended it in this moment.
            self._check(row)
        again_ms = min((row.shown_ms or now_ms) + EXTEND_AFTER_MS, row.token_expires_ms)
        self._remembered[token] = _caller_of(row), row.seal_key, again_ms
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return self._remembered[token][0]

    def _extend(self, row: TokenRow) -> TokenRow:
        """The row as it stands with the token in use now, or as somebody changed it since it was read."""

        def work(unit: UnitOfWork) -> TokenRow:
            store, now_ms = unit.of(row.tenant), self._clock()
            expires_ms = self._terms.expires_ms(store, began_ms=row.began_ms, now_ms=now_ms)
            store.devices.saw(row.device, now_ms=now_ms)
            if store.devices.extend_token(row.token_hash, expires_ms=expires_ms, now_ms=now_ms):
                return msgspec.structs.replace(row, token_expires_ms=expires_ms, shown_ms=now_ms)
            # Turned meanwhile it holds on, under another token; ended it stays ended.
            found = unit.doors.by_person(row.tenant, row.device, row.user)
            if found is None or found.session != row.session:
                return msgspec.structs.replace(row, token_expires_ms=0)
            return found

        return self._database.write(work)


def _caller_of(row: TokenRow) -> Caller:
    return Caller(tenant=row.tenant, device=row.device, user=row.user, shown=row.session)
