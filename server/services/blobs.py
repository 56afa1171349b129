"""Files: taken in pieces that survive any cut, kept when their hash is right, given to those who may read the letter.

A device offers (hash, size), is told the offset, and sends the rest. Every piece is on the disk before the next is
taken. Of two uploads of the same file the newer one goes on: the older is most likely a connection that died.
"""

import logging
import threading
from collections.abc import Iterator, Sequence

import msgspec

from core.domain.attachments import HASH_BYTES, MAX_THUMBNAIL_BYTES
from core.domain.ids import TenantId
from core.protocol.faults import FaultCode
from core.protocol.letter_sealing import MAGIC_BYTES
from core.protocol.transfer import MAX_BLOB
from server.services.faults import RequestFault
from server.services.grants import read_grants
from server.services.sealed_files import comes_in_clear, is_file_for_readers
from server.services.tokens import Caller, Clock
from server.storage.blob_files import BlobFiles
from server.storage.blobs import BlobRow
from server.storage.database import Database, UnitOfWork

logger = logging.getLogger(__name__)


class Upload(msgspec.Struct, kw_only=True):
    """One PATCH under way: `have` bytes of `size` are on the disk."""

    tenant: TenantId
    sha256: bytes
    size: int
    have: int
    turn: int
    complete: bool = False


class _Slot(msgspec.Struct, kw_only=True):
    """What the uploads of one file share: a lock, the turn of the newest, how many there are."""

    lock: threading.Lock
    turn: int = 0
    users: int = 0


