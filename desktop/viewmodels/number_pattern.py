"""How numbers look that are written by a pattern: an example that changes while somebody types."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import msgspec

from core.domain.books import DEFAULT_TEMPLATE
from core.domain.number_parts import ROMAN, Token
from core.domain.number_template import TemplateRefusal, parse_template, render

# What offices use most (tata naskah of regions and ministries); the first is of a book that nobody gave a pattern.
USUAL_PATTERNS = (
    DEFAULT_TEMPLATE,
    "{kode}/{urut:3}/{unit}/{tahun}",
    "{kode}/{urut:3}/{unit}/{bulan_romawi}/{tahun}",
    "{kode}/{urut}/{kode_opd}/{tahun}",
    "{keamanan}/{urut}/{kode}/{unit}/{tahun}",
    "{kode}/{urut}/{jenis}/{unit}/{bulan}/{tahun}",
    "NOMOR {urut} TAHUN {tahun}",
)
_SAMPLE: Mapping[Token, str | int] = MappingProxyType(
    {
        Token.SECURITY: "B",
        Token.CODE: "400.9",
        Token.NUMBER: 117,
        Token.UNIT: "UM",
        Token.OFFICE_CODE: "VI.04",
        Token.TYPE: "UND",
    }
)


class PatternExample(msgspec.Struct, frozen=True, kw_only=True):
    """A number by the pattern; or the code of what is wrong with it, and the character, from 1, where that is."""

    number: str = ""
    code: str = ""
    at: int = 0


def example_of(pattern: str, today: date) -> PatternExample:
    """The number of a letter of today."""
    dated: Mapping[Token, str | int] = {
        Token.MONTH: today.month,
        Token.ROMAN_MONTH: ROMAN[today.month - 1],
        Token.YEAR: today.year,
        Token.SHORT_YEAR: today.year % 100,
    }
    try:
        return PatternExample(number=render(parse_template(pattern), {**_SAMPLE, **dated}))
    except TemplateRefusal as refusal:
        return PatternExample(code=refusal.code.value, at=refusal.position + 1)


def token_names() -> tuple[str, ...]:
    """The parts that a pattern can hold, as they are typed."""
    return tuple(f"{{{one.value}}}" for one in Token)
