"""The three jobs of every day in the real window, with each key and each click counted.

A key that is held, such as Ctrl, counts as one more. What stands on the paper is content and is not counted: number,
date, name, subject, the name of a file.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.letter_reader import LetterReader
from desktop.views.disposition_screen import DispositionScreen
from desktop.views.disposition_sheet import DispositionSheet
from desktop.views.find_palette import FindPalette
from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.views.marked_bar import MarkedBar
from desktop.widgets.buttons import Button
from desktop.widgets.choice_chips import ChoiceChip, ChoiceGrid
from tests.desktop.app.conftest import ProgramInTest, StartProgram
from tests.desktop.hands import focused
from tests.support.scan_files import left_half, pdf_bytes

CTRL, NO_KEY = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
MOST_REGISTER, MOST_DISPOSE, MOST_DISPOSE_CLICKS, MOST_FIND = 12, 6, 3, 16
LOOK_MS = 20


class Counted(QObject):
    """Hands that count what they do."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = self.clicks = 0
        self._file = ""

    def press(self, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        for key in keys:
            self.keys += 1 if modifier == NO_KEY else 2
            QTest.keyClick(focused(), Qt.Key(ord(key)) if isinstance(key, str) else key, modifier)

    def write(self, content: str) -> None:
        QTest.keyClicks(focused(), content)

    def click(self, widget: QWidget) -> None:
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def choose_file(self, path: Path) -> None:
        """F9, the name of the file, Enter; the dialog holds the program until it is left."""
        self._file = str(path)
        QTimer.singleShot(LOOK_MS, self, self._in_dialog)
        self.press(Qt.Key.Key_F9)

    @Slot()
    def _in_dialog(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(LOOK_MS, self, self._in_dialog)
            return
        line = dialog.findChildren(QLineEdit)[0]
        line.setText(self._file)
        self.keys += 1
        QTest.keyClick(line, Qt.Key.Key_Return)


def at_work(start_program: StartProgram, title: str) -> ProgramInTest:
    program = start_program()
    program.practise()
    program.sign_in(title)
    program.until(lambda: program.program.desk is not None and program.program.desk.register_filled)
    program.until(lambda: bool(program.window.findChildren(DispositionScreen)))
    program.settle()
    program.window.activateWindow()
    return program


def inbox_of(program: ProgramInTest) -> DispositionInbox:
    desk = program.program.desk
    assert desk is not None
    found: DispositionInbox | None = desk.findChild(DispositionInbox)
    assert found is not None
    return found


def test_a_letter_is_registered_with_its_scan_by_twelve_keys_and_no_click(
    start_program: StartProgram, tmp_path: Path
) -> None:
    scan = tmp_path / "Pindaian 1.pdf"
    scan.write_bytes(pdf_bytes([left_half("1 0 0")]))
    program, hands = at_work(start_program, "Petugas Tata Usaha"), Counted()

    hands.press("N", modifier=CTRL)
    program.settle()
    hands.choose_file(scan)
    # A window manager gives the keyboard back to the window behind a dialog; here there is none.
    program.window.activateWindow()
    program.until(lambda: QApplication.focusWidget() is not None)
    program.settle()
    hands.write("005/118/2026")
    hands.press(Qt.Key.Key_Tab)
    hands.write("18/11")
    hands.press(Qt.Key.Key_Tab)
    hands.write("bappe")
    program.settle()
    hands.press(Qt.Key.Key_Return, Qt.Key.Key_Tab)
    hands.write("Undangan rapat koordinasi musrenbang")
    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return, modifier=CTRL)
    program.until(lambda: not program.shows(LetterForm))
    program.settle()

    letters = [one.view.letter for one in program.window.findChildren(LetterReader) if one.view is not None]
    assert [one.subject for one in letters] == ["Undangan rapat koordinasi musrenbang"]
    assert letters[0].sender in {"Bappeda", "Badan Perencanaan Pembangunan Daerah"}
    assert letters[0].classification != ""
    assert len(letters[0].scans) == 1
    assert program.page(LettersScreen).notice.number() != ""
    assert hands.keys <= MOST_REGISTER
    assert hands.clicks == 0


def test_a_head_disposes_by_six_keys_or_three_clicks_undoes_by_one_and_anybody_finds_by_sixteen(
    start_program: StartProgram,
) -> None:
    program, hands = at_work(start_program, "Camat"), Counted()
    program.window.show_place("dispositions")
    program.settle()
    program.page(DispositionScreen)
    inbox = inbox_of(program)
    before, first = inbox.waiting, inbox.entry
    assert first is not None

    hands.press("D", "3", Qt.Key.Key_Return, "1")
    hands.press(Qt.Key.Key_Return, modifier=CTRL)
    program.until(lambda: inbox.waiting == before - 1)
    program.settle()
    assert (hands.keys, hands.clicks) == (MOST_DISPOSE, 0)

    # A slip: one key brings letter and sheet back as they were, another sends them.
    workspace = program.window.workspace
    assert workspace is not None
    program.until(lambda: (toast := workspace.toasts.shown()) is not None and toast.offers_action())
    hands.press("Z", modifier=CTRL)
    program.until(lambda: inbox.waiting == before and inbox.entry is not None and inbox.entry.key == first.key)
    program.settle()
    told = workspace.toasts.shown()
    assert told is not None
    assert told.text() == "Disposisi diurungkan. Lembarnya terbuka lagi."
    hands.press(Qt.Key.Key_Return, modifier=CTRL)
    program.until(lambda: inbox.waiting == before - 1)
    program.settle()

    mouse = Counted()
    sheet = program.page(DispositionSheet)
    for grid in [one for one in sheet.findChildren(ChoiceGrid) if one.isVisible()]:
        mouse.click(grid.findChildren(ChoiceChip)[0])
    mouse.click(next(one for one in sheet.findChildren(Button) if one.text() == "DISPOSISIKAN"))
    program.until(lambda: inbox.waiting == before - 2)
    program.settle()
    assert (mouse.keys, mouse.clicks) == (0, MOST_DISPOSE_CLICKS)

    finding, words = Counted(), "undangan"
    finding.press("K", modifier=CTRL)
    finding.write(words)
    palette = program.page(FindPalette)
    program.until(lambda: palette.list.marked().startswith("letter "))
    finding.press(Qt.Key.Key_Return)
    program.until(lambda: program.shows(LettersScreen))
    program.settle()
    assert finding.keys + len(words) <= MOST_FIND
    assert finding.clicks == 0


def test_several_letters_are_disposed_alike_by_six_keys_and_undone_by_one(start_program: StartProgram) -> None:
    program, hands = at_work(start_program, "Camat"), Counted()
    program.window.show_place("letters")
    screen = program.page(LettersScreen)
    screen.head.show_only("undisposed")
    program.settle()
    screen.register.table.setFocus()
    before = inbox_of(program).waiting
    program.until(lambda: bool(program.window.findChildren(MarkedBar)))

    hands.press(Qt.Key.Key_Down, modifier=Qt.KeyboardModifier.ShiftModifier)
    hands.press("D")
    program.until(lambda: isinstance(QApplication.focusWidget(), ChoiceChip))
    hands.press("3", Qt.Key.Key_Return, "1")
    hands.press(Qt.Key.Key_Return, modifier=CTRL)
    program.until(lambda: inbox_of(program).waiting == before - 2)
    program.settle()
    assert not program.shows(MarkedBar)

    program.window.activateWindow()
    program.until(lambda: QApplication.focusWidget() is not None)
    hands.press("Z", modifier=CTRL)
    program.until(lambda: inbox_of(program).waiting == before)
