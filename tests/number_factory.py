"""A book of numbers of the office of `tests.factories`, a year of it that is closed, and a number that was voided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from core.domain.books import BookYear, NumberBook, SetBook, YearBy, book_year_id
from core.domain.ids import BookId, LetterId, OfficeId, RowId, UserId
from core.domain.number_fates import Fate, FateCause, NumberFate

BOOK = BookId(4)
FATE_ID = RowId(bytes.fromhex("0198c0de000070008000000000000004"))
LETTER_ID = LetterId(bytes.fromhex("0198c0de000070008000000000000001"))
MOMENT = datetime(2026, 3, 16, 2, 30, tzinfo=UTC)
OFFICE = OfficeId(7)


def number_book(**changes: Any) -> NumberBook:
    plain = NumberBook(
        number=BOOK,
        office=OFFICE,
        name="Agenda Undangan",
        template="{urut:4}{sisipan}/U/{tahun}",
        year_by=YearBy.RECEIVED,
    )
    return msgspec.structs.replace(plain, **changes)


def set_book_act(**changes: Any) -> SetBook:
    plain = SetBook(
        book=BookId(1_000_004),
        office=OFFICE,
        name="Agenda Undangan",
        template="{urut:4}{sisipan}/U/{tahun}",
        year_by=YearBy.RECEIVED,
        active=True,
    )
    return msgspec.structs.replace(plain, **changes)


def book_year(**changes: Any) -> BookYear:
    plain = BookYear(
        id=book_year_id(OFFICE, BookId(0), 2025),
        office=OFFICE,
        book=BookId(0),
        year=2025,
        closed_at=datetime(2026, 1, 12, 3, 0, tzinfo=UTC),
        closed_by=UserId(172),
    )
    return msgspec.structs.replace(plain, **changes)


def number_fate(**changes: Any) -> NumberFate:
    plain = NumberFate(
        id=FATE_ID,
        office=OFFICE,
        book=BookId(0),
        year=2026,
        low=412,
        high=412,
        suffix="",
        fate=Fate.VOID,
        cause=FateCause.BY_HAND,
        reason="Tercatat dua kali",
        letter=LETTER_ID,
        by=UserId(171),
        at=MOMENT,
    )
    return msgspec.structs.replace(plain, **changes)
