"""Wrong passwords cost time, and more with every further one; a restart and a clock that is put back forget none.

A try counts before it is looked at, so of many at a time no more are heard than of many in a row. The first few are
free; then the wait doubles up to a quarter of an hour: about a hundred a day for each account, and for each device,
whoever is asked for there. Only who has the key of a device that is enrolled, or a code, comes as far as this: nobody
else can make a person wait.
"""

import math

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.faults import FaultCode
from server.services.faults import RequestFault
from server.storage.database import Database, TenantStore, UnitOfWork
from server.storage.guards import Tries, of_device, of_person

FREE_TRIES = 5
# Several people share a PC, and mistype.
FREE_ON_A_DEVICE = 20
MAX_WAIT_S = 15 * 60
_FIRST_WAIT_S = 2


class Guesses:
    """Counts tries in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, tenant: TenantId, signature: bytes) -> None:
        """Take a signature over a request that lets somebody in; SIGNED_OUT if it was taken before."""

        def work(store: TenantStore) -> bool:
            return store.guards.use(signature, now_ms=store.now_ms)

        if not self._database.write(lambda unit: work(unit.of(tenant))):
            raise RequestFault(FaultCode.SIGNED_OUT)

    def begin(self, tenant: TenantId, user: UserId, device: DeviceId, *, signature: bytes = b"") -> None:
        """A try begins, and counts as wrong until `right`; TOO_MANY with the seconds to wait: then nothing counts.

        With a `signature`, it is taken as of `use`.
        """
        # Who has to wait costs the server no more than a look.
        self._database.read(lambda unit: _known(unit.of(tenant), user, device, lock=False))

        def work(unit: UnitOfWork) -> bool:
            store = unit.of(tenant)
            known = _known(store, user, device, lock=True)
            if signature and not store.guards.use(signature, now_ms=store.now_ms):
                return False
            for who, free, tries in known:
                wrong = tries.wrong + 1
                until_ms = store.now_ms + _wait_ms(wrong, free=free)
                store.guards.note(who, Tries(wrong=wrong, until_ms=until_ms))
            return True

        if not self._database.write(work):
            raise RequestFault(FaultCode.SIGNED_OUT)

    def right(self, tenant: TenantId, user: UserId, device: DeviceId) -> None:
        """The password was right: nothing is counted any more."""

        def work(unit: UnitOfWork) -> None:
            store = unit.of(tenant)
            store.guards.forget(of_device(device))
            store.guards.forget(of_person(user))

        self._database.write(work)


def _known(store: TenantStore, user: UserId, device: DeviceId, *, lock: bool) -> list[tuple[bytes, int, Tries]]:
    """The tries that count for a person on a device; TOO_MANY if one of them has to wait."""
    limits = ((of_device(device), FREE_ON_A_DEVICE), (of_person(user), FREE_TRIES))
    known = [(who, free, store.guards.tries(who, lock=lock)) for who, free in limits]
    left_ms = max(_left_ms(tries, free=free, now_ms=store.now_ms) for _, free, tries in known)
    if left_ms > 0:
        raise RequestFault(FaultCode.TOO_MANY, math.ceil(left_ms / 1000))
    return known


def _wait_ms(wrong: int, *, free: int) -> int:
    return 0 if wrong < free else 1000 * min(MAX_WAIT_S, _FIRST_WAIT_S ** min(wrong - free + 1, 20))


def _left_ms(tries: Tries, *, free: int, now_ms: int) -> int:
    # Never more than the wait itself, however far the server's clock was put back.
    return min(tries.until_ms - now_ms, _wait_ms(tries.wrong, free=free))
