"""Passwords: argon2id, a few at a time, and slower with every wrong try."""

import math
import threading
from collections.abc import Callable, Collection

import msgspec
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.ids import TenantId, UserId
from core.domain.passwords import MAX_CHARS, PasswordPolicy, flaw_of
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

FREE_TRIES = 5
MAX_WAIT_S = 15 * 60
# RFC 9106, second recommended option.
MEMORY_KIB = 64 * 1024
# What a hash that a device made may cost to check.
MAX_MEMORY_KIB, MAX_PASSES, MAX_LANES, MAX_HASH_CHARS = 128 * 1024, 8, 8, 200
# Each hash takes that much: more at once would let anybody fill the memory of the server.
AT_ONCE = 2

Seconds = Callable[[], float]


class _Tries(msgspec.Struct, kw_only=True):
    wrong: int = 0
    locked_until: float = 0.0


class PasswordService:
    """Hashes and checks passwords; `seconds` is a clock that never goes back, `memory_kib` what a hash costs.

    `common` are the words that a password may not be made of.
    """

    def __init__(self, seconds: Seconds, *, memory_kib: int = MEMORY_KIB, common: Collection[str] = ()) -> None:
        self._seconds = seconds
        self._common = common
        self._hasher = PasswordHasher(memory_cost=memory_kib)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._tries: dict[tuple[TenantId, UserId], _Tries] = {}
        self._guard = threading.Lock()

    def hash(self, password: str) -> str:
        """What is kept of a new password; WEAK_PASSWORD if it is too short, or what everybody would try."""
        if flaw_of(password, policy=PasswordPolicy(), common=self._common) is not None:
            raise RequestFault(FaultCode.WEAK_PASSWORD)
        with self._turns:
            return self._hasher.hash(password)

    def accept(self, chosen: str) -> str:
        """A hash that a device made of a password; WEAK_PASSWORD unless this server can check it at a usual price."""
        try:
            told = extract_parameters(chosen)
        except InvalidHashError as err:
            raise RequestFault(FaultCode.WEAK_PASSWORD) from err
        dear = told.memory_cost > MAX_MEMORY_KIB or told.time_cost > MAX_PASSES or told.parallelism > MAX_LANES
        if told.type is not Type.ID or dear or len(chosen) > MAX_HASH_CHARS:
            raise RequestFault(FaultCode.WEAK_PASSWORD)
        return chosen

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
