"""What people do: for every act of the registry somebody who does it, well or badly, through the real services."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from core.domain.amending import AmendLetter
from core.domain.archives import OpenRecordFile
from core.domain.attachments import Attachment, MediaType
from core.domain.books import DEFAULT_BOOK, CloseBookYear
from core.domain.conflicts import ResolveConflict
from core.domain.dispositions import AnswerDisposition, IssueDisposition, ReadDisposition
from core.domain.errors import Refusal
from core.domain.filing import FileLetter
from core.domain.held_acts import AcceptHeld, RejectHeld
from core.domain.ids import BlobHash, DispositionId, LetterId, PositionId, RecordFileId, RowId, uuid7
from core.domain.letter_readings import ReadingWay
from core.domain.letters import SecurityLevel, Urgency
from core.domain.number_fates import FateCause, ReturnNumbers, VoidLetter, VoidNumber
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.reading_secrets import NoteReading
from core.domain.reclassifying import ReclassifyLetter
from core.domain.registering import RegisterLetter
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.conflicts import ConflictService
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService
from desktop.services.undoing import UndoService
from desktop.storage.blob_table import BlobState
from desktop.storage.replica import Replica
from tests.simulation.agenda_acts import AGENDA_DOINGS, set_event
from tests.simulation.agenda_acts import SINCE as AGENDA_SINCE
from tests.simulation.desk_acts import DESK_DOINGS, READDRESS_SINCE, enter_written, readdress, tell_how_far
from tests.simulation.desk_acts import SINCE as DESK_SINCE
from tests.simulation.doing import Doing
from tests.simulation.pc import Pc
from tests.simulation.people_acts import PEOPLE_DOINGS
from tests.simulation.seal_acts import SEAL_DOINGS, SEAL_EXTRAS
from tests.support.acts import dispose, register

BOOKS = 10
UNDO_MS = 10_000
MAX_SCAN = 200_000


@dataclass(frozen=True)
class Person:
    """Somebody at a PC who is about to do something; `positions` are those that this PC knows in any office."""

    pc: Pc
    actor: Actor
    chance: random.Random

    @property
    def today(self) -> date:
        return self.pc.clock.today()

    @property
    def desk(self) -> LetterService:
        pc = self.pc
        return LetterService(pc.store, self.actor, pc.clock.moment, self.chance.randbytes, files=pc.files)

    @property
    def sheets(self) -> DispositionService:
        pc = self.pc
        return DispositionService(pc.store, self.actor, pc.clock.moment, self.chance.randbytes, files=pc.files)

    def canary(self) -> str:
        """A word that stands in one row of the world alone."""
        return f"K{self.chance.randbytes(6).hex()}K"

    def some(self, table: str) -> bytes:
        """A row that this PC shows, most often a young one; at times one that is nowhere."""
        with self.pc.store.read() as uow:
            ids = uow.connection.exec_driver_sql(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 30").scalars().all()  # noqa: S608  # the names stand below
        if not ids or self.chance.random() < 0.02:
            return self.new_id()
        return bytes(ids[min(int(self.chance.expovariate(0.25)), len(ids) - 1)])

    def new_id(self) -> bytes:
        return uuid7(self.pc.clock.wall_ms(), self.chance.randbytes)

    def colleagues(self) -> tuple[PositionId, ...]:
        with self.pc.store.read() as uow:
            return tuple(one.number for one in uow.directory.positions_of(self.actor.office))

    def colleague(self) -> PositionId:
        everybody = self.colleagues()
        return self.chance.choice(everybody) if everybody else self.actor.position


def _register(person: Person) -> None:
    chance = person.chance
    if chance.random() < 0.2:
        _from_a_book(person)
        return
    day = person.today - timedelta(days=chance.choice((0, 0, 0, 1, 5, 80, 400)))
    entry = LetterEntry(
        received_on=day,
        letter_no=f"005/{chance.randrange(1000)}",
        letter_date=chance.choice((None, day - timedelta(days=3))),
        sender=f"Dinas {person.canary()}",
        subject=f"Perihal {person.canary()}",
        security=SecurityLevel(chance.choice((0, 0, 0, 1, 2, 3))),
        classification=chance.choice(("005", "400.9", "", "000.1.5")),
        addressee=chance.choice((None, person.colleague(), person.colleague())),
        due_on=chance.choice((None, day + timedelta(days=7))),
        summary=chance.choice(("", f"Ringkas {person.canary()}", "x" * 5000 if chance.random() < 0.1 else "")),
        scans=_scans(person),
    )
    person.desk.register(entry)


def _scans(person: Person) -> tuple[Attachment, ...]:
    chance = person.chance
    if chance.random() < 0.5:
        return ()
    # Some letters share a scan, some have a long one.
    seed = bytes([chance.randrange(8)]) if chance.random() < 0.2 else chance.randbytes(6)
    size = chance.choice((10, 3_000, 3_000, 70_000, MAX_SCAN))
    content = (seed.hex().encode() * (size // 2))[:size]
    sha256, count = person.pc.files.add_bytes(content)
    person.pc.handed_in.add(sha256)
    return (Attachment(sha256=BlobHash(sha256), size=count, media=MediaType.PDF, pages=1, name="pindaian.pdf"),)


def _from_a_book(person: Person) -> None:
    """A line of an old agenda book: its id and number come from the line, wherever it is typed in."""
    line = person.chance.randrange(BOOKS)
    act = register(
        bytes([0xB0, person.actor.office, line]) + bytes(13),
        agenda_no=person.chance.choice((0, line + 1, line + 1, line + 2)),
        subject=f"Dari buku {line}",
        urgency=Urgency.IMMEDIATE,
    )
    _perform(person, act)


def _amend(person: Person) -> None:
    chance = person.chance
    letter_id = LetterId(person.some("letter"))
    changes = {
        "subject": chance.choice(("Undangan", "Undangan rapat", person.canary(), "")),
        "sender": chance.choice(("Bappeda", "Dinas PU", " ")),
        "summary": chance.choice(("", "singkat", person.canary())),
        "due_on": chance.choice(("", "2026-04-01", "2026-05-01")),
        "classification": chance.choice(("005", "400.9", "bukan kode")),
        "letter_no": chance.choice(("1", "2", "3")),
    }
    fields = chance.sample(sorted(changes), chance.choice((1, 1, 2, 3)))
    seen = None
    if chance.random() < 0.4:
        with person.pc.store.read() as uow:
            here = uow.connection.exec_driver_sql("SELECT rev FROM letter WHERE id = ?", (letter_id,)).scalar()
        seen = chance.randrange(max(here or 0, 0) + 1)
    person.desk.amend(letter_id, {field: changes[field] for field in fields}, seen=seen)


def contest(person: Person) -> None:
    """Correct the oldest letter that is here, at times in a form that stands open since it came: others do the same."""
    chance = person.chance
    with person.pc.store.read() as uow:
        statement = "SELECT id FROM letter WHERE office = ? ORDER BY id LIMIT 1"
        oldest = uow.connection.exec_driver_sql(statement, (int(person.actor.office),)).scalar()
    if oldest is not None:
        changes = {field: person.canary() for field in chance.sample(("subject", "summary"), chance.choice((1, 2)))}
        person.desk.amend(LetterId(bytes(oldest)), changes, seen=chance.choice((None, 0)))


def _decide(person: Person) -> None:
    """Settle a conflict that is shown here, one way or another; at times one that nobody has."""
    chance = person.chance
    service = ConflictService(person.pc.store, person.actor, person.pc.clock.moment)
    rows = service.listed()
    if not rows or chance.random() < 0.05:
        act = ResolveConflict(
            conflict_id=RowId(person.new_id()),
            letter_id=LetterId(person.some("letter")),
            field=chance.choice(("subject", "status")),
            value=chance.choice((None, person.canary())),
            base=0,
            seen="",
        )
        _perform(person, act)
        return
    row = chance.choice(rows)
    how = chance.randrange(3)
    if how == 0:
        service.keep(row)
    elif how == 1:
        service.take(row)
    else:
        service.change(row, person.canary())


def _file(person: Person) -> None:
    target = RecordFileId(person.some("record_file")) if person.chance.random() < 0.8 else None
    person.desk.file(LetterId(person.some("letter")), target)


def _open(person: Person) -> None:
    wanted = NewRecordFile(
        classification=person.chance.choice(("005", "005", "")),
        title=f"Berkas {person.canary()}",
        opened_on=person.chance.choice((None, date(2025, 12, 31))),
    )
    RecordFileService(person.pc.store, person.actor, person.pc.clock.moment, person.chance.randbytes).open(wanted)


def _issue(person: Person) -> None:
    chance = person.chance
    to = {person.colleague() for _ in range(chance.choice((1, 2, 3)))}
    if chance.random() < 0.9:
        to.discard(person.actor.position)
    parent = DispositionId(person.some("disposition")) if chance.random() < 0.3 else None
    order = Order(
        letter_id=LetterId(person.some("letter")),
        recipients=tuple(sorted(to)),
        instructions=chance.choice(((1,), (2, 7), ())),
        note=chance.choice(("", f"Catatan {person.canary()}")),
        parent=parent,
    )
    person.sheets.issue(order)


def _read(person: Person) -> None:
    person.sheets.read(_of_mine(person))


def _answer(person: Person) -> None:
    results = ("Sudah dilaksanakan", f"Hasil {person.canary()}", f"Hasil {person.canary()}", " ")
    person.sheets.answer(_of_mine(person), person.chance.choice(results))


def _of_mine(person: Person) -> DispositionId:
    """Most often a disposition that is addressed to whoever looks."""
    mine = person.sheets.for_me() if person.chance.random() < 0.9 else ()
    return person.chance.choice(mine).disposition.id if mine else DispositionId(person.some("disposition"))


def _reclassify(person: Person) -> None:
    """Most often as the person sees the letter; at times from a form that stands open since it came."""
    chance, letter_id = person.chance, LetterId(person.some("letter"))
    person.desk.reclassify(letter_id, SecurityLevel(chance.randrange(4)), seen=chance.choice((None, None, 0)))


def _read_secret(person: Person) -> None:
    """Today as a rule, at times by a clock of another day; most letters are not secret, and that is no act."""
    day = person.today - timedelta(days=person.chance.choice((0, 0, 0, 1)))
    act = NoteReading(letter_id=LetterId(person.some("letter")), day=day, way=person.chance.choice(tuple(ReadingWay)))
    _perform(person, act)


def _strike(person: Person) -> None:
    letter = LetterId(person.some("letter"))
    reason = person.chance.choice((f"Tercatat dua kali {person.canary()}", " "))
    _perform(person, VoidLetter(fate_id=RowId(person.new_id()), letter_id=letter, reason=reason))


def _void(person: Person) -> None:
    act = VoidNumber(
        fate_id=RowId(person.new_id()),
        book=DEFAULT_BOOK,
        year=person.today.year,
        number=person.chance.randrange(60),
        suffix="",
        reason=f"Salah cap {person.canary()}",
    )
    _perform(person, act)


def _return(person: Person) -> None:
    """Numbers at the end of a block that may be this PC's or not, in use or not."""
    high = person.chance.randrange(60)
    act = ReturnNumbers(
        fate_id=RowId(person.new_id()),
        book=DEFAULT_BOOK,
        year=person.today.year,
        low=max(1, high - person.chance.randrange(4)),
        high=high,
        cause=FateCause.DEVICE_RETIRED,
    )
    _perform(person, act)


