"""Who gives out the numbers of a series: the server, or one holder with a fence, such as the hub of an office."""

from collections.abc import Iterable

import msgspec

from core.domain.ids import DeviceId
from core.domain.number_fates import Fate, FateCause
from core.domain.streams import StreamKey
from server.services.number_fates import close_leases
from server.storage.database import TenantStore
from server.storage.numbers import SeriesKey


def move_authority(
    store: TenantStore, key: SeriesKey, holder: DeviceId, *, now_ms: int
) -> tuple[int, frozenset[StreamKey]]:
    """Let `holder`, or with an empty id the server, give out the numbers of a series; the new fence, and what changed.

    What an earlier holder had left is voided: what it gave out without being able to say so is still taken. Needs the
    tenant's head locked.
    """
    state = store.numbers.state(key)
    if state.holder == holder:
        return state.since, frozenset()
    fence = state.fence + 1
    store.numbers.set_state(key, msgspec.structs.replace(state, fence=fence, since=fence, holder=holder))
    left = [one for one in store.numbers.leases(key) if state.holder and one.device == state.holder and not one.closed]
    changes = close_leases(store, left, fate=Fate.VOID, cause=FateCause.AUTHORITY_MOVED, now_ms=now_ms)
    return fence, frozenset(change.stream for change in changes)


def take_authority_from(store: TenantStore, holders: Iterable[bytes], *, now_ms: int) -> frozenset[StreamKey]:
    """Let the server give out again what these holders gave out; what changed. Locks the tenant's head."""
    gone = frozenset(holders)
    if not gone:
        return frozenset()
    store.head.lock()
    changed: set[StreamKey] = set()
    for key in store.numbers.series():
        if store.numbers.state(key).holder in gone:
            changed |= move_authority(store, key, DeviceId(b""), now_ms=now_ms)[1]
    return frozenset(changed)
