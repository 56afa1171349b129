"""The parts of a letter number: what each token of a template may stand for, and how it is written.

The parts are those of the numbers that offices print: classification codes of both schemes and of ministries
(`000.1.2`, `188.45`, `AK.02.03`), codes of an OPD (`VI.04`, `434.100`, `L01`), units (`Bag.Umum`, `BPAD2.1`), the
month in digits or Roman, the year whole or short, and the letter of an inserted number (sisipan).
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Token(StrEnum):
    """What a template can hold."""

    SECURITY = "keamanan"
    CODE = "kode"
    NUMBER = "urut"
    SUFFIX = "sisipan"
    UNIT = "unit"
    OFFICE_CODE = "kode_opd"
    TYPE = "jenis"
    MONTH = "bulan"
    ROMAN_MONTH = "bulan_romawi"
    YEAR = "tahun"
    SHORT_YEAR = "tahun2"


# How many digits a number can be filled up to.
MAX_WIDTH: Mapping[Token, int] = MappingProxyType({Token.NUMBER: 5, Token.MONTH: 2})
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
MAX_MONTH = 12
MAX_SUFFIX = 3

# A suffix is a letter (a, b, ... aa) or a dot and digits (.1), never empty here.
SUFFIX = re.compile(r"[a-z]{1,2}|\.[1-9][0-9]?", re.ASCII)
_TEXTS: Mapping[Token, re.Pattern[str]] = MappingProxyType(
    {
        Token.SECURITY: re.compile(r"B|T|R|SR", re.ASCII),
        Token.CODE: re.compile(r"[0-9A-Z]{1,4}(\.[0-9A-Z]{1,4}){0,5}", re.ASCII),
        Token.UNIT: re.compile(r"[A-Za-z](?:[A-Za-z0-9.&\- ]*[A-Za-z0-9])?", re.ASCII),
        Token.OFFICE_CODE: re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*", re.ASCII),
        Token.TYPE: re.compile(r"[A-Za-z][A-Za-z0-9.]*", re.ASCII),
    }
)
_DIGITS: Mapping[Token, tuple[int, int]] = MappingProxyType(
    {
        Token.NUMBER: (1, 999_999_999),
        Token.MONTH: (1, MAX_MONTH),
        Token.YEAR: (1000, 9999),
        Token.SHORT_YEAR: (0, 99),
    }
)
# Beyond so many characters a part ends: what makes the work of recognising a number small.
_LONGEST: Mapping[Token, int] = MappingProxyType(
    {
        Token.SECURITY: 2,
        Token.CODE: 29,
        Token.NUMBER: 9,
        Token.SUFFIX: MAX_SUFFIX,
        Token.UNIT: 60,
        Token.OFFICE_CODE: 30,
        Token.TYPE: 30,
        Token.MONTH: 2,
        Token.ROMAN_MONTH: 4,
        Token.YEAR: 4,
        Token.SHORT_YEAR: 2,
    }
)
_FIXED_WIDTH: Mapping[Token, int] = MappingProxyType({Token.SHORT_YEAR: 2})


def written(token: Token, value: str | int, width: int) -> str | None:
    """A value as it stands in a number, or None if it is none of its kind. A month and a year may come as numbers."""
    if token in _DIGITS:
        text = str(value)
        if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST[token]:
            return None
        text = str(int(text)).zfill(_FIXED_WIDTH.get(token, width))
    elif token is Token.ROMAN_MONTH and isinstance(value, int):
        if not 1 <= value <= MAX_MONTH:
            return None
        text = ROMAN[value - 1]
    else:
        text = str(value)
    return text if fits(token, text, width) else None


def fits(token: Token, text: str, width: int) -> bool:
    """Whether a text is what the token stands for, filled up to `width` digits and no further."""
    if len(text) > _LONGEST[token]:
        return False
    if token in _DIGITS:
        if not (text.isascii() and text.isdigit()):
            return False
        low, high = _DIGITS[token]
        return low <= int(text) <= high and text == str(int(text)).zfill(_FIXED_WIDTH.get(token, width))
    if token is Token.ROMAN_MONTH:
        return text in ROMAN
    if token is Token.SUFFIX:
        return not text or SUFFIX.fullmatch(text) is not None
    return _TEXTS[token].fullmatch(text) is not None


def last_end(token: Token, number: str, at: int) -> int:
    """The furthest place to which a part that begins at `at` can reach."""
    return min(len(number), at + _LONGEST[token])
