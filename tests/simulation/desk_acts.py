"""What people do with dispositions afterwards, and with their lists of instructions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import Disposition
from core.domain.following_up import ConfirmDisposition, RemindRecipients, WithdrawDisposition
from core.domain.ids import BlobHash, DispositionId, LetterId, PositionId, RowId
from core.domain.instruction_lists import OWN_FROM, OwnInstruction, SetInstructions
from core.domain.joining import JoinArrival, MergeLetters
from core.domain.letters import Channel
from core.domain.permissions import Power
from desktop.services.dispositions import Order
from desktop.storage.replica import Replica
from tests.simulation.doing import Doing

SINCE = 81_000
READDRESS_SINCE = 82_000
ARRIVALS_SINCE = 90_000
ATTACH_SINCE = 83_000


def _perform(person: Any, act: Any) -> None:
    with person.pc.store.begin() as uow:
        Replica(uow).perform(act, person.actor, person.pc.clock.moment())


def _sheet(person: Any) -> tuple[DispositionId, tuple[PositionId, ...]]:
    """A disposition that is here, most often one of one's own, and some of its recipients."""
    mine = person.sheets.sent() if person.chance.random() < 0.8 else ()
    if mine:
        sheet: Disposition = person.chance.choice(mine).disposition
        named = [one.position for one in sheet.recipients]
        return sheet.id, tuple(person.chance.sample(named, person.chance.randint(1, len(named))))
    return DispositionId(person.some("disposition")), (person.colleague(),)


def _withdraw(person: Any) -> None:
    sheet, named = _sheet(person)
    reason = person.chance.choice(("", f"Salah alamat {person.canary()}"))
    _perform(person, WithdrawDisposition(disposition_id=sheet, recipients=named, reason=reason))


def _remind(person: Any) -> None:
    sheet, named = _sheet(person)
    _perform(person, RemindRecipients(disposition_id=sheet, recipients=named))


def _confirm(person: Any) -> None:
    _perform(person, ConfirmDisposition(disposition_id=DispositionId(person.some("disposition"))))


def _set_instructions(person: Any) -> None:
    position = person.actor.position if person.chance.random() < 0.7 else person.colleague()
    number = position * OWN_FROM + person.chance.randrange(1, 4)
    own = (OwnInstruction(number=number, text=f"Instruksi {person.canary()}"),) if person.chance.random() < 0.5 else ()
    chosen = (*person.chance.sample(range(1, 41), 5), *(one.number for one in own))
    _perform(person, SetInstructions(position=position, chosen=chosen, own=own))


def readdress(person: Any) -> None:
    """Correct derajat and addressee of a letter, of the oldest most often: others do the same."""
    chance = person.chance
    with person.pc.store.read() as uow:
        oldest = uow.connection.exec_driver_sql("SELECT id FROM letter ORDER BY id LIMIT 1").scalar()
    letter = bytes(oldest) if oldest is not None and chance.random() < 0.6 else person.some("letter")
    changes = {
        "urgency": chance.choice(("0", "1", "2")),
        "addressee": chance.choice(("", str(person.colleague()), str(person.colleague()), "9999")),
    }
    fields = chance.sample(sorted(changes), chance.choice((1, 2)))
    person.desk.amend(LetterId(letter), {field: changes[field] for field in fields}, seen=chance.choice((None, 0)))


def _join(person: Any) -> None:
    """A letter comes once more; at times that is told twice."""
    chance = person.chance
    act = JoinArrival(
        arrival_id=RowId(person.new_id()),
        letter_id=LetterId(person.some("letter")),
        received_on=person.today,
        channel=chance.choice(tuple(Channel)),
        scans=(),
    )
    _perform(person, act)


def _merge(person: Any) -> None:
    one, other = person.some("letter"), person.some("letter")
    _perform(person, MergeLetters(letter_id=LetterId(one), into=LetterId(other)))


def enter_written(person: Any) -> None:
    """Enter what a leader wrote by hand."""
    to = {person.colleague() for _ in range(2)}
    order = Order(
        letter_id=LetterId(person.some("letter")),
        recipients=tuple(sorted(to)),
        instructions=(1,),
        note=person.chance.choice(("", f"Tulisan {person.canary()}")),
        on_behalf=person.colleague(),
    )
    person.sheets.issue(order)


def tell_how_far(person: Any) -> None:
    """Report before it is done."""
    mine = person.sheets.for_me()
    if mine:
        person.sheets.answer(person.chance.choice(mine).disposition.id, f"Baru {person.canary()}", done=False)


def _attach(person: Any) -> None:
    """Give a letter more scans, of the oldest most often: others do the same."""
    with person.pc.store.read() as uow:
        oldest = uow.connection.exec_driver_sql("SELECT id FROM letter ORDER BY id LIMIT 1").scalar()
    letter = bytes(oldest) if oldest is not None and person.chance.random() < 0.5 else person.some("letter")
    sha256, size = person.pc.files.add_bytes(person.chance.randbytes(person.chance.choice((900, 30_000))))
    person.pc.handed_in.add(sha256)
    scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=person.canary())
    person.desk.attach(LetterId(letter), (scan,))


DESK_DOINGS: Mapping[type[Any], Doing] = MappingProxyType(
    {
        AttachScans: Doing(_attach, 5, Power.AMEND_LETTER, since=ATTACH_SINCE),
        WithdrawDisposition: Doing(_withdraw, 5, Power.DISPOSE, since=SINCE),
        RemindRecipients: Doing(_remind, 3, Power.DISPOSE, since=SINCE),
        ConfirmDisposition: Doing(_confirm, 2, Power.DISPOSE, since=SINCE),
        JoinArrival: Doing(_join, 3, Power.REGISTER_LETTER, since=ARRIVALS_SINCE),
        MergeLetters: Doing(_merge, 4, Power.VOID_NUMBER, since=ARRIVALS_SINCE),
        SetInstructions: Doing(_set_instructions, 2, Power.DISPOSE, since=SINCE),
    }
)
