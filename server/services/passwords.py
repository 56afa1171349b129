"""Passwords: argon2id, a few at a time."""

import os
import threading
from collections.abc import Collection, Mapping
from types import MappingProxyType

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.passwords import MAX_CHARS, PasswordPolicy, flaw_of
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault

# RFC 9106, second recommended option.
MEMORY_KIB = 64 * 1024
# What a hash that a device made may cost to check.
MAX_MEMORY_KIB, MAX_PASSES, MAX_LANES, MAX_HASH_CHARS = 128 * 1024, 8, 8, 200
# Each hash takes that much: more at once would let anybody fill the memory of the server.
AT_ONCE = 2

_NO_POLICIES: Mapping[str, PasswordPolicy] = MappingProxyType({})


class PasswordService:
    """Hashes and checks passwords; `memory_kib` is what a hash costs, `common` what a password may not be made of.

    `policies` are those that a region can choose.
    """

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        common: Collection[str] = (),
        policies: Mapping[str, PasswordPolicy] = _NO_POLICIES,
    ) -> None:
        self._common = common
        self._policies = policies
        self._hasher = PasswordHasher(memory_cost=memory_kib)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = ""

    def hash(self, password: str, *, profile: str = "") -> str:
        """What is kept of a new password; WEAK_PASSWORD if it is too short, or what everybody would try.

        Or if it is not what the policy of that name wants, which the region has chosen.
        """
        policy = self._policies.get(profile, PasswordPolicy())
        if flaw_of(password, policy=policy, common=self._common) is not None:
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

    def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password; that takes as long where there is none, or nobody of that name."""
        with self._turns:
            # Nobody has this password; to compare with it costs what a comparison costs.
            self._nobodys = self._nobodys or self._hasher.hash(os.urandom(32))
            right = self._matches(self._nobodys if kept is None else kept, password[: MAX_CHARS + 1])
        return right and kept is not None and len(password) <= MAX_CHARS

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