def _close_year(person: Person) -> None:
    years_ago = person.chance.choice((0, 1, 1, 2))
    _perform(person, CloseBookYear(book=DEFAULT_BOOK, year=person.today.year - years_ago))


def register_and_dispose(person: Person) -> None:
    """A letter and its first disposition: two ops that stand or fall together."""
    group = person.chance.randrange(1, 2**31)
    letter_id = person.new_id()
    everybody = [one for one in person.colleagues() if one != person.actor.position]
    taken = person.chance.random() < 0.5
    first = register(
        letter_id,
        agenda_no=person.chance.randrange(1, 16) if taken else 0,
        subject=f"Berdua {person.canary()}",
        urgency=Urgency.IMMEDIATE,
        security=SecurityLevel(person.chance.randrange(4)),
    )
    second = dispose(person.new_id(), letter_id, *person.chance.sample(everybody, min(2, len(everybody))))
    with person.pc.store.begin() as uow:
        for act in (first, second):
            Replica(uow).perform(act, person.actor, person.pc.clock.moment(), group=group)


def slip(person: Person) -> None:
    """Dispose, and most often undo it; somebody may do something in between. What is not undone is sent later."""
    undoing = UndoService(person.pc.store, person.actor, person.pc.clock.moment)
    person.pc.store.let_undo(UNDO_MS)
    try:
        _issue(person)
    finally:
        person.pc.store.let_undo(0)
    if person.chance.random() < 0.4:
        with suppress(Refusal):
            person.chance.choice((_read, _file, _register))(person)
    if person.chance.random() < 0.7:
        undoing.undo()


