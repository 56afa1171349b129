"""Record files: opening them and listing what lies in them."""

from datetime import date

import msgspec

from core.domain.archives import OpenRecordFile, RecordFile
from core.domain.classification import normalize_code
from core.domain.ids import RecordFileId
from core.domain.permissions import Power, has_power
from desktop.services.clock import local_date
from desktop.services.person_service import PersonService
from desktop.storage.archives import record_files
from desktop.storage.base import SyncMark


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


class RecordFileService(PersonService):
    """The acts and lists of record files of one signed-in person."""

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
        record_file_id = RecordFileId(self._new_id(now))
        act = OpenRecordFile(
            record_file_id=record_file_id,
            classification=normalize_code(wanted.classification),
            title=wanted.title.strip(),
            year=opened_on.year,
            location=wanted.location.strip(),
            opened_on=opened_on,
        )
        self._perform(act, now)
        return record_file_id
