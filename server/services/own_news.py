"""Answers from the transaction that took a group of pushes: for devices to which nothing but their own ops is new.

That is what nearly every push finds. The cursors go on, and no feed is read. Whoever has more to be told, or a right
that is not as it was, is answered by the ordinary look at the streams, in a transaction of its own.
"""

from collections import Counter

import msgspec

from core.domain.ids import StreamId
from core.domain.streams import DIRECTORY, stream_priority
from core.protocol.messages import Data, Outcome
from server.services.device_notes import asks_for_devices
from server.services.grants import Grants, GrantsReader
from server.services.groups import GroupTaken, Taken
from server.services.judging import Arrival
from server.storage.database import TenantStore
from server.storage.heads import TenantRow
from server.storage.streams import StreamRow


class OwnNews(msgspec.Struct, frozen=True, kw_only=True):
    """All that one device is told besides its results: where its streams stand now, and what it may hold."""

    grants: Grants
    data: tuple[Data, ...]


class OwnNewsReader:
    """Looks for a group of devices at once."""

    def __init__(self, store: TenantStore, group: GroupTaken, *, tenant: TenantRow, this_year: int) -> None:
        self._group = group
        self._tenant = tenant
        self._this_year = this_year
        self._grants = GrantsReader(store, group.tokens, group.reading)
        self._changes = Counter(change.stream for change in group.written.changes)

    def look(self, arrival: Arrival, taken: Taken) -> OwnNews | None:
        """What the device is told, or None if it takes an ordinary look to tell."""
        request = arrival.request
        if request.feed_epoch != self._tenant.feed_epoch or taken.chain is not None:
            return None
        is_held = request.held or any(one.outcome is Outcome.HELD for one in taken.results)
        if request.offers or request.checks or request.buckets or request.loading or is_held:
            return None
        # What the group has read of rights may not be so any more.
        if asks_for_devices(request) or self._changes[DIRECTORY]:
            return None
        grants = self._grants.of(arrival.caller.device)
        if arrival.caller.user not in grants.users:
            return None
        cursors = dict(request.cursors)
        data = []
        for row in grants.streams:
            cursor = cursors.get(row.id, 0)
            if cursor == row.last:
                continue
            if not self._only_own(row, cursor, taken=taken):
                return None
            order = (stream_priority(row.key, self._this_year), -row.key.year, row.id)
            data.append((order, Data(stream=StreamId(row.id), cursor=row.last)))
        return OwnNews(grants=grants, data=tuple(frame for _, frame in sorted(data, key=lambda pair: pair[0])))

    def _only_own(self, row: StreamRow, cursor: int, *, taken: Taken) -> bool:
        before = self._group.written.before.get(row.key)
        if before is None or not before.last <= cursor <= row.last:
            return False
        here = [change.seq for change in taken.changes if change.stream == row.key and not change.gone]
        # Those of a push follow each other, and so do nearly always the revisions that its results tell.
        mine = sum(span.first <= seq <= span.last for span in taken.own for seq in here)
        return mine == self._changes[row.key]
