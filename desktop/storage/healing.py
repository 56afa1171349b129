"""Mends what a put-back disk, a copied PC or a server from an older copy has torn apart.

Three wounds, one cure each. The server has other ops under this PC's numbers: what waits gets new numbers in a new
epoch. The server has lost ops that it had taken: they wait again. Either side may hold rows that the other does not:
the streams are compared, and what differs is sent again. Nothing that a person did is dropped in any of them.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from core.domain.ids import StreamId
from core.protocol.codec import encode
from core.protocol.contents import content_version, record_shape
from core.protocol.digests import RowVersion, bucket_count, bucket_sums, stream_digest
from core.protocol.messages import ChainBreak, ChainState, StreamBuckets, StreamCheck, StreamChecked
from core.protocol.ops import GENESIS, PREV_BYTES, chain, read_op
from desktop.storage.base import UNKNOWN_REV, SyncMark
from desktop.storage.meta import Chain, UndoHold
from desktop.storage.next_op import FIRST_EPOCH, count_waiting
from desktop.storage.outbox import OpState, OutboxEntry
from desktop.storage.own_held import ask_again
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import UnitOfWork

_ALL = 1_000_000_000
FIRST_SEQ = 1


class Healing:
    """Changes the outbox, the chain and the cursors within one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Within an open writing transaction."""
        self._uow = uow

    def mend_chain(self, told: ChainState, *, asked_in: int) -> bool:
        """Go on from where the server says that the chain stands; whether anything had to be done.

        `asked_in` is the epoch of the request. An answer to an old request (from a stick, or twice by a proxy) may
        tell of a wound that is healed already.
        """
        if asked_in != self._epoch():
            return False
        next_seq = self._uow.meta.chain().next_seq
        waiting = self._uow.outbox.waiting(1)
        first = waiting[0].seq if waiting else next_seq
        # A held request was made before ops that went up beside it: that the server has those is no news.
        behind = told.epoch > asked_in or told.next_seq > next_seq
        if behind or (told.why == ChainBreak.FORK and told.next_seq >= first):
            self.begin_epoch(max(told.epoch, asked_in) + 1)
            return True
        if told.why == ChainBreak.GAP and told.next_seq < first:
            kept = [entry for entry in self._uow.outbox.kept() if entry.epoch == asked_in]
            self._send_again([entry for entry in kept if entry.seq >= told.next_seq], expected=told.next_seq)
            return True
        return False

    def begin_epoch(self, epoch: int) -> None:
        """Begin a new chain with the ops that wait, in their order; blocks of numbers are given up."""
        head = GENESIS
        waiting = self._uow.outbox.waiting(_ALL)
        for seq, entry in enumerate(waiting, start=1):
            op = read_op(entry.op)
            op = msgspec.structs.replace(op, seq=seq, prev=head[:PREV_BYTES], made_in=op.made_in or entry.epoch)
            data = encode(op)
            head = chain(head, data)
            self._uow.outbox.renumber(msgspec.structs.replace(entry, epoch=epoch, seq=seq, op=data, head=head))
        identity = self._uow.meta.identity()
        if identity is not None:
            self._uow.meta.write(msgspec.structs.replace(identity, epoch=epoch))
        self._uow.meta.write(Chain(next_seq=len(waiting) + 1, head=head, waiting=len(waiting)))
        # What could be undone stood at another place of another chain.
        self._uow.meta.write(UndoHold())
        self._uow.leases.give_up()
        self.ask_to_compare()

    def server_was_put_back(self, extents: Iterable[tuple[int, int, bytes]]) -> None:
        """The server counts anew: let wait again what it has lost, and compare before its rows are taken.

        `extents` are (epoch, next number, start of the last hash) of every chain of this device that the server still
        has. Unless the hash is seen to be that of our own chain, a copy of this PC may have filled the numbers since:
        then nothing of the epoch is known to be there. Files are offered again too; the server answers which of them
        it still has.
        """
        still = {
            epoch: next_seq if self._is_ours(epoch, next_seq, head) else FIRST_SEQ for epoch, next_seq, head in extents
        }
        lost = [entry for entry in self._uow.outbox.kept() if entry.seq >= still.get(entry.epoch, FIRST_SEQ)]
        self._send_again(lost, expected=still.get(self._epoch(), FIRST_SEQ), beyond=max(still, default=0))
        ask_again(self._uow)
        self._uow.blobs.offer_again()
        self.ask_to_compare()

    def trust_no_server(self) -> None:
        """Let wait again what no backup of the server is known to hold: this PC will never be asked for it again."""
        kept = self._uow.outbox.kept()
        count_waiting(self._uow, len(kept))
        for entry in kept:
            self._uow.outbox.reopen(entry.id)  # its rows stay as the server has them: nobody works here any more
        self._number_anew(expected=None)

    def _is_ours(self, epoch: int, next_seq: int, head: bytes) -> bool:
        """Whether a chain that ends before `next_seq` with `head` is the one that this PC made."""
        near = self._uow.outbox.of_epoch(epoch, (next_seq - 1, next_seq))
        if next_seq - 1 in near:
            return near[next_seq - 1].head[:PREV_BYTES] == head
        if next_seq in near:  # the op before it lies in a backup and is kept no more
            return read_op(near[next_seq].op).prev == head
        link = self._uow.meta.chain()
        return (epoch, next_seq, head) == (self._epoch(), link.next_seq, link.head[:PREV_BYTES])

    def ask_to_compare(self) -> None:
        """Compare all streams with the server at the next visit."""
        self._uow.meta.write(msgspec.structs.replace(self._uow.meta.sync(), compare=True))

    def checks(self) -> tuple[StreamCheck, ...]:
        """What this PC holds of every stream that it has begun to read, but for those that segments are bringing."""
        versions = self._versions()
        brought = {stream for one in self._uow.segments.loading() for stream in one.streams}
        found = []
        for stream, cursor in self._uow.streams.cursors():
            count, total = stream_digest(versions(stream))
            if (cursor or count) and stream not in brought:
                found.append(StreamCheck(stream=stream, count=count, total=total))
        return tuple(found)

    def buckets(self, streams: Collection[StreamId]) -> tuple[StreamBuckets, ...]:
        """What this PC holds of some streams, bucket by bucket."""
        versions = self._versions()
        found = []
        for stream in sorted(streams):
            rows = versions(stream)
            found.append(StreamBuckets(stream=stream, sums=bucket_sums(rows, bucket_count(len(rows)))))
        return tuple(found)

    def contents(self, streams: Collection[StreamId]) -> tuple[StreamBuckets, ...]:
        """As `buckets`, of what the rows of some streams say."""
        versions, shape, shadowed = self._versions(), record_shape(), self._uow.shadows.revisions().keys()
        found = []
        for stream in sorted(streams):
            rows = [self._content(*one, beneath=(one[0], one[1]) in shadowed) for one in versions(stream)]
            found.append(StreamBuckets(stream=stream, sums=bucket_sums(rows, bucket_count(len(rows))), shape=shape))
        return tuple(found)

    def rows_of(self, stream: StreamId) -> dict[tuple[int, bytes], tuple[int, bytes]]:
        """The rows of a stream as the server told them: (revision, encoded record)."""
        found = {}
        for kind, row_id, rev in self._versions()(stream):
            shadow, stored = (
                self._uow.shadows.get((kind, row_id)),
                self._uow.table(kind).get(self._uow.connection, row_id),
            )
            if stored is not None:
                found[kind, row_id] = (rev, encode(stored.record) if shadow is None else shadow.payload)
        return found

    def _content(self, kind: int, row_id: bytes, rev: int, *, beneath: bool) -> RowVersion:
        """What the server said of a row, as it is here: `beneath` own acts that wait, or as it stands."""
        shadow = self._uow.shadows.get((kind, row_id)) if beneath else None
        if shadow is not None:
            return content_version(kind, row_id, rev, shadow.payload)
        stored = self._uow.table(kind).get(self._uow.connection, row_id)
        return content_version(kind, row_id, rev, b"" if stored is None else encode(stored.record))

    def take_checked(self, checked: Iterable[StreamChecked]) -> None:
        """Where both sides hold the same, this PC has read as far as the server says."""
        for one in checked:
            if one.same:
                self._uow.streams.put_cursor(one.stream, one.cursor)

    def _send_again(self, lost: Sequence[OutboxEntry], *, expected: int, beyond: int = 0) -> None:
        """Let ops wait again; if what then waits does not reach back to `expected`, it goes into a new epoch."""
        count_waiting(self._uow, sum(entry.state != OpState.WAITING for entry in lost))
        for entry in lost:
            self._uow.outbox.reopen(entry.id)
        self._show_as_waiting(lost)
        self._number_anew(expected=expected, beyond=beyond)

    def _number_anew(self, *, expected: int | None, beyond: int = 0) -> None:
        """Begin an epoch, unless what waits is one stretch of the chain that reaches back to `expected`, if that."""
        epoch, next_seq = self._epoch(), self._uow.meta.chain().next_seq
        waiting = [(entry.epoch, entry.seq) for entry in self._uow.outbox.waiting(_ALL)]
        # What waits though the server has it keeps its number: sent again, it is known and answered, not decided anew.
        first = waiting[0][1] if waiting else next_seq
        if (expected is not None and first > expected) or waiting != [(epoch, seq) for seq in range(first, next_seq)]:
            self.begin_epoch(max(epoch, beyond) + 1)

    def _show_as_waiting(self, entries: Iterable[OutboxEntry]) -> None:
        touched = self._uow.outbox.touched_by([entry.id for entry in entries])
        keys = {key for several in touched.values() for key in several}
        for kind, row_id in keys:
            self._uow.table(kind).settle(self._uow.connection, row_id, rev=UNKNOWN_REV, mark=SyncMark.WAITING)
        if keys:
            Replica(self._uow).perform_waiting(keys)

    def _epoch(self) -> int:
        identity = self._uow.meta.identity()
        return FIRST_EPOCH if identity is None else identity.epoch

    def _versions(self) -> "_Versions":
        return _Versions(self._uow)


class _Versions:
    """The server's versions of the rows of a stream, as this PC has them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._shadows = uow.shadows.revisions()

    def __call__(self, stream: StreamId) -> list[RowVersion]:
        by_kind: dict[int, list[bytes]] = {}
        for kind, row_id in self._uow.streams.members(stream):
            by_kind.setdefault(kind, []).append(row_id)
        return [
            (kind, row_id, self._shadows.get((kind, row_id), rev))
            for kind, row_ids in by_kind.items()
            for row_id, rev in self._uow.table(kind).revisions(self._uow.connection, row_ids).items()
        ]
