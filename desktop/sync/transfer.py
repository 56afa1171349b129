"""Scans on the line: up what was registered here, down what is wanted; each resumable at any byte."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import msgspec

from core.protocol.faults import FaultCode
from desktop.storage.blob_table import BlobRow, BlobState
from desktop.storage.blobs import BlobFiles, disk_fault
from desktop.storage.sealed_file import GrowingFile
from desktop.storage.unit_of_work import Store
from desktop.sync.flow import Flow, FreeFlow
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

NOTE_BYTES = 64 * 1024
AT_ONCE = 50
NAP_S = 0.5
# What a try must have brought over for the next one to follow without a pause.
GAIN_BYTES = 8 * 1024


class BlobClient(Protocol):
    """What transfers need of a client."""

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send what the server lacks of `content`; whether it has all of it now."""

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        """Fetch from an offset on: so many bytes, or all."""


class TransferReport(msgspec.Struct, kw_only=True):
    """What went over: files sent, fetched, not on the server yet, and left because another one is at them.

    `damaged` counts those that were not what they are named for, here or as they came.
    """

    sent: int = 0
    fetched: int = 0
    missing: int = 0
    left: int = 0
    damaged: int = 0


class Transfers:
    """Moves files between this PC and the server."""

    def __init__(
        self,
        store: Store,
        files: BlobFiles,
        *,
        step: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Over the open store and its folder of files; `seconds` never goes back."""
        self._store = store
        self._files = files
        self._step = step
        self._sleep = sleep
        self._seconds = seconds

    def run(self, client: BlobClient, cancelled: Callable[[], bool]) -> TransferReport:
        """Send what waits, then fetch what is wanted, at full speed; a cut leaves both resumable."""
        report = TransferReport()
        with self._store.read() as uow:
            to_send = uow.blobs.in_state(BlobState.TO_SEND, AT_ONCE)
            wanted = uow.blobs.in_state(BlobState.WANTED, AT_ONCE)
        for row in to_send + wanted:
            if cancelled():
                break
            if not row.paused:
                self.move(client, row, FreeFlow(), report)
        return report

    def move(self, client: BlobClient, row: BlobRow, flow: Flow, report: TransferReport) -> None:
        """Bring one file over, as far as the flow lets it; a line that is cut but gets on is tried again at once."""
        watched = _Watched(flow)
        bare = 0
        while True:
            try:
                self._move(client, row, watched, report)
            except EnvironmentFault as err:
                # What a cut try brought over may be known only when the next one asks.
                bare = 0 if watched.gained() else bare + 1
                cut = err.code is FaultOf.NO_NETWORK and watched.reached
                if not cut or bare > 1 or flow.stopped():
                    raise
                watched.reached = False
                continue
            return

    def _move(self, client: BlobClient, row: BlobRow, flow: Flow, report: TransferReport) -> None:
        if row.state == BlobState.TO_SEND:
            # Damaged bytes never leave this PC, and a file that is gone holds up no other.
            if not self._files.verify(row.sha256):
                self._files.set_aside(row.sha256)
                self._fetch_again(row.sha256, report)
            elif self._send_unless_sealed(client, row, flow):
                report.sent += 1
            else:
                report.left += 1
            return
        with self._files.claimed(row.sha256) as mine:
            if not mine:
                report.left += 1
                return
            try:
                if self._fetch(client, row, flow):
                    report.fetched += 1
                else:
                    report.left += 1
            except ServerFault as err:
                if err.code != FaultCode.NOT_FOUND:
                    raise
                report.missing += 1  # its author has not sent it yet
            except EnvironmentFault as fault:
                if fault.code is not FaultOf.FILE_DAMAGED:
                    raise
                # To fetch it again and again would fill the line for nothing: a person says when.
                self._fetch_again(row.sha256, report, paused=True)

    def _send_unless_sealed(self, client: BlobClient, row: BlobRow, flow: Flow) -> bool:
        """As `_send`; what the server takes only sealed waits here until it is."""
        try:
            return self._send(client, row, flow)
        except ServerFault as err:
            if err.code != FaultCode.SEALED:
                raise
        with self._store.begin() as uow:
            uow.blobs.set_state(row.sha256, BlobState.TO_SEAL)
        return False

    def _send(self, client: BlobClient, row: BlobRow, flow: Flow) -> bool:
        offset = row.have
        while True:
            self._step("blob-send")
            try:
                with self._files.content(row.sha256) as content:
                    content.seek(offset)
                    whole = client.upload(row.sha256, row.size, content, flow=flow)
            except FileNotFoundError as err:
                raise EnvironmentFault(FaultOf.FILE_MISSING, row.sha256.hex()[:12]) from err
            except ServerFault as err:
                # The server persisted another length than we last heard of.
                if err.code != FaultCode.WRONG_OFFSET or err.fault.number == offset:
                    raise
                offset = err.fault.number
                whole = offset >= row.size
                if not whole:
                    continue
            break
        if whole:
            with self._store.begin() as uow:
                uow.blobs.sent(row.sha256)
        return whole

    def _fetch(self, client: BlobClient, row: BlobRow, flow: Flow) -> bool:
        if self._files.has(row.sha256):
            self._settle(row.sha256)
            return True
        offset = self._have(row.sha256)
        self._files.require_room(row.size - offset)
        flow.moved(offset)
        while offset < row.size:
            count = flow.stretch(row.size - offset)
            if flow.stopped():
                return False
            if (wait := flow.wait_for(count)) > 0:
                self._sleep(min(wait, NAP_S))
                continue
            asked = None if count == row.size - offset else count
            before = offset
            with self._growing(row.sha256) as grown:
                offset = _Arrival(grown, flow, self._seconds).take(
                    client.download(row.sha256, offset, count=asked), lambda have: self._note(row.sha256, have)
                )
            if offset == before:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        self._files.finish(row.sha256)
        self._step("blob-stored")
        self._settle(row.sha256)
        return True

    def _have(self, sha256: bytes) -> int:
        try:
            return self._files.grown(sha256)
        except OSError as err:
            raise disk_fault(err) from err

    @contextmanager
    def _growing(self, sha256: bytes) -> Iterator[GrowingFile]:
        try:
            with self._files.grow(sha256) as grown:
                yield grown
        except OSError as err:
            raise disk_fault(err) from err

    def _fetch_again(self, sha256: bytes, report: TransferReport, *, paused: bool = False) -> None:
        with self._store.begin() as uow:
            uow.blobs.fetch_again(sha256, paused=paused)
        report.damaged += 1

    def _note(self, sha256: bytes, have: int) -> None:
        with self._store.begin() as uow:
            uow.blobs.set_state(sha256, BlobState.WANTED, have=have)

    def _settle(self, sha256: bytes) -> None:
        with self._store.begin() as uow:
            uow.blobs.set_state(sha256, BlobState.BOTH)


class _Watched:
    """A flow, and whether the tries of one file get on."""

    def __init__(self, flow: Flow) -> None:
        self.wait_for, self.stretch = flow.wait_for, flow.stretch
        self.stopped, self.measured = flow.stopped, flow.measured
        self._told = flow.moved
        self._have = self._best = 0
        self.reached = False

    def moved(self, have: int) -> None:
        """Hear where the file stands."""
        self._have = have
        self.reached = True
        self._told(have)

    def gained(self) -> bool:
        """Whether the file stands further than when this was last asked."""
        gained = self._have - self._best >= GAIN_BYTES
        self._best = max(self._best, self._have)
        return gained


class _Arrival:
    """One stretch of a file that is fetched, written where it belongs."""

    def __init__(self, grown: GrowingFile, flow: Flow, seconds: Callable[[], float]) -> None:
        self._grown = grown
        self._flow = flow
        self._seconds = seconds

    def take(self, pieces: Iterator[bytes], note: Callable[[int], None]) -> int:
        """Write what comes, noting how far it is now and then; where the file goes on."""
        grown = self._grown
        noted = grown.have
        measured, since = 0, None
        try:
            for piece in pieces:
                grown.write(piece)
                # The first piece stood in the line's queue; from it on the line alone sets the pace.
                measured, since = (0, self._seconds()) if since is None else (measured + len(piece), since)
                if grown.have - noted >= NOTE_BYTES:
                    grown.flush()
                    noted = grown.have
                    note(noted)
                    self._flow.moved(noted)
                    if self._flow.stopped():
                        break
        finally:
            self._flow.moved(grown.have)
        if since is not None and measured >= NOTE_BYTES and (seconds := self._seconds() - since) > 0:
            self._flow.measured(measured / seconds)
        return grown.have