def want_scan(person: Person) -> None:
    """Open the scan of a letter that is shown here."""
    with person.pc.store.begin() as uow:
        stored = uow.table(5).get(uow.connection, person.some("letter"))
        for scan in stored.record.scans if stored else ():
            if not person.pc.files.has(scan.sha256):
                uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=person.pc.clock.wall_ms())


def _perform(person: Person, act: Any) -> None:
    with person.pc.store.begin() as uow:
        Replica(uow).perform(act, person.actor, person.pc.clock.moment())


def _accept(person: Person) -> None:
    _perform(person, AcceptHeld(held_id=RowId(person.some("held_act"))))


def _reject(person: Person) -> None:
    reason = person.chance.choice((f"Sudah dicatat {person.canary()}", " "))
    _perform(person, RejectHeld(held_id=RowId(person.some("held_act")), reason=reason))


# A test holds that no act of the registry is missing.
DOINGS: Mapping[type[Any], Doing] = MappingProxyType(
    {
        RegisterLetter: Doing(_register, 8, Power.REGISTER_LETTER),
        AmendLetter: Doing(_amend, 8, Power.AMEND_LETTER),
        ResolveConflict: Doing(_decide, 4, Power.AMEND_LETTER),
        ReclassifyLetter: Doing(_reclassify, 4, Power.RAISE_SECURITY),
        NoteReading: Doing(_read_secret, 6, Power.READ_SECRET, since=50_000),
        FileLetter: Doing(_file, 4, Power.FILE_LETTER),
        OpenRecordFile: Doing(_open, 2, Power.OPEN_RECORD_FILE),
        IssueDisposition: Doing(_issue, 8, Power.DISPOSE),
        ReadDisposition: Doing(_read, 5),
        AnswerDisposition: Doing(_answer, 6, Power.ANSWER),
        VoidLetter: Doing(_strike, 2, Power.VOID_NUMBER),
        VoidNumber: Doing(_void, 1, Power.VOID_NUMBER),
        ReturnNumbers: Doing(_return, 1, Power.REGISTER_LETTER),
        CloseBookYear: Doing(_close_year, 1, Power.CLOSE_BOOK),
        AcceptHeld: Doing(_accept, 4, Power.DECIDE_HELD),
        RejectHeld: Doing(_reject, 2, Power.DECIDE_HELD),
        **DESK_DOINGS,
        **AGENDA_DOINGS,
        **PEOPLE_DOINGS,
        **SEAL_DOINGS,
    }
)
EXTRAS: tuple[Doing, ...] = (
    Doing(slip, 6, Power.DISPOSE, since=80_000),
    Doing(enter_written, 3, Power.ENTER_WRITTEN, since=DESK_SINCE),
    Doing(tell_how_far, 3, Power.ANSWER, since=DESK_SINCE),
    Doing(readdress, 6, Power.AMEND_LETTER, since=READDRESS_SINCE),
    Doing(set_event, 6, Power.AMEND_LETTER, since=AGENDA_SINCE),
    Doing(register_and_dispose, 5, Power.READ_SECRET),
    Doing(want_scan, 2),
    Doing(contest, 8, Power.AMEND_LETTER),
    *SEAL_EXTRAS,
)
ALL = (*DOINGS.values(), *EXTRAS)


def choose(actors: Sequence[Actor], chance: random.Random, *, seed: int) -> tuple[Doing, Actor]:
    """Something to do, and somebody at this PC who does it."""
    doing = chance.choices(ALL, weights=[one.weight if seed >= one.since else 0 for one in ALL])[0]
    able = [one for one in actors if doing.power is None or has_power(one, doing.power)]
    return doing, chance.choice(able if able and chance.random() < 0.93 else actors)
