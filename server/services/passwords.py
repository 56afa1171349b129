"""Passwords: argon2id, a few at a time, and slower with every wrong try."""

import math
import threading
from collections.abc import Callable

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.ids import TenantId, UserId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

MIN_CHARS = 12
MAX_CHARS = 256
FREE_TRIES = 5
MAX_WAIT_S = 15 * 60
# RFC 9106, second recommended option.
MEMORY_KIB = 64 * 1024
# Each hash takes that much: more at once would let anybody fill the memory of the server.
AT_ONCE = 2

Seconds = Callable[[], float]


class _Tries(msgspec.Struct, kw_only=True):
    wrong: int = 0
    locked_until: float = 0.0


class PasswordService:
    """Hashes and checks passwords; `seconds` is a clock that never goes back, `memory_kib` what a hash costs."""

    def __init__(self, seconds: Seconds, *, memory_kib: int = MEMORY_KIB) -> None:
        self._seconds = seconds
        self._hasher = PasswordHasher(memory_cost=memory_kib)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._tries: dict[tuple[TenantId, UserId], _Tries] = {}
        self._guard = threading.Lock()

    def hash(self, password: str) -> str:
        """What is kept of a new password; WEAK_PASSWORD if it is too short."""
        if not MIN_CHARS <= len(password) <= MAX_CHARS:
            raise RequestFault(FaultCode.WEAK_PASSWORD)
        with self._turns:
            return self._hasher.hash(password)

    def check(self, tenant: TenantId, user: UserId, *, password: str, kept: str | None) -> None:
        """WRONG_PASSWORD if it is not the one; after some wrong tries TOO_MANY with the seconds to wait.

        The wait doubles with every further wrong try, up to a quarter of an hour.
        """
        self._check_wait(tenant, user)
        with self._turns:
            right = kept is not None and len(password) <= MAX_CHARS and self._matches(kept, password)
        with self._guard:
            if right:
                self._tries.pop((tenant, user), None)
                return
            tries = self._tries.setdefault((tenant, user), _Tries())
            tries.wrong += 1
            if tries.wrong >= FREE_TRIES:
                wait = min(MAX_WAIT_S, 2 ** min(tries.wrong - FREE_TRIES + 1, 20))
                tries.locked_until = self._seconds() + wait
        raise RequestFault(FaultCode.WRONG_PASSWORD)

    def _check_wait(self, tenant: TenantId, user: UserId) -> None:
        with self._guard:
            tries = self._tries.get((tenant, user))
            left = 0.0 if tries is None else tries.locked_until - self._seconds()
        if left > 0:
            raise RequestFault(FaultCode.TOO_MANY, math.ceil(left))

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
