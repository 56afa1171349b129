"""Ubah sifat surat: who is offered which levels, what is said about them, and that the letter changes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.viewmodels.facts import LetterView
from desktop.views.reclassify_dialog import ReclassifyDialog
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.choice_chips import ChoiceChip
from tests.desktop.hands import press, shown
from tests.desktop.sample_office import CLERK, HEAD, SampleOffice
from tests.desktop.sample_screens import ScreensAt

OPEN, RESTRICTED, SECRET, TOP_SECRET = SecurityLevel


def view_of(office: SampleOffice, position: PositionId, letter: LetterId) -> LetterView:
    view = office.register(position).letter(letter)
    assert view is not None
    return view


def level_of(office: SampleOffice, letter: LetterId) -> SecurityLevel:
    with office.store.read() as uow:
        found = uow.get(IncomingLetter, letter)
    assert found is not None
    return found.security


def opened(qtbot: QtBot, dialog: ReclassifyDialog, view: LetterView) -> None:
    """Open the dialog, and wait until the keyboard is on the levels."""
    qtbot.addWidget(dialog)
    dialog.show_letter(view)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: any(chip.hasFocus() for chip in shown(dialog, ChoiceChip)))


def offered(dialog: ReclassifyDialog) -> list[str]:
    return [chip.text() for chip in shown(dialog, ChoiceChip)]


def said(dialog: ReclassifyDialog) -> str:
    return " ".join(banner.text() for banner in shown(dialog, Banner))


def may_go_on(dialog: ReclassifyDialog) -> bool:
    return next(button for button in shown(dialog, Button) if button.text() == "Ubah sifat").isEnabled()


def test_a_clerk_makes_a_letter_secret_by_keyboard_after_hearing_what_follows(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan")
    dialog = screens_at(CLERK).reclassify_dialog()
    done = QSignalSpy(dialog.reclassified)
    opened(qtbot, dialog, view_of(office, CLERK, letter))
    assert not may_go_on(dialog)

    press(Qt.Key.Key_3)

    assert "akan hilang dari PC yang tidak berhak" in said(dialog)
    assert may_go_on(dialog)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: done.count() == 1)
    assert level_of(office, letter) == SECRET
    assert done.at(0) == ["Sifat surat sekarang: Rahasia."]


def test_only_levels_that_a_person_may_give_are_offered(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan", security=SECRET)
    clerk, head = screens_at(CLERK).reclassify_dialog(), screens_at(HEAD).reclassify_dialog()
    for dialog, position in ((clerk, CLERK), (head, HEAD)):
        qtbot.addWidget(dialog)
        dialog.show_letter(view_of(office, position, letter))

    assert offered(clerk) == ["Rahasia", "Sangat rahasia"]
    assert offered(head) == ["Biasa/Terbuka", "Terbatas", "Rahasia", "Sangat rahasia"]


def test_what_cannot_be_done_yet_is_said_in_a_sentence(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter, screens = office.add_letter("Bappeda", "", security=SECRET), screens_at(HEAD)
    dialog = screens.reclassify_dialog()
    opened(qtbot, dialog, view_of(office, HEAD, letter))
    press(Qt.Key.Key_1)
    assert "tidak dapat ditarik kembali" in said(dialog)

    dialog.confirm()
    qtbot.waitUntil(lambda: not screens.runner.busy)

    assert "Isi perihal surat." in said(dialog)
    assert level_of(office, letter) == SECRET
