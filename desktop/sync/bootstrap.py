"""Fetches segments: the rows of big streams, made beforehand, while people work already.

What arrives is kept with the rows that it completes in one transaction, so a cut or a kill costs nothing: the next
request asks for the bytes that are missing, and those that are here are read again from the store, since a
compressed stream cannot be entered in its middle. What people do here meanwhile goes up between two parts.

Whoever builds this may hand in a reader that reads ahead, beside the one that writes rows: then a cut is seen and the
next request set out while rows are still written, and nothing that came before the cut waits in a socket to be lost.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from time import monotonic
from typing import Protocol

from core.domain.letters import IncomingLetter
from core.protocol.codec import CodecError
from core.protocol.faults import FaultCode
from core.protocol.frames import FrameReader, Wire
from core.protocol.messages import Data, Frame, SyncRequest
from core.protocol.records import KIND_OF
from desktop.storage.replica import Replica
from desktop.storage.segments import LoadingSegment
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.sync.admission import give_up
from desktop.sync.engine import CUT, RoundReport, SyncEngine
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

KEEP_BYTES = 64 * 1024
ROUND_S = 60.0
_LETTER = KIND_OF[IncomingLetter].code


class SegmentClient(Protocol):
    """What the loading needs of a client."""

    def fetch_segment(self, sha256: bytes, offset: int) -> Generator[bytes]:
        """The bytes of a segment from an offset on."""

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        """One round, beside a segment that is being fetched."""


ReadAhead = Callable[[Generator[bytes]], Generator[bytes]]


def as_they_come(pieces: Generator[bytes]) -> Generator[bytes]:
    """Nothing is read ahead."""
    return pieces


class SegmentLoads:
    """Brings the segments that replies named into the store."""

    def __init__(self, store: Store, engine: SyncEngine, *, ahead: ReadAhead = as_they_come) -> None:
        """`engine` runs the rounds in between; `ahead` reads the bytes of a segment, and what it raises comes last."""
        self._store = store
        self._engine = engine
        self._ahead = ahead

    def run(self, client: SegmentClient, cancelled: Callable[[], bool], report: RoundReport) -> None:
        """Fetch until nothing is missing, and round off; EnvironmentFault, ServerFault when that cannot be now."""
        refused: set[bytes] = set()
        loaded: set[bytes] = set()
        while not cancelled():
            with self._store.read() as uow:
                waiting = [one for one in uow.segments.loading() if one.sha256 not in refused]
            if not waiting:
                break
            load = _Load(self._store, self._engine, waiting[0], report, ahead=self._ahead)
            try:
                if load.run(client, cancelled):
                    loaded.add(waiting[0].sha256)
                else:
                    refused.add(waiting[0].sha256)
            except ServerFault as err:
                if err.code != FaultCode.NOT_FOUND:
                    raise
                # The server will say in a round what is to be fetched in its place.
                refused.add(waiting[0].sha256)
                _add(report, self._engine.run_round(client, cancelled))
        if loaded and not self._is_all_there_is(loaded, report):
            # What changed since the segments were made.
            _add(report, self._engine.run_round(client, cancelled))

    def _is_all_there_is(self, loaded: set[bytes], report: RoundReport) -> bool:
        """Whether this visit's last reply knew of nothing behind these segments, and nothing waits here."""
        with self._store.read() as uow:
            return loaded <= report.newest and not uow.outbox.waiting(1)


