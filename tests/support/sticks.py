"""A PC's end of the stick over a store in a test, and the server's keys to write answers with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text

from core.domain.ids import TenantId
from core.protocol.bundle import (
    ID_BYTES,
    PART_BYTES,
    SERVER,
    Manifest,
    Section,
    SectionKind,
    plan_parts,
    section_of,
)
from core.protocol.bundle_files import Progress, StickWriter, Stopped
from core.protocol.frames import Wire
from core.protocol.messages import PROTOCOL, Control, Done, Frame
from core.protocol.sealing import SEED_BYTES, PartyKeys
from desktop.storage.base import metadata
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.bundle_in import BundleIn
from desktop.sync.bundle_out import BundleOut
from desktop.sync.bundle_reports import InReport, OutReport
from desktop.sync.engine import SyncEngine
from desktop.sync.signing import DeviceKeys
from desktop.system.durability import OfficeDisk
from tests.support.stores import KEY

KIB = 1024
WALL_MS = 1_773_628_200_000
WIRE = Wire(b"")


def quiet(_done: int, _all: int) -> None:
    return


def never() -> bool:
    return False


def new_keys() -> PartyKeys:
    return PartyKeys(os.urandom(SEED_BYTES), os.urandom(SEED_BYTES))


class StickDesk:
    """Writes and takes bundles as the program does; `answer` plays the server."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.files = BlobFiles(folder, KEY, reserve=0)
        self.keys = DeviceKeys(os.urandom(SEED_BYTES), os.urandom(SEED_BYTES))
        self.server = new_keys()
        with store.begin() as uow:
            identity = uow.meta.identity()
            assert identity is not None
            self.identity = msgspec.structs.replace(
                identity,
                server="http://127.0.0.1:9",
                practice=False,
                server_sign=self.server.sign_public,
                server_seal=self.server.seal_public,
            )
            uow.meta.write(self.identity)

    def write(
        self, folder: Path, *, progress: Progress = quiet, stopped: Stopped = never, part_bytes: int = PART_BYTES
    ) -> OutReport:
        out = BundleOut(self.store, self.files, self.keys, self._engine(), wire=WIRE)
        return out.write(
            folder,
            disk=OfficeDisk(),
            wall_ms=lambda: WALL_MS,
            part_bytes=part_bytes,
            progress=progress,
            stopped=stopped,
        )

    def take(self, places: Sequence[Path], *, progress: Progress = quiet, stopped: Stopped = never) -> InReport:
        taker = BundleIn(self.store, self.files, self.keys, self._engine(), wire=WIRE, wall_ms=lambda: WALL_MS)
        return taker.take(places, progress=progress, stopped=stopped)

    def answer(
        self,
        folder: Path,
        *frames: Frame,
        scans: Sequence[bytes] = (),
        part_bytes: int = PART_BYTES,
        signed_by: PartyKeys | None = None,
        **changes: Any,
    ) -> list[Path]:
        """A bundle of the server with these frames and files; `changes` are those of the manifest."""
        folder.mkdir(exist_ok=True, parents=True)
        writer = WIRE.writer()
        reply = b"".join(writer.frame(frame) for frame in (*frames, Done()))
        files = {section_of(SectionKind.FILE, scan).sha256: scan for scan in scans}
        sections = [section_of(SectionKind.MESSAGE, reply), *(section_of(SectionKind.FILE, scan) for scan in scans)]
        plain = Manifest(
            protocol=PROTOCOL,
            tenant=self.identity.tenant,
            sender=SERVER,
            recipient=self.identity.device,
            recipient_key=self.keys.seal_public,
            bundle=os.urandom(ID_BYTES),
            made_ms=WALL_MS,
            parts=plan_parts(sections, part_bytes),
            epoch=self.identity.epoch,
            next_seq=1,
        )
        manifest: Manifest = msgspec.structs.replace(plain, **changes)

        def content(section: Section) -> tuple[bytes]:
            return (reply if section.kind is SectionKind.MESSAGE else files[section.sha256],)

        stick = StickWriter(folder, OfficeDisk(), progress=quiet, stopped=never)
        stem = f"pesagi-jawab-{manifest.bundle.hex()[:8]}"
        return list(stick.write(manifest, signed_by or self.server, stem=stem, content=content))

    def _engine(self) -> SyncEngine:
        return SyncEngine(self.store, self.files, self.keys, lambda: WALL_MS, today=lambda: date(2026, 3, 16))


def control(**changes: Any) -> Control:
    """A first frame that says nothing new."""
    return msgspec.structs.replace(Control(feed_epoch=0, now_ms=WALL_MS, grants=0), **changes)


OTHER_TENANT = TenantId(77)


def digest(desk: StickDesk) -> bytes:
    """Every row of every table, and every file; but for the note that a copy lies on a stick."""
    told = hashlib.sha256()
    with desk.store.read() as uow:
        for table in sorted(metadata.tables):
            rows = uow.connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608  # names of our own tables
            for line in sorted(repr(tuple(row)) for row in rows if "stick" not in tuple(row)):
                told.update(line.encode())
    for path in sorted(desk.files.path(bytes(32)).parents[1].rglob("*")):
        told.update(str(path).encode())
    return told.digest()


def waits_for(desk: StickDesk, *scans: bytes) -> None:
    with desk.store.begin() as uow:
        for scan in scans:
            uow.blobs.add(hashlib.sha256(scan).digest(), len(scan), state=BlobState.WANTED, now_ms=1)


def laden(desk: StickDesk, scans: int, *, each: int = 100 * KIB) -> None:
    for number in range(scans):
        sha256, size = desk.files.add_bytes(os.urandom(each))
        with desk.store.begin() as uow:
            uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1 + number)
