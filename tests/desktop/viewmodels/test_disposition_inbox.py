"""The lists of the disposition screen follow the store."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from tests.desktop.sample_office import HEAD, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt


def load(qtbot: QtBot, inbox: DispositionInbox) -> None:
    with qtbot.waitSignal(inbox.changed):
        inbox.refresh()


def subjects(inbox: DispositionInbox) -> list[str | None]:
    return [entry.subject for entry in inbox.rows.rows()]


def test_a_head_sees_what_waits_for_his_decision_the_newest_first(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    office.add_letter("BPBD", "Cuaca ekstrem", due_on=date(2026, 11, 23))
    office.add_letter("Dinas Sosial", "Bukan untuk camat", to=WELFARE)
    inbox = screens_at(HEAD).inbox

    load(qtbot, inbox)

    assert inbox.tabs == tuple(InboxTab)
    assert subjects(inbox) == ["Cuaca ekstrem", "Undangan rapat"]
    assert inbox.counts == {InboxTab.TO_DECIDE: 2, InboxTab.FOR_ME: 0, InboxTab.SENT: 0}
    assert inbox.waiting == 2


def test_who_decides_nothing_has_no_list_of_decisions(screens_at: ScreensAt) -> None:
    inbox = screens_at(WELFARE).inbox

    assert inbox.tabs == (InboxTab.FOR_ME, InboxTab.SENT)
    assert inbox.tab is InboxTab.FOR_ME


def test_a_letter_disposed_elsewhere_leaves_the_list_by_itself(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    inbox = screens_at(HEAD).inbox
    load(qtbot, inbox)

    office.dispose(letter, WELFARE)

    qtbot.waitUntil(lambda: inbox.rows.rowCount() == 0)
    assert inbox.counts[InboxTab.SENT] == 1


def test_answered_dispositions_stand_below_the_open_ones_and_are_not_counted(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    first = office.dispose(office.add_letter("Bappeda", "Sudah selesai"), WELFARE)
    office.dispose(office.add_letter("BPBD", "Masih terbuka"), WELFARE)
    office.answer(first, "Sudah dikerjakan", WELFARE)
    inbox = screens_at(WELFARE).inbox

    load(qtbot, inbox)

    assert subjects(inbox) == ["Masih terbuka", "Sudah selesai"]
    assert inbox.counts[InboxTab.FOR_ME] == 1


def test_words_narrow_the_list_to_cards_that_hold_them_all(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    office.add_letter("Bappeda", "Undangan upacara")
    office.add_letter("BPBD", "Cuaca ekstrem")
    inbox = screens_at(HEAD).inbox
    load(qtbot, inbox)

    inbox.set_words("bappeda RAPAT")

    assert subjects(inbox) == ["Undangan rapat"]
    assert inbox.filtered
    assert inbox.counts[InboxTab.TO_DECIDE] == 3


def test_the_opened_letter_comes_with_its_chain(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    office.dispose(letter, WELFARE, note="Wakili")
    inbox = screens_at(WELFARE).inbox
    load(qtbot, inbox)

    inbox.open(inbox.rows.row(0))
    qtbot.waitUntil(lambda: inbox.letter is not None)

    assert inbox.letter is not None
    assert inbox.letter.letter.id == letter
    assert [one.disposition.note for one in inbox.letter.dispositions] == ["Wakili"]


def test_going_through_the_list_ends_at_the_last_opened_letter(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    for number in range(6):
        office.add_letter("Bappeda", f"Surat {number}")
    screens = screens_at(HEAD)
    inbox = screens.inbox
    load(qtbot, inbox)

    for entry in inbox.rows.rows():
        inbox.open(entry)
    qtbot.waitUntil(lambda: not screens.runner.busy)

    assert inbox.letter is not None
    assert inbox.letter.subject == "Surat 0"


def test_a_letter_is_new_until_it_was_looked_at_for_a_moment(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    inbox = screens_at(HEAD).inbox
    load(qtbot, inbox)
    entry = inbox.rows.row(0)
    assert entry is not None
    assert entry.unread

    inbox.open(entry)

    qtbot.waitUntil(lambda: not [one for one in inbox.rows.rows() if one.unread])
