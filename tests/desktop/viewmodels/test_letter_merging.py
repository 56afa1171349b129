"""Gabungkan surat: what is merged was listed for the words that stand there."""

from __future__ import annotations

import os

from pytestqt.qtbot import QtBot

from desktop.services.joining import JoiningService, MergeChoices
from desktop.services.twins import TwinService
from desktop.viewmodels.letter_merging import LetterMerging
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.factories import NOW


def test_nothing_is_merged_before_the_list_is_that_of_the_words(
    qtbot: QtBot, kecamatan: SampleOffice, desk: LetterDesk
) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    kecamatan.add_letter("Dinas Sosial", "Bantuan")
    wanted = kecamatan.add_letter("BPBD", "Kewaspadaan")
    who = kecamatan.actor(CLERK)
    service = JoiningService(desk.store, who, lambda: NOW, os.urandom)
    choices = MergeChoices(desk.register, TwinService(desk.store, who, lambda: NOW))
    merging = LetterMerging(service, choices, desk.runner)
    with qtbot.waitSignal(merging.changed):
        merging.open(letter)
    merging.set_words("bantuan")
    qtbot.waitUntil(lambda: merging.rows.rowCount() == 1)
    other = merging.rows.row(0)
    assert other is not None

    merging.set_words("kewaspadaan")
    merging.merge_with(other)
    assert not merging.busy

    qtbot.waitUntil(lambda: merging.rows.place_of(wanted) == 0)
    right = merging.rows.row(0)
    assert right is not None
    with qtbot.waitSignal(merging.merged) as told:
        merging.merge_with(right)
    assert told.args is not None
    assert told.args[0].stands == letter
