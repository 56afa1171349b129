"""The one write path: whatever changes a record goes through here, is numbered, logged and put into the feed."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.domain.streams import StreamKey
from core.protocol.codec import encode
from core.protocol.messages import OpResult
from core.protocol.ops import GENESIS
from core.protocol.records import KIND_BY_CODE, row_key
from server.services.ground import Ground
from server.storage.database import TenantStore
from server.storage.devices import ChainEnd
from server.storage.op_log import BY_THE_SERVER, MADE_BYTES, LoggedOp, Writer
from server.storage.records import RowKey, StoredRecord
from server.storage.streams import FeedChange, StreamRow


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

    records: tuple[Any, ...] = ()
    kept: tuple[Any, ...] = ()
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


class _Changed(msgspec.Struct, kw_only=True):
    record: Any
    rev: int
    field_revs: dict[str, int]
    payload: bytes


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
        if not entry.numbers:
            continue
        first_rev, made = seq if entry.records else 0, b""
        for place, record in enumerate((*entry.records, *entry.kept)):
            made += _change(ground, changed, record=record, rev=seq, renewed=() if place else entry.renewed)
            seq += 1
        if entry.op is not None:
            result = msgspec.structs.replace(entry.op.result, first_rev=first_rev)
            one = _logged(entry.op, encode(result), seq=seq, made=made, now_ms=now_ms)
            results.append(result)
            writer = entry.op.writer
            seq += 1
        else:
            writer, one = BY_THE_SERVER, _by_the_server(seq - 1, made=made, now_ms=now_ms)
        audit = running_hash(audit, one)
        logged.append((writer, msgspec.structs.replace(one, audit_hash=audit)))
    feed = [change for key, new in changed.items() for change in _feed_changes(key, ground.record(key), new)]
    before = store.streams.with_keys({change.stream for change in feed})
    ground.numbers.verify()
    with store.together():
        _store_records(store, ground, changed)
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
    numbers = b"".join(number.to_bytes(8, "big") for number in (one.seq, one.received_ms, len(one.result)))
    return hashlib.sha256(before + one.head + numbers + one.result + one.made).digest()


def made_of(key: RowKey, payload: bytes, field_revs: Mapping[str, int]) -> bytes:
    """What the log keeps of one version of a record."""
    revs = encode(sorted(field_revs.items()))
    head = key[0].to_bytes(4, "big") + len(key[1]).to_bytes(1, "big") + key[1] + len(payload).to_bytes(4, "big")
    return hashlib.sha256(head + payload + revs).digest()[:MADE_BYTES]


def _change(
    ground: Ground, changed: dict[RowKey, _Changed], *, record: Any, rev: int, renewed: tuple[str, ...] = ()
) -> bytes:
    """Note that a record is to be stored; the answer is what the log keeps of it."""
    key = row_key(record)
    earlier = changed.get(key)
    before = ground.record(key) if earlier is None else earlier.record
    field_revs = dict(ground.changed_fields(key) if earlier is None else earlier.field_revs)
    if before is not None:
        for field in record.__struct_fields__:
            if getattr(before, field) != getattr(record, field):
                field_revs[field] = rev
    field_revs.update(dict.fromkeys(renewed, rev))
    payload = encode(record)
    changed[key] = _Changed(record=record, rev=rev, field_revs=field_revs, payload=payload)
    return made_of(key, payload, field_revs)


def _by_the_server(seq: int, *, made: bytes, now_ms: int) -> LoggedOp:
    return LoggedOp(
        dev_seq=seq, seq=seq, op=b"", head=GENESIS, result=b"", received_ms=now_ms, audit_hash=b"", made=made
    )


def _logged(op: SettledOp, result: bytes, *, seq: int, made: bytes, now_ms: int) -> LoggedOp:
    return LoggedOp(
        dev_seq=op.dev_seq,
        seq=seq,
        op=op.op,
        head=op.head,
        result=result,
        received_ms=now_ms,
        audit_hash=b"",
        made=made,
    )


def _store_records(store: TenantStore, ground: Ground, changed: dict[RowKey, _Changed]) -> None:
    store.records.put(
        [
            (key, StoredRecord(payload=new.payload, rev=new.rev, field_revs=new.field_revs))
            for key, new in changed.items()
        ]
    )
    added: list[tuple[bytes, RowKey]] = []
    removed: list[tuple[bytes, RowKey]] = []
    for key, new in changed.items():
        kind, before = KIND_BY_CODE[key[0]], ground.record(key)
        held = set() if before is None else set(kind.attachments(before))
        holds = set(kind.attachments(new.record))
        added.extend((sha256, key) for sha256 in sorted(holds - held))
        removed.extend((sha256, key) for sha256 in sorted(held - holds))
    store.blobs.refer(added=added, removed=removed)
    store.records.note_about(
        [
            (letter, key)
            for key, new in changed.items()
            if ground.record(key) is None
            for letter in KIND_BY_CODE[key[0]].about(new.record)
        ]
    )


def _feed_changes(key: RowKey, before: Any, new: _Changed) -> list[FeedChange]:
    kind = KIND_BY_CODE[key[0]]
    present = set(kind.streams(new.record))
    left = set() if before is None else set(kind.streams(before)) - present
    return [FeedChange(stream=stream, row=key, seq=new.rev, gone=stream in left) for stream in sorted(present | left)]
