"""Acts performed on top of records that are not changed yet.

The PC performs an act on its own view, stores the outcome, and performs its waiting acts again whenever the server
sent something newer underneath them. The server performs the acts of a request one after the other before it writes
anything. Both use this overlay: it answers from its own changes first and from the base below otherwise.
"""

from datetime import datetime
from typing import Any

import msgspec

from core.domain.acting import Context, Decision, Records, RecordT
from core.domain.ids import OfficeId
from core.domain.offices import Actor
from core.protocol.records import ACT_OF, KIND_OF, row_key

RowKey = tuple[int, bytes]


class Overlay:
    """Changed records above a base; itself a `Records`, so overlays stack."""

    def __init__(self, base: Records) -> None:
        """Start without changes."""
        self._base = base
        self.changes: dict[RowKey, Any] = {}

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The changed record, or that of the base."""
        changed: RecordT | None = self.changes.get((KIND_OF[record_type].code, row_id))
        return changed if changed is not None else self._base.get(record_type, row_id)

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        """The field revisions of the base."""
        return self._base.field_revisions(record_type, row_id)

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """Whatever the base assigns."""
        return self._base.assign_number(office, year, series)

    def put(self, record: Any) -> None:
        """Change a record."""
        self.changes[row_key(record)] = record

    def perform(self, act: Any, actor: Actor, now: datetime) -> Decision:
        """Run the rule of `act` and keep what it decided; on Refusal nothing is kept."""
        decision = ACT_OF[type(act)].decide(act, Context(actor=actor, now=now, records=self))
        for record in decision.records:
            self.put(record)
        return decision