class BlobService:
    """Serves `/v1/blob/<hash>` and the offers of the sync request."""

    def __init__(self, database: Database, files: BlobFiles, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._slots: dict[tuple[TenantId, bytes], _Slot] = {}
        self._guard = threading.Lock()

    def offsets(self, tenant: TenantId, offers: Sequence[tuple[bytes, int]]) -> tuple[tuple[bytes, int], ...]:
        """For each offered file how much of it is here; all of it only when it is complete and verified."""
        sane = [(sha256, size) for sha256, size in offers if len(sha256) == HASH_BYTES and 0 < size <= MAX_BLOB]
        rows = self._database.read(lambda unit: unit.of(tenant).blobs.some([sha256 for sha256, _ in sane]))
        return tuple((sha256, self._offset(tenant, rows.get(sha256), size=size)) for sha256, size in sane)

    def begin(self, tenant: TenantId, sha256: bytes, *, offset: int | None, size: int | None) -> Upload:
        """Take the turn for a file; `size` must be given the first time. WRONG_OFFSET tells where to go on.

        Without an offset the upload goes on where the bytes that are here end: its `have`.
        Call `end` when done, whatever happened.
        """
        if size is not None and size <= 0:
            raise RequestFault(FaultCode.MALFORMED)
        if size is not None and size > MAX_BLOB:
            raise RequestFault(FaultCode.TOO_LARGE)
        slot = self._enter(tenant, sha256)
        try:
            with slot.lock:
                slot.turn += 1
                upload = self._begin(tenant, sha256, size=size, turn=slot.turn)
                _check_offset(upload, offset)
        except BaseException:
            self._leave(tenant, sha256)
            raise
        return upload

    def append(self, upload: Upload, data: bytes) -> None:
        """Store a piece; on the disk when this returns. WRONG_OFFSET if a newer upload has taken over.

        SEALED if the file comes in the clear and its letter was sealed meanwhile: what came of it is dropped.
        """
        slot = self._slots[upload.tenant, upload.sha256]
        with slot.lock:
            self._check_turn(slot, upload)
            if upload.have + len(data) > upload.size:
                raise RequestFault(FaultCode.TOO_LARGE)
            self._refuse_clear(upload, data)
            self._files.append(upload.tenant, upload.sha256, offset=upload.have, data=data)
            upload.have += len(data)
            self._database.write(lambda unit: unit.of(upload.tenant).blobs.grow(upload.sha256, have=upload.have))

    def finish(self, upload: Upload) -> None:
        """Keep the file if all of it is here and its hash is right.

        WRONG_OFFSET if bytes are missing yet; WRONG_HASH if the content is not what the name says: it is dropped.
        """
        if upload.complete:
            return
        slot = self._slots[upload.tenant, upload.sha256]
        with slot.lock:
            self._check_turn(slot, upload)
            if upload.have < upload.size:
                raise RequestFault(FaultCode.WRONG_OFFSET, upload.have)
            self._keep(upload)

    def end(self, upload: Upload) -> None:
        """Give the turn back."""
        self._leave(upload.tenant, upload.sha256)

    def take_piece(self, tenant: TenantId, sha256: bytes, *, size: int, start: int, data: bytes) -> int:
        """How much of a file is here, with `data` if that begins where what was here ends. RequestFault.

        Only then a turn is taken: the author of the file may be at it himself, and would have to begin again.
        """
        have = dict(self.offsets(tenant, [(sha256, size)])).get(sha256)
        if have is None:
            raise RequestFault(FaultCode.MALFORMED)
        if not data or start != have or have == size:
            return have
        upload = self.begin(tenant, sha256, offset=None, size=size)
        try:
            if upload.have == start and not upload.complete:
                self.append(upload, data)
            if upload.have == size:
                self.finish(upload)
            return upload.have
        finally:
            self.end(upload)

    def readable_size(self, caller: Caller, sha256: bytes) -> int:
        """The size of a file that the device may read now; NOT_FOUND if there is none, or none for this device."""

        def may_read(unit: UnitOfWork) -> bool:
            store = unit.of(caller.tenant)
            row = store.blobs.get(sha256)
            if row is None or row.completed_ms is None:
                return False
            streams = [stream.id for stream in read_grants(store, caller.device).streams]
            return store.streams.holds_any(streams, store.blobs.rows_with(sha256))

        size = self._files.complete_size(caller.tenant, sha256) if self._database.read(may_read) else None
        if size is None:
            raise RequestFault(FaultCode.NOT_FOUND)
        return size

    def readable_small(self, caller: Caller, hashes: Sequence[bytes]) -> list[bytes]:
        """Those of the files that are small, here whole, and for this device to read now."""

        def readable(unit: UnitOfWork) -> list[bytes]:
            store = unit.of(caller.tenant)
            rows = store.blobs.some(hashes)
            streams = [stream.id for stream in read_grants(store, caller.device).streams]
            return [
                sha256
                for sha256 in dict.fromkeys(hashes)
                if (row := rows.get(sha256)) is not None
                and row.completed_ms is not None
                and row.size <= MAX_THUMBNAIL_BYTES
                and store.streams.holds_any(streams, store.blobs.rows_with(sha256))
            ]

        return [
            sha256
            for sha256 in self._database.read(readable)
            if 0 < (self._files.complete_size(caller.tenant, sha256) or 0) <= MAX_THUMBNAIL_BYTES
        ]

    def complete_size(self, tenant: TenantId, sha256: bytes) -> int | None:
        """The size of a file that is here whole, or None; whoever asks has seen to it that it may be read."""
        row = self._database.read(lambda unit: unit.of(tenant).blobs.get(sha256))
        if row is None or row.completed_ms is None:
            return None
        return self._files.complete_size(tenant, sha256)

    def read(self, caller: Caller, sha256: bytes, *, start: int, count: int) -> Iterator[bytes]:
        """The bytes of a file whose `readable_size` was asked."""
        return self._files.read(caller.tenant, sha256, start=start, count=count)

    def _begin(self, tenant: TenantId, sha256: bytes, *, size: int | None, turn: int) -> Upload:
        row = self._database.read(lambda unit: unit.of(tenant).blobs.get(sha256))
        if row is not None and self._is_complete(tenant, row):
            return Upload(tenant=tenant, sha256=sha256, size=row.size, have=row.size, turn=turn, complete=True)
        if row is None or row.completed_ms is not None or size not in (None, row.size):
            if size is None:
                raise RequestFault(FaultCode.MALFORMED)
            started = size
            self._database.write(lambda unit: unit.of(tenant).blobs.start(sha256, size=started))
            row = BlobRow(sha256=sha256, size=started, have=0, completed_ms=None)
        have = self._arrived(tenant, row)
        return Upload(tenant=tenant, sha256=sha256, size=row.size, have=have, turn=turn)

    def _offset(self, tenant: TenantId, row: BlobRow | None, *, size: int) -> int:
        if row is None:
            return 0
        if self._is_complete(tenant, row):
            return row.size
        if row.completed_ms is not None or row.size != size:
            return 0
        have = self._arrived(tenant, row)
        return self._catch_up(tenant, row) if have == row.size else have

    def _catch_up(self, tenant: TenantId, row: BlobRow) -> int:
        """Finish a file whose last byte arrived just before the server went down."""
        try:
            upload = self.begin(tenant, row.sha256, offset=row.size, size=row.size)
        except RequestFault as fault:
            return fault.fault.number
        try:
            self.finish(upload)
        except RequestFault:
            return 0
        finally:
            self.end(upload)
        return row.size

    def _keep(self, upload: Upload) -> None:
        tenant, sha256 = upload.tenant, upload.sha256
        here = self._files.complete_size(tenant, sha256) == upload.size
        if not here and not self._files.keep(tenant, sha256):
            self._database.write(lambda unit: unit.of(tenant).blobs.forget(sha256))
            raise RequestFault(FaultCode.WRONG_HASH)
        now_ms = self._clock()
        self._database.write(lambda unit: unit.of(tenant).blobs.complete(sha256, size=upload.size, now_ms=now_ms))
        upload.complete = True

    def _is_complete(self, tenant: TenantId, row: BlobRow) -> bool:
        if row.completed_ms is None:
            return False
        if self._files.complete_size(tenant, row.sha256) == row.size:
            return True
        logger.warning("file %s is missing on the disk, and is asked for again", row.sha256.hex())
        return False

    def _arrived(self, tenant: TenantId, row: BlobRow) -> int:
        """Bytes to build on: noted and on the disk. A file that got its name already is all there."""
        if row.have == row.size == self._files.complete_size(tenant, row.sha256):
            return row.size
        return min(row.have, self._files.partial_size(tenant, row.sha256))

    def _refuse_clear(self, upload: Upload, data: bytes) -> None:
        tenant, sha256 = upload.tenant, upload.sha256
        head = self._files.read_partial(tenant, sha256, count=MAGIC_BYTES) if upload.have else b""
        if not comes_in_clear((head[: upload.have] + data)[:MAGIC_BYTES]):
            return
        if self._database.read(lambda unit: is_file_for_readers(unit.of(tenant), sha256)):
            self._files.drop(tenant, sha256)
            self._database.write(lambda unit: unit.of(tenant).blobs.forget(sha256))
            raise RequestFault(FaultCode.SEALED)

    def _check_turn(self, slot: _Slot, upload: Upload) -> None:
        if slot.turn != upload.turn:
            raise RequestFault(FaultCode.WRONG_OFFSET, upload.have)

    def _enter(self, tenant: TenantId, sha256: bytes) -> _Slot:
        with self._guard:
            slot = self._slots.setdefault((tenant, sha256), _Slot(lock=threading.Lock()))
            slot.users += 1
            return slot

    def _leave(self, tenant: TenantId, sha256: bytes) -> None:
        with self._guard:
            slot = self._slots[tenant, sha256]
            slot.users -= 1
            if not slot.users:
                del self._slots[tenant, sha256]


def _check_offset(upload: Upload, offset: int | None) -> None:
    if offset not in (None, upload.have):
        raise RequestFault(FaultCode.WRONG_OFFSET, upload.have)
