"""The way down by stick: a reply to a device's questions and the files it needs, as a bundle."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter
from core.protocol.bundle import (
    ID_BYTES,
    MAX_FILES,
    SERVER,
    Manifest,
    OpSpan,
    Section,
    SectionKind,
    UpMessage,
    plan_parts,
)
from core.protocol.bundle_files import Progress, StickWriter, Stopped
from core.protocol.frames import FrameWriter
from core.protocol.messages import PROTOCOL, SCHEMA, Data, Done, Frame, Slice, SyncRequest
from core.protocol.records import KIND_OF
from core.protocol.rows import read_rows
from core.protocol.sealing import PartyKeys
from server.services.blobs import BlobService
from server.services.faults import RequestFault
from server.services.grants import read_grants
from server.services.sync import SyncService
from server.services.tokens import Caller, Clock
from server.storage.blob_files import ServerDisk
from server.storage.database import Database
from server.storage.devices import DeviceRow

READ_BYTES = 256 * 1024
_LETTER = KIND_OF[IncomingLetter].code


class Asked(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What a device asked by stick: the manifest of its bundle, and the message in it."""

    manifest: Manifest
    message: UpMessage


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the stick."""

    names: tuple[str, ...]
    scans: int
    bytes: int


class AnswerMaker:
    """Writes bundles for devices."""

    def __init__(
        self, database: Database, clock: Clock, *, sync: SyncService, blobs: BlobService, keys: PartyKeys
    ) -> None:
        self._database = database
        self._clock = clock
        self._sync = sync
        self._blobs = blobs
        self._keys = keys

    def stick(self, folder: Path, *, progress: Progress, stopped: Stopped) -> StickWriter:
        """Where an answer is written."""
        return StickWriter(folder, ServerDisk(), progress=progress, stopped=stopped)

    def write(
        self,
        caller: Caller,
        device: DeviceRow,
        asked: Asked | None,
        *,
        out: StickWriter,
        part_bytes: int,
        spool: IO[bytes],
        writer: FrameWriter,
    ) -> Answer:
        """Write the answer to what was asked, or all that the device may have; `spool` holds the reply meanwhile."""
        message = asked.message if asked else UpMessage(requests=(self._from_the_beginning(caller, device),))
        needed, compares = self._spool_reply(caller, message.requests, spool=spool, writer=writer)
        wanted = dict.fromkeys((*message.wants, *needed))
        files = list(self._files(caller, [sha256 for sha256 in wanted if sha256 not in set(message.have)]))
        sections = [_section_of_spool(spool), *files[:MAX_FILES]]
        manifest = self._manifest(caller, device, asked, plan_parts(sections, part_bytes), compares=compares)
        day = datetime.fromtimestamp(manifest.made_ms / 1000, UTC).strftime("%Y%m%d")
        paths = out.write(
            manifest,
            self._keys,
            stem=f"pesagi-jawab-{day}-{device.id.hex()[:6]}-{manifest.bundle.hex()[:8]}",
            content=self._content(caller, spool),
        )
        return Answer(
            names=tuple(path.name for path in paths),
            scans=len(sections) - 1,
            bytes=sum(section.size for section in sections),
        )

    def _from_the_beginning(self, caller: Caller, device: DeviceRow) -> SyncRequest:
        tenant = self._database.read(lambda unit: unit.tenants.get(caller.tenant))
        return SyncRequest(
            protocol=PROTOCOL,
            schema=SCHEMA,
            epoch=device.epoch,
            feed_epoch=0 if tenant is None else tenant.feed_epoch,
            sent_ms=0,
            grants=0,
        )

    def _spool_reply(
        self, caller: Caller, requests: tuple[SyncRequest, ...], *, spool: IO[bytes], writer: FrameWriter
    ) -> tuple[list[bytes], bool]:
        """Write the frames of the reply; the hashes of the scans that the people of the device need with it.

        And whether what they ask to compare was compared: not for who has not heard that the server was put back.
        """
        grants = self._database.read(lambda unit: read_grants(unit.of(caller.tenant), caller.device))
        mine = {position.number for position in grants.positions}
        needed: list[bytes] = []
        compares = True

        def put(frame: Frame) -> None:
            spool.write(writer.frame(frame))

        # The answers to all requests, then what is new since: the last round knows it best.
        for request in requests:
            round_ = self._sync.receive(caller, request, late=True)
            put(round_.control)
            compares = compares and request.heard in (0, round_.control.feed_epoch)
            if request is not requests[-1] and not request.buckets:
                continue
            for frame in self._sync.frames(caller, round_):
                put(frame)
                needed += _scans_for(frame, mine)
        put(Done())
        return needed, compares

    def _files(self, caller: Caller, wanted: Iterable[bytes]) -> Iterator[Section]:
        """Those of the files that are here, that are whole, and that the device may read."""
        for sha256 in wanted:
            try:
                size = self._blobs.readable_size(caller, sha256)
            except RequestFault:
                continue
            digest = hashlib.sha256()
            for piece in self._blobs.read(caller, sha256, start=0, count=size):
                digest.update(piece)
            if digest.digest() == sha256:
                yield Section(kind=SectionKind.FILE, sha256=sha256, size=size)

    def _content(self, caller: Caller, spool: IO[bytes]) -> Callable[[Section], Iterable[bytes]]:
        def content(section: Section) -> Iterable[bytes]:
            if section.kind is SectionKind.FILE:
                return self._blobs.read(caller, section.sha256, start=0, count=section.size)
            spool.seek(0)
            return iter(lambda: spool.read(READ_BYTES), b"")

        return content

    def _manifest(
        self,
        caller: Caller,
        device: DeviceRow,
        asked: Asked | None,
        parts: tuple[tuple[Section, ...], ...],
        *,
        compares: bool,
    ) -> Manifest:
        about = asked.manifest if asked else None
        spans: tuple[OpSpan, ...] = about.spans if about else ()
        return Manifest(
            protocol=PROTOCOL,
            tenant=caller.tenant,
            sender=SERVER,
            recipient=device.id,
            recipient_key=device.seal_key,
            bundle=os.urandom(ID_BYTES),
            made_ms=self._clock(),
            parts=parts,
            epoch=about.epoch if about else device.epoch,
            next_seq=about.next_seq if about else device.next_seq,
            spans=spans,
            cursors=about.cursors if about else (),
            answers=about.bundle if about else b"",
            compares=bool(about and about.compares and compares),
        )


def _section_of_spool(spool: IO[bytes]) -> Section:
    size = spool.tell()
    spool.seek(0)
    digest = hashlib.sha256()
    while piece := spool.read(READ_BYTES):
        digest.update(piece)
    return Section(kind=SectionKind.MESSAGE, sha256=digest.digest(), size=size)


def _scans_for(data: Data | Slice, mine: set[PositionId]) -> list[bytes]:
    """The scans of letters in a frame that are addressed to one of these positions."""
    letters = [row.record for block, rows in read_rows(data.blocks) if block.kind == _LETTER for row in rows]
    return [scan.sha256 for letter in letters if mine.intersection(letter.involved) for scan in letter.scans]
