"""What a PC keeps of values that lost, once the right to their letter has ended: its author's own, and no other's."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import update

from core.domain.conflicts import Conflict
from core.domain.held_acts import AcceptHeld, HeldAct
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKind
from core.protocol.codec import encode
from core.protocol.ops import read_op
from core.protocol.records import KIND_OF
from desktop.storage.outbox import KEPT_AT_MOST, WITHHELD, OpState
from desktop.storage.outbox_table import outbox, prove_entry
from desktop.storage.unit_of_work import UnitOfWork

RowKey = tuple[int, bytes]

_LETTER = KIND_OF[IncomingLetter].code
_CONFLICT = KIND_OF[Conflict].code
_HELD = KIND_OF[HeldAct].code


def letters_of(uow: UnitOfWork, op: bytes) -> set[RowKey]:
    """The letters that an op is about, and the held acts that it decides over."""
    return _named_by(uow, read_op(op).read_act())


def note_loss(uow: UnitOfWork, op: bytes) -> None:
    """The answer to an own op names what stands in letters that may be here no more, or in an inbox alone."""
    named = letters_of(uow, op)
    uow.streams.suspect(named)
    registers = _registers(uow)
    letters = (uow.get(IncomingLetter, row_id) for kind, row_id in named if kind == _LETTER)
    unread = {(_LETTER, bytes(one.id)) for one in letters if one is not None and one.office not in registers}
    forget_values(uow, unread)


def forget_values(uow: UnitOfWork, keys: Collection[RowKey]) -> None:
    """Leave out what stands in rows that this PC may no longer hold from the answers to own ops. Before they go.

    What lost stays: it is the author's own, and shown until its author has seen it. A conflict may go while its letter
    stays, in the inbox of somebody who reads the register no more.
    """
    gone = {key for key in keys if key[0] in (_LETTER, _HELD)}
    conflicts = (uow.get(Conflict, row_id) for kind, row_id in keys if kind == _CONFLICT)
    registers = _registers(uow)
    gone |= {(_LETTER, bytes(one.letter_id)) for one in conflicts if one is not None and one.office not in registers}
    if not gone:
        return
    for entry in uow.outbox.listed((OpState.CONFLICT,), KEPT_AT_MOST):
        if entry.code != WITHHELD and letters_of(uow, entry.op) & gone:
            left = tuple(msgspec.structs.replace(one, stands="") for one in entry.conflicts)
            values = {"code": WITHHELD, "conflicts": encode(left)}
            uow.connection.execute(update(outbox).where(outbox.c.id == entry.id).values(**values))
            prove_entry(uow.connection, entry.id)


def _registers(uow: UnitOfWork) -> set[int]:
    """The offices whose register is held here."""
    return {key.owner for key in uow.streams.ids() if key.kind == StreamKind.REGISTER}


def _named_by(uow: UnitOfWork, act: Any) -> set[RowKey]:
    if isinstance(act, AcceptHeld):
        held = uow.get(HeldAct, act.held_id)
        inner = () if held is None or held.sealed else (read_op(data).read_act() for data in held.ops)
        about = {(_LETTER, bytes(letter_id)) for letter_id in (() if held is None else held.about)}
        return {(_HELD, bytes(act.held_id)), *about}.union(*(_named_by(uow, one) for one in inner))
    letter_id = getattr(act, "letter_id", None)
    return set() if letter_id is None else {(_LETTER, bytes(letter_id))}
