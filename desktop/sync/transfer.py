"""Scans on the line: up what was registered here, down what is wanted; one resumable request a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from core.protocol.faults import FaultCode
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.storage.blobs import BlobFiles, disk_fault
from desktop.storage.unit_of_work import Store
from desktop.sync.client import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

NOTE_BYTES = 64 * 1024
AT_ONCE = 50


class BlobClient(Protocol):
    """What transfers need of a client."""

    def upload(self, sha256: bytes, size: int, content: BinaryIO) -> None:
        """Send from where `content` stands to its end."""

    def download(self, sha256: bytes, offset: int) -> Iterator[bytes]:
        """Fetch from an offset on."""


class TransferReport(msgspec.Struct, kw_only=True):
    """What went over."""

    sent: int = 0
    fetched: int = 0
    missing: int = 0


class Transfers:
    """Moves files between this PC and the server."""

    def __init__(self, store: Store, files: BlobFiles, *, step: Callable[[str], None]) -> None:
        """Over the open store and its folder of files."""
        self._store = store
        self._files = files
        self._step = step

    def run(self, client: BlobClient, cancelled: Callable[[], bool]) -> TransferReport:
        """Send what waits, then fetch what is wanted; a cut leaves both resumable."""
        report = TransferReport()
        with self._store.read() as uow:
            to_send = uow.blobs.in_state(BlobState.TO_SEND, AT_ONCE)
            wanted = uow.blobs.in_state(BlobState.WANTED, AT_ONCE)
        for row in to_send:
            if cancelled():
                return report
            self._send(client, row)
            report.sent += 1
        for row in wanted:
            if cancelled():
                return report
            if self._fetch(client, row):
                report.fetched += 1
            else:
                report.missing += 1
        return report

    def _send(self, client: BlobClient, row: BlobRow) -> None:
        offset = row.have
        while True:
            self._step("blob-send")
            try:
                with self._files.path(row.sha256).open("rb") as content:
                    content.seek(offset)
                    client.upload(row.sha256, row.size, content)
            except FileNotFoundError as err:
                raise EnvironmentFault(FaultOf.FILE_MISSING, row.sha256.hex()[:12]) from err
            except ServerFault as err:
                # The server persisted another length than we last heard of.
                if err.code != FaultCode.WRONG_OFFSET or err.fault.number == offset:
                    raise
                offset = err.fault.number
                if offset < row.size:
                    continue
            break
        self._settle(row.sha256)

    def _fetch(self, client: BlobClient, row: BlobRow) -> bool:
        if self._files.has(row.sha256):
            self._settle(row.sha256)
            return True
        partial = self._files.partial(row.sha256)
        offset = partial.stat().st_size if partial.exists() else 0
        self._files.require_room(row.size - offset)
        try:
            if offset < row.size:
                partial.parent.mkdir(parents=True, exist_ok=True)
                self._receive(client, row, partial, offset)
        except ServerFault as err:
            if err.code == FaultCode.NOT_FOUND:
                return False  # its author has not sent it yet
            raise
        self._files.finish(row.sha256)
        self._step("blob-stored")
        self._settle(row.sha256)
        return True

    def _receive(self, client: BlobClient, row: BlobRow, partial: Path, offset: int) -> None:
        noted = offset
        try:
            with partial.open("ab") as writer:
                for piece in client.download(row.sha256, offset):
                    writer.write(piece)
                    offset += len(piece)
                    if offset - noted >= NOTE_BYTES:
                        writer.flush()
                        noted = offset
                        self._note(row.sha256, offset)
        except OSError as err:
            raise disk_fault(err) from err

    def _note(self, sha256: bytes, have: int) -> None:
        with self._store.begin() as uow:
            uow.blobs.set_state(sha256, BlobState.WANTED, have=have)

    def _settle(self, sha256: bytes) -> None:
        with self._store.begin() as uow:
            uow.blobs.set_state(sha256, BlobState.BOTH)
