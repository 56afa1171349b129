"""Acts that were made here and are held at the server: what is asked about them, and what is told."""

from collections.abc import Iterable

from sqlalchemy import update

from core.protocol.messages import MAX_HELD_ASKED, Verdict
from desktop.storage.outbox import OpState
from desktop.storage.outbox_table import outbox, prove
from desktop.storage.scan_return import hand_back
from desktop.storage.unit_of_work import UnitOfWork

_ALL = 1_000_000


def asked_about(uow: UnitOfWork, now_ms: int) -> tuple[bytes, ...]:
    """The held acts of which the server is asked what became of them: of many, others each second."""
    held = uow.outbox.held()
    if len(held) > MAX_HELD_ASKED:
        first = now_ms // 1000 * MAX_HELD_ASKED % len(held)
        held = (*held[first:], *held[:first])[:MAX_HELD_ASKED]
    return tuple(bytes.fromhex(one) for one in held)


def ask_again(uow: UnitOfWork) -> None:
    """The server was put back and may have lost what was decided: nothing counts as decided until it says so again.

    What its author has taken off the list comes back to it: the second decision may be another one.
    """
    told = outbox.c.state.in_([int(one) for one in (OpState.HELD_ACCEPTED, OpState.HELD_REJECTED, OpState.SEEN)])
    values = {"state": int(OpState.HELD), "decided_by": 0, "reason": ""}
    uow.connection.execute(update(outbox).where(told).values(**values))
    prove(uow.connection, outbox.c.state == int(OpState.HELD))


def take_verdicts(uow: UnitOfWork, verdicts: Iterable[Verdict]) -> None:
    """Note what was decided; scans of what was rejected come back to Pindaian."""
    for one in verdicts:
        held = [] if one.accepted else uow.outbox.listed([OpState.HELD], _ALL)
        uow.outbox.decide_held(one.held_id.hex(), accepted=one.accepted, by=one.by, reason=one.reason)
        hand_back(uow, (entry for entry in held if entry.field == one.held_id.hex()))
