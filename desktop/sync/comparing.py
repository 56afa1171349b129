"""Comparing the streams of this PC with the server's: when it is due, what is asked, and its end."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from core.domain.ids import StreamId
from core.protocol.messages import Slice, StreamBuckets, StreamCheck, StreamChecked
from desktop.storage.healing import Healing
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import RowKey
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.sync.admission import give_up

COMPARE_EVERY_MS = 24 * 3600 * 1000
# So many streams are compared bucket by bucket in one request.
COMPARED_AT_ONCE = 8


def shall_compare(store: Store, facts: SyncFacts, now_ms: int) -> bool:
    """Whether it is time to compare: once a day, or at once after something was put back."""
    if facts.compare:
        return True
    if not facts.compared_ms:
        # What was just fetched for the first time need not be compared at once.
        with store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compared_ms=now_ms))
        return False
    return abs(now_ms - facts.compared_ms) > COMPARE_EVERY_MS


def checks_of(store: Store) -> tuple[StreamCheck, ...]:
    """What this PC holds of every stream."""
    with store.read() as uow:
        return Healing(uow).checks()


def differences_of(store: Store, checked: Iterable[StreamChecked]) -> Iterator[tuple[StreamBuckets, ...]]:
    """What this PC holds, bucket by bucket, of the streams that differ, some at a time.

    After that what the rows say, of the streams of which a hub handed out rows since the last time: it may have changed
    a word and left the revision.
    """
    yield from _in_parts(store, [one.stream for one in checked if not one.same], Healing.buckets)
    with store.read() as uow:
        held = {stream for stream, _ in uow.streams.cursors()}
        by_hub = [one for one in uow.meta.hub().streams if one in held]
    yield from _in_parts(store, by_hub, Healing.contents)


def _in_parts(
    store: Store,
    streams: Sequence[StreamId],
    told: Callable[[Healing, Sequence[StreamId]], tuple[StreamBuckets, ...]],
) -> Iterator[tuple[StreamBuckets, ...]]:
    for start in range(0, len(streams), COMPARED_AT_ONCE):
        with store.read() as uow:
            buckets = told(Healing(uow), streams[start : start + COMPARED_AT_ONCE])
        yield buckets


def take_slice(uow: UnitOfWork, part: Slice, now_ms: int) -> set[RowKey]:
    """Take what the server holds in some buckets; the rows that changed.

    That rows which a hub handed out were not those of the server is noted, for people to hear of it.
    """
    replica = Replica(uow)
    changed = replica.apply_slice(part)
    notes = uow.meta.hub()
    if replica.altered and part.stream in notes.streams:
        altered = notes.altered + replica.altered
        uow.meta.write(msgspec.structs.replace(notes, altered=altered, altered_ms=now_ms))
    return changed


def counts_in(facts: SyncFacts) -> int:
    """The feed epoch in which the server counts, as far as this PC has heard."""
    return facts.next_feed_epoch or facts.feed_epoch


def note_compared(store: Store, now_ms: int, *, feed_epoch: int) -> None:
    """All is compared: the server's present count is ours, and rows that lie in no stream may go.

    Not if the server was put back meanwhile: it was asked in `feed_epoch`, and what it said then is worth nothing now.
    """
    with store.begin() as uow:
        facts = uow.meta.sync()
        if feed_epoch != counts_in(facts):
            return
        compared = msgspec.structs.replace(
            facts,
            feed_epoch=feed_epoch,
            next_feed_epoch=0,
            compare=False,
            compared_ms=now_ms,
        )
        uow.meta.write(compared)
        uow.meta.write(msgspec.structs.replace(uow.meta.hub(), streams=()))
        if facts.next_feed_epoch:
            # Not compared: neither what a segment brings, nor what was seen of it at a glance before the server was put
            # back. It is fetched from its beginning.
            for one in uow.segments.loading():
                give_up(uow, one.sha256, whole=True)
        Replica(uow).end_comparison()
