"""Tokens: what a device shows with every request. The server keeps only their SHA-256."""

import base64
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.access import TOKEN_BYTES, Shown
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault
from server.services.possession import Possession
from server.storage.database import Database, UnitOfWork
from server.storage.devices import DeviceToken
from server.storage.doors import TokenRow

Clock = Callable[[], int]

TOKEN_LIFE_MS = 30 * 24 * 3600 * 1000
# A token is extended, and the device noted as seen, at most this often: not every request shall write.
EXTEND_AFTER_MS = 3600 * 1000
REMEMBERED = 10_000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a device of a tenant, with the token of one of its users (`shown`: what is kept of it).

    `sealed`: it is what a device that was shut out had left sealed, and all of it is to be held.
    """

    tenant: TenantId
    device: DeviceId
    user: UserId
    shown: bytes = b""
    sealed: bool = False

    def is_let_in(self, tokens: Iterable[DeviceToken], *, now_ms: int) -> bool:
        """Whether the token that was shown still is one of the device's `tokens`; whoever showed none is trusted."""
        return not self.shown or any(
            token.token_hash == self.shown and token.user == self.user and token.expires_ms > now_ms for token in tokens
        )


def new_token() -> str:
    """A fresh token: 22 characters of base64url."""
    return base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """What the server keeps of a token."""
    return hashlib.sha256(b"pesagi-token-1" + token.encode()).digest()


class TokenService:
    """Tells from a token who is calling."""

    def __init__(self, database: Database, clock: Clock, *, possession: Possession) -> None:
        self._database = database
        self._clock = clock
        self._possession = possession
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
        return known[0]

    def admit(self, shown: Shown) -> Caller:
        """Who shows this token with a proof of possession, for one request.

        SIGNED_OUT if nobody may, DEVICE_REVOKED if the device was shut out, STALE if the proof is of another time.
        """
        row = self._row(shown.token)
        self._possession.check(shown, seal_key=row.seal_key)
        return self._let_in(shown.token, row)

    def caller(self, token: str) -> Caller:
        """Whose token this is, without any proof: for whoever was admitted before, and asks whether it still holds."""
        return self._let_in(token, self._row(token))

    def _row(self, token: str) -> TokenRow:
        row = self._database.read(lambda work: work.doors.by_token(token_hash(token)))
        # Who was away for long shall hear that the device was shut out, and not only that the session is over.
        if row is not None and row.revoked_ms is not None:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        if row is None or row.token_expires_ms <= self._clock():
            raise RequestFault(FaultCode.SIGNED_OUT)
        return row

    def _let_in(self, token: str, row: TokenRow) -> Caller:
        hashed, now_ms = token_hash(token), self._clock()
        if row.token_expires_ms < now_ms + TOKEN_LIFE_MS - EXTEND_AFTER_MS:
            self._extend(row, hashed, now_ms=now_ms)
            row = msgspec.structs.replace(row, token_expires_ms=now_ms + TOKEN_LIFE_MS)
        caller = Caller(tenant=row.tenant, device=row.device, user=row.user, shown=hashed)
        again_ms = row.token_expires_ms - TOKEN_LIFE_MS + EXTEND_AFTER_MS
        self._remembered[token] = caller, row.seal_key, again_ms
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return caller

    def _extend(self, row: TokenRow, hashed: bytes, *, now_ms: int) -> None:
        def work(unit: UnitOfWork) -> None:
            devices = unit.of(row.tenant).devices
            devices.saw(row.device, now_ms=now_ms)
            devices.extend_token(hashed, expires_ms=now_ms + TOKEN_LIFE_MS)

        self._database.write(work)
