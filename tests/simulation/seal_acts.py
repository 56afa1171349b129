"""What people with keys do: letters that are sealed as they come or are raised, and opened to further readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, DispositionId, LetterId, RowId
from core.domain.letters import SecurityLevel
from core.domain.permissions import Power
from core.domain.resealing import ResealLetter, SealLetter, UnsealLetter
from desktop.services.dispositions import Order
from desktop.services.held_acts import HeldActService
from desktop.services.late_sealing import LateSealing
from desktop.services.letters import LetterEntry
from desktop.services.secret_readings import note_reading
from tests.simulation.doing import SEALS_FROM, Doing


def _secret(person: Any) -> LetterId:
    """A secret letter that this PC shows, most often; the oldest of them at times, so that several meet in one."""
    with person.pc.store.read() as uow:
        statement = "SELECT id FROM letter WHERE security >= 2 ORDER BY id DESC LIMIT 30"
        ids = [bytes(one) for one in uow.connection.exec_driver_sql(statement).scalars()]
    if not ids or person.chance.random() < 0.02:
        return LetterId(person.some("letter"))
    place = -1 if person.chance.random() < 0.3 else min(int(person.chance.expovariate(0.25)), len(ids) - 1)
    return LetterId(ids[place])


def _a_file(person: Any) -> Attachment:
    sha256, size = person.pc.files.add_bytes(person.chance.randbytes(person.chance.choice((900, 3_000, 70_000))))
    person.pc.handed_in.add(sha256)
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name=f"{person.canary()}.pdf")


def register_secret(person: Any) -> None:
    """A secret letter, with its scans or as an envelope of which nothing is known."""
    chance = person.chance
    is_envelope = chance.random() < 0.2
    scans = () if is_envelope else tuple(_a_file(person) for _ in range(chance.choice((0, 1, 1, 2))))
    person.desk.register(
        LetterEntry(
            received_on=person.today - timedelta(days=chance.choice((0, 0, 1, 80))),
            letter_no=f"R/{chance.randrange(1000)}",
            letter_date=None,
            sender=f"Dinas {person.canary()}",
            subject="" if is_envelope else f"Rahasia {person.canary()}",
            security=SecurityLevel(chance.choice((2, 2, 3))),
            addressee=chance.choice((None, person.colleague(), person.colleague())),
            summary=chance.choice(("", f"Ringkas {person.canary()}")),
            scans=scans,
        )
    )


def raise_level(person: Any) -> None:
    """Make a letter secret that was not, the oldest of all at times: much is written about it by then."""
    with person.pc.store.read() as uow:
        oldest = uow.connection.exec_driver_sql("SELECT id FROM letter ORDER BY id LIMIT 1").scalar()
    letter = bytes(oldest) if oldest is not None and person.chance.random() < 0.3 else person.some("letter")
    person.desk.reclassify(LetterId(letter), SecurityLevel(person.chance.choice((2, 2, 3))))


def _seal(person: Any) -> None:
    person.desk.seal(_secret(person), files_too=person.chance.random() < 0.5)


def _let_in(person: Any) -> None:
    person.desk.let_in(_secret(person))


def _lower(person: Any) -> None:
    person.desk.reclassify(_secret(person), SecurityLevel(person.chance.choice((0, 1))))


def seal_late(person: Any) -> None:
    """What the window does behind the screens."""
    LateSealing(person.pc.store, person.actor, person.pc.clock.moment, person.pc.files).seal()


def read_sealed(person: Any) -> None:
    """Open a secret letter: that is on record before a word is shown."""
    note_reading(person.pc.store, person.actor, person.pc.clock.moment, _secret(person))


def dispose_secret(person: Any) -> None:
    """An order on a secret letter, with a sheet that was written by hand at times: its recipients are let in."""
    chance = person.chance
    to = {person.colleague() for _ in range(chance.choice((1, 2)))} - {person.actor.position}
    person.sheets.issue(
        Order(
            letter_id=_secret(person),
            recipients=tuple(sorted(to)),
            instructions=(1,),
            note=chance.choice(("", f"Catatan {person.canary()}")),
            sheets=(_a_file(person),) if chance.random() < 0.3 else (),
        )
    )


def answer_with_file(person: Any) -> None:
    """A result with a file, on what one was given or on a disposition of a secret letter."""
    chance = person.chance
    mine = person.sheets.for_me() if chance.random() < 0.9 else ()
    sheet: DispositionId = chance.choice(mine).disposition.id if mine else DispositionId(person.some("disposition"))
    person.sheets.answer(sheet, f"Hasil {person.canary()}", files=(_a_file(person),), done=chance.random() < 0.7)


def attach_secret(person: Any) -> None:
    """One more scan for a secret letter."""
    person.desk.attach(_secret(person), (_a_file(person),))


def amend_secret(person: Any) -> None:
    """Correct what a secret letter says, at times over what somebody else wrote meanwhile."""
    changes = {field: f"Baru {person.canary()}" for field in person.chance.sample(("subject", "summary"), 1)}
    person.desk.amend(_secret(person), changes, seen=person.chance.choice((None, None, 0)))


def accept_opened(person: Any) -> None:
    """Accept what is held as the window does: what is sealed of it is opened, and sealed as its letter is."""
    held = RowId(person.some("held_act"))
    HeldActService(person.pc.store, person.actor, person.pc.clock.moment).accept(held)


SEAL_DOINGS: Mapping[type[Any], Doing] = MappingProxyType(
    {
        SealLetter: Doing(_seal, 4, Power.RAISE_SECURITY, since=SEALS_FROM),
        ResealLetter: Doing(_let_in, 5, Power.READ_SECRET, since=SEALS_FROM),
        UnsealLetter: Doing(_lower, 3, Power.LOWER_SECURITY, since=SEALS_FROM),
    }
)
SEAL_EXTRAS: tuple[Doing, ...] = (
    Doing(register_secret, 10, Power.REGISTER_LETTER, since=SEALS_FROM),
    Doing(raise_level, 8, Power.RAISE_SECURITY, since=SEALS_FROM),
    Doing(seal_late, 6, since=SEALS_FROM),
    Doing(read_sealed, 5, Power.READ_SECRET, since=SEALS_FROM),
    Doing(dispose_secret, 6, Power.READ_SECRET, since=SEALS_FROM),
    Doing(answer_with_file, 5, Power.ANSWER, since=SEALS_FROM),
    Doing(attach_secret, 3, Power.READ_SECRET, since=SEALS_FROM),
    Doing(amend_secret, 4, Power.READ_SECRET, since=SEALS_FROM),
    Doing(accept_opened, 3, Power.DECIDE_HELD, since=SEALS_FROM),
)
