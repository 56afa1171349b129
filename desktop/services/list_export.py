"""The list of letters as it is filtered, as a workbook (XLSX) or as CSV. What opens it may take no text for a formula.

A secret letter stands there without its content: a file on a desk has no locks. The headers are those that the import
understands, so that a list can be taken in elsewhere.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import xlsxwriter

from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel, Urgency
from core.domain.permissions import Power, require
from desktop.services.papers.plain_text import no_formula, visible
from desktop.services.papers.saving import save_file
from desktop.services.register import LetterQuery, RegisterService, agenda_text
from desktop.services.sign_in import Session
from desktop.storage.letter_books import letters_of
from desktop.storage.unit_of_work import Store

HEADERS = (
    "Nomor Agenda",
    "Tahun",
    "Tanggal Terima",
    "Asal Surat",
    "Nomor Surat",
    "Tanggal Surat",
    "Perihal",
    "Sifat",
    "Derajat",
    "Kode Klasifikasi",
    "Tenggat",
    "Keadaan",
    "Ringkasan",
)
WIDTHS = (13, 7, 14, 34, 28, 14, 60, 14, 14, 16, 14, 18, 40)
SECURITY = {
    SecurityLevel.OPEN: "Biasa",
    SecurityLevel.RESTRICTED: "Terbatas",
    SecurityLevel.SECRET: "Rahasia",
    SecurityLevel.TOP_SECRET: "Sangat rahasia",
}
URGENCY = {Urgency.NORMAL: "Biasa", Urgency.URGENT: "Segera", Urgency.IMMEDIATE: "Sangat segera"}
STATUS = {
    LetterStatus.REGISTERED: "Belum didisposisi",
    LetterStatus.DISPOSED: "Didisposisi",
    LetterStatus.FOLLOWED_UP: "Ditindaklanjuti",
    LetterStatus.DONE: "Selesai",
    LetterStatus.VOID: "Batal",
}
DATE_SHAPE = "dd/mm/yyyy"
LONGEST_CELL = 32_000
Cell = str | date | None


class ListExportService:
    """Writes lists on behalf of one signed-in person."""

    def __init__(self, store: Store, session: Session, register: RegisterService) -> None:
        """Over the register of the person."""
        self._store = store
        self._session = session
        self._register = register

    def export(self, query: LetterQuery, path: Path) -> int:
        """Write what the query lists, as XLSX or by its ending as CSV; how many letters.

        NOT_ALLOWED for who may not export; EnvironmentFault if it cannot be written, and what was there is untouched.
        """
        actor = self._session.actor
        require(actor, Power.EXPORT, actor.office)
        rows = list(self._rows(query))
        title = "LATIHAN" if self._session.practice else "Surat masuk"
        save_file(path, _csv(rows) if path.suffix.lower() == ".csv" else _workbook(title, rows))
        return len(rows)

    def _rows(self, query: LetterQuery) -> Iterator[list[Cell]]:
        for start in self._register.outline(query).starts:
            listed = self._register.page(query, start)
            with self._store.read() as uow:
                found = letters_of(uow.connection, [one.id for one in listed])
            yield from (_cells(found[one.id]) for one in listed if one.id in found)


def _cells(letter: IncomingLetter) -> list[Cell]:
    secret = letter.is_secret
    return [
        agenda_text(letter.agenda_no, letter.agenda_suffix),
        str(letter.agenda_year),
        letter.received_on,
        letter.sender,
        letter.letter_no,
        letter.letter_date,
        "" if secret else letter.subject,
        SECURITY[letter.security],
        URGENCY[letter.urgency],
        letter.classification,
        letter.due_on,
        STATUS[letter.status],
        "" if secret else letter.summary,
    ]


def _workbook(title: str, rows: list[list[Cell]]) -> bytes:
    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet(title)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": DATE_SHAPE})
        for column, (name, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
            sheet.write_string(0, column, name, bold)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), len(HEADERS) - 1)
        for place, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                elif cell:
                    sheet.write_string(place, column, visible(cell)[:LONGEST_CELL])
    return written.getvalue()


def _csv(rows: list[list[Cell]]) -> bytes:
    written = io.StringIO(newline="")
    # Semicolons and a mark of UTF-8: so a spreadsheet with Indonesian settings opens it by a double click.
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADERS)
    writer.writerows([as_csv_cell(cell) for cell in cells] for cells in rows)
    return written.getvalue().encode("utf-8-sig")


def as_csv_cell(cell: Cell) -> str:
    """The text of a cell, with a sign before it where it would begin a formula."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return no_formula(cell)
