"""The services of one person in one store, with a clock that stands still."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

import msgspec

from core.domain.ids import PositionId
from core.domain.numbering import INCOMING_AGENDA, NumberLease
from desktop.services.archives import RecordFileService
from desktop.services.dispositions import DispositionService
from desktop.services.importing import ImportService
from desktop.services.letters import LetterEntry, LetterService
from desktop.services.register import LetterQuery, LetterRow, RegisterService
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, NOW, OFFICE, TODAY, actor


class Names:
    """Stands for the list of classification codes."""

    def name_of(self, code: str) -> str:
        return f"arti {code}"


class Desk:
    """What one position works with."""

    def __init__(self, store: Store, position: PositionId) -> None:
        who = actor(position)
        self.letters = LetterService(store, who, self.clock, os.urandom)
        self.dispositions = DispositionService(store, who, self.clock, os.urandom)
        self.files = RecordFileService(store, who, self.clock, os.urandom)
        self.register = RegisterService(store, who, self.clock, Names())
        self.importing = ImportService(store, who, self.clock)

    def clock(self) -> datetime:
        return NOW

    def rows(self, **asked: Any) -> list[LetterRow]:
        """Every line of the register that this person sees."""
        query: LetterQuery = self.register.query(**asked)
        outline = self.register.outline(query)
        return [row for start in outline.starts for row in self.register.page(query, start)]


def entry(**changes: Any) -> LetterEntry:
    """What a person fills in for an ordinary letter to the head."""
    plain = LetterEntry(
        received_on=TODAY,
        letter_no="005/112/IV.03/2026",
        letter_date=None,
        sender="Dinas Kominfo",
        subject="Undangan rapat",
        classification="000.1.5",
        addressee=HEAD,
    )
    return msgspec.structs.replace(plain, **changes)


def lease(store: Store, low: int, high: int, *, year: int = TODAY.year) -> None:
    """Let the PC of the office issue the numbers from `low` to `high`."""
    block = NumberLease(office=OFFICE, year=year, series=INCOMING_AGENDA, low=low, high=high, fence=1)
    with store.begin() as uow:
        uow.leases.add([block])
