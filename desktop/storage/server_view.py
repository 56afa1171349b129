"""The records as the server last sent them, beneath own waiting acts."""

from collections.abc import Collection
from typing import Any

from core.domain.ids import LetterId
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from desktop.storage.unit_of_work import RowKey, UnitOfWork


class ServerView:
    """Records as the server last sent them; rows that only this PC has made do not exist here."""

    def __init__(self, uow: UnitOfWork, *, only: Collection[RowKey] | None = None) -> None:
        """With `only`, rows outside of it are answered as people see them."""
        self._uow = uow
        self._only = only

    def get(self, record_type: type[Any], row_id: bytes) -> Any:
        """The server's version of a record."""
        key = (KIND_OF[record_type].code, row_id)
        if self._only is not None and key not in self._only:
            return self._uow.get(record_type, row_id)
        shadow = self._uow.shadows.get(key)
        if shadow is not None:
            return decode_record(key[0], shadow.payload)
        stored = self._uow.table(key[0]).get(self._uow.connection, row_id)
        if stored is None or (self._is_own(stored) and stored.rev == 0):
            return None
        return stored.record

    def field_revisions(self, record_type: type[Any], row_id: bytes) -> dict[str, int]:
        """As the unit of work."""
        return self._uow.field_revisions(record_type, row_id)

    def last_change(self, record_type: type[Any], row_id: bytes, field: str) -> Any:
        """As the unit of work."""
        return self._uow.last_change(record_type, row_id, field)

    def newest_change(self, record_type: type[Any], row_id: bytes, field: str) -> int:
        """0: what stands here is confirmed, at a revision that the PC does not keep."""
        del record_type, row_id, field
        return 0

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """The server's versions of what speaks of a letter here."""
        here = ((type(child), child.id) for child in self._uow.children(letter_id))
        found = (self.get(struct, row_id) for struct, row_id in here)
        return tuple(child for child in found if child is not None)

    def assign_number(self, office: Any, year: int, series: str) -> int:
        """As the unit of work."""
        return self._uow.assign_number(office, year, series)

    @staticmethod
    def _is_own(stored: Stored[Any]) -> bool:
        return stored.mark != SyncMark.ON_SERVER


def only_lost(record: Any, known: Any, lost: Collection[str]) -> bool:
    """Whether nothing but fields that lost makes a record other than the server has it: then none of it follows."""
    if record is None or known is None or not lost:
        return False
    told = {*lost, "changes"}  # the letter tells in its changes what became of its fields
    return all(name in told or getattr(record, name) == getattr(known, name) for name in record.__struct_fields__)
