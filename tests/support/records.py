"""Records in a dict, as the rules read them."""

from __future__ import annotations

from typing import Any

from core.domain.acting import UNKNOWN_CHANGE, Change, RecordT
from core.domain.ids import LetterId, OfficeId
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key
from tests.factories import directory


class MemoryRecords:
    """Records in a dict, as the rules read them; numbers are handed out from `next_number` on, 0 for never."""

    def __init__(self, *records: Any, next_number: int = 0) -> None:
        self.rows = {row_key(record): record for record in (*directory(), *records)}
        self.revisions: dict[tuple[int, bytes], dict[str, int]] = {}
        self.changes: dict[tuple[int, bytes, str], Change] = {}
        self.next_number = next_number

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        found: RecordT | None = self.rows.get((KIND_OF[record_type].code, row_id))
        return found

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        return self.revisions.get((KIND_OF[record_type].code, row_id), {})

    def last_change(self, record_type: type[Any], row_id: bytes, field: str) -> Change:
        return self.changes.get((KIND_OF[record_type].code, row_id, field), UNKNOWN_CHANGE)

    def newest_change(self, record_type: type[Any], row_id: bytes, field: str) -> int | None:
        return self.revisions.get((KIND_OF[record_type].code, row_id), {}).get(field, 0)

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        rows = sorted(self.rows.items())
        return tuple(row for key, row in rows if letter_id in KIND_BY_CODE[key[0]].about(row))

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        del office, year, series
        number = self.next_number
        self.next_number += bool(number)
        return number

    def put(self, record: Any) -> None:
        self.rows[row_key(record)] = record
