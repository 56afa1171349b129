"""Tokens: what a device shows with every request. The server keeps only their SHA-256."""

import base64
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault
from server.storage.database import Database, UnitOfWork
from server.storage.devices import DeviceToken
from server.storage.doors import TokenRow

Clock = Callable[[], int]

TOKEN_BYTES = 16
TOKEN_LIFE_MS = 30 * 24 * 3600 * 1000
# A token is extended, and the device noted as seen, at most this often: not every request shall write.
EXTEND_AFTER_MS = 3600 * 1000
REMEMBERED = 10_000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a device of a tenant, with the token of one of its users (`shown`: what is kept of it)."""

    tenant: TenantId
    device: DeviceId
    user: UserId
    shown: bytes = b""

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

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._remembered: OrderedDict[str, tuple[Caller, int]] = OrderedDict()

    def remembered(self, token: str) -> Caller | None:
        """Who showed this token not long ago. Says nothing of now: whoever uses it asks again whether it holds.

        None as well where it is time to extend the token.
        """
        known = self._remembered.get(token)
        return None if known is None or known[1] <= self._clock() else known[0]

    def caller(self, token: str) -> Caller:
        """Who shows this token; SIGNED_OUT if nobody may, DEVICE_REVOKED if the device was shut out."""
        hashed = token_hash(token)
        now_ms = self._clock()
        row = self._database.read(lambda work: work.doors.by_token(hashed))
        if row is None or row.token_expires_ms <= now_ms:
            raise RequestFault(FaultCode.SIGNED_OUT)
        if row.revoked_ms is not None:
            raise RequestFault(FaultCode.DEVICE_REVOKED)
        if row.token_expires_ms < now_ms + TOKEN_LIFE_MS - EXTEND_AFTER_MS:
            self._extend(row, hashed, now_ms=now_ms)
            row = msgspec.structs.replace(row, token_expires_ms=now_ms + TOKEN_LIFE_MS)
        caller = Caller(tenant=row.tenant, device=row.device, user=row.user, shown=hashed)
        self._remembered[token] = caller, row.token_expires_ms - TOKEN_LIFE_MS + EXTEND_AFTER_MS
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return caller

    def _extend(self, row: TokenRow, hashed: bytes, *, now_ms: int) -> None:
        def work(unit: UnitOfWork) -> None:
            devices = unit.of(row.tenant).devices
            devices.saw(row.device, now_ms=now_ms)
            devices.extend_token(hashed, expires_ms=now_ms + TOKEN_LIFE_MS)

        self._database.write(work)
