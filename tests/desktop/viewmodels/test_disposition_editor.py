"""The sheet: nothing is confirmed before the commit, nothing that was filled in is lost."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from core.domain.letters import IncomingLetter, LetterStatus
from desktop.viewmodels.disposition_editor import DispositionEditor, Draft, Issued, SheetOf
from tests.desktop.sample_office import HEAD, VILLAGES, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt

FILLED = Draft(recipients=(WELFARE, VILLAGES), instructions=(2, 7), note="Wakili", due_on=date(2026, 11, 25))


def sheet_of(office: SampleOffice, sender: str = "Bappeda") -> SheetOf:
    return SheetOf(letter_id=office.add_letter(sender, "Undangan rapat"), sender=sender)


def status(office: SampleOffice, sheet: SheetOf) -> LetterStatus:
    with office.store.read() as uow:
        letter = uow.get(IncomingLetter, sheet.letter_id)
    assert letter is not None
    return letter.status


def ready(qtbot: QtBot, editor: DispositionEditor) -> None:
    with qtbot.waitSignal(editor.choices_changed):
        editor.load()


def test_everyone_but_oneself_can_be_chosen(qtbot: QtBot, screens_at: ScreensAt) -> None:
    editor = screens_at(HEAD).editor

    ready(qtbot, editor)

    assert "Kasi Kesra" in [one.title for one in editor.recipients]
    assert HEAD not in [one.number for one in editor.recipients]


def test_a_disposition_is_issued_when_the_store_holds_it(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    editor, sheet = screens_at(HEAD).editor, sheet_of(office)
    ready(qtbot, editor)
    editor.open(sheet)
    editor.keep(FILLED)

    with qtbot.waitSignal(editor.issued) as told:
        editor.issue()

    assert told.args == [Issued(letter_id=sheet.letter_id, sender="Bappeda", to=("Kasi PMP", "Kasi Kesra"))]
    assert status(office, sheet) is LetterStatus.DISPOSED
    issued = office.dispositions(HEAD).sent()[0].disposition
    assert (issued.note, issued.due_on, issued.instructions) == ("Wakili", date(2026, 11, 25), (2, 7))
    assert editor.draft == Draft()


def test_a_refusal_says_which_block_it_is_about_and_keeps_the_sheet(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    editor, sheet = screens_at(HEAD).editor, sheet_of(office)
    editor.open(sheet)
    editor.keep(Draft(instructions=(2,), note="Wakili"))

    with qtbot.waitSignal(editor.refused) as told:
        editor.issue()

    assert told.args == ["no_recipient", "recipients"]
    assert editor.draft.note == "Wakili"
    assert status(office, sheet) is LetterStatus.REGISTERED


def test_a_sheet_that_is_opened_while_a_pile_is_issued_stays_open(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    editor, first, other = screens_at(HEAD).editor, sheet_of(office), sheet_of(office, "Dinkes")
    ready(qtbot, editor)
    editor.open(SheetOf(letter_id=first.letter_id, sender="", pile=(first.letter_id,)))
    editor.keep(FILLED)

    with qtbot.waitSignal(editor.issued):
        editor.issue()
        editor.open(other)
        editor.keep(Draft(note="Untuk rapat"))

    assert status(office, first) is LetterStatus.DISPOSED
    assert (editor.sheet, editor.draft.note) == (other, "Untuk rapat")


def test_looking_at_another_letter_keeps_what_was_filled_in(screens_at: ScreensAt, office: SampleOffice) -> None:
    editor = screens_at(HEAD).editor
    first, second = sheet_of(office), sheet_of(office, "BPBD")
    editor.open(first)
    editor.keep(FILLED)

    editor.open(second)
    assert editor.draft == Draft()
    editor.open(first)

    assert editor.draft == FILLED


def test_pressing_twice_issues_once(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    screens, sheet = screens_at(HEAD), sheet_of(office)
    editor = screens.editor
    editor.open(sheet)
    editor.keep(FILLED)

    editor.issue()
    editor.issue()
    qtbot.waitUntil(lambda: not screens.runner.busy)

    assert len(office.dispositions(HEAD).sent()) == 1
