"""The outbox: ops made here, in order, with what became of them; and which rows each of them touched.

An entry has a number of its own (`id`), which rises with the order in which the ops were made and never changes. The
op's own number counts within an epoch of this device's chain. What the server took stays here until the server says
that it cannot lose it any more: a server that was put back from an older copy is given it again.
"""

from collections.abc import Collection, Sequence
from enum import IntEnum
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Connection

from core.domain.acting import FieldConflict
from core.protocol.codec import decode, encode
from core.protocol.messages import OpResult, Outcome
from desktop.storage.outbox_table import (
    add_touches,
    forget_records,
    forget_touched,
    outbox,
    prove,
    prove_entries,
    prove_entry,
    renumber,
    reopen,
    touch,
    touched,
    touching,
    waits_again,
    waits_no_more,
)
from desktop.storage.proofs import UNPROVED
from sql.direct import keep, kept

RowKey = tuple[int, bytes]

_PART = 400
# The server may never say that it keeps things safely: then so many answered ops are kept, years of an office's work.
KEPT_AT_MOST = 50_000
# The code of a value that lost where what stands is not kept any more: the right to the letter has ended.
WITHHELD = "withheld"


class OpState(IntEnum):
    """What became of an op."""

    WAITING = 0
    ACCEPTED = 1
    REFUSED = 2
    CONFLICT = 3
    HELD = 4  # kept at the server for a superior to decide, since the right to it had ended
    HELD_ACCEPTED = 5  # a superior had it performed
    HELD_REJECTED = 6
    SEEN = 7  # its author has seen what was decided; kept until the server cannot lose it any more


SHOWN = (OpState.REFUSED, OpState.CONFLICT, OpState.HELD, OpState.HELD_ACCEPTED, OpState.HELD_REJECTED)
_DECIDED = (OpState.HELD_ACCEPTED, OpState.HELD_REJECTED)
# Of an op that was held without a record of its own: no backup is known to hold it.
_NEVER_SAFE = 2**62


class OutboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One op with its state; `made_ms` is the PC's wall clock. `id` is given by the outbox.

    `field` of a held op names what is held at the server; `decided_by` and `reason` tell who decided over it, and why.
    """

    id: int = 0
    epoch: int
    seq: int
    op: bytes
    head: bytes
    act: int
    user: int
    position: int
    state: OpState
    code: str
    field: str
    conflicts: tuple[FieldConflict, ...]
    made_ms: int
    decided_by: int = 0
    reason: str = ""


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _add() -> Any:
    return outbox.insert()


@kept
def _waiting() -> Any:
    behind = (outbox.c.state == OpState.WAITING, outbox.c.seq > bindparam("after"))
    return select(outbox).where(*behind).order_by(outbox.c.id).limit(bindparam("most"))


@kept
def _of_epoch() -> Any:
    return select(outbox).where(outbox.c.epoch == bindparam("of"), outbox.c.seq.in_(bindparam("seqs", expanding=True)))


@kept
def _settle() -> Any:
    names = ("state", "code", "field", "conflicts", "settled_seq")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(outbox).where(outbox.c.id == bindparam("number")).values(**values)


@kept
def _kept() -> Any:
    taken = outbox.c.state.notin_([int(OpState.WAITING), int(OpState.REFUSED)])
    return select(outbox).where(taken).order_by(outbox.c.id)


@kept
def _oldest_kept() -> Any:
    taken = outbox.c.state.notin_([int(OpState.WAITING), int(OpState.REFUSED)])
    return select(func.min(outbox.c.made_ms)).where(taken)


@kept
def _newest() -> Any:
    return select(func.max(outbox.c.id))


@kept
def _last_safe() -> Any:
    # What had no effect has no revision: it is as safe as the next op behind it that had one.
    has_effect = outbox.c.settled_seq.between(1, bindparam("durable"))
    return select(func.max(outbox.c.id)).where(outbox.c.state == OpState.ACCEPTED, has_effect)


@cache
def _prune() -> tuple[Any, Any, Any]:
    without_effect = (outbox.c.settled_seq == 0) & (outbox.c.id <= bindparam("last_safe"))
    safe = or_(outbox.c.settled_seq.between(1, bindparam("durable")), without_effect, outbox.c.id <= bindparam("old"))
    done = outbox.c.state.in_([int(OpState.ACCEPTED), int(OpState.SEEN)])
    numbers = select(outbox.c.id).where(done, safe)
    forgetting = keep(delete(touch).where(touch.c.entry.in_(numbers))), keep(delete(outbox).where(done, safe))
    return keep(numbers.limit(1)), *forgetting


@kept
def _held() -> Any:
    held = select(outbox.c.field).where(outbox.c.state == OpState.HELD)
    return held.group_by(outbox.c.field).order_by(func.min(outbox.c.id))


@kept
def _count() -> Any:
    but = outbox.c.act.notin_(bindparam("but", expanding=True))
    return select(func.count()).select_from(outbox).where(outbox.c.state == bindparam("in_state"), but)


@kept
def _listed() -> Any:
    in_any = outbox.c.state.in_(bindparam("states", expanding=True))
    return select(outbox).where(in_any).order_by(outbox.c.id.desc()).limit(bindparam("most"))


@kept
def _entries() -> Any:
    return select(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))


class Outbox:
    """The outbox over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def append(self, entry: OutboxEntry, decided: Sequence[tuple[RowKey, bytes]]) -> None:
        """Add an op and the rows that it changed, each with the record it made of it, in the rule's order."""
        values: dict[str, Any] = msgspec.structs.asdict(entry)
        del values["id"]
        values["state"] = int(entry.state)
        values["conflicts"] = encode(entry.conflicts)
        values["settled_seq"] = 0
        values["proof"] = UNPROVED  # until its number is known
        (number,) = self._connection.execute(_add(), values).inserted_primary_key or (0,)
        prove_entries(self._connection, [{**values, "id": number}])
        rows = [
            {"entry": number, "place": place, "kind": kind, "row_id": row_id, "payload": payload, "waiting": True}
            for place, ((kind, row_id), payload) in enumerate(decided)
        ]
        if rows:
            self._connection.execute(add_touches(), rows)

    def waiting(self, limit: int, *, after: int = 0) -> tuple[OutboxEntry, ...]:
        """The first ops behind number `after` that the server has not answered; all are of the present epoch."""
        return tuple(_entry(row) for row in self._connection.execute(_waiting(), {"after": after, "most": limit}))

    def count(self, state: OpState, *, but: Collection[int] = ()) -> int:
        """How many ops are in a state, those of the acts `but` left out."""
        return int(self._connection.execute(_count(), {"in_state": int(state), "but": list(but)}).scalar_one())

    def count_upto(self, epoch: int, seq: int) -> int:
        """How many ops of an epoch, up to a number, the server has not answered."""
        statement = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.state == OpState.WAITING, outbox.c.epoch == epoch, outbox.c.seq <= seq)
        )
        return int(self._connection.execute(statement).scalar_one())

    def listed(self, states: Collection[OpState], limit: int) -> tuple[OutboxEntry, ...]:
        """Ops in any of `states`, newest first."""
        values = {"states": [int(state) for state in states], "most": limit}
        return tuple(_entry(row) for row in self._connection.execute(_listed(), values))

    def entries(self, ids: Collection[int]) -> dict[int, OutboxEntry]:
        """The ops with these entry numbers."""
        found: dict[int, OutboxEntry] = {}
        numbers = sorted(ids)
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            for row in self._connection.execute(_entries(), {"ids": part}):
                found[row.id] = _entry(row)
        return found

    def of_epoch(self, epoch: int, seqs: Collection[int]) -> dict[int, OutboxEntry]:
        """The ops with these numbers in one epoch, by that number."""
        found: dict[int, OutboxEntry] = {}
        numbers = sorted(seqs)
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            for row in self._connection.execute(_of_epoch(), {"of": epoch, "seqs": part}):
                found[row.seq] = _entry(row)
        return found

    def settle(self, number: int, result: OpResult) -> None:
        """Note the server's answer to an op; no row waits for it any more."""
        state = {
            Outcome.ACCEPTED: OpState.ACCEPTED,
            Outcome.REFUSED: OpState.REFUSED,
            Outcome.CONFLICT: OpState.CONFLICT,
            Outcome.HELD: OpState.HELD,
        }[result.outcome]
        unsafe = state == OpState.HELD and not result.first_rev
        answer = {
            "number": number,
            "new_state": int(state),
            "new_code": result.code,
            "new_field": result.field,
            "new_conflicts": encode(result.conflicts),
            "new_settled_seq": _NEVER_SAFE if unsafe else result.first_rev,
        }
        self._connection.execute(_settle(), answer)
        prove_entry(self._connection, number)
        if state == OpState.REFUSED:
            self._connection.execute(forget_touched(), {"number": number})
        else:
            self._connection.execute(waits_no_more(), {"number": number})

    def held(self) -> tuple[str, ...]:
        """What is held at the server of ops made here, as their results named it."""
        return tuple(self._connection.execute(_held()).scalars())

    def decide_held(self, field: str, *, accepted: bool, by: int, reason: str) -> None:
        """Note what was decided over held ops."""
        state = OpState.HELD_ACCEPTED if accepted else OpState.HELD_REJECTED
        self._connection.execute(
            update(outbox)
            .where(outbox.c.state == OpState.HELD, outbox.c.field == field)
            .values(state=int(state), decided_by=by, reason=reason)
        )
        prove(self._connection, outbox.c.field == field)

    def reopen(self, number: int) -> None:
        """Let an answered op wait again: the server has lost it."""
        self._connection.execute(reopen(), {"number": number, "to_state": int(OpState.WAITING)})
        prove_entry(self._connection, number)
        self._connection.execute(waits_again(), {"number": number})

    def forget_records(self, keys: Collection[RowKey]) -> None:
        """Drop what answered ops made of rows that this PC may no longer hold, and of all other rows with them.

        The answer to an op numbers its rows by their place. Whoever knows only some of them would take one for another
        if the op comes to be answered again; of whom nothing is known, the comparison brings all.
        """
        rows = [{"k": kind, "r": row_id} for kind, row_id in keys]
        if rows:
            self._connection.execute(forget_records(), rows)

    def renumber(self, entry: OutboxEntry) -> None:
        """Replace a waiting op by the same act under another number: epoch, seq, op and head of `entry`."""
        values = {"to_epoch": entry.epoch, "to_seq": entry.seq, "to_op": entry.op, "to_head": entry.head}
        self._connection.execute(renumber(), {"entry": entry.id, **values})
        prove_entry(self._connection, entry.id)

    def kept(self) -> tuple[OutboxEntry, ...]:
        """Ops that the server took and may still lose, in order."""
        return tuple(_entry(row) for row in self._connection.execute(_kept()))

    def oldest_kept_ms(self) -> int | None:
        """When the oldest op was made that the server took and may still lose; None if there is none."""
        oldest: int | None = self._connection.execute(_oldest_kept()).scalar_one()
        return oldest

    def prune(self, durable: int) -> int:
        """Forget accepted ops that the server holds safely: their revision is at or below `durable`.

        An op that changed nothing on the server is kept until one that was made after it is safe. The answer is the
        newest entry that was found to be safe; 0: none was.
        """
        newest = self._connection.execute(_newest()).scalar_one_or_none() or 0
        last_safe = self._connection.execute(_last_safe(), {"durable": durable}).scalar_one_or_none() or 0
        values = {"durable": durable, "last_safe": last_safe, "old": newest - KEPT_AT_MOST}
        any_safe, *forgetting = _prune()
        if self._connection.execute(any_safe, values).first() is not None:
            for statement in forgetting:
                self._connection.execute(statement, values)
        return int(last_safe)

    def dismiss(self, number: int) -> None:
        """Take a refused op, a conflict or a held op that was decided off the list; the person has seen it."""
        decided = (outbox.c.id == number, outbox.c.state.in_([int(state) for state in _DECIDED]))
        if self._connection.execute(update(outbox).where(*decided).values(state=int(OpState.SEEN))).rowcount:
            prove_entry(self._connection, number)
        where = (outbox.c.id == number, outbox.c.state.in_([OpState.REFUSED, OpState.CONFLICT]))
        if self._connection.execute(delete(outbox).where(*where)).rowcount:
            self._connection.execute(forget_touched(), {"number": number})

    def newest(self) -> int:
        """The number of the newest entry; 0 if there is none."""
        return int(self._connection.execute(_newest()).scalar_one_or_none() or 0)

    def take_out(self, number: int) -> None:
        """Forget a waiting op that was never sent, with what it touched."""
        self._connection.execute(forget_touched(), {"number": number})
        self._connection.execute(delete(outbox).where(outbox.c.id == number, outbox.c.state == OpState.WAITING))

    def touched_by(self, ids: Collection[int]) -> dict[int, list[RowKey]]:
        """The rows that each op touched, in order."""
        return {number: [key for key, _ in decided] for number, decided in self.decided_by(ids).items()}

    def decided_by(self, ids: Collection[int]) -> dict[int, list[tuple[RowKey, bytes]]]:
        """The rows that each op touched, in order, each with the record that it made of it on this PC."""
        found: dict[int, list[tuple[RowKey, bytes]]] = {number: [] for number in ids}
        numbers = sorted(ids)
        for start in range(0, len(numbers), _PART):
            part = numbers[start : start + _PART]
            for row in self._connection.execute(touched(), {"entries": part}):
                found[row.entry].append(((row.kind, row.row_id), row.payload))
        return found

    def touching(self, keys: Collection[RowKey]) -> dict[RowKey, list[int]]:
        """The waiting ops that touch any of `keys`."""
        by_kind: dict[int, list[bytes]] = {}
        for kind, row_id in keys:
            by_kind.setdefault(kind, []).append(row_id)
        found: dict[RowKey, list[int]] = {}
        for kind, row_ids in by_kind.items():
            for start in range(0, len(row_ids), _PART):
                part = row_ids[start : start + _PART]
                for row_id, number in self._connection.execute(touching(), {"of": kind, "row_ids": part}):
                    found.setdefault((kind, row_id), []).append(number)
        return found


def _entry(row: Any) -> OutboxEntry:
    return OutboxEntry(
        id=row.id,
        epoch=row.epoch,
        seq=row.seq,
        op=row.op,
        head=row.head,
        act=row.act,
        user=row.user,
        position=row.position,
        state=OpState(row.state),
        code=row.code,
        field=row.field,
        conflicts=decode(row.conflicts, tuple[FieldConflict, ...]),
        made_ms=row.made_ms,
        decided_by=row.decided_by,
        reason=row.reason,
    )
