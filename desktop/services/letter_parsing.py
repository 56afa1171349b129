"""What stands on a letter, told from the text of its scan: number, date, sender, subject. Proposals, never more.

The shapes are those of letters of Indonesian offices (Permendagri 1/2023 and what was usual before it): a letterhead in
capitals, place and date, lines `Nomor`, `Sifat`, `Lampiran`, `Hal` or `Perihal`, or a decree with its number under its
title. Reading machines take O for 0, 1 for I, and set two columns into one line; what is not sure is left out.
"""

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

import msgspec

MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni"),
    *("juli", "agustus", "september", "oktober", "november", "desember"),
)
_OTHER_MONTHS = {"pebruari": 2, "nopember": 11, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "agu": 8}
_OTHER_MONTHS |= {"agt": 8, "ags": 8, "sep": 9, "sept": 9, "okt": 10, "nov": 11, "des": 12}
HEAD_LINES = 30
LETTERHEAD_LINES = 8
SUBJECT_LINES = 4
PLACE_WORDS = 3
EARLIEST = 1990
LATEST = 2100
# Compiled when the first scan is read, and kept by `re`: at the start of the program they would cost 5 ms.
_SIGN = r"[:;.,=\-\s]*"
_NUMBER_LABEL = rf"(?i)^\W*(?:nomor|nomer|no|n0m0r|nornor)\b{_SIGN}[:;.]?\s*(.+)$"
_SUBJECT_LABEL = r"(?i)^\W*(?:perihal|prihal|hal|ha1|tentang)\b\s*[:;.,]?\s*(.*)$"
_OTHER_LABEL = r"(?i)^\W*(?:sifat|lampiran|lamp|nomor|no|kepada|yth|dengan hormat|kode|derajat)\b"
_RIGHT_COLUMN = r"\s[“\"'‘]?(?:Kepada|Yth\b|Yang\s+terhormat|Di\s*-|di\s*-)(?=[\s.:]|$).*$"
_PLACE_FOLLOWS = r"\s+[Dd]i\s*-?$"
_DAY = r"(?P<day>[0-3OoIl|]?[0-9OoIl|])"
_DATED = rf"(?<![\w/.]){_DAY}\s*[-./ ]?\s*(?P<month>[A-Za-z]{{3,10}})\s*[-./ ]?\s*(?P<year>[12][0-9OoIl]{{3}})\b"
_FIGURES = r"(?<![\w/.])(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>(?:19|20)\d\d)\b"
_PLACE_BEFORE = r"[A-Z][A-Za-z.’' ]{2,30},\s*(?:tgl\.?|tanggal)?\s*$"
_PLACE_AT_END = r"\s*[A-Z][A-Za-z’' ]{2,30}\s*[,.]?\s*$"
_DATE_LABEL = r"(?i)(?:tanggal|tgl)\s*[:.]?\s*$"
_AS_FIGURES = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1"})
_ROMAN_UNIT = r"^([1lI|LHMNTVX]{1,4})\.(\d{2})$"
_LIKE_ROMAN = r"^[1lI|LHTVX]{1,4}$"
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ADDRESS = r"(?i)\b(?:jalan|jln|jl|alamat|telp|telepon|telpon|kode pos|email|e-mail|laman|website|www)\b"
_GENERAL = r"^(?:PEMERINTAH|PEMKAB|PROVINSI|KABUPATEN|KOTA|REPUBLIK)\b"
_SMALL = frozenset({"dan", "di", "ke", "dari", "untuk", "pada", "yang", "dengan"})


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter seems to be; empty where nothing was found."""

    letter_no: str = ""
    letter_date: date | None = None
    sender: str = ""
    subject: str = ""

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.letter_no or self.letter_date or self.sender or self.subject)


def proposal_of(text: str) -> Proposal:
    """What the text of a first page proposes."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    day = _date(lines)
    return Proposal(letter_no=_number(lines, day), letter_date=day, sender=_sender(lines), subject=_subject(lines))


def _number(lines: Sequence[str], day: date | None) -> str:
    for place, line in enumerate(lines[:HEAD_LINES]):
        found = re.match(_NUMBER_LABEL, line)
        if found is not None:
            number = _cut_number(_without_date(found.group(1)))
            if number.endswith("/"):  # it goes on in the next line
                following = next((one for one in lines[place + 1 :] if one), "")
                number += following.split(" ")[0] if "/" in following.split(" ")[0] else ""
            if any(sign.isdigit() for sign in number):
                return _cleared(number, day)
    return ""


def _without_date(text: str) -> str:
    """The text before a place with a date, which stands in the right column of the same line."""
    for found in re.finditer(_DATED, text):
        if _month(found["month"]):
            before = text[: found.start()].rstrip()
            return re.sub(_PLACE_AT_END, "", before) if before.endswith((",", ".")) else before
    return text


def _cut_number(text: str) -> str:
    """The number at the beginning of a text: words with a slash or a figure, and `TAHUN` between them."""
    text = re.sub(r"\s*/\s*", "/", re.sub(_RIGHT_COLUMN, "", f" {text}").strip())
    taken: list[str] = []
    for word in text.split(" "):
        joins = "/" in word or any(sign.isdigit() for sign in word) or word.lower() == "tahun"
        if not joins:
            break
        taken.append(word)
    # A mark of the column before is taken for a sign.
    if len(taken) > 1 and len(taken[0]) == 1 and taken[1].count("/") > 1:
        taken = taken[1:]
    return " ".join(taken).strip(" .,:;-—")


