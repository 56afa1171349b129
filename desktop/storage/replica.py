"""The optimistic replica: what the server holds, with this PC's own waiting acts performed on top.

The tables hold the view that people see. Where own ops wait, the server's version of the row is kept beside it (its
shadow). When the server sends something newer for such a row, the shadow is replaced, every row that the waiting ops
touch goes back to its server version, and the ops are performed again by the same rules. What a person did is never
silently lost: the op either stands on the new ground or the server's refusal is shown.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import StreamId
from core.domain.offices import Actor, actor_at
from core.merging.overlay import Overlay
from core.protocol.codec import encode
from core.protocol.digests import bucket_of
from core.protocol.messages import Block, Data, Slice
from core.protocol.ops import behind_s, moment_of
from core.protocol.records import row_key
from core.protocol.rows import Row, named_rows, read_rows
from desktop.storage.base import SyncMark
from desktop.storage.estimates import count_as_unknown
from desktop.storage.hiding import put_rows
from desktop.storage.membership import join_records, join_streams
from desktop.storage.next_op import count_waiting, next_entry
from desktop.storage.outbox import RowKey
from desktop.storage.person_signing import sign_act
from desktop.storage.rebasing import rebase
from desktop.storage.record_table import Stored
from desktop.storage.residue import condemn_unless_needed, erase, files_of
from desktop.storage.streams import Shadow
from desktop.storage.unit_of_work import UnitOfWork

_MILLIS = 1000


class Replica:
    """Changes the view within one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Within an open writing transaction.

        `altered` counts rows that were here at their revision with other words than the server has.
        """
        self._uow = uow
        self.altered = 0

    def perform(
        self, act: Any, actor: Actor, now: datetime, *, group: int = 0, unsigned_too: bool = False
    ) -> tuple[RowKey, ...]:
        """Perform an act: view, op and chain in this transaction.

        Refusal if the rule says no, or if an order cannot be signed by whoever gives it. The answer names the changed
        rows; () if the act changed nothing. The rule is told the time by the server's clock, as far as it is known: the
        server will tell it the same. `unsigned_too`: it is to be laid before a superior, who answers for it.
        """
        clock = self._uow.meta.clock()
        wall_ms = int(now.timestamp() * _MILLIS)
        overlay = Overlay(self._uow)
        moment = moment_of(wall_ms + clock.offset_ms)
        signed = sign_act(self._uow, act, actor, wall_ms=wall_ms, required=not unsigned_too)
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
        named = named_rows(part.blocks)
        files = files_of(self._uow, named)
        changed = self._take_blocks(part.blocks, stream, whatever=True)
        # A server that was put back may know a letter as it was before a scan was put to it.
        for sha256 in sorted(files - files_of(self._uow, named)):
            condemn_unless_needed(self._uow, sha256)
        self._uow.streams.leave(stream, held - named)
        if part.cursor:
            self._uow.streams.put_cursor(stream, part.cursor)
        return changed

    def perform_waiting(self, keys: Collection[RowKey]) -> None:
        """Put rows to what the server has with the waiting acts on top."""
        self._uow.changed.update(rebase(self._uow, keys))

    def purge(self, stream: StreamId) -> set[RowKey]:
        """Access to a stream ended; the answer names the rows that lay in it: those that lie in no other have to go."""
        keys = self._uow.streams.forget(stream)
        self._uow.streams.suspect(keys)
        return set(keys)

    def finish_round(self) -> set[RowKey]:
        """Remove rows that lie in no stream any more, unless own ops still wait on them."""
        return self.end_rights(None)

    def end_comparison(self) -> None:
        """As `finish_round`, once every stream was compared; nobody knows how old a row that stays for own ops is.

        It lay in no stream, so it was not compared. What the server told of it before it was put back may count higher
        than all that it tells since, and would stand against that for good.
        """
        self.finish_round()
        left = self._uow.streams.take_orphans()
        self._uow.streams.suspect(left)
        for key in left:
            if self._uow.shadows.get(key) is not None:
                count_as_unknown(self._uow, key)

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
            join_records(self._uow, (row.record for row in rows if row.record.id not in older), also=stream)
            # A newer version is here: it alone says in which streams the row lies now.
            join_streams(self._uow, ((block.kind, row_id) for row_id in older))
        if dirty:
            changed |= rebase(self._uow, dirty)
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
            if whatever and rev == here and self._differs(record, shadow):
                self.altered += 1
            elif rev <= here and not (whatever and rev != here):
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

    def _differs(self, record: Any, shadow: Shadow | None) -> bool:
        if shadow is not None:
            return shadow.payload != encode(record)
        stored = self._uow.get(type(record), record.id)
        return stored is not None and stored != record

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
