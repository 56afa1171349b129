"""The segments of a hub: fetched from the server once, read into the copy, and kept for PCs that ask for them.

As long as one is on its way the hub hands out no rows: an inbox may rely on rows that come with a segment.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence

from core.domain.ids import StreamId, TenantId
from core.protocol.codec import CodecError, decode, encode
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.hub import HubSegment
from core.protocol.messages import Data
from server.services.hub_line import HubLine, LineDown, ServerSaidNo
from server.services.hub_rows import enter
from server.services.tokens import Clock
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, TenantStore
from server.storage.hub_items import ItemKind
from server.storage.segment_files import SegmentFiles
from server.storage.segments import SegmentRow, SegmentStream

PIECE = 64 * 1024
# The server names none that is older.
KEEP_MS = 14 * 86_400_000

logger = logging.getLogger(__name__)


class HubSegments:
    """The segments of one hub; `arriving` are the files as far as they came. Belongs to the thread that fetches."""

    def __init__(
        self, database: Database, clock: Clock, tenant: TenantId, *, files: SegmentFiles, arriving: BlobFiles
    ) -> None:
        self._database = database
        self._clock = clock
        self._tenant = tenant
        self._files = files
        self._arriving = arriving

    def note(self, store: TenantStore, told: Sequence[HubSegment]) -> None:
        """Fetch what a reply names; what it does not name any more is void, and its streams are read anew."""
        named = {one.sha256 for one in told}
        loading = loading_segments(store)
        for one in loading:
            if one.sha256 not in named:
                _give_up(store, one)
        held = {row.id: row.last for row in store.copy.streams()}
        known = {one.sha256 for one in loading}
        for one in told:
            streams = [stream for stream, _, _ in one.streams]
            if one.sha256 not in known and all(stream in held for stream in streams):
                # What lies there by what other streams brought may have left meanwhile, which a segment does not say.
                if unread := [stream for stream in streams if not held[stream]]:
                    store.copy.forget(unread)
                store.items.put(ItemKind.LOADING, one.sha256, encode(one))

    def fetch(self, line: HubLine, stopped: Callable[[], bool]) -> None:
        """Bring all here that is missing, and into the copy; LineDown, ServerSaidNo. A cut costs nothing."""
        for one in self._database.read(lambda unit: loading_segments(unit.of(self._tenant))):
            if stopped():
                return
            try:
                self._fetch(line, one)
            except ServerSaidNo as err:
                if err.code != FaultCode.NOT_FOUND:
                    raise
                # Void: the next reply says what is to be fetched in its place.
                self._database.write(lambda unit, gone=one: _give_up(unit.of(self._tenant), gone))  # type: ignore[misc]  # bound now
                continue
            if self._files.size(self._tenant, one.sha256) == one.size:
                self._read_in(one)

    def _fetch(self, line: HubLine, one: HubSegment) -> None:
        if self._files.size(self._tenant, one.sha256) == one.size:
            return
        have, pending = self._arriving.partial_size(self._tenant, one.sha256), bytearray()
        try:
            if have < one.size:
                for piece in line.segment(one.sha256, start=have):
                    pending += piece
                    if len(pending) >= PIECE:
                        have = self._keep(one.sha256, have, pending)
        finally:
            if pending:
                self._keep(one.sha256, have, pending)
        data = self._arriving.read_partial(self._tenant, one.sha256)
        self._arriving.drop(self._tenant, one.sha256)
        if hashlib.sha256(data).digest() != one.sha256:
            logger.warning("segment %s is not what its name says", one.sha256.hex()[:12])
            raise LineDown("segment")
        self._files.write(self._tenant, data)
        self._database.write(lambda unit: unit.of(self._tenant).segments.add(_row(one, self._clock())))

    def _keep(self, sha256: bytes, have: int, pending: bytearray) -> int:
        self._arriving.append(self._tenant, sha256, offset=have, data=bytes(pending))
        have += len(pending)
        pending.clear()
        return have

    def _read_in(self, one: HubSegment) -> None:
        """Part by part, so that PCs are not kept waiting; what was read in twice stands as once."""
        reader = Wire(b"").reader()
        try:
            for piece in self._files.read(self._tenant, one.sha256, start=0):
                for part in reader.feed(piece):
                    if isinstance(part, Data):
                        self._database.write(lambda unit, rows=part: enter(unit.of(self._tenant), rows, begins=True))  # type: ignore[misc]  # bound now
        except CodecError as err:
            raise LineDown("rows of a newer program") from err
        self._database.write(lambda unit: self._finish(unit.of(self._tenant), one))

    def _finish(self, store: TenantStore, one: HubSegment) -> None:
        store.items.drop(ItemKind.LOADING, one.sha256, upto=0)
        for row in store.segments.all():
            if row.made_ms < self._clock() - KEEP_MS:
                store.segments.remove(row.sha256)
        self._files.keep_only(self._tenant, {row.sha256 for row in store.segments.all()})


def loading_segments(store: TenantStore) -> list[HubSegment]:
    """The segments on their way."""
    return [decode(body, HubSegment) for _, _, body in store.items.listed(ItemKind.LOADING)]


def _give_up(store: TenantStore, one: HubSegment) -> None:
    """What came of it may have left its streams since, and nobody would tell."""
    store.items.drop(ItemKind.LOADING, one.sha256, upto=0)
    store.segments.remove(one.sha256)
    unfinished = {row.id for row in store.copy.streams() if not row.last}
    store.copy.forget([StreamId(stream) for stream, _, _ in one.streams if stream in unfinished])


def _row(one: HubSegment, now_ms: int) -> SegmentRow:
    return SegmentRow(
        sha256=one.sha256,
        kind=one.kind,
        owner=one.owner,
        level=one.level,
        size=one.size,
        made_ms=now_ms,
        streams=tuple(SegmentStream(stream=stream, cursor=cursor, rows=rows) for stream, cursor, rows in one.streams),
    )
