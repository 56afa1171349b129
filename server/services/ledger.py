"""The one write path: whatever changes a record goes through here, is numbered, logged and put into the feed."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from core.domain.ids import LetterId
from core.domain.streams import StreamKey
from core.protocol.codec import encode
from core.protocol.messages import OpResult
from core.protocol.ops import GENESIS
from core.protocol.records import KIND_BY_CODE
from server.services.ground import Ground
from server.services.storable import Storable
from server.storage.database import TenantStore
from server.storage.devices import ChainEnd
from server.storage.op_log import BY_THE_SERVER, MADE_BYTES, LoggedOp, Writer
from server.storage.records import RowKey, StoredRecord
from server.storage.streams import FeedChange, StreamRow

_NO_REVS = encode([])


class SettledOp(msgspec.Struct, frozen=True, kw_only=True):
    """An op of act number `act` with its verdict; `first_rev` is filled in when the numbers are known."""

    writer: Writer
    dev_seq: int
    act: int
    op: bytes
    head: bytes
    result: OpResult


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Records to be stored, in the order of the decision, and the op that decided them (None: the server's own).

    `kept` hold values that lost; they are numbered after `records`, and the result does not speak of them. `renewed`
    are fields of the first record that count as changed, whether they are or not.
    """

    records: tuple[Storable, ...] = ()
    kept: tuple[Storable, ...] = ()
    renewed: tuple[str, ...] = ()
    op: SettledOp | None = None

    @property
    def numbers(self) -> int:
        """How many numbers it takes: one for each record, then one for the op."""
        return len(self.records) + len(self.kept) + (self.op is not None)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was stored: the results, the number of each op, what changed in the feed, and its streams as before."""

    results: tuple[OpResult, ...] = ()
    op_seqs: tuple[int, ...] = ()
    changes: tuple[FeedChange, ...] = ()
    before: dict[StreamKey, StreamRow] = {}

    def with_(self, more: "Written") -> "Written":
        """This and what was stored after it."""
        return Written(
            results=self.results + more.results,
            op_seqs=self.op_seqs + more.op_seqs,
            changes=self.changes + more.changes,
            before=more.before | self.before,
        )


class _Changed(msgspec.Struct):
    made: Storable
    before: Any
    rev: int
    field_revs: dict[str, int]


def write_entries(
    store: TenantStore, ground: Ground, *, entries: Sequence[Entry], now_ms: int, ends: Sequence[ChainEnd] = ()
) -> Written:
    """Store the entries in order, and where chains of devices end with them.

    Everything that had to be read was read before: the lock is short.
    """
    count = sum(entry.numbers for entry in entries)
    if not count:
        store.devices.advance(ends)
        return Written()
    seq, audit = store.head.take(count)
    ground.verify()
    changed: dict[RowKey, _Changed] = {}
    logged: list[tuple[Writer, LoggedOp]] = []
    results: list[OpResult] = []
    for entry in entries:
        if not (entry.records or entry.kept or entry.op):
            continue
        first_rev, made = seq if entry.records else 0, b""
        for place, one in enumerate((*entry.records, *entry.kept)):
            made += _change(ground, changed, one, rev=seq, renewed=() if place else entry.renewed)
            seq += 1
        if entry.op is not None:
            result = entry.op.result
            if first_rev:
                result = msgspec.structs.replace(result, first_rev=first_rev)
            results.append(result)
            writer, line = entry.op.writer, _logged(entry.op, encode(result), audit, seq=seq, made=made, now_ms=now_ms)
            seq += 1
        else:
            writer, line = BY_THE_SERVER, _by_the_server(audit, seq=seq - 1, made=made, now_ms=now_ms)
        audit = line.audit_hash
        logged.append((writer, line))
    feed = [change for new in changed.values() for change in _feed_changes(new)]
    before = store.streams.with_keys({change.stream for change in feed})
    ground.numbers.verify()
    with store.later():
        _store_records(store, changed.values())
        store.streams.put(feed, before)
        ground.numbers.write()
        store.ops.add(logged)
        store.head.close(audit)
        store.devices.advance(ends)
    op_seqs = tuple(one.seq for writer, one in logged if writer != BY_THE_SERVER)
    return Written(results=tuple(results), op_seqs=op_seqs, changes=tuple(feed), before=before)


def running_hash(before: bytes, one: LoggedOp) -> bytes:
    """The hash over all ops of a tenant, their results and what they made, up to and including this one."""
    if one.made is None:  # as it was before what ops made was kept
        return hashlib.sha256(before + one.head + one.result + one.seq.to_bytes(8, "big")).digest()
    return _running(
        before, one.made, head=one.head, result=one.result, seq=one.seq.to_bytes(8, "big"), received_ms=one.received_ms
    )


def made_of(key: RowKey, payload: bytes, field_revs: Mapping[str, int]) -> bytes:
    """What the log keeps of one version of a record."""
    revs = encode(sorted(field_revs.items())) if field_revs else _NO_REVS
    head = key[0].to_bytes(4, "big") + len(key[1]).to_bytes(1, "big") + key[1] + len(payload).to_bytes(4, "big")
    return hashlib.sha256(head + payload + revs).digest()[:MADE_BYTES]


def _change(
    ground: Ground, changed: dict[RowKey, _Changed], one: Storable, *, rev: int, renewed: tuple[str, ...] = ()
) -> bytes:
    """Note that a record is to be stored; the answer is what the log keeps of it."""
    key, record = one.key, one.record
    earlier = changed.get(key)
    stood = ground.record(key) if earlier is None else earlier.before
    before = stood if earlier is None else earlier.made.record
    field_revs: dict[str, int] = {}
    if before is not None:
        field_revs.update(ground.changed_fields(key) if earlier is None else earlier.field_revs)
        for field in record.__struct_fields__:
            if getattr(before, field) != getattr(record, field):
                field_revs[field] = rev
    field_revs.update(dict.fromkeys(renewed, rev))
    changed[key] = _Changed(one, stood, rev, field_revs)
    return made_of(key, one.payload, field_revs)


def _running(before: bytes, made: bytes, *, head: bytes, result: bytes, seq: bytes, received_ms: int) -> bytes:
    numbers = seq + received_ms.to_bytes(8, "big") + len(result).to_bytes(8, "big")
    return hashlib.sha256(before + head + numbers + result + made).digest()


def _by_the_server(audit: bytes, *, seq: int, made: bytes, now_ms: int) -> LoggedOp:
    running = _running(audit, made, head=GENESIS, result=b"", seq=seq.to_bytes(8, "big"), received_ms=now_ms)
    return LoggedOp(
        dev_seq=seq, seq=seq, op=b"", head=GENESIS, result=b"", received_ms=now_ms, audit_hash=running, made=made
    )


def _logged(op: SettledOp, result: bytes, audit: bytes, *, seq: int, made: bytes, now_ms: int) -> LoggedOp:
    return LoggedOp(
        dev_seq=op.dev_seq,
        seq=seq,
        op=op.op,
        head=op.head,
        result=result,
        received_ms=now_ms,
        audit_hash=_running(audit, made, head=op.head, result=result, seq=seq.to_bytes(8, "big"), received_ms=now_ms),
        made=made,
    )


def _store_records(store: TenantStore, changed: Collection[_Changed]) -> None:
    store.records.put(
        [
            (new.made.key, StoredRecord(payload=new.made.payload, rev=new.rev, field_revs=new.field_revs))
            for new in changed
        ]
    )
    added: list[tuple[bytes, RowKey]] = []
    removed: list[tuple[bytes, RowKey]] = []
    named: list[tuple[LetterId, RowKey]] = []
    for new in changed:
        key = new.made.key
        held = set() if new.before is None else set(KIND_BY_CODE[key[0]].attachments(new.before))
        if held or new.made.files:
            holds = set(new.made.files)
            added.extend((sha256, key) for sha256 in sorted(holds - held))
            removed.extend((sha256, key) for sha256 in sorted(held - holds))
        if new.before is None:
            named.extend((letter, key) for letter in new.made.about)
    store.blobs.refer(added=added, removed=removed)
    store.records.note_about(named)


def _feed_changes(new: _Changed) -> list[FeedChange]:
    key, present = new.made.key, set(new.made.streams)
    left = set() if new.before is None else set(KIND_BY_CODE[key[0]].streams(new.before)) - present
    streams = sorted(present | left) if left or len(present) > 1 else present
    return [FeedChange(stream, key, new.rev, stream in left) for stream in streams]
