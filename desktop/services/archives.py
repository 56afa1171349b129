"""Record files: opening them and listing what lies in them."""

from datetime import date

import msgspec

from core.domain.archives import OpenRecordFile, RecordFile
from core.domain.classification import normalize_code
from core.domain.ids import RandomBytes, RecordFileId, uuid7
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.clock import Clock, local_date, millis
from desktop.storage.archives import record_files
from desktop.storage.base import SyncMark
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store


class NewRecordFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a person filled in."""

    classification: str
    title: str
    location: str = ""
    opened_on: date | None = None


class RecordFileRow(msgspec.Struct, frozen=True, kw_only=True):
    """One berkas with the number of letters in it."""

    record_file: RecordFile
    letters: int
    mark: SyncMark


class RecordFileService:
    """The acts and lists of record files of one signed-in person."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, random_bytes: RandomBytes) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._random = random_bytes

    @property
    def may_open(self) -> bool:
        """Whether this person may open a new berkas."""
        return has_power(self._actor, Power.OPEN_RECORD_FILE)

    def listed(self) -> tuple[RecordFileRow, ...]:
        """All record files of the office, by code and title."""
        if not has_power(self._actor, Power.READ_REGISTER):
            return ()
        with self._store.read() as uow:
            found = record_files.of_office(uow.connection, self._actor.office)
        return tuple(RecordFileRow(record_file=one.record, letters=count, mark=one.mark) for one, count in found)

    def open(self, wanted: NewRecordFile) -> RecordFileId:
        """Open a new berkas; durable when this returns."""
        now = self._clock()
        opened_on = wanted.opened_on or local_date(now)
        record_file_id = RecordFileId(uuid7(millis(now), self._random))
        act = OpenRecordFile(
            record_file_id=record_file_id,
            classification=normalize_code(wanted.classification),
            title=wanted.title.strip(),
            year=opened_on.year,
            location=wanted.location.strip(),
            opened_on=opened_on,
        )
        with self._store.begin() as uow:
            Replica(uow).perform(act, self._actor, now)
        return record_file_id
