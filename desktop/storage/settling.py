"""What becomes of own acts when the server has answered: they stand, they go, or something near to them stands."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from core.domain.receipts import with_receipt
from core.merging.overlay import Overlay
from core.protocol.codec import decode_record, encode
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import Op, read_op
from core.protocol.records import KIND_BY_CODE
from desktop.storage.agreeing import agreed
from desktop.storage.base import SyncMark
from desktop.storage.estimates import note_estimates
from desktop.storage.hiding import note_answer
from desktop.storage.membership import join_streams
from desktop.storage.next_op import count_waiting
from desktop.storage.outbox import OpState, RowKey
from desktop.storage.rebasing import made_here, perform_again, rebase
from desktop.storage.scan_return import hand_back
from desktop.storage.server_view import ServerView, only_lost
from desktop.storage.unit_of_work import UnitOfWork


def settle_ops(uow: UnitOfWork, results: Sequence[OpResult], *, epoch: int) -> set[RowKey]:
    """Take the server's answers to own ops of an epoch; the answer names the rows whose view or mark changed."""
    entries = uow.outbox.of_epoch(epoch, [result.seq for result in results])
    answered = [
        (entries[one.seq], one) for one in results if one.seq in entries and entries[one.seq].state == OpState.WAITING
    ]
    decided = uow.outbox.decided_by([entry.id for entry, _ in answered])
    count_waiting(uow, -len(answered))
    for entry, result in answered:
        uow.outbox.settle(entry.id, result)
        taken = result.outcome in (Outcome.ACCEPTED, Outcome.CONFLICT)
        note_answer(uow, entry, lost=result.outcome == Outcome.CONFLICT, taken=taken)
    changed = {key for several in decided.values() for key, _ in several}
    base = Overlay(ServerView(uow))
    revisions: dict[RowKey, int] = {}
    undone: set[RowKey] = set()
    estimated: dict[RowKey, int] = {}
    for entry, result in answered:
        if result.outcome in (Outcome.REFUSED, Outcome.HELD):
            undone.update(key for key, _ in decided[entry.id])
        elif result.first_rev == 0:
            undone.update(_without_effect(uow, base, decided[entry.id]))
        elif result.same and not decided[entry.id]:
            # What it made here was forgotten when the right to it ended.
            _let_compare(uow)
        elif result.same:
            undone.update(_agree(uow, base, result, decided[entry.id], op=entry.op, revisions=revisions))
        else:
            keys = {key for key, _ in decided[entry.id]}
            known = set(_estimate(uow, base, result, decided[entry.id], op=read_op(entry.op)))
            undone |= known
            estimated.update(dict.fromkeys(keys & base.changes.keys() - known, result.first_rev))
    note_estimates(uow, estimated)
    _settle_rows(uow, changed, base.changes, revisions, undone=undone)
    hand_back(uow, (entry for entry, result in answered if result.outcome == Outcome.REFUSED))
    join_streams(uow, revisions.keys())
    # The right to a row may have ended with the very reply that tells what became of it: then no stream holds it.
    uow.streams.suspect(changed)
    uow.changed.update(changed)
    return changed


def _agree(
    uow: UnitOfWork,
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
    numbered = {key: result.first_rev + place for place, (key, _) in enumerate(decided)}
    newer = {key for key, rev in numbered.items() if rev <= max(server_rev(uow, key), revisions.get(key, 0))}
    if newer == numbered.keys():
        yield from newer
        return
    records = agreed(base, decided, result, op=op)
    if records is None:
        _let_compare(uow)
        yield from _estimate(uow, base, result, decided, op=read_op(op))
        return
    for key, rev in numbered.items():
        if key in newer:
            yield key
        else:
            base.put(records[key])
            revisions[key] = rev


def _let_compare(uow: UnitOfWork) -> None:
    """What the server has is not here, and it does not send it: it takes us for knowing it. The comparison finds it."""
    uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compare=True))


def _without_effect(uow: UnitOfWork, base: Overlay, decided: Sequence[tuple[RowKey, bytes]]) -> Iterator[RowKey]:
    """The server changed nothing: every field lost, or it knew the act from an earlier epoch.

    The answer names the rows that go back to the server's version; a row that only this PC has stays until that
    version is here.
    """
    for key, payload in decided:
        if made_here(uow, key):
            base.put(decode_record(key[0], payload))
        else:
            yield key


def _estimate(
    uow: UnitOfWork, base: Overlay, result: OpResult, decided: Sequence[tuple[RowKey, bytes]], *, op: Op
) -> Iterator[RowKey]:
    """The server arrived at other records, which follow as data: until then take what comes nearest to them.

    The receipt counts among that: a later op may arrive at the server's very record before these follow. The answer
    names rows of which the server's own version is here already.
    """
    before, lost = dict(base.changes), {one.field for one in result.conflicts}
    known = {key: base.get(KIND_BY_CODE[key[0]].struct, key[1]) for key, _ in decided} if lost else {}
    perform_again(uow, base, op)
    for place, (key, payload) in enumerate(decided):
        if server_rev(uow, key) >= result.first_rev:
            base.changes.pop(key, None)
            yield key
            continue
        if only_lost(base.changes.get(key), known.get(key), lost):
            # An op before this one, answered with it, may have changed the same record.
            if key in before:
                base.put(before[key])
            else:
                base.changes.pop(key, None)
            yield key
            continue
        if key not in base.changes and made_here(uow, key):
            base.put(decode_record(key[0], payload))
        if place == 0 and key in base.changes:
            base.put(with_receipt((base.changes[key],), op.receipt(result.late_s))[0])


def _settle_rows(
    uow: UnitOfWork,
    keys: Collection[RowKey],
    accepted: Mapping[RowKey, Any],
    revisions: Mapping[RowKey, int],
    *,
    undone: Collection[RowKey],
) -> None:
    """Make the view what the server has, with the ops on top that still wait."""
    later = uow.outbox.touching(keys)
    stale = set(undone)
    for key in keys:
        table = uow.table(key[0])
        stored = table.get(uow.connection, key[1])
        record, rev = accepted.get(key), revisions.get(key, server_rev(uow, key))
        if key not in later and key not in undone and stored is not None and stored.record == record:
            table.settle(uow.connection, key[1], rev=rev, mark=SyncMark.ON_SERVER)
            uow.shadows.drop([key])
            continue
        if record is not None:
            uow.shadows.put(key, encode(record), rev)
        stale.add(key)
    if stale:
        rebase(uow, stale)


def server_rev(uow: UnitOfWork, key: RowKey) -> int:
    """The revision of the newest version of a row that the server is known to have; 0 if none."""
    shadow = uow.shadows.get(key)
    if shadow is not None:
        return shadow.rev
    return uow.table(key[0]).revisions(uow.connection, [key[1]]).get(key[1], 0)
