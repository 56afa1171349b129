"""Periksa data of the server: the log, every record against it, streams and numbers against the records, the files."""

from collections.abc import Callable, Iterator
from itertools import chain as joined
from typing import Any

import msgspec

from core.domain.ids import TenantId
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKey
from core.protocol.codec import CodecError, decode, decode_record
from core.protocol.digests import SUM_BYTES, row_sum, stream_digest
from core.protocol.records import KIND_BY_CODE, KIND_OF
from server.services.auditing import MOST_PROBLEMS, UNREADABLE, AuditReport, AuditService
from server.services.ledger import made_of
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, TenantStore
from server.storage.op_log import BY_THE_SERVER, MADE_BYTES, WalkedOp
from server.storage.records import WalkedRecord

_PART = 500
_LETTER = KIND_OF[IncomingLetter].code
_MODULUS = 1 << (8 * SUM_BYTES)

Progress = Callable[[int], None]


class ServerCheck(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; `problems` name kinds and row ids, no content."""

    audit: AuditReport
    records: int
    letters: int
    files: int
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is here and fits together."""
        return self.audit.whole and not self.problems


class ServerVerifyService:
    """Checks all that a server keeps of a tenant."""

    def __init__(self, database: Database, files: BlobFiles, audit: AuditService) -> None:
        self._database = database
        self._files = files
        self._audit = audit

    def verify(self, tenant: TenantId, *, progress: Progress = lambda _done: None) -> ServerCheck:
        """Check everything; the server may go on meanwhile. StoreFault, OSError."""
        audit = self._audit.audit(tenant, progress=progress)
        records = self._records(tenant, progress)
        complete = self._database.read(lambda unit: unit.of(tenant).blobs.complete_ones())
        damaged = []
        for place, row in enumerate(complete, start=1):
            if not self._files.is_whole(tenant, row.sha256):
                damaged.append(f"file {row.sha256.hex()}")
            if place % _PART == 0:
                progress(place)
        return ServerCheck(
            audit=audit,
            records=records.count,
            letters=records.letters,
            files=len(complete),
            problems=(*records.problems, *damaged)[:MOST_PROBLEMS],
        )

    def _records(self, tenant: TenantId, progress: Progress) -> "_Found":
        try:
            return self._database.read(lambda unit: _RecordCheck(unit.of(tenant)).run(progress))
        except UNREADABLE as err:
            return _Found(problems=[f"records: unreadable ({type(err).__name__})"])


class _Found(msgspec.Struct, kw_only=True):
    problems: list[str]
    count: int = 0
    letters: int = 0


class _Origins:
    """What the log keeps of the records with rising revisions."""

    def __init__(self, store: TenantStore) -> None:
        self._ops = self._walk(store)
        self._now: WalkedOp | None = next(self._ops, None)

    def of(self, rev: int) -> bytes | None:
        """What the log keeps of the change with this number; None if it knows of none, or kept nothing then."""
        while self._now is not None and self._now.logged.seq < rev:
            self._now = next(self._ops, None)
        if self._now is None or self._now.logged.made is None:
            return None
        one = self._now.logged
        made = one.made or b""
        last = one.seq if self._now.writer == BY_THE_SERVER else one.seq - 1
        place = len(made) // MADE_BYTES - 1 - (last - rev)
        return made[place * MADE_BYTES : (place + 1) * MADE_BYTES] if place >= 0 and rev <= last else None

    @staticmethod
    def _walk(store: TenantStore) -> Iterator[WalkedOp]:
        after = -(2**62)
        while part := store.ops.walk(after=after, limit=_PART):
            yield from part
            after = part[-1].logged.seq


def _before_the_log(store: TenantStore) -> int:
    """The last change before the log kept what ops made: what is newer has to stand in it, whatever the head says."""
    after = -(2**62)
    while part := store.ops.walk(after=after, limit=_PART):
        first = next((one.logged.seq for one in part if one.logged.made is not None), None)
        if first is not None:
            return first - 1
        after = part[-1].logged.seq
    return store.head.read().seq


class _RecordCheck:
    def __init__(self, store: TenantStore) -> None:
        self._store = store
        self._origins = _Origins(store)
        self._logged_from = min(store.head.read().logged_from, _before_the_log(store))
        self._sums: dict[StreamKey, tuple[int, int]] = {}
        self._found = _Found(problems=[])

    def run(self, progress: Progress) -> _Found:
        found = self._found
        for walked in self._store.records.by_revision():
            found.count += 1
            self._check(walked)
            if found.count % _PART == 0:
                progress(found.count)
        self._check_streams()
        return found

    def _check(self, walked: WalkedRecord) -> None:
        kind, row_id = walked.key
        name = f"record {kind} {row_id.hex()}"
        try:
            record = decode_record(kind, walked.payload)
            field_revs = decode(walked.packed_field_revs, dict[str, int])
            made = made_of(walked.key, walked.payload, field_revs)
        except (CodecError, OverflowError):
            self._found.problems.append(f"{name}: unreadable")
            return
        self._found.letters += kind == _LETTER
        kept = self._origins.of(walked.rev)
        if kept != made and (kept is not None or walked.rev > self._logged_from):
            self._found.problems.append(f"{name}: not as it was logged")
        if record.id != row_id:
            self._found.problems.append(f"{name}: id")
        self._count_in(walked, record)
        self._check_claims(walked, record, name)

    def _count_in(self, walked: WalkedRecord, record: Any) -> None:
        added = row_sum(*walked.key, walked.rev)
        for stream in KIND_BY_CODE[walked.key[0]].streams(record):
            count, total = self._sums.get(stream, (0, 0))
            self._sums[stream] = (count + 1, (total + added) % _MODULUS)

    def _check_claims(self, walked: WalkedRecord, record: Any, name: str) -> None:
        for claim in KIND_BY_CODE[walked.key[0]].claims(record):
            if self._store.numbers.holder(claim) != walked.key:
                self._found.problems.append(f"{name}: number")

    def _check_streams(self) -> None:
        ids = {row.key: row.id for row in self._store.streams.all()}
        for key in joined(ids, (key for key in self._sums if key not in ids)):
            count, total = self._sums.get(key, (0, 0))
            here = stream_digest(self._store.streams.versions(ids[key])) if key in ids else (0, bytes(SUM_BYTES))
            if here != (count, total.to_bytes(SUM_BYTES, "big")):
                self._found.problems.append(f"stream {key.kind:d} {key.owner} {key.level} {key.year}")
