"""The optimistic replica: what the server holds, with this PC's own waiting acts performed on top.

The tables hold the view that people see. Where own ops wait, the server's version of the row is kept beside it (its
shadow). When the server sends something newer for such a row, the shadow is replaced, every row that the waiting ops
touch goes back to its server version, and the ops are performed again by the same rules. What a person did is never
silently lost: the op either stands on the new ground or the server's refusal is shown.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import StreamId
from core.domain.offices import Actor, actor_at, actor_of
from core.merging.overlay import Overlay
from core.protocol.codec import decode_record, encode
from core.protocol.digests import bucket_of
from core.protocol.messages import Block, Data, OpResult, Outcome, Slice
from core.protocol.ops import Op, behind_s, read_op
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key
from core.protocol.rows import Row, named_rows, read_rows
from desktop.storage.agreeing import agreed
from desktop.storage.base import SyncMark
from desktop.storage.hiding import note_answer, put_rows
from desktop.storage.next_op import count_waiting, next_entry
from desktop.storage.outbox import OpState, RowKey
from desktop.storage.person_signing import sign_act
from desktop.storage.record_table import Stored
from desktop.storage.residue import erase
from desktop.storage.scan_return import hand_back
from desktop.storage.server_view import ServerView, only_lost
from desktop.storage.unit_of_work import UnitOfWork

_MILLIS = 1000


class Replica:
    """Changes the view within one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Within an open writing transaction."""
        self._uow = uow

    def perform(self, act: Any, actor: Actor, now: datetime, *, group: int = 0) -> tuple[RowKey, ...]:
        """Perform an act: view, op and chain in this transaction.

        Refusal if the rule says no, or if an order cannot be signed by whoever gives it. The answer names the changed
        rows; () if the act changed nothing. The rule is told the time by the server's clock, as far as it is known: the
        server will tell it the same.
        """
        clock = self._uow.meta.clock()
        wall_ms = int(now.timestamp() * _MILLIS)
        overlay = Overlay(self._uow)
        moment = _moment(wall_ms + clock.offset_ms)
        signed = sign_act(self._uow, act, actor, wall_ms=wall_ms)
        still = self._still(actor, moment)
        decision = overlay.perform(act, still, moment, behind_s=behind_s(clock.offset_ms), signed=signed)
        if not decision.records:
            return ()
        keys = tuple(row_key(record) for record in decision.records)
        self._keep_server_versions(keys)
        self._write_view(decision.records)
        entry = next_entry(
            self._uow, act, actor, made=decision.records, wall_ms=wall_ms, group=group, signature=signed.signature
        )
        count_waiting(self._uow, 1)
        self._uow.outbox.append(entry, [(row_key(record), encode(record)) for record in decision.records])
        self._uow.changed.update(keys)
        link = self._uow.meta.chain()
        self._uow.meta.write(msgspec.structs.replace(link, next_seq=entry.seq + 1, head=entry.head))
        return keys

    def settle(self, results: Sequence[OpResult], *, epoch: int) -> set[RowKey]:
        """Take the server's answers to own ops of an epoch; the answer names the rows whose view or mark changed."""
        entries = self._uow.outbox.of_epoch(epoch, [result.seq for result in results])
        answered = [
            (entries[one.seq], one)
            for one in results
            if one.seq in entries and entries[one.seq].state == OpState.WAITING
        ]
        decided = self._uow.outbox.decided_by([entry.id for entry, _ in answered])
        count_waiting(self._uow, -len(answered))
        for entry, result in answered:
            self._uow.outbox.settle(entry.id, result)
            note_answer(self._uow, entry, lost=result.outcome == Outcome.CONFLICT)
        changed = {key for several in decided.values() for key, _ in several}
        base = Overlay(ServerView(self._uow))
        revisions: dict[RowKey, int] = {}
        undone: set[RowKey] = set()
        for entry, result in answered:
            if result.outcome in (Outcome.REFUSED, Outcome.HELD):
                undone.update(key for key, _ in decided[entry.id])
            elif result.first_rev == 0:
                undone.update(self._without_effect(base, decided[entry.id]))
            elif result.same and not decided[entry.id]:
                # What it made here was forgotten when the right to it ended, and the server does not send it: it
                # knows that we had made the same. The comparison finds it.
                self._uow.meta.write(msgspec.structs.replace(self._uow.meta.sync(), compare=True))
            elif result.same:
                undone.update(self._agree(base, result, decided[entry.id], op=entry.op, revisions=revisions))
            else:
                undone.update(self._estimate(base, result, decided[entry.id], op=read_op(entry.op)))
        self._settle_rows(changed, base.changes, revisions, undone=undone)
        hand_back(self._uow, (entry for entry, result in answered if result.outcome == Outcome.REFUSED))
        self._join_streams(revisions.keys())
        # The right to a row may have ended with the very reply that tells what became of it: then no stream holds it.
        self._uow.streams.suspect(changed)
        self._uow.changed.update(changed)
        return changed

    def apply(self, data: Data, stream: StreamId) -> set[RowKey]:
        """Take one frame of server rows and move the stream's cursor with it; the answer names the changed rows."""
        changed = self._take_blocks(data.blocks, stream)
        self._uow.streams.leave(stream, [(block.kind, row_id) for block in data.blocks for row_id in block.gone])
        self._uow.streams.advance(stream, data.cursor)
        return changed

    def apply_slice(self, part: Slice) -> set[RowKey]:
        """Take what the server holds in some buckets of a stream, whatever the revisions here say.

        Rows of these buckets that the server does not name lie in the stream no more. The answer names the rows that
        changed.
        """
        stream, which = StreamId(part.stream), frozenset(part.which)
        held = {key for key in self._uow.streams.members(stream) if bucket_of(key[1], part.parts) in which}
        changed = self._take_blocks(part.blocks, stream, whatever=True)
        self._uow.streams.leave(stream, held - named_rows(part.blocks))
        if part.cursor:
            self._uow.streams.put_cursor(stream, part.cursor)
        return changed

    def perform_waiting(self, keys: Collection[RowKey]) -> None:
        """Put rows to what the server has with the waiting acts on top."""
        self._uow.changed.update(self._rebase(keys))

    def purge(self, stream: StreamId) -> set[RowKey]:
        """Access to a stream ended; the answer names the rows that lay in it: those that lie in no other have to go."""
        keys = self._uow.streams.forget(stream)
        self._uow.streams.suspect(keys)
        return set(keys)

    def finish_round(self) -> set[RowKey]:
        """Remove rows that lie in no stream any more, unless own ops still wait on them."""
        return self.end_rights(None)

    def end_rights(self, among: Collection[RowKey] | None) -> set[RowKey]:
        """As `finish_round`, at once, for some rows; None: for all that are suspect."""
        orphans = self._uow.streams.take_orphans(among)
        waiting = self._uow.outbox.touching(orphans)
        self._uow.streams.suspect(waiting.keys())  # looked at again when the server has answered
        removed = {key for key in orphans if key not in waiting}
        erase(self._uow, removed)
        self._uow.changed.update(removed)
        return removed

    def _take_blocks(self, blocks: Sequence[Block], stream: StreamId, *, whatever: bool = False) -> set[RowKey]:
        changed: set[RowKey] = set()
        dirty: set[RowKey] = set()
        for block, rows in read_rows(blocks):
            stale, older = self._take_rows(block.kind, rows, changed=changed, whatever=whatever)
            dirty |= stale
            self._join_records((row.record for row in rows if row.record.id not in older), also=stream)
            # A newer version is here: it alone says in which streams the row lies now.
            self._join_streams((block.kind, row_id) for row_id in older)
        if dirty:
            changed |= self._rebase(dirty)
        self._uow.changed.update(changed)
        return changed

    def _take_rows(
        self, kind: int, rows: Sequence[Row], *, changed: set[RowKey], whatever: bool
    ) -> tuple[set[RowKey], set[bytes]]:
        """Store rows that are newer than here; with `whatever`, also older ones.

        The answer: rows to be rebased, and the ids of those of which a newer version is here.
        """
        table = self._uow.table(kind)
        known = table.revisions(self._uow.connection, [row.record.id for row in rows])
        touched = self._uow.outbox.touching([(kind, row.record.id) for row in rows])
        fresh = []
        dirty: set[RowKey] = set()
        older: set[bytes] = set()
        for row in rows:
            record, rev = row.record, row.rev
            key = (kind, record.id)
            shadow = self._uow.shadows.get(key) if key in touched else None
            here = shadow.rev if shadow else known.get(record.id, 0)
            if rev <= here and not (whatever and rev != here):
                if rev < here:
                    older.add(record.id)
                continue
            if key in touched:
                self._uow.shadows.put(key, encode(record), rev)
                dirty.add(key)
            else:
                fresh.append(Stored(record, rev, SyncMark.ON_SERVER))
            changed.add(key)
        put_rows(self._uow, kind, fresh)
        return dirty, older

    def _rebase(self, dirty: Collection[RowKey]) -> set[RowKey]:
        """Put rows back to their server version and perform the waiting ops on them again."""
        keys = set(dirty)
        ids: set[int] = set()
        while True:
            found = {number for several in self._uow.outbox.touching(keys).values() for number in several}
            if found <= ids:
                break
            ids |= found
            for several in self._uow.outbox.touched_by(found).values():
                keys.update(several)
        overlay = Overlay(ServerView(self._uow, only=keys))
        entries = self._uow.outbox.entries(ids)
        for number in sorted(ids):
            self._perform_again(overlay, read_op(entries[number].op))
        still = self._uow.outbox.touching(keys)
        gone: set[RowKey] = set()
        for key in sorted(keys):
            # An act that is performed again may reach further than before (a second answer becomes the first). What no
            # waiting op is known to touch stays as the server has it: nobody would put it back if the op is refused.
            mine = overlay.changes.get(key) if key in still else None
            server = self._uow.shadows.get(key)
            if mine is not None:
                rev = server.rev if server else 0
                put_rows(self._uow, key[0], [Stored(mine, rev, SyncMark.WAITING)])
            elif server is not None:
                mark = SyncMark.WAITING if key in still else SyncMark.ON_SERVER
                record = decode_record(key[0], server.payload)
                put_rows(self._uow, key[0], [Stored(record, server.rev, mark)])
            elif self._made_here(key):
                gone.add(key)
        self._delete_rows(gone)
        self._uow.shadows.drop([key for key in keys if key not in still])
        return keys

    def _perform_again(self, overlay: Overlay, op: Op) -> None:
        moment = _moment(op.corrected_ms)
        actor = _author(self._uow, op, moment)
        if actor is None:
            return
        try:
            overlay.perform(op.read_act(), actor, moment, behind_s=op.behind_s, signed=op.signed)
        except Refusal:
            # The ground changed under the act. The server judges it; its refusal will be shown.
            return

    def _still(self, actor: Actor, moment: datetime) -> Actor:
        """The actor; Refusal if he acts in another's position, and the right to it is not there at this moment."""
        if actor.under is None:
            return actor
        person, place = self._uow.directory.person(actor.user), self._uow.directory.position(actor.position)
        still = None if person is None or place is None else actor_at(person, place, moment)
        if still is None:
            raise Refusal(RefusalCode.DELEGATION_OVER)
        return still

    def _keep_server_versions(self, keys: Iterable[RowKey]) -> None:
        for key in keys:
            if self._uow.shadows.get(key) is not None:
                continue
            stored = self._uow.table(key[0]).get(self._uow.connection, key[1])
            # Accepted, but the server's own version is still to come: what is here is the nearest to it.
            accepted = stored is not None and stored.mark == SyncMark.ON_SERVER
            if stored is not None and (stored.rev > 0 or accepted):
                self._uow.shadows.put(key, encode(stored.record), stored.rev)

    def _write_view(self, records: Iterable[Any]) -> None:
        for record in records:
            kind, row_id = row_key(record)
            rev = self._uow.table(kind).revisions(self._uow.connection, [row_id]).get(row_id, 0)
            put_rows(self._uow, kind, [Stored(record, rev, SyncMark.WAITING)])

    def _agree(
        self,
        base: Overlay,
        result: OpResult,
        decided: Sequence[tuple[RowKey, bytes]],
        *,
        op: bytes,
        revisions: dict[RowKey, int],
    ) -> Iterator[RowKey]:
        """The server arrived at the very records that the op decided here: they are its version of these rows.

        The answer names rows of which a newer version is here already, because a reply before this one was lost.
        """
        for place, (key, payload) in enumerate(decided):
            rev = result.first_rev + place
            if rev > max(self._server_rev(key), revisions.get(key, 0)):
                base.put(agreed(base, key, payload, op=None if place else op, result=result))
                revisions[key] = rev
            else:
                yield key

    def _without_effect(self, base: Overlay, decided: Sequence[tuple[RowKey, bytes]]) -> Iterator[RowKey]:
        """The server changed nothing: every field lost, or it knew the act from an earlier epoch.

        The answer names the rows that go back to the server's version; a row that only this PC has stays until that
        version is here.
        """
        for key, payload in decided:
            if self._made_here(key):
                base.put(decode_record(key[0], payload))
            else:
                yield key

    def _estimate(
        self, base: Overlay, result: OpResult, decided: Sequence[tuple[RowKey, bytes]], *, op: Op
    ) -> Iterator[RowKey]:
        """The server arrived at other records, which follow as data: until then take what comes nearest to them.

        The answer names rows of which the server's own version is here already.
        """
        self._perform_again(base, op)
        view, lost = ServerView(self._uow), {one.field for one in result.conflicts}
        for key, payload in decided:
            known = view.get(KIND_BY_CODE[key[0]].struct, key[1]) if lost else None
            if self._server_rev(key) >= result.first_rev or only_lost(base.changes.get(key), known, lost):
                base.changes.pop(key, None)
                yield key
            elif key not in base.changes and self._made_here(key):
                base.put(decode_record(key[0], payload))

    def _settle_rows(
        self,
        keys: Collection[RowKey],
        accepted: Mapping[RowKey, Any],
        revisions: Mapping[RowKey, int],
        *,
        undone: Collection[RowKey],
    ) -> None:
        """Make the view what the server has, with the ops on top that still wait."""
        later = self._uow.outbox.touching(keys)
        stale = set(undone)
        for key in keys:
            table = self._uow.table(key[0])
            stored = table.get(self._uow.connection, key[1])
            record, rev = accepted.get(key), revisions.get(key, self._server_rev(key))
            if key not in later and key not in undone and stored is not None and stored.record == record:
                table.settle(self._uow.connection, key[1], rev=rev, mark=SyncMark.ON_SERVER)
                self._uow.shadows.drop([key])
                continue
            if record is not None:
                self._uow.shadows.put(key, encode(record), rev)
            stale.add(key)
        if stale:
            self._rebase(stale)

    def _server_rev(self, key: RowKey) -> int:
        """The revision of the newest version of a row that the server is known to have; 0 if none."""
        shadow = self._uow.shadows.get(key)
        if shadow is not None:
            return shadow.rev
        return self._uow.table(key[0]).revisions(self._uow.connection, [key[1]]).get(key[1], 0)

    def _join_streams(self, keys: Iterable[RowKey]) -> None:
        """As `_join_records`, by the server's version that is here."""
        view = ServerView(self._uow)
        found = (view.get(KIND_BY_CODE[kind].struct, row_id) for kind, row_id in keys)
        self._join_records(record for record in found if record is not None)

    def _join_records(self, records: Iterable[Any], *, also: StreamId | None = None) -> None:
        """A record says itself in which streams it lies: the server sends it once in a reply, whatever their number."""
        known = self._uow.streams.ids()
        members: dict[StreamId, list[RowKey]] = {}
        for record in records:
            key = row_key(record)
            for stream in KIND_OF[type(record)].streams(record):
                if stream in known:
                    members.setdefault(known[stream], []).append(key)
            if also is not None:
                members.setdefault(also, []).append(key)
        for number, keys in members.items():
            self._uow.streams.join(number, keys)

    def _made_here(self, key: RowKey) -> bool:
        stored = self._uow.table(key[0]).get(self._uow.connection, key[1])
        return stored is not None and stored.rev == 0

    def _delete_rows(self, keys: Collection[RowKey]) -> None:
        by_kind: dict[int, list[bytes]] = {}
        for kind, row_id in keys:
            by_kind.setdefault(kind, []).append(row_id)
        for kind, row_ids in by_kind.items():
            self._uow.table(kind).delete(self._uow.connection, row_ids)


def _author(uow: UnitOfWork, op: Op, moment: datetime) -> Actor | None:
    """Who made an op, as far as this PC knows; a right that is not there is for the server to judge."""
    person, place = uow.directory.person(op.user), uow.directory.position(op.position)
    if person is None or place is None:
        return None
    return actor_at(person, place, moment) or actor_of(person, place)


def _moment(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware moment of whole seconds."""
    return datetime.fromtimestamp(max(0, ms) // _MILLIS, UTC)
