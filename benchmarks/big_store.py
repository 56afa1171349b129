"""A practice profile with a great many letters, made once and kept for the benchmarks that need it."""

import json
import os
import shutil
import tempfile
from datetime import date
from itertools import islice
from pathlib import Path

from core.domain.ids import DeviceId, TenantId
from core.domain.numbering import INCOMING_AGENDA, MAX_NUMBER, NumberLease
from core.domain.offices import Actor, Role, actor_of
from core.protocol.records import KIND_OF
from desktop.services.clock import system_clock
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.mapping import OFFICE, PracticeDirectory, directory_records, letter_records
from desktop.storage.base import SyncMark
from desktop.storage.engine import KEY_BYTES
from desktop.storage.meta import Identity
from desktop.storage.opening import open_store
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.credentials import FILE, open_vault
from desktop.system.profile import Profile

LAST_DAY = date(2026, 11, 20)
SEED = 7
BATCH = 5_000
STORE_KEY = "store-key"


def big_profile(letters: int) -> Path:
    """The folder of a practice profile with that many letters and no dispositions; built if it is not there yet."""
    folder = Path(tempfile.gettempdir()) / "pesagi-bench" / f"store-{letters}-{SEED}"
    ready = folder / "ready.json"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        build(folder, letters)
        ready.write_text(json.dumps({"letters": letters}), encoding="utf-8")
    return folder


def store_key(folder: Path) -> bytes:
    """The key of a practice profile's store."""
    profile = Profile(folder=folder)
    facts = profile.read_facts()
    key = open_vault(profile, FILE, facts.id if facts else "").get(STORE_KEY)
    if key is None:
        raise FileNotFoundError(folder)
    return key


def registrar(store: Store) -> Actor:
    """The clerk of the store; LookupError if it has none."""
    with store.read() as uow:
        for user in uow.accounts.users():
            person = uow.directory.person(user)
            position = uow.directory.position(person.positions[0]) if person else None
            if person and position and position.role == Role.REGISTRAR:
                return actor_of(person, position)
    raise LookupError("no registrar")


def build(folder: Path, letters: int) -> None:
    """Make the profile."""
    profile = Profile(folder=folder)
    facts = profile.create(vault=FILE, practice=True)
    key = os.urandom(KEY_BYTES)
    open_vault(profile, FILE, facts.id).put(STORE_KEY, key)
    store = open_store(profile.store_path, key, system_clock())
    generator = PracticeGenerator(SEED, until=LAST_DAY)
    directory = directory_records(generator.office())
    with store.begin() as uow:
        uow.meta.write(Identity(device=DeviceId(bytes(16)), tenant=TenantId(0), office=OFFICE, practice=True))
        for record in (directory.office, *directory.units, *directory.positions, *directory.people):
            uow.table(KIND_OF[type(record)].code).put(uow.connection, [Stored(record, 1, SyncMark.ON_SERVER)])
        for person in directory.people:
            uow.accounts.put(person.number, person.username, "")
        for year in (2026, 2027):
            uow.leases.add(
                [NumberLease(office=OFFICE, year=year, series=INCOMING_AGENDA, low=900_000, high=MAX_NUMBER, fence=1)]
            )
    _fill(store, generator, directory, letters)
    with store.begin() as uow:
        uow.connection.exec_driver_sql("ANALYZE")
    store.close()


def _fill(store: Store, generator: PracticeGenerator, directory: PracticeDirectory, letters: int) -> None:
    made = generator.letters(letters)
    numbers: dict[int, int] = {}
    while batch := list(islice(made, BATCH)):
        stored = []
        for letter in batch:
            year = letter.received_on.year
            numbers[year] = numbers.get(year, 0) + 1
            record, _ = letter_records(letter, (), directory, agenda_no=numbers[year])
            stored.append(Stored(record, 1, SyncMark.ON_SERVER))
        with store.begin() as uow:
            _letters(uow, stored)


def _letters(uow: UnitOfWork, stored: list[Stored]) -> None:  # type: ignore[type-arg]  # rows of one kind
    uow.table(KIND_OF[type(stored[0].record)].code).put(uow.connection, stored)
