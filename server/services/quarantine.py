"""Holds ops whose author's right had ended before they arrived, where their PC could not know of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from core.domain.acting import Records
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import HeldAct, HeldState, WhyHeld, why_held
from core.domain.offices import Actor, Person, Position, actor_at
from core.merging.holding_back import Ended, held_id, hold_back, is_worth_holding
from core.merging.sealing_held import sealed_held
from core.protocol.codec import CodecError
from core.protocol.messages import OpResult, Outcome, Verdict
from core.protocol.ops import Op
from core.protocol.records import KIND_OF
from server.services.chains import ChainedOp
from server.services.ground import Ground, Reading
from server.storage.database import TenantStore

_PERSON, _HELD = KIND_OF[Person].code, KIND_OF[HeldAct].code


class RightEnded(Refusal):
    """The right to an act had ended before it arrived, and its PC could not know of it."""

    def __init__(self, person: Person, place: Position, why: WhyHeld) -> None:
        super().__init__(RefusalCode.NOT_ALLOWED)
        self.person = person
        self.place = place
        self.why = why


def rightful_actor(ground: Ground, op: Op, *, person: Person, place: Position, at: datetime) -> Actor:
    """Who acts, if the person holds the place now or acted in it then; RightEnded if the PC could not know better."""
    actor = actor_at(person, place, at)
    if person.active and actor is not None:
        return actor
    changed = ground.changed_fields((_PERSON, person.id))
    why = why_held(person, place.number, at, changed=changed, known=op.known)
    if why is None:
        raise Refusal(RefusalCode.NOT_ALLOWED)
    raise RightEnded(person, place, why)


def known_here(ground: Ground, run: Sequence[ChainedOp]) -> HeldAct | None:
    """What is held of the ops of a mended PC, if they were here before under other numbers."""
    return ground.get(HeldAct, held_id(one.op for one in run))


def hold_run(ground: Ground, above: Records, run: Sequence[ChainedOp], ended: RightEnded, *, now_ms: int) -> HeldAct:
    """What is to be held of ops that stand or fall together; the refusal itself if they are not worth it."""
    writer = ground.writer
    try:
        if writer is None or not is_worth_holding([one.op for one in run]):
            raise ended
        about = Ended(person=ended.person, place=ended.place, why=ended.why, device=writer.device)
        received = datetime.fromtimestamp(now_ms // 1000, UTC)
        held = hold_back(above, [one.data for one in run], about, colleagues=ground.positions(), received=received)
        return sealed_held(held, above)
    except (CodecError, ValueError, OverflowError) as err:
        raise Refusal(RefusalCode.UNKNOWN_ACT) from err


def held_results(run: Sequence[ChainedOp], held: HeldAct) -> list[OpResult]:
    """What the device is told of each of the ops."""
    return [OpResult(seq=one.op.seq, outcome=Outcome.HELD, same=False, field=held.id.hex()) for one in run]


def verdicts_on(store: TenantStore, asked: Sequence[bytes]) -> tuple[Verdict, ...]:
    """What was decided over those of the held acts that are decided. Whoever knows an id knows what was done."""
    keys = [(_HELD, row_id) for row_id in asked]
    reading = Reading(store)
    reading.foresee(set(keys))
    found = (reading.record(key) for key in keys)
    return tuple(
        Verdict(held_id=held.id, accepted=held.state == HeldState.ACCEPTED, by=held.decided_by, reason=held.reason)
        for held in found
        if held is not None and held.state != HeldState.WAITING
    )
