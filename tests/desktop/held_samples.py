"""Acts of the clerk that came after the position was given to somebody else, as the server holds them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import DeviceId, DispositionId, LetterId
from core.domain.offices import Position, Role
from core.merging.holding_back import Ended, hold_back
from core.protocol.codec import encode
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, pack_act
from core.protocol.records import KIND_OF
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from tests.desktop.sample_office import ADMIN, CLERK, OFFICE, SampleOffice
from tests.support.acts import dispose, register

HELD = KIND_OF[HeldAct].code


def hold(office: SampleOffice, *acts: Any, why: WhyHeld = WhyHeld.POSITION_TAKEN, hours_ago: int = 3) -> HeldAct:
    """Let acts of the clerk lie with those who decide over them."""
    actor = office.actor(CLERK)
    made_ms = int((office.now - timedelta(hours=hours_ago)).timestamp() * 1000)
    ops = [
        encode(
            Op(
                version=OP_VERSION,
                seq=place,
                prev=GENESIS[:PREV_BYTES],
                user=actor.user,
                position=actor.position,
                act=pack_act(act)[0],
                args=pack_act(act)[1],
                check=b"",
                group=int(len(acts) > 1),
                wall_ms=made_ms,
                offset_ms=0,
                uncertainty_ms=0,
            )
        )
        for place, act in enumerate(acts, start=1)
    ]
    with office.store.begin() as uow:
        person, place = uow.directory.person(actor.user), uow.directory.position(CLERK)
        assert person is not None
        assert place is not None
        colleagues: tuple[Position, ...] = uow.directory.positions_of(OFFICE)
        ended = Ended(person=person, place=place, why=why, device=DeviceId(bytes(16)))
        held = hold_back(uow, ops, ended, colleagues=colleagues, received=office.now)
        uow.table(HELD).put(uow.connection, [Stored(held, 1, SyncMark.ON_SERVER)])
        uow.changed.add((HELD, held.id))
    return held


def seat_admin(office: SampleOffice) -> None:
    """Let the administrator stand in the directory: what is held from here on comes to him too."""
    place = Position(
        number=ADMIN, office=OFFICE, unit=None, title="Admin Kantor", role=Role.OFFICE_ADMIN, order=99, superior=None
    )
    with office.store.begin() as uow:
        uow.table(KIND_OF[Position].code).put(uow.connection, [Stored(place, 1, SyncMark.ON_SERVER)])


def held_letter(office: SampleOffice, subject: str, **changes: Any) -> HeldAct:
    """A letter that the clerk registered."""
    letter_id = LetterId(office.random(16))
    return hold(office, register(letter_id, subject=subject, received_on=office.now.date(), **changes))


def held_with_disposition(office: SampleOffice, letter_id: LetterId) -> HeldAct:
    """Something that the clerk may not do at all, and that therefore would have been refused as well."""
    return hold(office, dispose(DispositionId(office.random(16)), letter_id, office.actor(CLERK).position))
