"""The list as it is filtered, for spreadsheets: no text becomes a formula, no secret leaves, the import reads it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, PositionId
from core.domain.letters import SecurityLevel
from desktop.services.list_export import HEADERS, ListExportService, as_csv_cell
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault
from tests.factories import HEAD, REGISTRAR, SECTION, letter
from tests.support.desks import Desk
from tests.support.papers import session
from tests.support.stores import put

FORMULAS = ("=1+1", "+62812", "-5", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x.invalid","klik")', " =2")


def export(store: Store, path: Path, position: PositionId = REGISTRAR, **asked: object) -> int:
    register = Desk(store, position).register
    service = ListExportService(store, session(position), register)
    return service.export(register.query(**asked), path)  # type: ignore[arg-type]  # what the list can be asked for


def fill(store: Store) -> None:
    put(
        store,
        [
            letter(),
            letter(
                id=LetterId(bytes([1]) * 16),
                agenda_no=413,
                security=SecurityLevel.SECRET,
                subject="Selisih kas",
                summary="Temuan",
            ),
            letter(id=LetterId(bytes([2]) * 16), agenda_no=414, sender="=1+1", subject="Rapat\nkedua \u202e\x07"),
        ],
    )


def test_a_workbook_has_the_letters_as_listed_with_dates_as_dates(store: Store, tmp_path: Path) -> None:
    fill(store)

    assert export(store, tmp_path / "daftar.xlsx") == 3

    sheet = CalamineWorkbook.from_path(str(tmp_path / "daftar.xlsx")).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    assert tuple(header) == HEADERS
    by_number = {row[0]: row for row in rows}
    assert by_number["0412"][2] == date(2026, 3, 16)
    assert by_number["0412"][4:8] == ["005/112/IV.03/2026", date(2026, 3, 12), "Undangan rapat koordinasi", "Biasa"]
    assert by_number["0413"][6:8] == ["", "Rahasia"]
    assert by_number["0414"][3] == "=1+1"
    assert by_number["0414"][6] == "Rapat\nkedua "


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(store: Store, tmp_path: Path) -> None:
    put(
        store,
        [
            letter(id=LetterId(bytes([place + 1]) * 16), sender=text, subject=text, letter_no=text)
            for place, text in enumerate(FORMULAS)
        ],
    )
    export(store, tmp_path / "daftar.xlsx")

    with zipfile.ZipFile(tmp_path / "daftar.xlsx") as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_begin_a_formula_in_a_csv_is_marked_as_text(text: str) -> None:
    assert as_csv_cell(text).startswith("'")


def test_a_csv_is_what_a_spreadsheet_here_opens_and_the_import_reads_it_back(store: Store, tmp_path: Path) -> None:
    fill(store)
    export(store, tmp_path / "daftar.csv", words="koordinasi")
    data = (tmp_path / "daftar.csv").read_bytes()

    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[0] for row in rows] == ["Nomor Agenda", "0412"]
    report = Desk(store, REGISTRAR).importing.agenda_csv(tmp_path / "daftar.csv")
    assert [one.code for one in report.problems] == ["number_taken"]


def test_nothing_secret_leaves_and_only_who_may_export_does(store: Store, tmp_path: Path) -> None:
    fill(store)
    for name in ("daftar.csv", "daftar.xlsx"):
        export(store, tmp_path / name, HEAD)
    assert b"Selisih kas" not in (tmp_path / "daftar.csv").read_bytes()
    with pytest.raises(Refusal) as refused:
        export(store, tmp_path / "lain.csv", SECTION)

    assert refused.value.code is RefusalCode.NOT_ALLOWED
    assert not (tmp_path / "lain.csv").exists()


def test_a_place_that_cannot_be_written_is_a_fault_and_leaves_what_was_there(store: Store, tmp_path: Path) -> None:
    fill(store)
    (tmp_path / "daftar.csv").mkdir()
    with pytest.raises(EnvironmentFault):
        export(store, tmp_path / "daftar.csv")

    assert [one.name for one in tmp_path.iterdir() if "daftar" in one.name] == ["daftar.csv"]
