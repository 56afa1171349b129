"""The register as a screen: what is listed, counted and looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.register import LetterQuery, Outline
from desktop.viewmodels.letter_cells import LetterColumn
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import HEAD, VILLAGES, SampleOffice

Settle = Callable[[LetterDesk], None]
PATIENCE_MS = 10_000


def senders(desk: LetterDesk) -> list[str]:
    table = desk.letters.table
    return [str(table.data(table.index(row, LetterColumn.SENDER))) for row in range(table.rowCount())]


def test_the_newest_letter_is_looked_at_first(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    newest = kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")

    with qtbot.waitSignal(desk.letters.selected) as selected:
        desk.letters.start()
    settle(desk)

    assert selected.args == [newest]


def test_a_list_that_is_on_its_way_is_not_read_twice(kecamatan: SampleOffice, desk: LetterDesk, settle: Settle) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    read: list[bool] = []
    desk.letters.table.loaded.connect(read.append)

    desk.letters.start()
    desk.letters.start()
    settle(desk)

    assert senders(desk) == ["Bappeda"]
    assert read == [True]


def test_the_letter_that_is_looked_at_stays_when_another_arrives(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    watched = kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    desk.letters.start()
    settle(desk)

    with qtbot.waitSignal(desk.letters.row_wanted, timeout=PATIENCE_MS) as wanted:
        kecamatan.add_letter("Dinas Sosial", "Verifikasi data")

    assert wanted.args == [1]
    assert desk.letters.current == watched


def test_when_the_letter_leaves_the_filter_the_next_one_is_looked_at(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    older = kecamatan.add_letter("Bappeda", "Undangan rapat")
    newer = kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    desk.letters.set_filter("undisposed")
    settle(desk)
    assert desk.letters.current == newer

    with qtbot.waitSignal(desk.letters.selected, timeout=PATIENCE_MS) as selected:
        kecamatan.dispose(newer, VILLAGES)

    assert selected.args == [older]


def test_words_are_searched_for_once_after_the_last_key(
    kecamatan: SampleOffice, desk: LetterDesk, *, settle: Settle, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan musrenbang")
    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    desk.letters.start()
    settle(desk)
    asked: list[str] = []
    outline = desk.register.outline

    def noted(query: LetterQuery) -> Outline:
        asked.append(query.words)
        return outline(query)

    # Only listens in: the list is read as ever.
    monkeypatch.setattr(desk.register, "outline", noted)
    for typed in ("m", "mu", "mus", "musren"):
        desk.letters.search(typed)
    qtbot.waitUntil(lambda: senders(desk) == ["Bappeda"], timeout=PATIENCE_MS)
    settle(desk)

    assert {words for words in asked if words} == {"musren"}


def test_a_search_without_result_lists_nothing_and_looks_at_nothing(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    kecamatan.add_letter("Bappeda", "Undangan musrenbang")
    desk.letters.start()
    settle(desk)

    with qtbot.waitSignal(desk.letters.selected, timeout=PATIENCE_MS) as selected:
        desk.letters.search("tidak ada surat begini")

    assert selected.args == [None]
    assert desk.letters.total == 0


def test_what_a_search_finds_stays_newest_first(kecamatan: SampleOffice, desk: LetterDesk, settle: Settle) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")
    desk.letters.start()
    settle(desk)
    assert desk.letters.sort(LetterColumn.SENDER, descending=False)
    desk.letters.search("undangan")

    assert not desk.letters.sort(LetterColumn.AGENDA, descending=False)
    assert desk.letters.sorting == (LetterColumn.RECEIVED, True)


def test_the_subject_is_no_column_to_sort_by(desk: LetterDesk) -> None:
    assert not desk.letters.sort(LetterColumn.SUBJECT, descending=False)


def test_the_quick_filters_are_counted_and_follow_changes(
    kecamatan: SampleOffice, desk: LetterDesk, settle: Settle, qtbot: QtBot
) -> None:
    first = kecamatan.add_letter("Bappeda", "Undangan rapat")
    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    with qtbot.waitSignal(desk.letters.counts_changed, timeout=PATIENCE_MS):
        desk.letters.start()

    assert [desk.letters.count_of(key) for key in ("all", "undisposed", "due", "waiting")] == [2, 2, 0, 2]
    with qtbot.waitSignal(desk.letters.counts_changed, timeout=PATIENCE_MS):
        kecamatan.dispose(first, VILLAGES)
    settle(desk)
    assert desk.letters.count_of("undisposed") == 1


def test_a_member_of_staff_sees_only_letters_he_has_a_part_in(
    kecamatan: SampleOffice, desk_of: Callable[[int], LetterDesk], settle: Settle
) -> None:
    mine = kecamatan.add_letter("Bappeda", "Undangan rapat")
    kecamatan.add_letter("BPBD", "Kewaspadaan cuaca")
    kecamatan.dispose(mine, VILLAGES, by=HEAD)
    desk = desk_of(VILLAGES)

    desk.letters.start()
    settle(desk)

    assert senders(desk) == ["Bappeda"]
