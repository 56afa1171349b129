"""One letter as it is read."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from core.domain.letters import SecurityLevel
from desktop.viewmodels.letter_row_texts import state_words
from desktop.viewmodels.scan_preview import PreviewState
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, HEAD, VILLAGES, SampleOffice

DeskOf = Callable[[int], LetterDesk]
PATIENCE_MS = 10_000


def test_the_clerk_may_correct_and_file_but_not_dispose(
    kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot
) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")

    with qtbot.waitSignal(desk.reader.changed):
        desk.reader.show_letter(letter)

    assert desk.reader.view is not None
    assert desk.reader.view.agenda == "0401"
    assert (desk.reader.may_amend, desk.reader.may_file, desk.reader.may_dispose) == (True, True, False)


def test_the_head_is_led_to_the_disposition_of_the_letter(
    kecamatan: SampleOffice, desk_of: DeskOf, qtbot: QtBot
) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    desk = desk_of(HEAD)
    with qtbot.waitSignal(desk.reader.changed):
        desk.reader.show_letter(letter)

    with qtbot.waitSignal(desk.reader.dispose_requested) as asked:
        desk.reader.dispose()

    assert asked.args == [letter]
    assert not desk.reader.may_amend


def test_a_disposition_made_elsewhere_shows_up(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    with qtbot.waitSignal(desk.reader.changed):
        desk.reader.show_letter(letter)

    with qtbot.waitSignal(desk.reader.changed, timeout=PATIENCE_MS):
        kecamatan.dispose(letter, VILLAGES, note="Wakili")

    assert desk.reader.view is not None
    assert [one.disposition.note for one in desk.reader.view.dispositions] == ["Wakili"]
    assert desk.reader.view is not None
    state = state_words(desk.reader.view.state)
    assert state.text == "Didisposisi"


def test_a_secret_letter_hides_subject_and_scan_from_the_clerk(
    kecamatan: SampleOffice, desk_of: DeskOf, qtbot: QtBot
) -> None:
    letter = kecamatan.add_letter("Kodim 0422", "Pengamanan", security=SecurityLevel.SECRET)
    for position, hidden in ((CLERK, True), (HEAD, False)):
        desk = desk_of(position)
        with qtbot.waitSignal(desk.reader.changed):
            desk.reader.show_letter(letter)

        assert desk.reader.view is not None
        assert (desk.reader.view.subject is None) is hidden
        assert (desk.reader.preview.state is PreviewState.HIDDEN) is hidden


def test_of_letters_passed_quickly_only_the_last_is_shown(
    kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot
) -> None:
    letters = [kecamatan.add_letter(f"Dinas {number}", "Perihal") for number in range(5)]
    shown: list[str] = []
    desk.reader.changed.connect(lambda: shown.append(desk.reader.view.letter.sender if desk.reader.view else ""))

    for letter in letters:
        desk.reader.show_letter(letter)
    qtbot.waitUntil(lambda: not desk.runner.busy, timeout=PATIENCE_MS)

    assert shown == ["Dinas 4"]


def test_no_letter_shows_nothing(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    with qtbot.waitSignal(desk.reader.changed):
        desk.reader.show_letter(letter)

    desk.reader.show_letter(None)

    assert desk.reader.view is None
    assert not desk.reader.may_file
