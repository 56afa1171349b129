"""Tells a device whether it holds the same rows as the server, and sends again what it does not.

What is compared is the present state of both sides, whatever the cursors say: a row that changed a moment ago counts
as different and is sent, which does no harm. Rights are asked for in the transaction of every frame.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from core.domain.ids import DeviceId, StreamId
from core.protocol.contents import content_version, record_shape
from core.protocol.digests import SUM_BYTES, RowVersion, bucket_of, bucket_sums, differing, stream_digest
from core.protocol.messages import Slice, StreamBuckets, StreamCheck, StreamChecked
from core.protocol.room import how_many_fit
from server.services.grants import Grants, read_grants
from server.services.pull import blocks_of
from server.storage.database import TenantStore
from server.storage.records import RowKey

MAX_CHECKS = 500
MAX_BUCKETS = 64
SLICE_ROWS = 300
SLICE_BYTES = 1024 * 1024
_LEAST, _MOST = 1, 1 << 16

AskedT = TypeVar("AskedT", StreamCheck, StreamBuckets)


def check_streams(store: TenantStore, grants: Grants, checks: Sequence[StreamCheck]) -> tuple[StreamChecked, ...]:
    """One answer for each check of a stream that the device may hold; others get none."""
    granted = {row.id: row for row in grants.streams}
    answers = []
    for check in _one_of_each(checks[:MAX_CHECKS]):
        row = granted.get(check.stream)
        if row is not None:
            same = stream_digest(store.streams.versions(row.id)) == (check.count, check.total)
            answers.append(StreamChecked(stream=row.id, cursor=row.last, same=same))
    return tuple(answers)


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Some buckets of a stream and the rows that lay in them when they were compared."""

    stream: StreamId
    parts: int
    which: tuple[int, ...]
    keys: tuple[RowKey, ...]
    cursor: int


class Slices:
    """The slices of an answer, each read in a transaction of its own."""

    def __init__(self, device: DeviceId, asked: Sequence[StreamBuckets]) -> None:
        self._device = device
        self._asked = deque(_one_of_each(asked[:MAX_BUCKETS]))
        self._parts: deque[_Part] = deque()

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to read."""
        return not self._asked and not self._parts

    def read(self, store: TenantStore) -> Slice | None:
        """The next slice, or None when there is none."""
        held = {row.id: row for row in read_grants(store, self._device).streams}
        while not self.finished:
            if not self._parts:
                asked = self._asked.popleft()
                if asked.stream in held:
                    self._parts.extend(_compare(store, asked, cursor=held[asked.stream].last))
                continue
            part = self._parts.popleft()
            if part.stream not in held:
                continue
            if len(part.keys) > SLICE_ROWS:
                self._parts.extendleft(reversed(_halved(part)))
                continue
            rows = store.streams.some(part.stream, part.keys)
            if len(rows) > 1 and how_many_fit((row.payload for row in rows), most_bytes=SLICE_BYTES) < len(rows):
                self._parts.extendleft(reversed(_halved(part)))
                continue
            return Slice(
                stream=part.stream,
                cursor=part.cursor,
                parts=part.parts,
                which=part.which,
                blocks=blocks_of(rows),
            )
        return None


def _one_of_each(asked: Sequence[AskedT]) -> Iterable[AskedT]:
    """The first question about each stream: to compare one reads all of its rows, and nobody has to ask twice."""
    first: dict[StreamId, AskedT] = {}
    for one in asked:
        first.setdefault(one.stream, one)
    return first.values()


def _halved(part: _Part) -> tuple[_Part, _Part]:
    """The same in two parts: all that lies in a bucket goes together.

    A single bucket is two of twice as many: each slice says of how many its buckets are.
    """
    parts, which = part.parts, part.which
    if len(which) == 1:
        parts, which = 2 * parts, (which[0], which[0] + parts)
    middle = len(which) // 2
    first, second = (
        msgspec.structs.replace(
            part,
            parts=parts,
            which=half,
            keys=tuple(key for key in part.keys if bucket_of(key[1], parts) in half),
        )
        for half in (which[:middle], which[middle:])
    )
    return msgspec.structs.replace(first, cursor=0), second


def _compare(store: TenantStore, asked: StreamBuckets, *, cursor: int) -> list[_Part]:
    """The buckets that differ, in parts of some hundred rows; the last part brings the stream up to `cursor`.

    None where what the rows say is to be compared, and the two programs know other fields.
    """
    parts, odd = divmod(len(asked.sums), SUM_BYTES)
    if odd or not _LEAST <= parts <= _MOST or asked.shape not in (b"", record_shape()):
        return []
    versions = store.streams.versions(asked.stream)
    told = _contents(store, asked.stream, versions) if asked.shape else versions
    rows: dict[int, list[RowKey]] = {bucket: [] for bucket in differing(bucket_sums(told, parts), asked.sums)}
    for kind, row_id, _ in versions:
        bucket = bucket_of(row_id, parts)
        if bucket in rows:
            rows[bucket].append((kind, row_id))
    groups: list[tuple[list[int], list[RowKey]]] = [([], [])]
    for bucket, keys in rows.items():
        if groups[-1][1] and len(groups[-1][1]) + len(keys) > SLICE_ROWS:
            groups.append(([], []))
        groups[-1][0].append(bucket)
        groups[-1][1].extend(keys)
    return [
        _Part(
            stream=asked.stream,
            parts=parts,
            which=tuple(which),
            keys=tuple(keys),
            cursor=cursor if place == len(groups) else 0,
        )
        for place, (which, keys) in enumerate(groups, start=1)
    ]


def _contents(store: TenantStore, stream: StreamId, versions: Sequence[RowVersion]) -> Iterator[RowVersion]:
    """The rows with what they say, some hundred in memory at a time."""
    for start in range(0, len(versions), SLICE_ROWS):
        some = [(kind, row_id) for kind, row_id, _ in versions[start : start + SLICE_ROWS]]
        for row in store.streams.some(stream, some):
            yield content_version(row.kind, row.row_id, row.seq, row.payload)