class _Load:
    """One segment on its way."""

    def __init__(
        self, store: Store, engine: SyncEngine, segment: LoadingSegment, report: RoundReport, *, ahead: ReadAhead
    ) -> None:
        self._store = store
        self._engine = engine
        self._ahead = ahead
        self._sha256 = segment.sha256
        self._size = segment.size
        self._received = segment.received
        self._parts = segment.parts
        self._seen = 0
        self._pending = bytearray()
        self._report = report
        self._wanted = True
        self._last_round = monotonic()

    def run(self, client: SegmentClient, cancelled: Callable[[], bool]) -> bool:
        """Bring all of it here; False if it is another's now, or work was cancelled."""
        reader = Wire(b"").reader()
        for piece in self._kept():
            self._read(reader, piece, client, cancelled)
        if self._wanted and self._received < self._size:
            try:
                self._fetch(reader, client, cancelled)
            finally:
                self._keep()
            if cancelled():
                return False
        if self._wanted:
            with self._store.begin() as uow:
                uow.segments.drop(self._sha256)
            self._engine.step("segment-finished")
        return self._wanted

    def _kept(self) -> Iterator[bytes]:
        """What is here already; piece by piece, so that no reading transaction stands while rows are written."""
        with self._store.read() as uow:
            pieces = list(uow.segments.content(self._sha256))
        yield from pieces

    def _fetch(self, reader: FrameReader, client: SegmentClient, cancelled: Callable[[], bool]) -> None:
        with closing(self._ahead(self._arriving(client, self._received, cancelled))) as pieces:
            for piece in pieces:
                self._pending += piece
                self._read(reader, piece, client, cancelled)
                if len(self._pending) >= KEEP_BYTES:
                    self._keep()
                if not self._wanted or cancelled():
                    return

    def _arriving(self, client: SegmentClient, offset: int, cancelled: Callable[[], bool]) -> Generator[bytes]:
        """The bytes from `offset` on; a line that drops now and then is taken up again at once, if something comes."""
        while offset < self._size and not cancelled():
            begun = offset
            self._engine.step("segment-send")
            self._report.requests += 1
            try:
                with closing(client.fetch_segment(self._sha256, offset)) as pieces:
                    for piece in pieces:
                        offset += len(piece)
                        yield piece
            except EnvironmentFault as err:
                if err.code not in CUT or offset == begun:
                    raise
            if offset == begun:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")

    def _read(self, reader: FrameReader, piece: bytes, client: SegmentClient, cancelled: Callable[[], bool]) -> None:
        try:
            for part in reader.feed(piece):
                self._seen += 1
                if self._wanted and self._seen > self._parts and isinstance(part, Data):
                    self._store_part(part)
                    self._let_others_go(client, cancelled)
        except CodecError:
            self._spoilt()

    def _store_part(self, part: Data) -> None:
        self._engine.step("part-received")
        with self._store.begin() as uow:
            if not self._keep_in(uow):
                return
            if self._received == self._size and uow.segments.hash_of(self._sha256) != self._sha256:
                raise CodecError("segment")
            changed = Replica(uow).apply(part, part.stream)
            self._engine.want_scans(uow, {row_id for kind, row_id in changed if kind == _LETTER})
            self._parts = self._seen
            uow.segments.note_parts(self._sha256, self._parts)
        self._engine.step("part-stored")
        self._report.rows += len(changed)

    def _keep(self) -> None:
        if self._pending and self._wanted:
            with self._store.begin() as uow:
                self._keep_in(uow)

    def _keep_in(self, uow: UnitOfWork) -> bool:
        data = bytes(self._pending)
        self._wanted = uow.segments.append(self._sha256, self._received, data)
        self._pending.clear()
        self._received += len(data)
        return self._wanted

    def _let_others_go(self, client: SegmentClient, cancelled: Callable[[], bool]) -> None:
        """A round on a second connection, if something waits here or news may wait there."""
        with self._store.read() as uow:
            waits = bool(uow.outbox.waiting(1))
        if not waits and monotonic() - self._last_round < ROUND_S:
            return
        self._last_round = monotonic()
        self._keep()
        _add(self._report, self._engine.run_round(client, cancelled))
        with self._store.read() as uow:
            self._wanted = self._sha256 in uow.segments.hashes()

    def _spoilt(self) -> None:
        """The bytes are not what the name says: nothing that came of them is believed."""
        self._wanted = False
        with self._store.begin() as uow:
            give_up(uow, self._sha256, whole=True)


def _add(report: RoundReport, other: RoundReport) -> None:
    report.ops += other.ops
    report.refused += other.refused
    report.rows += other.rows
    report.requests += other.requests
    report.newest = other.newest
    report.next_s = other.next_s
