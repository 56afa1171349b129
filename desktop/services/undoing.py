"""Undoing what a person did last, for a few seconds."""

import msgspec

from core.domain.numbering import format_agenda
from core.domain.offices import Actor
from core.protocol.ops import read_op
from core.protocol.records import ACT_BY_CODE
from desktop.services.clock import Clock, millis
from desktop.storage.letters import letters
from desktop.storage.meta import UndoHold
from desktop.storage.outbox import RowKey
from desktop.storage.undoing import let_go, let_go_if_over, take_back
from desktop.storage.unit_of_work import Store, UnitOfWork


class Undoable(msgspec.Struct, frozen=True, kw_only=True):
    """What may still be undone: the name of the act, and for how many milliseconds. `entry` tells one from another."""

    entry: int
    act: str
    left_ms: int


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What was undone: the name of the act, and the rows that are as before.

    `stays` names the letters, by their agenda numbers, on which something was built since: so they stay.
    """

    act: str
    rows: tuple[RowKey, ...]
    stays: tuple[str, ...] = ()


class UndoService:
    """What one signed-in person may undo."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def offered(self) -> Undoable | None:
        """What this person may undo now."""
        now_ms = millis(self._clock())
        with self._store.read() as uow:
            hold = uow.meta.undo()
            if not hold.entry or hold.user != self._actor.user or hold.is_over(now_ms):
                return None
            act = _named(uow, hold)
        return Undoable(entry=hold.entry, act=act, left_ms=hold.until_ms - now_ms) if act else None

    def undo(self) -> Undone:
        """Undo it, durably when this returns; Refusal if it may have been sent, or other acts build on it."""
        with self._store.begin() as uow:
            act = _named(uow, uow.meta.undo())
            rows, stay = take_back(uow, self._actor.user)
            stays = tuple(agenda for key in stay for agenda in _agenda_of(uow, key))
        return Undone(act=act, rows=rows, stays=stays)

    def end(self) -> int:
        """The time should be over: what was held back may be sent then. Milliseconds that are left all the same, or 0.

        Whoever is told of a rest comes again: nobody else looks, and the act would wait for the next visit of the day.
        """
        now_ms = millis(self._clock())
        let_go_if_over(self._store, now_ms)
        with self._store.read() as uow:
            hold = uow.meta.undo()
        return max(0, hold.until_ms - now_ms) if hold.entry else 0

    def leave(self) -> None:
        """The person leaves: nothing can be undone any more."""
        let_go(self._store)


def _named(uow: UnitOfWork, hold: UndoHold) -> str:
    """The name of the act that is held: of a group the last one, for whose sake the others are; nothing if none is."""
    held = uow.outbox.entries({hold.entry, max(hold.entries())})
    first = held.get(hold.entry)
    if first is None:
        return ""
    shown = held[max(held)] if read_op(first.op).group else first
    return ACT_BY_CODE[shown.act].name


def _agenda_of(uow: UnitOfWork, key: RowKey) -> tuple[str, ...]:
    kind, row_id = key
    stored = letters.get(uow.connection, row_id) if kind == letters.kind else None
    if stored is None:
        return ()
    one = stored.record
    return (format_agenda(one.agenda_no, one.agenda_suffix) if one.agenda_no else "",)
