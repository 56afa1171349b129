"""A letter whose author's right had ended before it arrived, for pictures."""

from datetime import datetime

from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import ROW_ID_BYTES, DeviceId, LetterId
from core.domain.letters import Channel, SecurityLevel, Urgency
from core.domain.offices import Office, Role
from core.domain.registering import RegisterLetter
from core.merging.holding_back import Ended, hold_back
from core.protocol.codec import encode
from core.protocol.ops import GENESIS, OP_VERSION, PREV_BYTES, Op, pack_act
from core.protocol.records import KIND_OF
from desktop.services.practice.records import PracticeLetter
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import UnitOfWork


def hold_letter(uow: UnitOfWork, letter: PracticeLetter, *, made: datetime, arrived: datetime) -> None:
    """Lay a letter before the head that the registrar entered at `made`, as a server does that got it at `arrived`."""
    office = next(one for one in uow.table(KIND_OF[Office].code).every(uow.connection))
    places = uow.directory.positions_of(office.number)
    place = next(one for one in places if one.role == Role.REGISTRAR)
    person = next(one for one in uow.directory.people_of(office.number) if place.number in one.positions)
    act = RegisterLetter(
        letter_id=LetterId(bytes(ROW_ID_BYTES)),
        agenda_year=made.year,
        agenda_no=912,
        received_on=made.date(),
        letter_no=letter.letter_no,
        letter_date=letter.letter_date,
        sender=letter.sender,
        subject=letter.subject,
        security=SecurityLevel.OPEN,
        urgency=Urgency.NORMAL,
        classification="",
        addressee=None,
        due_on=None,
        channel=Channel.PAPER,
        summary="",
        scans=(),
    )
    code, args = pack_act(act)
    op = Op(
        version=OP_VERSION,
        seq=1,
        prev=GENESIS[:PREV_BYTES],
        user=person.number,
        position=place.number,
        act=code,
        args=args,
        check=b"",
        group=0,
        wall_ms=int(made.timestamp() * 1000),
        offset_ms=0,
        uncertainty_ms=0,
    )
    ended = Ended(person=person, place=place, why=WhyHeld.POSITION_TAKEN, device=DeviceId(bytes(ROW_ID_BYTES)))
    held = hold_back(uow, [encode(op)], ended, colleagues=places, received=arrived)
    uow.table(KIND_OF[HeldAct].code).put(uow.connection, [Stored(held, 1, SyncMark.ON_SERVER)])
