"""The way up by stick: what was done here and the files that wait, written as a bundle for the server.

Nothing counts as sent by it: what waits goes on waiting, for the answer by stick or by line, whichever comes first.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from core.protocol.bundle import (
    ID_BYTES,
    MAX_FILES,
    MAX_REQUESTS,
    PART_BYTES,
    SERVER,
    BundleFault,
    BundleTrouble,
    Manifest,
    OpSpan,
    Section,
    SectionKind,
    UpMessage,
    plan_parts,
    section_of,
)
from core.protocol.bundle_files import Disk, Progress, StickWriter, Stopped
from core.protocol.codec import encode
from core.protocol.frames import Wire
from core.protocol.messages import PROTOCOL, SyncRequest
from core.protocol.ops import read_op
from core.protocol.room import cost
from core.protocol.weight import MOST_MEMORY
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.storage.blobs import CHUNK, BlobFiles
from desktop.storage.healing import Healing
from desktop.storage.meta import Identity, StickNotes
from desktop.storage.undoing import let_go
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.sync.bundle_reports import OutReport
from desktop.sync.comparing import COMPARED_AT_ONCE
from desktop.sync.engine import SyncEngine, WallClock
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf

# As many as one request may offer.
FILES_AT_ONCE = 1000
# What the requests with ops may take of the memory of their reader; comparing and the lists of files have the rest.
MOST_ASKED = MOST_MEMORY // 2


class BundleOut:
    """Writes bundles for the server."""

    def __init__(self, store: Store, files: BlobFiles, keys: DeviceKeys, engine: SyncEngine, *, wire: Wire) -> None:
        """Over the open store and its folder of files."""
        self._store = store
        self._files = files
        self._keys = keys
        self._engine = engine
        self._wire = wire

    def write(
        self,
        folder: Path,
        *,
        disk: Disk,
        wall_ms: WallClock,
        part_bytes: int = PART_BYTES,
        progress: Progress,
        stopped: Stopped,
        after: int = 0,
        without: frozenset[bytes] = frozenset(),
    ) -> OutReport:
        """Write everything that waits into `folder`; done when all of it was read back. BundleFault, EnvironmentFault.

        `progress` is told (bytes done, all bytes). What goes on with an earlier bundle names the last op `after` which
        it begins, and the files that it goes `without`.
        """
        # Whoever writes a stick wants everything on it, and will not be back in ten seconds.
        let_go(self._store)
        with self._store.read() as uow:
            identity = bundle_identity(uow)
            waiting = uow.blobs.in_state(BlobState.TO_SEND, FILES_AT_ONCE + len(without))
            to_send = [row for row in waiting if row.sha256 not in without][:FILES_AT_ONCE]
            wants = uow.blobs.in_state(BlobState.WANTED, FILES_AT_ONCE)
            have = tuple(uow.blobs.newest(MAX_FILES))
        whole = [row for row in to_send if self._files.verify(row.sha256)]
        requests, more = self._requests(whole, after=after)
        asked = UpMessage(requests=requests, wants=tuple(row.sha256 for row in wants), have=have)
        message = self._wire.pack(asked)
        sections = [section_of(SectionKind.MESSAGE, message)]
        sections += [Section(kind=SectionKind.FILE, sha256=row.sha256, size=row.size) for row in whole]
        manifest = self._manifest(identity, requests, plan_parts(sections, part_bytes), made_ms=wall_ms())
        day = datetime.fromtimestamp(manifest.made_ms / 1000, UTC).strftime("%Y%m%d")
        paths = StickWriter(folder, disk, progress=progress, stopped=stopped).write(
            manifest,
            self._keys,
            stem=f"pesagi-kirim-{day}-{manifest.bundle.hex()[:8]}",
            content=self._content(message),
        )
        report = OutReport(
            names=tuple(path.name for path in paths),
            ops=sum(len(request.ops) for request in requests),
            scans=len(whole),
            bytes=sum(section.size for section in sections),
            left_out=len(to_send) - len(whole),
            more=more or len(to_send) == FILES_AT_ONCE,
            last=max((read_op(request.ops[-1]).seq for request in requests if request.ops), default=after),
            hashes=frozenset(row.sha256 for row in to_send),
        )
        if not self._store.is_shut:  # of a PC that says farewell nobody asks any more
            self._note_copy(report, waiting, epoch=requests[-1].epoch, written_ms=wall_ms())
        return report

    def _note_copy(self, report: OutReport, waiting: Sequence[BlobRow], *, epoch: int, written_ms: int) -> None:
        """What was read back from the stick lies on this PC no more alone; of the scans, once the last of them does."""
        with self._store.begin() as uow:
            scans_ms = uow.meta.stick().scans_ms
            if waiting and not (report.left_out or len(report.hashes) == FILES_AT_ONCE):
                scans_ms = max(row.added_ms for row in waiting)
            uow.meta.write(StickNotes(epoch=epoch, seq=report.last, scans_ms=scans_ms, written_ms=written_ms))

    def _requests(self, files: list[BlobRow], *, after: int) -> tuple[tuple[SyncRequest, ...], bool]:
        """The requests that carry all ops that wait, and whether they are too many for one bundle."""
        requests: list[SyncRequest] = []
        more, taken = True, 0
        while more and len(requests) < MAX_REQUESTS and taken < MOST_ASKED:
            request, more = self._engine.make_request(push=True, after=after)
            taken += cost(encode(request))
            after = read_op(request.ops[-1]).seq if request.ops else after
            # A bundle may be overtaken by a later one. What it knows less than the server proves nothing then.
            plain = msgspec.structs.replace(request, next_seq=0, offers=(), checks=(), buckets=())
            # A stick carries rows, not files made beforehand.
            requests.append(msgspec.structs.replace(plain, segments=False, loading=()))
        requests += self._comparing(requests[-1])
        offers = tuple((row.sha256, row.size) for row in files)
        earlier = [msgspec.structs.replace(request, needs=()) for request in requests[:-1]]
        return (*earlier, msgspec.structs.replace(requests[-1], offers=offers)), more

    def _comparing(self, like: SyncRequest) -> list[SyncRequest]:
        """After the server or this PC was put back: requests that compare every stream, since a trip costs days."""
        with self._store.read() as uow:
            if not uow.meta.sync().compare:
                return []
            streams = [stream for stream, _ in uow.streams.cursors()]
            buckets = Healing(uow).buckets(streams)
        plain = msgspec.structs.replace(like, ops=(), signature=b"")
        return [
            msgspec.structs.replace(plain, buckets=buckets[start : start + COMPARED_AT_ONCE])
            for start in range(0, len(buckets), COMPARED_AT_ONCE)
        ]

    def _manifest(
        self,
        identity: Identity,
        requests: tuple[SyncRequest, ...],
        parts: tuple[tuple[Section, ...], ...],
        *,
        made_ms: int,
    ) -> Manifest:
        ends = [(read_op(request.ops[0]).seq, read_op(request.ops[-1]).seq) for request in requests if request.ops]
        with self._store.read() as uow:
            entries = uow.outbox.of_epoch(requests[-1].epoch, [last for _, last in ends])
            next_seq = uow.meta.chain().next_seq
        return Manifest(
            protocol=PROTOCOL,
            tenant=identity.tenant,
            sender=identity.device,
            recipient=SERVER,
            recipient_key=identity.server_seal,
            bundle=os.urandom(ID_BYTES),
            made_ms=made_ms,
            parts=parts,
            epoch=requests[-1].epoch,
            next_seq=next_seq,
            # An op that was answered and forgotten in this moment needs no answer from the stick.
            spans=tuple(
                OpSpan(first=first, last=last, head=entries[last].head) for first, last in ends if last in entries
            ),
            cursors=requests[-1].cursors,
            compares=any(request.buckets for request in requests),
        )

    def _content(self, message: bytes) -> Callable[[Section], Iterable[bytes]]:
        def content(section: Section) -> Iterable[bytes]:
            return (message,) if section.kind is SectionKind.MESSAGE else self._file(section.sha256)

        return content

    def _file(self, sha256: bytes) -> Iterator[bytes]:
        try:
            with self._files.content(sha256) as file:
                while piece := file.read(CHUNK):
                    yield piece
        except OSError as err:
            raise EnvironmentFault(FaultOf.FILE_MISSING, sha256.hex()[:12]) from err


def bundle_identity(uow: UnitOfWork) -> Identity:
    """Who this PC is, if it joined an office and knows the server's keys; NOT_ENROLLED, NO_KEYS."""
    identity = uow.meta.identity()
    if identity is None or identity.practice or not identity.server:
        raise EnvironmentFault(FaultOf.NOT_ENROLLED)
    if not (identity.server_sign and identity.server_seal):
        raise BundleFault(BundleTrouble.NO_KEYS)
    return identity
