"""Deciding over what others did when their right had ended already."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.attaching import AttachScans
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import AcceptHeld, HeldAct, RejectHeld, WhyHeld
from core.domain.ids import PositionId, RowId
from core.domain.numbering import format_agenda
from core.domain.permissions import Power, has_power
from core.domain.registering import RegisterLetter
from core.merging.sealing_held import opened_held
from core.protocol.codec import CodecError, decode_record, encode
from core.protocol.ops import Op, pack_act, read_op
from core.protocol.records import ACT_BY_CODE
from desktop.services.act_subjects import sealed_subject, subject_of
from desktop.services.person_service import ActingService
from desktop.services.sealed_acts import sealed_act
from desktop.storage.held_acts import held_acts
from desktop.storage.unit_of_work import UnitOfWork


class HeldItem(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for a decision. `acts` are names of the act registry; `numbers` were taken for it."""

    id: RowId
    acts: tuple[str, ...]
    about: str
    author: str
    position: str
    why: WhyHeld
    made_at: datetime
    received_at: datetime
    numbers: tuple[str, ...]
    scans: int


class HeldActService(ActingService):
    """The decisions of one signed-in person."""

    @property
    def decides(self) -> bool:
        """Whether this person's position decides over others as a rule."""
        return has_power(self._actor, Power.DECIDE_HELD)

    def waiting(self) -> tuple[HeldItem, ...]:
        """What this person may decide over, the oldest first."""
        with self._store.read() as uow:
            return tuple(_item(uow, held) for held in held_acts.waiting(uow.connection) if self._may_decide(held))

    def accept(self, held_id: RowId) -> None:
        """Perform what is held in this person's name; Refusal if the rules say no.

        What was sealed, since its letter became secret, is opened and sealed as the letter is: SEALED_FOR_OTHERS.
        """
        with self._store.begin() as uow:
            held = uow.get(HeldAct, held_id)
            ops = () if held is None or not held.sealed else _as_the_letter_is(uow, held)
            self._perform_in(uow, AcceptHeld(held_id=held_id, ops=ops), undoable=True)

    def reject(self, held_id: RowId, reason: str) -> None:
        """Let what is held have no effect; Refusal if the rules say no."""
        self._perform(RejectHeld(held_id=held_id, reason=reason.strip()), undoable=True)

    def _may_decide(self, held: HeldAct) -> bool:
        return self._actor.position in held.reviewers and self._actor.user != held.user


def _item(uow: UnitOfWork, held: HeldAct) -> HeldItem:
    ops = [read_op(data) for data in held.ops]
    acts = _readable(held)
    besides = [decode_record(kind, data) for kind, data in held.would]
    person, place = uow.directory.person(held.user), uow.directory.position(held.position)
    subjects = (sealed_subject(uow, held), *(subject_of(uow, act, besides=besides) for act in acts))
    return HeldItem(
        id=held.id,
        acts=tuple(ACT_BY_CODE[op.act].name for op in ops if op.act in ACT_BY_CODE),
        about=next(filter(None, subjects), ""),
        author=person.name if person else "",
        position=place.title if place else "",
        why=held.why,
        made_at=min(datetime.fromtimestamp(max(0, ops[0].corrected_ms) / 1000, UTC), held.received_at),
        received_at=held.received_at,
        numbers=tuple(format_agenda(one.number, one.suffix) for one in held.numbers),
        scans=sum(len(act.scans) for act in acts if isinstance(act, RegisterLetter | AttachScans)),
    )


def _as_the_letter_is(uow: UnitOfWork, held: HeldAct) -> tuple[bytes, ...]:
    """The ops of a sealed held act, with what they say in the form in which their letter is now."""
    ops = opened_held(held, uow.rings.items())
    if ops is None:
        raise Refusal(RefusalCode.SEALED_FOR_OTHERS)
    return tuple(_recast(uow, read_op(data)) for data in ops)


def _recast(uow: UnitOfWork, op: Op) -> bytes:
    _, args = pack_act(sealed_act(uow, op.read_act(), position=PositionId(op.position)))
    return encode(msgspec.structs.replace(op, args=args, signature=b""))


def _readable(held: HeldAct) -> list[Any]:
    """The acts; those that a newer program made cannot be read here, and accepting them is refused."""
    try:
        return [read_op(data).read_act() for data in held.ops]
    except CodecError:
        return []


__all__ = ["HeldActService", "HeldItem", "WhyHeld"]
