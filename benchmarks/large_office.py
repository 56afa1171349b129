"""A server, and a PC that joined it and holds a great many letters: made once and kept for the benchmarks."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks.big_store import LAST_DAY, SEED
from benchmarks.journey_pc import PASSWORD, enrol
from benchmarks.office_server import serving, set_up
from core.domain.ids import UserId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.offices import Role
from core.protocol.records import KIND_OF
from desktop.app.opening import OpenProfile, locksmith_of, open_profile
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.mapping import directory_records, letter_records
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store

BATCH = 5_000
UNDECIDED = 300
PEOPLE = ("tu", "camat")


def large_office(letters: int) -> Path:
    """A folder with `server`, `pc` and `codes.json`: the codes that nobody used, by username."""
    folder = Path(tempfile.gettempdir()) / "pesagi-bench" / f"office-{letters}-{SEED}"
    ready = folder / "ready.json"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build(folder, letters)
        ready.write_text(json.dumps({"letters": letters}), encoding="utf-8")
    return folder


def build(folder: Path, letters: int) -> None:
    """Set up the server, let clerk and head join on one PC, and give the PC its letters."""
    codes = set_up(folder / "server")
    with serving(folder / "server") as port:
        for person in PEOPLE:
            code = codes.pop(next(name for name in codes if name.startswith(person)))
            enrol(folder / "pc", f"http://127.0.0.1:{port}", code)
    (folder / "codes.json").write_text(json.dumps(codes), encoding="utf-8")
    opened = open_pc(folder / "pc")
    _fill(opened.store, letters)
    with opened.store.begin() as uow:
        uow.connection.exec_driver_sql("ANALYZE")
    opened.close()


def open_pc(folder: Path) -> OpenProfile:
    """The profile of the PC, brought to the present schema; whoever asks closes it."""
    locksmith = locksmith_of(folder)
    if locksmith is None:
        raise FileNotFoundError(folder)
    person = min(locksmith.wraps().people, key=lambda one: one.order)
    return open_profile(folder, key=locksmith.open(UserId(person.user), PASSWORD))


def received(store: Store, letters: int, *, until: date) -> Iterator[IncomingLetter]:
    """So many letters of the office of this PC, the last of them of that day; the newest are not decided yet."""
    generator = PracticeGenerator(SEED, until=until)
    invented = directory_records(generator.office())
    with store.read() as uow:
        identity = uow.meta.identity()
        if identity is None:
            raise LookupError("not joined")
        places = uow.directory.positions_of(identity.office)
        people = uow.directory.people_of(identity.office)
    head = next(one.number for one in places if one.role == Role.HEAD)
    desk = next(one.number for one in places if one.role == Role.REGISTRAR)
    clerk = next(one.number for one in people if desk in one.positions)
    numbers: dict[int, int] = {}
    for count, letter in enumerate(generator.letters(letters), start=1):
        year = letter.received_on.year
        numbers[year] = numbers.get(year, 0) + 1
        record, _ = letter_records(letter, (), invented, agenda_no=numbers[year])
        yield msgspec.structs.replace(
            record,
            office=identity.office,
            involved=(head,),
            registered_by=clerk,
            status=record.status if count > letters - UNDECIDED else LetterStatus.DONE,
        )


def _fill(store: Store, letters: int) -> None:
    made = received(store, letters, until=LAST_DAY)
    while batch := [Stored(record, 1, SyncMark.ON_SERVER) for record in islice(made, BATCH)]:
        with store.begin() as uow:
            uow.table(KIND_OF[IncomingLetter].code).put(uow.connection, batch)
