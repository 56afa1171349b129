"""Agenda books as workbooks: the columns are guessed, every line is looked at first, and no file does harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from core.domain.errors import Refusal
from core.domain.letters import IncomingLetter
from desktop.services.importing import ImportReport
from desktop.services.importing_tables import guess, read_table, unmarked
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import ScanUnusable
from tests.factories import REGISTRAR, SECTION
from tests.support.desks import Desk
from tests.support.stores import every

HEADERS = ("No.", "Tgl. Terima", "Asal Surat", "Nomor Surat", "Tgl. Surat", "Perihal", "Paraf")
ROWS = (
    (1, date(2026, 1, 5), "Bappeda", "005/1/2026", date(2026, 1, 2), "Undangan rapat", ""),
    (2.0, date(2026, 1, 6), "=1+1", 44, "03/01/2026", "Permohonan data", "x"),
    (2, date(2026, 1, 7), "Camat", "", "", "Nomor ganda", ""),
    (3, 46027, "Polsek", "", "", "Tanggal sebagai angka", ""),
    ("", "", "", "", "", "", ""),
    (4, date(2026, 1, 9), "", "", "", "Tanpa pengirim", ""),
)


def workbook(path: Path, rows: Sequence[Sequence[object]], *, above: Sequence[str] = (), merge: bool = False) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        for place, text in enumerate(above):
            if merge:
                sheet.merge_range(place, 0, place, 6, text)
            else:
                sheet.write_string(place, 0, text)
        for place, row in enumerate(rows, start=len(above)):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(place, column, cell, day)
                elif cell != "":
                    sheet.write(place, column, cell)
    return path


def problems(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.column) for one in report.problems]


def test_a_workbook_with_a_title_above_is_understood_and_looked_at_before_it_is_taken(
    store: Store, tmp_path: Path
) -> None:
    path = workbook(
        tmp_path / "agenda.xlsx", (HEADERS, *ROWS), above=("BUKU AGENDA", "Kecamatan Lumbok Seminung"), merge=True
    )
    importing = Desk(store, REGISTRAR).importing
    table = read_table(path)
    columns = guess(table.headers)
    wrong = [(6, "number_taken", "agenda_no"), (7, "date_malformed", "received_on"), (9, "sender_missing", "sender")]

    looked_at = importing.check(table, columns)
    assert every(store, IncomingLetter) == []
    taken = importing.take(table, columns)

    assert columns == ("agenda_no", "received_on", "sender", "letter_no", "letter_date", "subject", "")
    assert (looked_at.added, looked_at.known, problems(looked_at)) == (2, 0, wrong)
    assert (taken.added, taken.known, problems(taken), taken.refused) == (2, 0, wrong, 3)
    first, second = sorted((one.record for one in every(store, IncomingLetter)), key=lambda one: one.agenda_no)
    assert (first.received_on, first.letter_date, first.subject) == (
        date(2026, 1, 5),
        date(2026, 1, 2),
        "Undangan rapat",
    )
    assert (second.agenda_no, second.sender, second.letter_no, second.letter_date) == (
        2,
        "=1+1",
        "44",
        date(2026, 1, 3),
    )


def test_the_same_workbook_again_adds_nothing(store: Store, tmp_path: Path) -> None:
    path = workbook(tmp_path / "agenda.xlsx", (HEADERS, *ROWS))
    importing = Desk(store, REGISTRAR).importing

    assert importing.agenda_book(path).added == 2
    again = importing.check(read_table(path), guess(HEADERS))
    assert (again.added, again.known) == (0, 2)


def test_columns_with_names_of_their_own_are_named_by_a_person_and_remembered(store: Store, tmp_path: Path) -> None:
    rows = (("Instansi", "Uraian"), ("Bappeda", "Undangan"))
    table = read_table(workbook(tmp_path / "agenda.xlsx", rows))
    importing = Desk(store, REGISTRAR).importing

    assert guess(table.headers) == ("", "")
    with pytest.raises(EnvironmentFault):
        importing.take(table, guess(table.headers))
    known = {"instansi": "sender", "uraian": "subject"}
    assert importing.take(table, guess(table.headers, known)).added == 1


def test_of_two_columns_for_one_field_the_first_counts() -> None:
    assert guess(("Perihal", "Isi singkat", "HAL", "Dari")) == ("subject", "", "", "sender")


def test_a_mark_against_formulas_is_taken_off_again() -> None:
    assert [unmarked(cell) for cell in ("'=1+1", "'Ali", " '-5 ", "")] == ["=1+1", "'Ali", "-5", ""]


def test_whoever_may_not_import_is_refused_before_anything_is_looked_at(store: Store, tmp_path: Path) -> None:
    table = read_table(workbook(tmp_path / "agenda.xlsx", (HEADERS, *ROWS)))

    with pytest.raises(Refusal):
        Desk(store, SECTION).importing.check(table, guess(table.headers))


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return written.getvalue()


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, (b"&b%d;" % (n - 1) if n else b"&a;") * 10) for n in range(9))
    + b"]><workbook>&b8;</workbook>"
)
# Made when a test wants it: the bomb takes a second, and each of the test processes reads this file.
BAD: dict[str, tuple[Callable[[], bytes], PageTrouble]] = {
    "not a workbook": (lambda: packed(catatan_dot_txt=b"halo"), PageTrouble.SHEET_UNREADABLE),
    "cut short": (lambda: packed(xl__workbook_dot_xml=b"<workbook/>")[:60], PageTrouble.SHEET_UNREADABLE),
    "no sheet": (lambda: packed(xl__workbook_dot_xml=b"<workbook/>"), PageTrouble.SHEET_UNREADABLE),
    "bomb": (lambda: packed(xl__workbook_dot_xml=bytes(300 * 1024 * 1024)), PageTrouble.SHEET_TOO_LARGE),
    "entities": (lambda: packed(xl__workbook_dot_xml=BILLION_LAUGHS), PageTrouble.SHEET_UNREADABLE),
    "macros": (
        lambda: packed(xl__workbook_dot_xml=b"<workbook/>", xl__vbaProject_dot_bin=b"x"),
        PageTrouble.SHEET_MACROS,
    ),
    "password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), PageTrouble.SHEET_LOCKED),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_workbook_is_refused_with_a_word_of_its_own(tmp_path: Path, kind: str) -> None:
    content, trouble = BAD[kind]
    (tmp_path / "agenda.xlsx").write_bytes(content())

    with pytest.raises(ScanUnusable) as refused:
        read_table(tmp_path / "agenda.xlsx")
    assert refused.value.code is trouble


def test_a_workbook_of_100_megabytes_is_not_read_at_all(tmp_path: Path) -> None:
    with (tmp_path / "agenda.xlsx").open("wb") as writer:
        writer.write(b"PK\x03\x04")
        writer.truncate(100 * 1024 * 1024)

    with pytest.raises(ScanUnusable) as refused:
        read_table(tmp_path / "agenda.xlsx")
    assert refused.value.code is PageTrouble.SHEET_TOO_LARGE


@pytest.mark.parametrize("rows", [(), (("", ""),)])
def test_an_empty_workbook_is_said_to_be_unreadable(tmp_path: Path, rows: Sequence[Sequence[str]]) -> None:
    with pytest.raises(EnvironmentFault) as failed:
        read_table(workbook(tmp_path / "agenda.xlsx", rows))
    assert failed.value.code is FaultOf.FILE_UNREADABLE