def _cleared(number: str, day: date | None) -> str:
    """A number with the figures and Roman numerals that reading machines confuse set right."""
    parts = number.split("/")
    return "/".join(_part(part, place=place, day=day) for place, part in enumerate(parts))


def _part(part: str, *, place: int, day: date | None) -> str:
    unit = re.match(_ROMAN_UNIT, part)
    if unit is not None:  # the code of an office, as VI.04
        return f"{_as_roman(unit[1])}.{unit[2]}"
    figures = sum(sign.isdigit() for sign in part)
    if place > 1 and re.match(_LIKE_ROMAN, part):
        # The month of the letter in Roman numerals: 11 is II in February, and 11 in November.
        roman = _as_roman(part)
        if (day is not None and roman == _ROMANS[day.month - 1]) or (figures < len(part) and roman in _ROMANS):
            return roman
    if place == 0 and figures and figures >= len(part.replace(".", "")) - 1:
        return part.translate(_AS_FIGURES)
    return part.translate(_AS_FIGURES) if figures and re.fullmatch(r"[0-9OoIl|]+", part) else part


def _as_roman(text: str) -> str:
    return re.sub("[1l|LT]", "I", re.sub("[HMN]", "II", text))


def _date(lines: Sequence[str]) -> date | None:
    """The date of the letter: after a place, or after `tanggal`, first in the head, then at the end; else the first."""
    plain: list[date] = []
    order = [*lines[:HEAD_LINES], *reversed(lines[HEAD_LINES:])]
    for line in order:
        for found, day in _dates_in(line):
            before = line[: found.start()]
            if re.search(_PLACE_BEFORE, before) or re.search(_DATE_LABEL, before):
                return day
            if not before.strip():
                plain.append(day)
    return plain[0] if plain else None


def _dates_in(line: str) -> list[tuple[re.Match[str], date]]:
    found = []
    for match in re.finditer(_DATED, line):
        day = _day(match["day"], _month(match["month"]), match["year"])
        if day is not None:
            found.append((match, day))
    for match in re.finditer(_FIGURES, line):
        day = _day(match["day"], int(match["month"]), match["year"])
        if day is not None:
            found.append((match, day))
    return found


def _day(day: str, month: int, year: str) -> date | None:
    try:
        found = date(int(year.translate(_AS_FIGURES)), month, int(day.translate(_AS_FIGURES)))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def _month(word: str) -> int:
    """The number of a month, also of one that was read with a wrong letter; 0 for another word."""
    low = word.lower()
    if low in _OTHER_MONTHS:
        return _OTHER_MONTHS[low]
    near = get_close_matches(low, MONTHS, n=1, cutoff=0.75)
    return MONTHS.index(near[0]) + 1 if near else 0


def _subject(lines: Sequence[str]) -> str:
    for place, line in enumerate(lines[:HEAD_LINES]):
        found = re.match(_SUBJECT_LABEL, line)
        if found is None:
            continue
        parts = [_left(found.group(1))]
        ended, gap = re.search(_PLACE_FOLLOWS, line) is not None, False
        for following in lines[place + 1 : place + 1 + SUBJECT_LINES]:
            if ended and len(following.split()) <= PLACE_WORDS:
                break  # the last line of the address, in the right column
            ended = re.search(_PLACE_FOLLOWS, following) is not None
            if not following and not gap:
                gap = True
                continue
            if following.lower() in {"di", "di -"}:
                break  # of the address alone
            if gap and not ended:
                break  # behind a gap only what the address stands beside goes on with the subject
            if not following or re.match(_OTHER_LABEL, following) or following.startswith("Dengan hormat"):
                break
            parts.append(_left(following))
        subject = " ".join(part for part in parts if part).strip(" .,:;-–—")
        if subject:
            return subject
    return ""


def _left(text: str) -> str:
    """What stands in the left column of a line."""
    return re.sub(_PLACE_FOLLOWS, "", re.sub(_RIGHT_COLUMN, "", f" {text}").strip())


def _sender(lines: Sequence[str]) -> str:
    """The office of the letterhead: its lines in capitals before the address."""
    heads: list[str] = []
    for line in [line for line in lines if line][:LETTERHEAD_LINES]:
        if re.search(_ADDRESS, line) or re.match(_NUMBER_LABEL, line):
            break
        letters = [sign for sign in line if sign.isalpha()]
        if len(letters) >= 4 and sum(sign.isupper() for sign in letters) >= 0.85 * len(letters):  # noqa: PLR2004  # nearly all
            heads.append(re.sub(r"[^\w .,&()/'’-]", "", line).strip())
        elif heads:
            break
    if len(heads) > 1 and re.match(_GENERAL, heads[0]):
        heads = heads[1:]
    return _named(" ".join(heads))


def _named(text: str) -> str:
    words = text.lower().split()
    return " ".join(word if word in _SMALL and place else word.capitalize() for place, word in enumerate(words))
