"""Arsip follows the store, and a slip can be undone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.domain.ids import RecordFileId
from desktop.services.archives import NewRecordFile
from desktop.viewmodels.record_file_list import FileOrder, RecordFileList
from tests.desktop.sample_office import ARCHIVIST, CLERK, HEAD, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt


def add_file(office: SampleOffice, code: str, title: str, location: str = "") -> RecordFileId:
    return office.record_files(CLERK).open(NewRecordFile(classification=code, title=title, location=location))


def load(qtbot: QtBot, files: RecordFileList) -> None:
    with qtbot.waitSignal(files.changed):
        files.refresh()


def titles(files: RecordFileList) -> list[str]:
    return [row.record_file.title for row in files.files.rows()]


def test_files_stand_in_the_order_of_their_codes_as_numbers(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    for code, title in (("000.10", "Sepuluh"), ("000.9", "Sembilan"), ("100", "Seratus")):
        add_file(office, code, title)
    files = screens_at(CLERK).files

    load(qtbot, files)

    assert titles(files) == ["Sembilan", "Sepuluh", "Seratus"]
    files.sort(FileOrder.TITLE, descending=True)
    assert titles(files) == ["Seratus", "Sepuluh", "Sembilan"]


def test_words_narrow_the_files(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    add_file(office, "000.1.5", "Undangan 2026", "Lemari 2")
    add_file(office, "800.1.11", "Cuti pegawai", "Lemari 2")
    files = screens_at(CLERK).files
    load(qtbot, files)

    files.set_words("lemari cuti")

    assert titles(files) == ["Cuti pegawai"]
    assert files.total == 2


def test_the_letters_of_the_chosen_file_are_listed(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    inside, outside = office.add_letter("Bappeda", "Di dalam"), office.add_letter("BPBD", "Di luar")
    office.letters(CLERK).file(inside, add_file(office, "000.1.5", "Undangan"))
    files = screens_at(CLERK).files
    load(qtbot, files)

    files.open(files.files.row(0))
    qtbot.waitUntil(lambda: files.letters.rowCount() == 1)

    assert [row.id for row in files.letters.rows()] == [inside]
    assert outside not in [row.id for row in files.letters.rows()]
    assert files.letters_total == 1


def test_a_letter_taken_out_by_mistake_is_put_back(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    office.letters(CLERK).file(letter, add_file(office, "000.1.5", "Undangan"))
    files = screens_at(CLERK).files
    load(qtbot, files)
    files.open(files.files.row(0))
    qtbot.waitUntil(lambda: files.letters.rowCount() == 1)
    row = files.letters.row(0)
    assert row is not None

    with qtbot.waitSignal(files.taken_out) as told:
        files.take_out(row)
    qtbot.waitUntil(lambda: files.letters.rowCount() == 0)
    assert told.args is not None
    files.undo(told.args[0])

    qtbot.waitUntil(lambda: files.letters.rowCount() == 1)


def test_who_does_not_read_the_register_sees_no_archive(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    add_file(office, "000.1.5", "Undangan")
    files = screens_at(WELFARE).files

    load(qtbot, files)

    assert not files.may_read
    assert titles(files) == []


def test_powers_decide_what_is_offered(screens_at: ScreensAt) -> None:
    offered = {position: screens_at(position).files for position in (CLERK, HEAD, ARCHIVIST, WELFARE)}

    assert [files.may_open for files in offered.values()] == [True, False, True, False]
    assert [files.may_file for files in offered.values()] == [True, True, True, False]


def test_a_new_file_appears_by_itself_and_is_found_when_wanted(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    add_file(office, "900", "Keuangan")
    files = screens_at(CLERK).files
    load(qtbot, files)

    opened = add_file(office, "000.1.5", "Undangan")
    files.want(opened)
    qtbot.waitUntil(lambda: files.files.rowCount() == 2)

    assert files.wanted_place == 0
    assert files.wanted_place == -1
