"""The forms that can be printed, the sizes of paper, and what a person wishes for."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from core.domain.ids import LetterId


class Form(StrEnum):
    """The forms, by the names of their files in `resources/papers`."""

    DISPOSITION_SHEET = "lembar_disposisi"


LETTER_FORMS = (Form.DISPOSITION_SHEET,)


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


class PaperWish(msgspec.Struct, frozen=True, kw_only=True):
    """Which form is wanted, and of what: one letter, or the days from `since` to `until`."""

    form: Form
    letter: LetterId | None = None
    since: date | None = None
    until: date | None = None
