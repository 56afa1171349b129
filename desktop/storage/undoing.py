"""Undoing the last act of a person before it is sent.

The act is performed and chained in its transaction like any other, so a power cut loses nothing. Beside it, in the same
transaction, stands that it is held back: whoever makes a request sends nothing from that op on. Undoing takes the op
out of the chain, closes the chain behind it and puts the rows back, in one transaction. Both are possible only while
the hold stands in the store, and the hold ends in a transaction of its own before anything behind it is read for
sending: that an op was sent and undone as well cannot happen, whatever the clock does (ADR 0038).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import UserId
from core.domain.offices import Actor
from core.protocol.codec import encode
from core.protocol.ops import PREV_BYTES, chain, read_op
from desktop.storage.meta import Chain, UndoHold
from desktop.storage.next_op import count_waiting
from desktop.storage.outbox import OutboxEntry, RowKey
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store, UnitOfWork

ALONE = 0
_ALL = 1_000_000_000
_MILLIS = 1000


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """What became of several acts of one wish: how many changed something, and the codes of those that were refused."""

    done: int
    refused: tuple[str, ...] = ()


def perform_undoably(uow: UnitOfWork, act: Any, actor: Actor, now: datetime) -> bool:
    """As `Replica.perform`, and hold the op back for a while; whether anything changed. Refusal.

    What could be undone until now cannot be undone any more.
    """
    with one_step(uow, actor.user, now):
        return bool(Replica(uow).perform(act, actor, now))


def perform_all_undoably(uow: UnitOfWork, acts: Sequence[Any], actor: Actor, now: datetime) -> Together:
    """Perform those of several acts that the rules allow, as one step that can be undone. Refusal: all were refused."""
    perform = Replica(uow).perform
    return do_together(uow, [partial(perform, act, actor, now) for act in acts], actor.user, now)


def do_together(uow: UnitOfWork, works: Iterable[Callable[[], object]], user: UserId, now: datetime) -> Together:
    """Do those of several things that the rules allow, each whole or not at all, as one step that can be undone.

    A work answers whether it changed anything; one that is refused must not have written before. Refusal: all were.
    """
    results: list[object] = []
    refused: list[Refusal] = []
    with one_step(uow, user, now):
        for work in works:
            try:
                results.append(work())
            except Refusal as refusal:
                refused.append(refusal)
    if refused and not results:
        raise refused[0]
    return Together(done=sum(map(bool, results)), refused=tuple(one.code.value for one in refused))


@contextmanager
def one_step(uow: UnitOfWork, user: UserId, now: datetime) -> Iterator[None]:
    """What is performed within is one step that can be undone; what could be undone until then cannot any more."""
    before = uow.meta.chain()
    yield
    done = uow.outbox.waiting(1, after=before.next_seq - 1)
    if done:
        span = (done[0].id, uow.outbox.newest())
        hold_step(uow, UndoHold(), span, user=user, now=now, before=before, for_ms=uow.undo_ms)


def hold_step(
    uow: UnitOfWork,
    hold: UndoHold,
    span: tuple[int, int],
    *,
    user: UserId,
    now: datetime,
    before: Chain,
    for_ms: int,
) -> UndoHold:
    """Hold back what was done in this transaction, together with what `hold` holds already; the hold as it is then.

    A step of several transactions is begun with an empty hold. Where it was ended between two of them, nothing is held
    any more: what went out cannot be undone, and half a step is none.
    """
    if not uow.undo_ms or (hold.entry and uow.meta.undo() != hold):
        return hold
    made_ms = int(now.timestamp() * _MILLIS)
    begun = hold if hold.entry else UndoHold(entry=span[0], user=user, made_ms=made_ms, before=before)
    held = msgspec.structs.replace(begun, until_ms=made_ms + for_ms, spans=(*begun.spans, span))
    uow.meta.write(held)
    return held


def sendable(uow: UnitOfWork, limit: int, *, after: int) -> tuple[OutboxEntry, ...]:
    """The first ops behind number `after` that wait and may be sent now."""
    entries = uow.outbox.waiting(limit, after=after)
    held = uow.meta.undo().entry
    return tuple(one for one in entries if one.id < held) if held else entries


def next_sendable(uow: UnitOfWork) -> int:
    """The number of the next op, as the server may hear of it."""
    hold = uow.meta.undo()
    return hold.before.next_seq if hold.entry else uow.meta.chain().next_seq


def held_back(uow: UnitOfWork) -> int:
    """How many of the ops that wait may not be sent yet."""
    held = uow.meta.undo().entry
    return sum(one.id >= held for one in uow.outbox.waiting(_ALL)) if held else 0


def let_go(store: Store) -> bool:
    """Nothing can be undone any more, and all that waits may be sent; whether anything was held back."""
    with store.read() as uow:
        if not uow.meta.undo().entry:
            return False
    with store.begin() as uow:
        hold = uow.meta.undo()
        uow.meta.write(UndoHold())
        # Whoever sends what was done hears of it.
        uow.changed.update(_rows_of(uow, hold.entry))
    return True


def let_go_if_over(store: Store, now_ms: int) -> None:
    """As `let_go`, if the time to undo is over at a time of this PC's clock."""
    with store.read() as uow:
        over = _is_over(uow, now_ms)
    if over:
        let_go(store)


