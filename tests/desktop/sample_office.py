"""A small kecamatan in a real store of its own: people, letters, dispositions, record files."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.domain.attachments import Attachment, MediaType
from core.domain.dispositions import AnswerDisposition, IssueDisposition, ReadDisposition
from core.domain.ids import (
    BlobHash,
    DeviceId,
    DispositionId,
    LetterId,
    OfficeId,
    PositionId,
    TenantId,
    UserId,
    uuid7,
)
from core.domain.letters import Channel, SecurityLevel, Urgency
from core.domain.numbering import NumberLease
from core.domain.offices import Actor, Office, Person, Position, Role
from core.domain.registering import RegisterLetter
from desktop.services.administering import AdminService
from desktop.services.archives import RecordFileService
from desktop.services.classification import ClassificationCatalogue
from desktop.services.conflicts import ConflictService
from desktop.services.devices import DeviceService
from desktop.services.dispositions import DispositionService
from desktop.services.handing_over import HandOverService
from desktop.services.held_acts import HeldActService
from desktop.services.letters import LetterService
from desktop.services.numbers import NumberService
from desktop.services.orders import OrderService
from desktop.services.register import RegisterService
from desktop.services.structuring import StructureService
from desktop.services.sync_center import SyncCenterService
from desktop.storage.meta import Identity
from desktop.storage.opening import open_store
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store
from tests.support.stores import KEY, empty_store, put

OFFICE = OfficeId(1)
NOW = datetime(2026, 11, 23, 3, 50, tzinfo=UTC)  # 10.50 in the office
TODAY = date(2026, 11, 23)
TITLES = (
    ("Petugas Tata Usaha", Role.REGISTRAR),
    ("Camat", Role.HEAD),
    ("Sekretaris Kecamatan", Role.SECRETARY),
    ("Kasi Pemerintahan", Role.STAFF),
    ("Kasi PMP", Role.STAFF),
    ("Kasi Kesra", Role.STAFF),
    ("Kasubbag Umum", Role.STAFF),
    ("Kasi Trantib", Role.STAFF),
    ("Arsiparis", Role.ARCHIVIST),
)
CLERK, HEAD, SECRETARY, GOVERNMENT, VILLAGES, WELFARE, GENERAL, ORDER, ARCHIVIST = (
    PositionId(number) for number in range(1, len(TITLES) + 1)
)
# Administers the office from elsewhere: in its lists he does not stand.
ADMIN = PositionId(90)


class Names:
    """The names of codes, as the register asks for them."""

    def __init__(self, catalogue: ClassificationCatalogue) -> None:
        self._catalogue = catalogue

    def name_of(self, code: str) -> str:
        return self._catalogue.lookup(code) or ""


@dataclass
class SampleOffice:
    """The store with the services of whoever works on it."""

    store: Store
    catalogue: ClassificationCatalogue
    now: datetime = NOW
    _counter: int = field(default=0)

    def clock(self) -> datetime:
        return self.now

    def random(self, count: int) -> bytes:
        """Bytes that are new every time and the same in every run."""
        self._counter += 1
        return self._counter.to_bytes(count, "big")

    def actor(self, position: PositionId) -> Actor:
        role = Role.OFFICE_ADMIN if position == ADMIN else TITLES[position - 1][1]
        return Actor(user=UserId(position), position=position, office=OFFICE, role=role)

    def dispositions(self, position: PositionId) -> DispositionService:
        return DispositionService(self.store, self.actor(position), self.clock, self.random)

    def register(self, position: PositionId) -> RegisterService:
        return RegisterService(self.store, self.actor(position), self.clock, Names(self.catalogue))

    def letters(self, position: PositionId) -> LetterService:
        return LetterService(self.store, self.actor(position), self.clock, self.random)

    def record_files(self, position: PositionId) -> RecordFileService:
        return RecordFileService(self.store, self.actor(position), self.clock, self.random)

    def numbers(self, position: PositionId) -> NumberService:
        return NumberService(self.store, self.actor(position), self.clock, self.random)

    def admin(self, position: PositionId) -> AdminService:
        return AdminService(self.store, self.actor(position), self.clock, self.random)

    def duties(self, position: PositionId) -> HandOverService:
        return HandOverService(self.store, self.actor(position), self.clock)

    def structure(self, position: PositionId) -> StructureService:
        actor = self.actor(position)
        return StructureService(self.store, actor, self.clock, self.random, admin=self.admin(position))

    def devices(self, position: PositionId) -> DeviceService:
        return DeviceService(self.store, self.actor(position), self.clock)

    def orders(self, position: PositionId) -> OrderService:
        return OrderService(self.store, self.actor(position), self.clock, self.random)

    def held_acts(self, position: PositionId) -> HeldActService:
        return HeldActService(self.store, self.actor(position), self.clock)

    def conflicts(self, position: PositionId) -> ConflictService:
        return ConflictService(self.store, self.actor(position), self.clock)

    def sync_center(self) -> SyncCenterService:
        return SyncCenterService(self.store)

    def add_letter(
        self,
        sender: str,
        subject: str,
        *,
        number: str = "",
        to: PositionId | None = HEAD,
        urgency: Urgency = Urgency.NORMAL,
        security: SecurityLevel = SecurityLevel.OPEN,
        due_on: date | None = None,
        classification: str = "",
        received: datetime | None = None,
        scans: tuple[Attachment, ...] = (),
    ) -> LetterId:
        """A letter that the clerk registered."""
        moment = received or self.now
        with self.store.begin() as uow:
            act = RegisterLetter(
                letter_id=LetterId(uuid7(int(moment.timestamp() * 1000), self.random)),
                agenda_year=2026,
                agenda_no=uow.leases.take(OFFICE, 2026, "agenda-masuk"),
                received_on=(moment + timedelta(hours=7)).date(),
                letter_no=number or "005/118/2026",
                letter_date=date(2026, 11, 18),
                sender=sender,
                subject=subject,
                security=security,
                urgency=urgency,
                classification=classification,
                addressee=to,
                due_on=due_on,
                channel=Channel.PAPER,
                summary="",
                scans=scans,
            )
            Replica(uow).perform(act, self.actor(CLERK), moment)
        return act.letter_id

    def dispose(
        self,
        letter_id: LetterId,
        *recipients: PositionId,
        by: PositionId = HEAD,
        instructions: tuple[int, ...] = (2, 7),
        note: str = "",
        due_on: date | None = None,
        parent: DispositionId | None = None,
        at: datetime | None = None,
    ) -> DispositionId:
        """A disposition on a letter."""
        moment = at or self.now
        act = IssueDisposition(
            disposition_id=DispositionId(uuid7(int(moment.timestamp() * 1000), self.random)),
            letter_id=letter_id,
            parent=parent,
            recipients=recipients,
            instructions=instructions,
            note=note,
            due_on=due_on,
        )
        self._perform(act, by, moment)
        return act.disposition_id

    def read(self, disposition_id: DispositionId, by: PositionId, *, at: datetime | None = None) -> None:
        self._perform(ReadDisposition(disposition_id=disposition_id), by, at or self.now)

    def answer(self, disposition_id: DispositionId, result: str, by: PositionId, *, at: datetime | None = None) -> None:
        self._perform(AnswerDisposition(disposition_id=disposition_id, result=result), by, at or self.now)

    def _perform(self, act: object, by: PositionId, moment: datetime) -> None:
        with self.store.begin() as uow:
            Replica(uow).perform(act, self.actor(by), moment)


def make_office(folder: Path, *, practice: bool = False) -> SampleOffice:
    """An office without letters, in a new store under `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "kantor.db"
    path.write_bytes(_template(practice=practice))
    return SampleOffice(store=open_store(path, KEY, NOW), catalogue=whole_catalogue())


@functools.cache
def whole_catalogue() -> ClassificationCatalogue:
    """The codes that the program ships; nobody changes them, and reading them takes longer than most tests."""
    return ClassificationCatalogue.load()


@functools.cache
def _template(*, practice: bool) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kantor.db"
        store = empty_store(path)
        _move_in(store, practice=practice)
        store.close()
        return path.read_bytes()


def _move_in(store: Store, *, practice: bool) -> None:
    records: list[object] = [
        Office(number=OFFICE, name="Kantor Kecamatan Contoh", short_name="Kec. Contoh", region="Kab. Contoh Raya")
    ]
    for number, (title, role) in enumerate(TITLES, start=1):
        position, user = PositionId(number), UserId(number)
        records.append(Position(number=position, office=OFFICE, unit=None, title=title, role=role, order=number))
        records.append(Person(number=user, username=f"u{number}", name=f"Nama {number}", positions=(position,)))
    identity = Identity(device=DeviceId(bytes(16)), tenant=TenantId(1), office=OFFICE, practice=practice)
    with store.begin() as uow:
        uow.meta.write(identity)
        uow.leases.add([NumberLease(office=OFFICE, year=2026, series="agenda-masuk", low=401, high=9000, fence=1)])
    put(store, records)


def sample_scan(pages: int = 2) -> Attachment:
    """A scan that no file stands for; whoever shows it draws what he likes."""
    return Attachment(sha256=BlobHash(bytes(32)), size=138_000, media=MediaType.PDF, pages=pages, name="Pindaian.pdf")
