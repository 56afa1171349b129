"""Tokens: what a device shows with every request. The server keeps only their SHA-256."""

import base64
import hashlib
import secrets
from collections.abc import Callable

import msgspec

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault
from server.storage.database import Database, UnitOfWork
from server.storage.doors import TokenRow

Clock = Callable[[], int]

TOKEN_BYTES = 16
TOKEN_LIFE_MS = 30 * 24 * 3600 * 1000
# A token is extended, and the device noted as seen, at most this often: not every request shall write.
EXTEND_AFTER_MS = 3600 * 1000


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a request: a device of a tenant, with the token of one of its users."""

    tenant: TenantId
    device: DeviceId
    user: UserId


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
        return Caller(tenant=row.tenant, device=row.device, user=row.user)

    def _extend(self, row: TokenRow, hashed: bytes, *, now_ms: int) -> None:
        def work(unit: UnitOfWork) -> None:
            devices = unit.of(row.tenant).devices
            devices.saw(row.device, now_ms=now_ms)
            devices.extend_token(hashed, expires_ms=now_ms + TOKEN_LIFE_MS)

        self._database.write(work)
