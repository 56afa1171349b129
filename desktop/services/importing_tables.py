"""Agenda books as tables: rows of a CSV or of a workbook, and what their columns probably are."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from desktop.services.papers.plain_text import AS_TEXT, BEGINS_FORMULA
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.sheet_reader import read_sheet

MAX_BYTES = 200 * 1024 * 1024
# A title, the name of the office, the year: so many lines may stand above the headers.
HEADER_WITHIN = 20
NEEDED = frozenset({"sender", "subject"})
# Every workbook is a zip archive; what begins like the older format is refused with a word of its own.
WORKBOOK_BEGINS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# A list that was exported marks what would begin a formula.
MARKED = tuple(AS_TEXT + sign for sign in BEGINS_FORMULA)
FIELDS = (
    "agenda_no",
    "received_on",
    "sender",
    "letter_no",
    "letter_date",
    "subject",
    "security",
    "urgency",
    "classification",
    "due_on",
    "summary",
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "agenda": "agenda_no",
        "nomor agenda": "agenda_no",
        "no agenda": "agenda_no",
        "no": "agenda_no",
        "nomor urut": "agenda_no",
        "tanggal terima": "received_on",
        "tgl terima": "received_on",
        "diterima": "received_on",
        "tanggal penerimaan": "received_on",
        "nomor surat": "letter_no",
        "no surat": "letter_no",
        "tanggal surat": "letter_date",
        "tgl surat": "letter_date",
        "asal surat": "sender",
        "asal": "sender",
        "pengirim": "sender",
        "dari": "sender",
        "perihal": "subject",
        "hal": "subject",
        "isi singkat": "subject",
        "sifat": "security",
        "derajat": "urgency",
        "klasifikasi": "classification",
        "kode klasifikasi": "classification",
        "kode": "classification",
        "ringkasan": "summary",
        "keterangan": "summary",
        "tenggat": "due_on",
    }
)
Line = tuple[int, list[str] | None]


class BookTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table from outside: its headers, and its lines with the number at which each stands in the file.

    A line that cannot be read as a row is None.
    """

    headers: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(path: Path) -> BookTable:
    """The table of a workbook or of a CSV, whichever the file is by its first bytes.

    EnvironmentFault or ScanUnusable if it is neither, or made to harm.
    """
    if begins_workbook(path):
        return _of_rows(read_sheet(path))
    headers, lines = open_csv(path)
    return BookTable(headers=tuple(headers), lines=tuple(lines))


def begins_workbook(path: Path) -> bool:
    """Whether a file is a workbook by its first bytes."""
    try:
        with path.open("rb") as reader:
            return reader.read(4).startswith(WORKBOOK_BEGINS)
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING, path.name) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, type(err).__name__) from err


def guess(headers: Sequence[str], known: Mapping[str, str] = MappingProxyType({})) -> tuple[str, ...]:
    """For each column the field that it probably is, or the empty text; `known` are headers that a person explained.

    Of two columns that seem to be the same field, the first is.
    """
    guessed: list[str] = []
    for header in headers:
        word = header_word(header)
        field = known.get(word, HEADERS.get(word, ""))
        guessed.append("" if field in guessed else field)
    return tuple(guessed)


def header_word(cell: str) -> str:
    """A header without what differs between books."""
    return " ".join(cell.replace("_", " ").replace(".", " ").replace("*", " ").lower().split())


def open_csv(path: Path) -> tuple[list[str], Iterator[Line]]:
    """Headers and lines of a CSV (comma, semicolon or tab; UTF-8 or Windows-1252)."""
    text = _read_text(path)
    if "\0" in text:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "not text")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "header") from err
    return header, _lines(reader)


def _of_rows(rows: Sequence[Sequence[str]]) -> BookTable:
    """Headers are the first line that names sender and subject; without one, the first that says anything."""
    filled = [place for place, row in enumerate(rows[:HEADER_WITHIN]) if any(cell.strip() for cell in row)]
    if not filled:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "empty")
    head = next((place for place in filled if set(guess(rows[place])) >= NEEDED), filled[0])
    lines = tuple((place + 1, [unmarked(cell) for cell in row]) for place, row in enumerate(rows) if place > head)
    return BookTable(headers=tuple(rows[head]), lines=lines)


def _lines(reader: Any) -> Iterator[Line]:
    """The number at which each row begins in the file, and its cells; None where it cannot be read as a row."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            yield line, [unmarked(cell) for cell in cells]


def unmarked(cell: str) -> str:
    """A cell without the blanks around it, and without the sign by which an exported list keeps text from computing."""
    cell = cell.strip()
    return cell[1:].strip() if cell.startswith(MARKED) else cell


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "too large")
        data = path.read_bytes()
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING, path.name) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, type(err).__name__) from err
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel on Windows writes
