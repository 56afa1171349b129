"""Berkaskan: type, Enter, done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId, RecordFileId
from core.domain.letters import IncomingLetter
from desktop.services.archives import NewRecordFile
from desktop.views.filing_dialog import FilingDialog, FilingSheet
from desktop.views.record_file_dialog import RecordFileForm
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from tests.desktop.hands import child, click, press, shown, write
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt

CTRL = Qt.KeyboardModifier.ControlModifier


class Heard(QObject):
    """Remembers the sentences of the dialog."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: list[str] = []

    @Slot(str)
    def on_filed(self, text: str) -> None:
        self.sentences.append(text)


def opened(qtbot: QtBot, screens: Screens, letter_id: LetterId) -> tuple[FilingDialog, Heard]:
    dialog, heard = screens.filing_dialog(), Heard()
    heard.setParent(dialog)
    dialog.filed.connect(heard.on_filed)
    qtbot.addWidget(dialog)
    dialog.file_letter(letter_id)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: not screens.runner.busy)
    return dialog, heard


def add_file(office: SampleOffice, code: str, title: str) -> RecordFileId:
    return office.record_files(CLERK).open(NewRecordFile(classification=code, title=title))


def lies_in(office: SampleOffice, letter_id: LetterId) -> RecordFileId | None:
    with office.store.read() as uow:
        letter = uow.get(IncomingLetter, letter_id)
    assert letter is not None
    return letter.record_file


def button(dialog: FilingDialog, text: str) -> Button:
    return next(one for one in shown(dialog, Button) if one.text() == text)


def test_typing_a_title_and_enter_files_the_letter(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    add_file(office, "000.1.5", "Undangan 2026")
    wanted = add_file(office, "800.1.11", "Cuti pegawai")
    letter = office.add_letter("Bappeda", "Cuti tahunan")
    dialog, heard = opened(qtbot, screens_at(CLERK), letter)
    labels = [label.text() for label in shown(dialog, Label)]
    assert "Agenda 0401 · Bappeda · Cuti tahunan" in labels

    write("cuti")
    with qtbot.waitSignal(dialog.filed):
        press(Qt.Key.Key_Return)

    assert lies_in(office, letter) == wanted
    assert heard.sentences == ["Surat agenda 0401 diberkaskan ke Cuti pegawai"]
    assert not dialog.isVisible()


def test_arrows_choose_while_one_types(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    for title in ("Satu", "Dua"):
        add_file(office, "000.1.5", title)
    dialog, _ = opened(qtbot, screens_at(CLERK), office.add_letter("Bappeda", "Undangan"))
    table = child(dialog, RecordTable)
    assert table.current_row() == 0

    press(Qt.Key.Key_Down)

    assert table.current_row() == 1


def test_a_new_file_is_prefilled_with_the_letters_code_and_takes_the_letter(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat", classification="000.1.5")
    dialog, heard = opened(qtbot, screens_at(CLERK), letter)

    click(button(dialog, "Berkas baru"))
    form = child(dialog, RecordFileForm)
    assert form.findChildren(LineEdit)[0].text() == "000.1.5"
    write("Undangan 2026")
    with qtbot.waitSignal(dialog.filed):
        press(Qt.Key.Key_Return, modifier=CTRL)

    record_file = office.record_files(CLERK).listed()[0].record_file
    assert (record_file.classification, record_file.title) == ("000.1.5", "Undangan 2026")
    assert lies_in(office, letter) == record_file.id
    assert heard.sentences == ["Surat agenda 0401 diberkaskan ke Undangan 2026"]


def test_a_filed_letter_says_where_it_lies_and_can_be_taken_out(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    office.letters(CLERK).file(letter, add_file(office, "000.1.5", "Undangan 2026"))
    dialog, heard = opened(qtbot, screens_at(CLERK), letter)
    banner = shown(dialog, Banner)[0]
    assert banner.text() == "Surat ini di berkas Undangan 2026."

    with qtbot.waitSignal(dialog.filed):
        banner.action_triggered.emit()

    assert lies_in(office, letter) is None
    assert heard.sentences == ["Surat agenda 0401 dikeluarkan dari berkas"]


def test_escape_leaves_everything_as_it_was(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    add_file(office, "000.1.5", "Undangan 2026")
    letter = office.add_letter("Bappeda", "Undangan rapat")
    dialog, heard = opened(qtbot, screens_at(CLERK), letter)

    press(Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert lies_in(office, letter) is None
    assert heard.sentences == []


def test_without_any_file_the_dialog_leads_to_the_first(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    dialog, _ = opened(qtbot, screens_at(CLERK), office.add_letter("Bappeda", "Undangan rapat"))
    assert not button(dialog, "Berkaskan").isEnabled()

    click(button(dialog, "Buka berkas baru"))

    assert child(dialog, RecordFileForm).isVisible()
    assert not child(dialog, FilingSheet).isVisible()


def test_of_a_pile_it_is_said_that_all_of_it_would_be_taken_out(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    first, second = (office.add_letter("Bappeda", f"Undangan {number}") for number in (1, 2))
    undangan = add_file(office, "005", "Undangan 2026")
    for one in (first, second):
        office.letters(CLERK).file(one, undangan)
    screens = screens_at(CLERK)
    dialog, heard = opened(qtbot, screens, first)
    dialog.file_letter(first, (first, second))
    qtbot.waitUntil(lambda: not screens.runner.busy)

    said = [one.text() for one in shown(dialog, Label)]
    assert "Surat pertama yang ditandai di berkas Undangan 2026." in said
    click(button(dialog, "Keluarkan semua dari berkasnya"))
    qtbot.waitUntil(lambda: bool(heard.sentences))

    assert heard.sentences == ["2 surat dikeluarkan dari berkas"]
    assert (lies_in(office, first), lies_in(office, second)) == (None, None)
