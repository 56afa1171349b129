"""The way down by stick: bundles from the server, verified whole, then taken as an answer on the line is taken."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from core.protocol.bundle import SERVER, BundleFault, BundleTrouble, Manifest, Section, SectionKind
from core.protocol.bundle_files import FoundPart, Progress, Reader, Stopped, already_verified, find_parts, missing_parts
from core.protocol.codec import CodecError
from core.protocol.frames import Wire
from core.protocol.messages import Frame
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.estimates import look_for_estimates
from desktop.storage.unit_of_work import Store
from desktop.sync.bundle_out import bundle_identity
from desktop.sync.bundle_reply import ReplyFilter
from desktop.sync.bundle_reports import InReport
from desktop.sync.comparing import note_compared
from desktop.sync.engine import Asked, RoundReport, SyncEngine, WallClock
from desktop.sync.signing import DeviceKeys


class _Taken(msgspec.Struct, kw_only=True):
    rounds: RoundReport
    scans: int = 0
    outdated: int = 0
    more: bool = False


class BundleIn:
    """Takes bundles of the server."""

    def __init__(
        self, store: Store, files: BlobFiles, keys: DeviceKeys, engine: SyncEngine, *, wire: Wire, wall_ms: WallClock
    ) -> None:
        """Over the open store and its folder of files."""
        self._wall_ms = wall_ms
        self._store = store
        self._files = files
        self._keys = keys
        self._engine = engine
        self._wire = wire

    def take(self, places: Sequence[Path], *, progress: Progress, stopped: Stopped) -> InReport:
        """Take the bundles in files or folders. BundleFault: nothing was taken, unless the stick failed on the way.

        What is cut short can be taken again: whatever was stored stands, and nothing is stored twice.
        """
        with self._store.read() as uow:
            identity = bundle_identity(uow)
        reader = Reader(
            self._keys,
            me=identity.device,
            tenant=identity.tenant,
            sender_key=lambda head: identity.server_sign if head.sender == SERVER else None,
        )
        found = find_parts(places, reader, progress, stopped)
        if not found.parts:
            path, code = found.troubles[0]
            raise BundleFault(code, path.name)
        taken = _Taken(rounds=RoundReport())
        for place, part in enumerate(found.parts):
            progress(place, len(found.parts))
            self._take_part(reader, part, taken, stopped)
        if not (taken.more or taken.outdated):
            look_for_estimates(self._store)
        return InReport(
            bundles=len({part.head.bundle for part in found.parts}),
            ops=taken.rounds.ops,
            refused=taken.rounds.refused,
            rows=taken.rounds.rows,
            scans=taken.scans,
            outdated=taken.outdated,
            missing=missing_parts(found.parts),
            troubles=tuple((path.name, code.value) for path, code in found.troubles),
            more=taken.more,
        )

    def _take_part(self, reader: Reader, part: FoundPart, taken: _Taken, stopped: Stopped) -> None:
        with already_verified(), reader.open(part.path) as opened:
            if opened.manifest != part.manifest:
                raise BundleFault(BundleTrouble.STICK_ALTERED)
            for section, content in opened.sections():
                if stopped():
                    raise BundleFault(BundleTrouble.STOPPED)
                if section.kind is SectionKind.MESSAGE:
                    self._take_reply(part.manifest, content, taken, stopped)
                else:
                    taken.scans += self._take_file(section, content)

    def _take_reply(self, manifest: Manifest, content: Iterator[bytes], taken: _Taken, stopped: Stopped) -> None:
        passing = ReplyFilter(self._store, manifest)
        try:
            more = self._engine.take_reply(
                passing.frames(self._frames(content)), taken.rounds, stopped, asked=Asked(epoch=manifest.epoch)
            )
        except CodecError as err:
            # It is what the server signed: then the server is of another version.
            raise BundleFault(BundleTrouble.OTHER_VERSION) from err
        if passing.compared:
            note_compared(self._store, self._wall_ms(), feed_epoch=passing.feed_epoch)
        taken.more = taken.more or more
        taken.outdated += passing.outdated

    def _frames(self, content: Iterator[bytes]) -> Iterator[Frame]:
        reader = self._wire.reader()
        for piece in content:
            yield from reader.feed(piece)

    def _take_file(self, section: Section, content: Iterator[bytes]) -> bool:
        """Keep a file that this PC waits for; whether it did."""
        with self._store.read() as uow:
            row = uow.blobs.get(section.sha256)
        if row is None or row.state is not BlobState.WANTED:
            return False
        self._files.receive(section.sha256, section.size, content)
        with self._store.begin() as uow:
            uow.blobs.set_state(section.sha256, BlobState.BOTH)
        return True
