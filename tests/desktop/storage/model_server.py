"""A server small enough to be believed: dicts, the real rules, and the order in which ops came.

It decides as the real one does, and answers in the same messages; what it leaves out is storage, accounts, signatures
and speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.domain.acting import Change, RecordT
from core.domain.errors import Refusal
from core.domain.ids import LetterId, OfficeId, PositionId, StreamId, UserId, small_row_id
from core.domain.numbering import NumberClaim, NumberLease, next_block
from core.domain.offices import Person, Position, actor_of
from core.domain.receipts import hold_receipts, with_receipt
from core.domain.streams import StreamKey, may_hold
from core.merging.overlay import Overlay, RowKey
from core.protocol.codec import check_of, to_columns, whole_check_of
from core.protocol.messages import Block, Control, Data, Done, Frame, OpResult, Outcome, StreamGrant, SyncRequest
from core.protocol.ops import GENESIS, Op, chain, follows, read_op
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key


@dataclass
class Row:
    """A record with its revision, and the revision at which each of its fields last changed."""

    record: Any
    rev: int
    field_revs: dict[str, int]


@dataclass
class Device:
    """One PC as the server knows it: whose it is, and everything it ever sent with the answers."""

    positions: tuple[PositionId, ...]
    log: list[tuple[bytes, OpResult, int]] = field(default_factory=list)
    head: bytes = GENESIS
    granted: list[tuple[StreamKey, ...]] = field(default_factory=lambda: [()])


class ModelServer:
    """Records, feed and devices."""

    def __init__(self) -> None:
        self.rows: dict[RowKey, Row] = {}
        self.feed: dict[StreamKey, dict[RowKey, tuple[int, bool]]] = {}
        self.streams: list[StreamKey] = []
        self.claims: dict[NumberClaim, RowKey] = {}
        self.highest: dict[tuple[int, int, str], int] = {}
        self.authors: dict[int, Device] = {}
        self.seq = 0
        self._asking: Device | None = None

    # What the rules read --------------------------------------------------------------------------------------
    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        row = self.rows.get((KIND_OF[record_type].code, row_id))
        return row.record if row else None

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        """A device has seen what it changed itself."""
        row = self.rows.get((KIND_OF[record_type].code, row_id))
        changed = row.field_revs if row else {}
        return {name: rev for name, rev in changed.items() if self.authors.get(rev) is not self._asking}

    def last_change(self, record_type: type[Any], row_id: bytes, field: str) -> Change:
        """The model keeps no log: it tells the revision in the place of the person."""
        row = self.rows.get((KIND_OF[record_type].code, row_id))
        return Change(user=UserId(row.field_revs.get(field, 0) if row else 0))

    def newest_change(self, record_type: type[Any], row_id: bytes, field: str) -> int:
        row = self.rows.get((KIND_OF[record_type].code, row_id))
        return row.field_revs.get(field, 0) if row else 0

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        rows = sorted(self.rows.items())
        return tuple(row.record for key, row in rows if letter_id in KIND_BY_CODE[key[0]].about(row.record))

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        self.highest[office, year, series] = self.highest.get((office, year, series), 0) + 1
        return self.highest[office, year, series]

    # One request ----------------------------------------------------------------------------------------------
    def administer(self, records: Iterable[Any]) -> None:
        self._asking = None
        for record in records:
            self._store(record, self._next())

    def answer(self, device: Device, request: SyncRequest, now_ms: int, *, frame_rows: int, whole: bool) -> list[Frame]:
        """The frames of the reply; a frame of data holds at most `frame_rows` rows.

        A record goes into the first of its streams and the others rely on that, unless each has to be `whole`.
        """
        self._asking = device
        results = [self._take(device, data, now_ms) for data in request.ops]
        leases = tuple(
            NumberLease(office=need.office, year=need.year, series=need.series, low=low, high=high, fence=1)
            for need in request.needs
            for low, high in [self._lease(need.office, need.year, need.series)]
        )
        allowed = tuple(stream for stream in self.streams if self._may_have(device, stream))
        if device.granted[-1] != allowed:
            device.granted.append(allowed)
        version = len(device.granted)
        control = Control(
            feed_epoch=1,
            now_ms=now_ms,
            grants=version,
            results=tuple(result for result, _ in results),
            granted=tuple(StreamGrant(stream=self._number(stream), key=stream, priority=1) for stream in allowed)
            if request.grants != version
            else (),
            leases=leases,
            durable=self.seq,
        )
        own = {
            rev for result, count in results if result.same for rev in range(result.first_rev, result.first_rev + count)
        }
        cursors = dict(request.cursors)
        sent: set[tuple[RowKey, int]] | None = None if whole else set()
        frames: list[Frame] = [control]
        for stream in allowed:
            frames.extend(self._read(stream, cursors.get(self._number(stream), 0), own, sent=sent, rows=frame_rows))
        return [*frames, Done()]

    def visible_to(self, device: Device) -> dict[RowKey, tuple[Any, int]]:
        """What a device must hold in the end."""
        return {
            key: (row.record, row.rev)
            for key, row in self.rows.items()
            if any(self._may_have(device, stream) for stream in KIND_BY_CODE[key[0]].streams(row.record))
        }

    def _take(self, device: Device, data: bytes, now_ms: int) -> tuple[OpResult, int]:
        op = read_op(data)
        if op.seq <= len(device.log):
            known, result, count = device.log[op.seq - 1]
            assert known == data, "a fork"
            return result, count
        assert op.seq == len(device.log) + 1, "a gap"
        assert follows(op, device.head)
        device.head = chain(device.head, data)
        result, count = self._decide(op, now_ms)
        device.log.append((data, result, count))
        return result, count

    def _decide(self, op: Op, now_ms: int) -> tuple[OpResult, int]:
        person, position = self.get(Person, small_row_id(op.user)), self.get(Position, small_row_id(op.position))
        assert person is not None
        assert position is not None
        happened = datetime.fromtimestamp(min(op.corrected_ms, now_ms) // 1000, UTC)
        above = Overlay(self)
        try:
            decision = above.perform(op.read_act(), actor_of(person, position), happened)
            made = with_receipt(decision.records, op.receipt(op.late_s(now_ms), happened))
            for record in decision.records:
                for claim in KIND_OF[type(record)].claims(record):
                    assert self.claims.setdefault(claim, row_key(record)) == row_key(record), "a number twice"
        except Refusal as refusal:
            refused = OpResult(
                seq=op.seq, outcome=Outcome.REFUSED, same=False, code=refusal.code.value, field=refusal.field
            )
            return refused, 0
        first = self.seq + 1 if decision.records else 0
        for record in (*made, *decision.kept):
            self._store(record, self._next(), renewed=decision.renewed if record in made[:1] else ())
        result = OpResult(
            seq=op.seq,
            outcome=Outcome.CONFLICT if decision.conflicts else Outcome.ACCEPTED,
            first_rev=first,
            same=check_of(decision.records) == op.check,
            conflicts=decision.conflicts,
            late_s=op.late_s(now_ms) if made is not decision.records else 0,
            whole=whole_check_of(made) if hold_receipts(decision.records) else b"",
        )
        return result, len(decision.records)

    def _store(self, record: Any, rev: int, *, renewed: tuple[str, ...] = ()) -> None:
        key, kind = row_key(record), KIND_OF[type(record)]
        before = self.rows.get(key)
        field_revs = dict(before.field_revs) if before else {}
        if before:
            changed = [name for name in kind.policies if getattr(before.record, name) != getattr(record, name)]
            field_revs.update(dict.fromkeys((*changed, *renewed), rev))
        if self._asking:
            self.authors[rev] = self._asking
        left = set(kind.streams(before.record)) - set(kind.streams(record)) if before else set()
        for stream in (*kind.streams(record), *left):
            if stream not in self.streams:
                self.streams.append(stream)
            self.feed.setdefault(stream, {})[key] = (rev, stream in left)
        self.rows[key] = Row(record, rev, field_revs)

    def _read(
        self, stream: StreamKey, cursor: int, own: set[int], *, sent: set[tuple[RowKey, int]] | None, rows: int
    ) -> list[Data]:
        news = sorted((seq, key, gone) for key, (seq, gone) in self.feed[stream].items() if seq > cursor)
        parts = [news[start : start + rows] for start in range(0, len(news), rows)]
        return [
            Data(stream=self._number(stream), cursor=part[-1][0], blocks=self._blocks(part, own, sent))
            for part in parts
        ]

    def _blocks(
        self, part: Sequence[tuple[int, RowKey, bool]], own: set[int], sent: set[tuple[RowKey, int]] | None
    ) -> tuple[Block, ...]:
        blocks = []
        for kind in sorted({key[0] for _, key, _ in part}):
            here = [(seq, key, gone) for seq, key, gone in part if key[0] == kind and (gone or seq not in own)]
            before = sent or set()
            new = [(seq, key) for seq, key, gone in here if not gone and (key, seq) not in before]
            if sent is not None:
                sent.update((key, seq) for seq, key in new)
            blocks.append(
                Block(
                    kind=kind,
                    columns=to_columns([self.rows[key].record for _, key in new]),
                    revs=[seq - before for (seq, _), before in zip(new, [0, *(seq for seq, _ in new)], strict=False)],
                    gone=[key[1] for _, key, gone in here if gone],
                )
            )
        return tuple(blocks)

    def _may_have(self, device: Device, stream: StreamKey) -> bool:
        held = [self.get(Position, small_row_id(number)) for number in device.positions]
        return may_hold(stream, [position for position in held if position])

    def _number(self, stream: StreamKey) -> StreamId:
        return StreamId(self.streams.index(stream) + 1)

    def _lease(self, office: int, year: int, series: str) -> tuple[int, int]:
        low, high = next_block(self.highest.get((office, year, series), 0), 4)
        self.highest[office, year, series] = high
        return low, high

    def _next(self) -> int:
        self.seq += 1
        return self.seq
