"""Berkaskan: the likeliest file first, and what was done is told after the commit."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId, RecordFileId
from core.domain.letters import IncomingLetter
from desktop.services.archives import NewRecordFile
from desktop.viewmodels.filing import Filing
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.desktop.sample_screens import ScreensAt


def add_file(office: SampleOffice, code: str, title: str) -> RecordFileId:
    return office.record_files(CLERK).open(NewRecordFile(classification=code, title=title))


def lies_in(office: SampleOffice, letter_id: LetterId) -> RecordFileId | None:
    with office.store.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
    assert letter is not None
    return letter.record_file


def current_title(filing: Filing) -> str:
    return filing.current.record_file.title if filing.current else ""


def begin(qtbot: QtBot, filing: Filing, letter_id: LetterId) -> None:
    with qtbot.waitSignal(filing.changed):
        filing.open(letter_id)


def test_files_of_the_letters_own_code_come_first_then_its_neighbours(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    for code, title in (("800.1", "Pegawai"), ("000.2", "Tetangga"), ("000.1.5", "Sekode")):
        add_file(office, code, title)
    letter = office.add_letter("Bappeda", "Undangan", classification="000.1.5")
    filing = screens_at(CLERK).filing

    begin(qtbot, filing, letter)

    assert [row.record_file.title for row in filing.rows.rows()] == ["Sekode", "Tetangga", "Pegawai"]


def test_a_letter_is_filed_and_taken_out_again(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    record_file = add_file(office, "000.1.5", "Undangan 2026")
    letter = office.add_letter("Bappeda", "Undangan")
    filing = screens_at(CLERK).filing
    begin(qtbot, filing, letter)
    row = filing.rows.row(0)
    assert row is not None
    assert current_title(filing) == ""

    with qtbot.waitSignal(filing.filed) as told:
        filing.file_into(row)
    assert told.args is not None
    assert told.args[0].title == "Undangan 2026"
    assert lies_in(office, letter) == record_file

    begin(qtbot, filing, letter)
    assert current_title(filing) == "Undangan 2026"
    with qtbot.waitSignal(filing.filed) as told:
        filing.take_out()
    assert told.args is not None
    assert told.args[0].title == ""
    assert lies_in(office, letter) is None


def test_typing_narrows_the_files(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    add_file(office, "000.1.5", "Undangan 2026")
    add_file(office, "800.1.11", "Cuti pegawai")
    filing = screens_at(CLERK).filing
    begin(qtbot, filing, office.add_letter("Bappeda", "Undangan"))

    filing.set_words("cuti")

    assert [row.record_file.title for row in filing.rows.rows()] == ["Cuti pegawai"]
    assert filing.total == 2
