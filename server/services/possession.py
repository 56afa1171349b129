"""Checks that whoever shows a token holds the key of the device that it is bound to, and shows each proof once.

Proofs are remembered as long as their moment would let them pass; when the memory is full, and at a start, whatever is
older than what is remembered is too old. One process remembers for itself: where several serve one database, a request
that is recorded inside TLS can be repeated to another of them within five minutes. What changes anything is kept from
being done twice by the database itself (chains of ops, codes, tokens, used signatures).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from core.protocol.access import WINDOW_MS, Shown, pair_key
from core.protocol.faults import FaultCode
from core.protocol.sealing import PartyKeys, SealBroken
from server.services.faults import RequestFault

# A device counts by what the server said last, and so never ahead of it but by the drift of its clock.
AHEAD_MS = 30 * 1000
REMEMBERED = 200_000
KEYS = 10_000


class Possession:
    """The proofs that were shown to this process; from any thread."""

    def __init__(self, keys: PartyKeys, clock: Callable[[], int], *, remembered: int = REMEMBERED) -> None:
        """`keys` are the server's."""
        self._keys = keys
        self._clock = clock
        self._most = remembered
        self._guard = threading.Lock()
        self._pairs: OrderedDict[bytes, bytes] = OrderedDict()
        self._seen: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._newest_ms = self._floor_ms = clock()

    @property
    def public(self) -> bytes:
        """What the other side makes the proving key with."""
        return self._keys.seal_public

    def is_key(self, seal_key: bytes) -> bool:
        """Whether a proof could ever be made with the key that belongs to this public one."""
        return self._pair(seal_key) is not None

    def check(self, shown: Shown, *, seal_key: bytes) -> None:
        """SIGNED_OUT unless the device with this key made the proof; STALE if it is of another time, or known."""
        key = self._pair(seal_key)
        if key is None or not shown.fits(key):
            raise RequestFault(FaultCode.SIGNED_OUT)
        now_ms = self._clock()
        with self._guard:
            self._move_on(now_ms)
            too_late = shown.moment_ms < max(self._floor_ms, now_ms - WINDOW_MS)
            if too_late or shown.moment_ms > now_ms + AHEAD_MS or shown.proof in self._seen:
                raise RequestFault(FaultCode.STALE, now_ms)
            self._seen[shown.proof] = now_ms, shown.moment_ms
            if len(self._seen) > self._most:
                _, (_, moment_ms) = self._seen.popitem(last=False)
                self._floor_ms = max(self._floor_ms, min(moment_ms + 1, now_ms))

    def _move_on(self, now_ms: int) -> None:
        """Forget what is too old to be shown again. A clock that was put back brings nothing back: it is remembered."""
        if now_ms < self._newest_ms:
            self._floor_ms = min(self._floor_ms, now_ms)
        self._newest_ms = now_ms
        while self._seen:
            proof, (seen_ms, _) = next(iter(self._seen.items()))
            if now_ms - seen_ms <= WINDOW_MS + AHEAD_MS:
                return
            del self._seen[proof]

    def _pair(self, seal_key: bytes) -> bytes | None:
        with self._guard:
            key = self._pairs.get(seal_key)
        if key is None:
            try:
                key = pair_key(self._keys, seal_key)
            except SealBroken:
                return None
            with self._guard:
                self._pairs[seal_key] = key
                while len(self._pairs) > KEYS:
                    self._pairs.popitem(last=False)
        return key
