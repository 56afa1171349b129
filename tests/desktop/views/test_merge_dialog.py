"""Gabungkan surat by the keyboard: the letter that is the same is found by typing."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.services.joining import JoiningService, MergeChoices
from desktop.services.twins import TwinService
from desktop.viewmodels.letter_merging import LetterMerging
from desktop.views.merge_dialog import MergeDialog
from desktop.widgets.theme import Theme
from tests.desktop.hands import press, write
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.factories import NOW


def test_the_second_of_the_letters_that_hold_the_words_is_merged(
    qtbot: QtBot, kecamatan: SampleOffice, desk: LetterDesk, view_theme: Theme
) -> None:
    letter, _older, _newer = (kecamatan.add_letter(sender, "Undangan") for sender in ("BPBD", "Bappeda", "Bappeda"))
    who = kecamatan.actor(CLERK)
    choices = MergeChoices(desk.register, TwinService(desk.store, who, lambda: NOW))
    merging = LetterMerging(JoiningService(desk.store, who, lambda: NOW, os.urandom), choices, desk.runner)
    dialog = MergeDialog(view_theme, merging)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(merging.changed):
        dialog.merge_letter(letter)
    dialog.activateWindow()

    write("bappeda")
    qtbot.waitUntil(lambda: merging.rows.rowCount() == 2)
    second = merging.rows.row(1)
    with qtbot.waitSignal(dialog.merged):
        press(Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert second is not None
    assert not dialog.isVisible()
    view = desk.register.letter(second.letter_id)
    assert view is not None
    assert view.letter.merged_into == letter
