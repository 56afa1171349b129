"""Agenda books as offices keep them: every good line goes in once, every other line is named."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.errors import Refusal
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel, Urgency
from desktop.services.importing import ImportReport
from desktop.services.importing_tables import HEADERS
from desktop.storage.checking import chain_problems, count_problems
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.factories import HEAD, REGISTRAR, SECTION, TODAY, letter
from tests.strategies import characters
from tests.support.desks import Desk, lease
from tests.support.stores import every, put

HEADER = "Nomor Agenda,Tanggal Terima,Nomor Surat,Tanggal Surat,Pengirim,Perihal,Sifat,Derajat,Kode,Keterangan,Tenggat"
LINE = "12,05/03/2026,005/1/2026,01/03/2026,Bappeda,Undangan rapat,Terbatas,Sangat Segera,000.1.5,Aula,2026-03-20"


def book(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8", ending: str = "\r\n") -> Path:
    path = folder / "agenda.csv"
    path.write_bytes(ending.join([header, *lines]).encode(encoding))
    return path


def imported(store: Store, path: Path) -> ImportReport:
    return Desk(store, REGISTRAR).importing.agenda_csv(path)


def letters(store: Store) -> list[IncomingLetter]:
    found = [one.record for one in every(store, IncomingLetter)]
    return sorted(found, key=lambda paper: (paper.agenda_no, paper.subject))


def problems(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.column) for one in report.problems]


def test_a_line_becomes_a_letter_to_the_head(store: Store, tmp_path: Path) -> None:
    report = imported(store, book(tmp_path, LINE))

    assert report == ImportReport(added=1, known=0, problems=())
    (paper,) = letters(store)
    assert (paper.agenda_no, paper.agenda_year, paper.received_on) == (12, 2026, date(2026, 3, 5))
    assert (paper.letter_no, paper.letter_date) == ("005/1/2026", date(2026, 3, 1))
    assert (paper.sender, paper.subject, paper.summary) == ("Bappeda", "Undangan rapat", "Aula")
    assert (paper.security, paper.urgency) == (SecurityLevel.RESTRICTED, Urgency.IMMEDIATE)
    assert (paper.classification, paper.due_on) == ("000.1.5", date(2026, 3, 20))
    assert (paper.addressee, paper.status) == (HEAD, LetterStatus.REGISTERED)
    assert paper.id[6] >> 4 == 8
    with store.read() as uow:
        assert uow.outbox.count(OpState.WAITING) == 1


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_column_is_known_by_each_of_its_names(store: Store, tmp_path: Path, name: str) -> None:
    typed = f" {name.upper().replace(' ', '_')}.* "
    column = HEADERS[name]
    cell = {"received_on": "2026-01-02", "letter_date": "2026-01-02", "due_on": "2026-01-02", "agenda_no": "7"}
    words = {"security": "rahasia", "urgency": "segera", "classification": "005"}
    value = (cell | words).get(column, "isi kolom")
    header = ",".join([typed, *(one for one in ("asal", "hal") if HEADERS[one] != column)])
    line = ",".join([value, *("x" for one in ("asal", "hal") if HEADERS[one] != column)])

    assert imported(store, book(tmp_path, line, header=header)).problems == ()

    (paper,) = letters(store)
    shown = getattr(paper, column)
    assert str(shown) in (value, "2", "1") or shown == date(2026, 1, 2)


def test_lines_that_cannot_be_taken_are_named_and_the_others_go_in(store: Store, tmp_path: Path) -> None:
    put(store, [letter(agenda_no=77)])
    lines = [
        "1,31/02/2026,,,Bappeda,Tanggal yang tidak ada,,,,,",
        "2x,,,,Bappeda,Nomor rusak,,,,,",
        "3,,,,Bappeda,Sifat asing,konfidensial,,,,",
        "4,,,,Bappeda,,,,,,",
        "5,,,,,Tanpa pengirim,,,,,",
        "6,,,,Bappeda,Kode rusak,,,abc,,",
        "77,16/03/2026,,,Bappeda,Nomor terpakai,,,,,",
        "9999999,,,,Bappeda,Nomor terlalu besar,,,,,",
        "8,,,,Bappeda," + "x" * 2001 + ",,,,,",
        "",
        ",,,,,,,,,,",
        "9,,,,Bappeda,Baik,,,,,",
    ]

    report = imported(store, book(tmp_path, *lines))

    assert problems(report) == [
        (2, "date_malformed", "received_on"),
        (3, "number_malformed", "agenda_no"),
        (4, "word_unknown", "security"),
        (5, "subject_missing", "subject"),
        (6, "sender_missing", "sender"),
        (7, "classification_malformed", "classification"),
        (8, "number_taken", "agenda_no"),
        (9, "number_out_of_range", "agenda_no"),
        (10, "text_too_long", "subject"),
    ]
    assert (report.added, report.known) == (1, 0)
    assert [paper.subject for paper in letters(store) if paper.agenda_no == 9] == ["Baik"]


def test_a_line_is_named_by_its_place_in_the_file_also_after_cells_of_several_lines(
    store: Store, tmp_path: Path
) -> None:
    lines = ['1,,,,Bappeda,"Undangan\nrapat\nbesar",,,,,', "x,,,,Bappeda,Rusak,,,,,"]

    report = imported(store, book(tmp_path, *lines, ending="\n"))

    assert problems(report) == [(5, "number_malformed", "agenda_no")]
    assert letters(store)[0].subject == "Undangan\nrapat\nbesar"


def test_a_line_that_is_no_line_is_named_too(store: Store, tmp_path: Path) -> None:
    monster = '1,,,,Bappeda,"' + "x" * 140_000 + '",,,,,'

    report = imported(store, book(tmp_path, monster, LINE))

    assert [(one.line, one.code) for one in report.problems] == [(2, "line_malformed")]
    assert [paper.subject for paper in letters(store)] == ["Undangan rapat"]


def test_the_same_file_adds_nothing_a_second_time(store: Store, tmp_path: Path) -> None:
    path = book(tmp_path, LINE, LINE.replace("12,", "13,", 1), LINE.replace("12,", ",", 1))
    first = imported(store, path)
    before = letters(store)

    second = imported(store, path)

    assert (first.added, second.added, second.known, second.problems) == (3, 0, 3, ())
    assert letters(store) == before


def test_a_file_that_grew_adds_its_new_lines(store: Store, tmp_path: Path) -> None:
    imported(store, book(tmp_path, LINE))

    report = imported(store, book(tmp_path, LINE, LINE.replace("12,", "13,", 1)))

    assert (report.added, report.known) == (1, 1)


def test_numbers_of_the_book_are_not_given_out_again(store: Store, tmp_path: Path) -> None:
    lease(store, 12, 20)
    imported(store, book(tmp_path, LINE))

    assert Desk(store, REGISTRAR).letters.next_agenda() == "0013"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_books_of_all_programs_are_read(store: Store, tmp_path: Path, delimiter: str, ending: str) -> None:
    header, line = HEADER.replace(",", delimiter), LINE.replace(",", delimiter)

    assert imported(store, book(tmp_path, line, header=header, ending=ending)).added == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_survive_whatever_excel_made_of_them(store: Store, tmp_path: Path, encoding: str) -> None:
    imported(store, book(tmp_path, LINE.replace("Bappeda", "Café “Désa” – Ñ"), encoding=encoding))

    assert letters(store)[0].sender == "Café “Désa” – Ñ"


@pytest.mark.parametrize(
    "cell",
    [
        "=HYPERLINK('http://x')",
        "<b>tebal</b><script>alert(1)</script>",
        "'; DROP TABLE letter; --",
        "%s %d {0} {name}",
        "\u202eterbalik",
        "👩‍👩‍👧 🇮🇩",
        "../../../etc/passwd",
    ],
)
def test_hostile_cells_are_kept_as_they_are(store: Store, tmp_path: Path, cell: str) -> None:
    report = imported(store, book(tmp_path, f'1,,,,"{cell}","{cell}",,,,"{cell}",'))

    assert report.added == 1
    assert {letters(store)[0].sender, letters(store)[0].subject, letters(store)[0].summary} == {cell}


@pytest.mark.parametrize("number", ["²", "٣x", "9" * 5_000, "-4", "1.5", "1e3", "\uff10x"])
def test_hostile_numbers_are_named_and_break_nothing(store: Store, tmp_path: Path, number: str) -> None:
    report = imported(store, book(tmp_path, f"{number},,,,Bappeda,Rapat,,,,,"))

    assert problems(report) == [(2, "number_malformed", "agenda_no")]


@pytest.mark.parametrize("day", ["2026-13-01", "29/02/2025", "1 Maret 2026", "46000", "0000-00-00", "2026-03-05 00:00"])
def test_days_that_cannot_be_read_are_named(store: Store, tmp_path: Path, day: str) -> None:
    report = imported(store, book(tmp_path, f"1,{day},,,Bappeda,Rapat,,,,,"))

    assert problems(report) == [(2, "date_malformed", "received_on")]


def test_a_line_without_a_day_came_today(store: Store, tmp_path: Path) -> None:
    imported(store, book(tmp_path, "1,,,,Bappeda,Rapat,,,,,"))

    assert letters(store)[0].received_on == TODAY


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"nama,alamat\r\nx,y", b"%PDF-1.7 ...", "Pengirim,Perihal\nx,y".encode("utf-16")],
)
def test_a_file_that_is_no_agenda_book_is_told(store: Store, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "agenda.csv"
    path.write_bytes(content)

    with pytest.raises(EnvironmentFault) as fault:
        imported(store, path)

    assert fault.value.code == FaultOf.FILE_UNREADABLE


def test_a_file_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as missing:
        imported(store, tmp_path / "missing.csv")
    with pytest.raises(EnvironmentFault) as folder:
        imported(store, tmp_path)

    assert (missing.value.code, folder.value.code) == (FaultOf.FILE_MISSING, FaultOf.FILE_UNREADABLE)


def test_only_the_desk_imports(store: Store, tmp_path: Path) -> None:
    for position in (HEAD, SECTION):
        with pytest.raises(Refusal):
            Desk(store, position).importing.agenda_csv(book(tmp_path, LINE))

    assert letters(store) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.text(characters, max_size=12), min_size=1, max_size=14), raw=st.binary(max_size=40))
def test_any_line_goes_in_or_is_named(store: Store, tmp_path: Path, cells: list[str], raw: bytes) -> None:
    path = tmp_path / "agenda.csv"
    path.write_bytes((HEADER + "\n" + ",".join(cells)).encode("utf-8", "replace") + raw)
    before = len(letters(store))
    try:
        report = imported(store, path)
    except EnvironmentFault:
        if b"\x00" not in path.read_bytes():
            raise
        return

    assert len(letters(store)) == before + report.added


def test_a_large_book_goes_in_fast_enough(store: Store, tmp_path: Path) -> None:
    count = 800
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + number // 8) for number in range(count)]
    lines = [
        f"{number + 1},{day},00{number},{day},Bappeda,Undangan rapat {number},,,005,,"
        for number, day in enumerate(days)
    ]
    path = book(tmp_path, *lines)
    # Processor time: what else the machine is doing must not decide.
    started = time.process_time()

    report = imported(store, path)

    seconds = (time.process_time() - started) * 10_000 / count
    print(f"10,000 lines in {seconds:.1f} s, as far as {count} tell")  # noqa: T201  # the figure that is promised
    assert (report.added, report.problems) == (count, ())
    assert seconds <= 60
    with store.read() as uow:
        assert count_problems(uow.connection) == ()
        assert chain_problems(uow.connection) == ()
