"""The forms that can be printed, the sizes of paper, and what a person wishes for."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from core.domain.ids import BookId, LetterId, PositionId


class Form(StrEnum):
    """The forms, by the names of their files in `resources/papers`."""

    DISPOSITION_SHEET = "lembar_disposisi"
    RECEIPT = "tanda_terima"
    CONTROL_CARD = "kartu_kendali"
    AGENDA_BOOK = "buku_agenda"
    DISPATCH_BOOK = "buku_ekspedisi"
    ROUTING_SLIP = "lembar_pengantar"
    SUMMARY = "rekap"
    AGENDA = "agenda_kegiatan"


LETTER_FORMS = (Form.DISPOSITION_SHEET, Form.RECEIPT, Form.CONTROL_CARD)
BOOK_FORMS = (Form.AGENDA_BOOK, Form.DISPATCH_BOOK, Form.ROUTING_SLIP, Form.SUMMARY)

# Of some letters, whenever they came.
CHOSEN_FORMS = (Form.AGENDA_BOOK, Form.DISPATCH_BOOK, Form.ROUTING_SLIP)
AGENDA_FORMS = (Form.AGENDA,)


class PaperSize(NamedTuple):
    """Millimetres, upright."""

    width: int
    height: int


# F4 as offices of Indonesia buy it (215 x 330; a folio), and its half, on which a lembar disposisi is customary.
PAPER_SIZES: Mapping[str, PaperSize] = MappingProxyType(
    {
        "a4": PaperSize(210, 297),
        "f4": PaperSize(215, 330),
        "half_folio": PaperSize(165, 215),
        "a5": PaperSize(148, 210),
    }
)
# Books have columns, and three cards lie on a sheet: these need a whole one.
WHOLE_SHEETS = ("a4", "f4")


def sizes_for(form: Form) -> tuple[str, ...]:
    """The sizes that a form fits on."""
    return WHOLE_SHEETS if form in {*BOOK_FORMS, Form.CONTROL_CARD} else tuple(PAPER_SIZES)


class PaperWish(msgspec.Struct, frozen=True, kw_only=True):
    """Which form is wanted, and of what: one letter, or the days from `since` to `until`, of one `book` or all.

    `chosen`: of these letters instead of some days. `position`: whose agenda it is.
    """

    form: Form
    letter: LetterId | None = None
    since: date | None = None
    until: date | None = None
    book: BookId | None = None
    position: PositionId | None = None
    chosen: tuple[LetterId, ...] = ()
