"""Values that lost in the sample office, as they came from the server."""

from __future__ import annotations

from typing import Any

from core.domain.conflicts import Conflict
from core.domain.ids import LetterId, RowId, UserId
from core.domain.letters import IncomingLetter, SecurityLevel, field_text
from core.protocol.records import KIND_OF
from desktop.storage.base import SyncMark
from desktop.storage.record_table import Stored
from tests.desktop.sample_office import CLERK, NOW, SECRETARY, SampleOffice


def add_conflict(
    office: SampleOffice, letter_id: LetterId, field: str, wanted: str, *, base: str | None = "", **changes: Any
) -> RowId:
    """The clerk wanted something else than what the secretary had written."""
    row_id = RowId(office.random(16))
    with office.store.begin() as uow:
        letter = uow.get(IncomingLetter, letter_id)
        assert letter is not None
        fields: dict[str, Any] = {
            "id": row_id,
            "letter_id": letter_id,
            "office": letter.office,
            "year": letter.agenda_year,
            "security": SecurityLevel(letter.security),
            "field": field,
            "base": base,
            "stands": field_text(letter, field),
            "stands_by": UserId(SECRETARY),
            "stands_as": SECRETARY,
            "stands_at": NOW,
            "wanted": wanted,
            "wanted_by": UserId(CLERK),
            "wanted_as": CLERK,
            "wanted_at": NOW,
        }
        made = Conflict(**{**fields, **changes})
        uow.table(KIND_OF[Conflict].code).put(uow.connection, [Stored(made, 9, SyncMark.ON_SERVER)])
        uow.changed.add((KIND_OF[Conflict].code, row_id))
    return row_id
