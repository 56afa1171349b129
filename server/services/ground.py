"""The records of a tenant as one transaction finds them: what the rules read on the server."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.acting import RecordT
from core.domain.ids import OfficeId
from core.protocol.codec import CodecError, decode_record
from core.protocol.records import KIND_OF
from server.services.numbering import NumberBook
from server.storage.database import TenantStore
from server.storage.faults import StaleRead, StoreFault, StoreTrouble
from server.storage.numbers import SeriesKey
from server.storage.op_log import Writer
from server.storage.records import RowKey, StoredRecord

_NO_REVISIONS: Mapping[str, int] = MappingProxyType({})


class Ground:
    """Reads records once, remembers what it read, and can tell at the end whether all of it still holds."""

    def __init__(self, store: TenantStore, writer: Writer | None) -> None:
        self._store = store
        self._writer = writer
        self._stored: dict[RowKey, StoredRecord | None] = {}
        self._records: dict[RowKey, Any] = {}
        self._writers: dict[int, Writer | None] = {}
        self.numbers = NumberBook(store.numbers)

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The record as it stands, or None."""
        found: RecordT | None = self.record((KIND_OF[record_type].code, row_id))
        return found

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        """The revisions of those fields that somebody else changed.

        A device knows its own earlier ops: what it changed itself, in this epoch, it had seen when it acted again,
        although it may not have known the revision yet.
        """
        revisions = self.changed_fields((KIND_OF[record_type].code, row_id))
        return {field: rev for field, rev in revisions.items() if self._author_of(rev) != self._writer}

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """The next number of the series: the server is the authority."""
        return self.numbers.assign(SeriesKey(office=office, year=year, series=series))

    def record(self, key: RowKey) -> Any:
        """The record with this key, decoded, or None."""
        if key not in self._records:
            stored = self._load(key)
            self._records[key] = None if stored is None else _decoded(key, stored)
        return self._records[key]

    def changed_fields(self, key: RowKey) -> Mapping[str, int]:
        """Field -> the revision that last changed it, for fields that changed since the record was made."""
        stored = self._load(key)
        return _NO_REVISIONS if stored is None else stored.field_revs

    def verify(self) -> None:
        """StaleRead if a record that was read has changed, appeared or gone. Needs the tenant's head locked."""
        now = self._store.records.revisions(self._stored.keys())
        for key, stored in self._stored.items():
            if now.get(key) != (None if stored is None else stored.rev):
                raise StaleRead(f"kind {key[0]}")

    def _load(self, key: RowKey) -> StoredRecord | None:
        if key not in self._stored:
            self._stored[key] = self._store.records.get(key)
        return self._stored[key]

    def _author_of(self, rev: int) -> Writer | None:
        if rev not in self._writers:
            self._writers[rev] = self._store.ops.writer_of(rev)
        return self._writers[rev]


def _decoded(key: RowKey, stored: StoredRecord) -> Any:
    try:
        return decode_record(key[0], stored.payload)
    except CodecError as err:
        # Ours to mend, not the device's: its op must wait, and not be refused for good.
        raise StoreFault(StoreTrouble.DAMAGED, f"kind {key[0]} row {key[1].hex()}") from err
