"""The directory records inside one transaction: reads them, numbers new ones; and writes those of the first office."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from core.domain.administering import DRAWN_FROM
from core.domain.ids import OfficeId, PositionId, small_row_id
from core.domain.offices import Position
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.storable import all_storable
from server.services.templates import PositionPlan
from server.storage.database import TenantStore

RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class DirectoryError(Exception):
    """What the administrator asked for cannot be done; `subject` is what it fails on."""

    def __init__(self, reason: str, subject: str = "") -> None:
        super().__init__(f"{reason}: {subject}" if subject else reason)
        self.reason = reason
        self.subject = subject


class Desk:
    """Collects changes of the directory until `write`. The tenant's head must be locked by whoever changes."""

    def __init__(self, store: TenantStore) -> None:
        self.store = store
        self._ground = Ground(store, None)
        self._changed: list[Any] = []
        self._next: dict[type[msgspec.Struct], int] = {}

    def get(self, record_type: type[RecordT], number: int) -> RecordT | None:
        """The record with this number as it stands in the database."""
        return self._ground.get(record_type, small_row_id(number))

    def position(self, number: PositionId) -> Position:
        """The position; DirectoryError if there is none."""
        position = self.get(Position, number)
        if position is None:
            raise DirectoryError("unknown_position", str(number))
        return position

    def all(self, record_type: type[RecordT]) -> list[RecordT]:
        """Every record of one kind, by number."""
        kind = KIND_OF[record_type].code
        return [decode_record(kind, payload) for payload in self.store.records.of_kind(kind)]

    def next_number(self, record_type: type[msgspec.Struct]) -> int:
        """The next free number of a kind; those that PCs draw lie above."""
        if record_type not in self._next:
            last = self.store.records.last_id(KIND_OF[record_type].code, below=small_row_id(DRAWN_FROM))
            self._next[record_type] = 0 if last is None else int.from_bytes(last, "big")
        self._next[record_type] += 1
        return self._next[record_type]

    def put(self, record: msgspec.Struct) -> None:
        """Make or change a record."""
        self._changed.append(record)

    def add_positions(self, office: OfficeId, plans: Sequence[PositionPlan]) -> dict[str, PositionId]:
        """Make positions in the order of the plans; a superior must stand before its subordinates."""
        by_title = self.numbered(plans)
        for order, plan in enumerate(plans, start=1):
            self.put(
                Position(
                    number=by_title[plan.title],
                    office=office,
                    unit=None,
                    title=plan.title,
                    role=plan.role,
                    order=order,
                    superior=None if plan.superior is None else by_title[plan.superior],
                )
            )
        return by_title

    def numbered(self, plans: Sequence[PositionPlan]) -> dict[str, PositionId]:
        """A number for each of the positions; a superior must stand before its subordinates."""
        by_title: dict[str, PositionId] = {}
        for plan in plans:
            if plan.title in by_title:
                raise DirectoryError("position_twice", plan.title)
            if plan.superior is not None and plan.superior not in by_title:
                raise DirectoryError("unknown_position", plan.superior)
            by_title[plan.title] = PositionId(self.next_number(Position))
        return by_title

    def write(self, now_ms: int) -> None:
        """Store everything that was put."""
        entries = [Entry(records=all_storable(self._changed))]
        write_entries(self.store, self._ground, entries=entries, now_ms=now_ms)
        self._changed = []