@contextmanager
def reading_to_send(store: Store, now_ms: int) -> Iterator[UnitOfWork]:
    """As `Store.read`, after `let_go_if_over`; one transaction where nothing is to be let go."""
    with store.read() as uow:
        over = _is_over(uow, now_ms)
        if not over:
            yield uow
    if over:
        let_go(store)
        with store.read() as uow:
            yield uow


def _is_over(uow: UnitOfWork, now_ms: int) -> bool:
    hold = uow.meta.undo()
    return bool(hold.entry) and hold.is_over(now_ms)


def take_back(uow: UnitOfWork, user: UserId) -> tuple[tuple[RowKey, ...], tuple[RowKey, ...]]:
    """Undo what this person did last; the answer names the rows that are as before, and those that stay.

    Of a step of many acts those stay on which something was built since, each with its group. Refusal: it may have been
    sent, or was done by somebody else (UNDO_OVER), or something was done since with all that it made or changed
    (UNDO_ENTANGLED).
    """
    hold = uow.meta.undo()
    entries = [one for one in uow.outbox.waiting(_ALL) if one.id >= hold.entry] if hold.entry else []
    if not entries or entries[0].id != hold.entry or hold.user != user:
        raise Refusal(RefusalCode.UNDO_OVER)
    step = hold.entries()
    touched = uow.outbox.touched_by([one.id for one in entries])
    built_on = {key for number, several in touched.items() if number not in step for key in several}
    groups = {one.id: read_op(one.op).group for one in entries if one.id in step}
    stay = {groups[number] for number in groups if not built_on.isdisjoint(touched[number])} - {ALONE}
    free = [number for number in groups if built_on.isdisjoint(touched[number])]
    undone = [number for number in free if groups[number] not in stay]
    if not undone:
        raise Refusal(RefusalCode.UNDO_ENTANGLED)
    count_waiting(uow, -len(undone))
    for number in undone:
        uow.outbox.take_out(number)
    gone = set(undone)
    keys = list(dict.fromkeys(key for number in undone for key in touched[number]))
    stays = dict.fromkeys(key for number in sorted(step - gone) for key in touched.get(number, ()))
    seq, head = hold.before.next_seq, hold.before.head
    for entry in entries:
        if entry.id in gone:
            continue
        op = msgspec.structs.replace(read_op(entry.op), seq=seq, prev=head[:PREV_BYTES])
        data = encode(op)
        head = chain(head, data)
        uow.outbox.renumber(msgspec.structs.replace(entry, seq=seq, op=data, head=head))
        seq += 1
    uow.meta.write(msgspec.structs.replace(uow.meta.chain(), next_seq=seq, head=head))
    uow.meta.write(UndoHold())
    Replica(uow).perform_waiting(keys)
    return tuple(keys), tuple(stays)


def _rows_of(uow: UnitOfWork, entry: int) -> list[RowKey]:
    return uow.outbox.touched_by([entry]).get(entry, [])
