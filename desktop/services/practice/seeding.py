"""Fills a new practice profile: an invented kecamatan, its people, three hundred letters with their scans."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, DeviceId, TenantId
from core.domain.letters import IncomingLetter
from core.domain.numbering import INCOMING_AGENDA, MAX_NUMBER, NumberLease
from core.protocol.records import KIND_OF
from desktop.services.practice.filing import filed
from desktop.services.practice.generator import PracticeGenerator
from desktop.services.practice.mapping import OFFICE, PracticeDirectory, directory_records, letter_records
from desktop.services.practice.records import PracticeDisposition, PracticeLetter
from desktop.services.practice.scan import ScanMaker
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.meta import Identity
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import Store, UnitOfWork

SEED = 2026
LETTERS = 300
WITH_SCANS = 40
WORKED_OFF_DAYS = 35
Progress = Callable[[int, int], None]


def seed_practice(
    store: Store,
    files: BlobFiles,
    *,
    today: date,
    letters: int = LETTERS,
    with_scans: int = WITH_SCANS,
    progress: Progress | None = None,
) -> None:
    """Fill an empty store in one transaction; the newest letters lie a day or two back and carry scans."""
    generator = PracticeGenerator(SEED, until=today)
    directory = directory_records(generator.office())
    made = list(generator.letters(letters))
    scans = _make_scans(generator, files, made[-with_scans:] if with_scans else [], progress=progress)
    with store.begin() as uow:
        uow.meta.write(Identity(device=DeviceId(os.urandom(16)), tenant=TenantId(0), office=OFFICE, practice=True))
        for record in (directory.office, *directory.units, *directory.positions, *directory.people):
            _put(uow, record)
        for person in directory.people:
            uow.accounts.put(person.number, person.username, "")
        numbers = _put_letters(uow, generator, directory, made=made, scans=scans, today=today)
        moment = int(datetime.combine(today, time(0), tzinfo=UTC).timestamp() * 1000)
        for scan in scans.values():
            uow.blobs.add(scan.sha256, scan.size, state=BlobState.BOTH, now_ms=moment)
        uow.leases.add(_leases(numbers, today))


def _make_scans(
    generator: PracticeGenerator, files: BlobFiles, letters: list[PracticeLetter], *, progress: Progress | None
) -> dict[int, Attachment]:
    maker = ScanMaker(generator.vocabulary)
    scans: dict[int, Attachment] = {}
    for done, letter in enumerate(letters, start=1):
        scans[letter.index] = _scan(files, maker, letter)
        if progress:
            progress(done, len(letters))
    return scans


def _put_letters(
    uow: UnitOfWork,
    generator: PracticeGenerator,
    directory: PracticeDirectory,
    *,
    made: list[PracticeLetter],
    scans: dict[int, Attachment],
    today: date,
) -> dict[int, int]:
    """Write letters, dispositions and record files; the highest agenda number of each year."""
    numbers: dict[int, int] = {}
    registered: list[IncomingLetter] = []
    for letter in made:
        year = letter.received_on.year
        numbers[year] = numbers.get(year, 0) + 1
        orders = generator.dispositions(letter)
        if (today - letter.received_on).days > WORKED_OFF_DAYS and not letter.nasty:
            orders = tuple(_answered(order) for order in orders)
        attached = (scans[letter.index],) if letter.index in scans else ()
        record, dispositions = letter_records(letter, orders, directory, agenda_no=numbers[year], scans=attached)
        registered.append(record)
        for disposition in dispositions:
            _put(uow, disposition)
    for kept in filed(registered, directory):
        _put(uow, kept)
    return numbers


def _leases(numbers: dict[int, int], today: date) -> list[NumberLease]:
    """Practice is its own authority: every number that is left, of last year, this year and the next."""
    return [
        NumberLease(
            office=OFFICE, year=year, series=INCOMING_AGENDA, low=numbers.get(year, 0) + 1, high=MAX_NUMBER, fence=1
        )
        for year in (today.year - 1, today.year, today.year + 1)
    ]


def _answered(order: PracticeDisposition) -> PracticeDisposition:
    """The same order with an answer of everyone who was asked: an office that works has few old letters open."""
    said = dict(order.answers)
    answers = tuple((key, said.get(key, "Sudah dilaksanakan dan dilaporkan lisan.")) for key in order.recipients)
    return replace(order, answers=answers)


def _scan(files: BlobFiles, maker: ScanMaker, letter: PracticeLetter) -> Attachment:
    sha256, size = files.add_bytes(maker.make(letter, SEED + letter.index))
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=letter.pages, name="Pindaian.pdf")


def _put(uow: UnitOfWork, record: object) -> None:
    table = uow.table(KIND_OF[type(record)].code)
    table.put(uow.connection, [Stored(record, 1, SyncMark.ON_SERVER)])
