"""Perbedaan: what lost is listed until somebody decides, and each decision is an act of its own."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.storage.outbox import OpState
from desktop.viewmodels.conflict_list import ConflictList
from tests.desktop.sample_conflicts import add_conflict
from tests.desktop.sample_office import ARCHIVIST, CLERK, GOVERNMENT, HEAD, SECRETARY, SampleOffice
from tests.desktop.sample_screens import ScreensAt


def load(qtbot: QtBot, conflicts: ConflictList) -> None:
    with qtbot.waitSignal(conflicts.changed):
        conflicts.refresh()


def subjects(office: SampleOffice) -> list[str]:
    with office.store.read() as uow:
        return [one.subject for one in uow.table(5).every(uow.connection) if isinstance(one, IncomingLetter)]


def test_a_value_that_lost_stands_beside_what_is_and_what_was(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "subject", "Undangan upacara", base="Undangan")
    conflicts = screens_at(CLERK).conflicts

    load(qtbot, conflicts)

    (row,) = conflicts.lines.rows()
    assert (row.base, row.stands, row.wanted) == ("Undangan", "Undangan rapat", "Undangan upacara")
    assert row.winner is not None
    assert (row.winner.position, row.winner.mine) == ("Sekretaris Kecamatan", False)
    assert (row.loser.position, row.loser.mine) == ("Petugas Tata Usaha", True)


@pytest.mark.parametrize(
    "decision",
    [("keep", "Undangan rapat"), ("take", "Undangan upacara"), ("change", "Undangan rapat dan upacara")],
)
def test_a_decision_waits_to_be_sent_and_the_difference_is_gone(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, decision: tuple[str, str]
) -> None:
    decide, stands = decision
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "subject", "Undangan upacara")
    conflicts = screens_at(CLERK).conflicts
    load(qtbot, conflicts)
    row = conflicts.lines.rows()[0]

    with qtbot.waitSignal(conflicts.settled):
        if decide == "change":
            conflicts.change(row, f" {stands} ")
        else:
            getattr(conflicts, decide)(row)

    qtbot.waitUntil(lambda: conflicts.lines.rowCount() == 0)
    assert subjects(office) == [stands]
    with office.store.read() as uow:
        newest = uow.outbox.listed((OpState.WAITING,), 10)[0]
    assert newest.act == 14


def test_a_value_that_no_letter_can_have_decides_nothing(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "due_on", "2026-11-25")
    conflicts = screens_at(CLERK).conflicts
    load(qtbot, conflicts)

    with qtbot.waitSignal(conflicts.failed) as said:
        conflicts.change(conflicts.lines.rows()[0], "besok")

    assert said.args == ["date_malformed", "due_on"]
    load(qtbot, conflicts)
    assert conflicts.lines.rowCount() == 1


def test_a_date_that_lost_is_taken_as_a_date(office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "due_on", "2026-11-25")
    service = office.conflicts(CLERK)

    service.take(service.listed()[0])

    view = office.register(CLERK).letter(letter)
    assert view is not None
    assert view.letter.due_on == date(2026, 11, 25)
    assert service.count() == service.count_of(letter) == 0


@pytest.mark.parametrize("position", [HEAD, GOVERNMENT, ARCHIVIST])
def test_who_may_not_correct_letters_is_shown_none(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, position: PositionId
) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "subject", "Undangan upacara")
    conflicts = screens_at(position).conflicts

    load(qtbot, conflicts)

    assert conflicts.lines.rowCount() == 0


def test_of_a_secret_letter_only_who_reads_it_sees_the_values_and_decides(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    letter = office.add_letter("Bappeda", "Hasil pemeriksaan", security=SecurityLevel.SECRET)
    add_conflict(office, letter, "subject", "Temuan")
    clerk, secretary = screens_at(CLERK).conflicts, screens_at(SECRETARY).conflicts

    load(qtbot, clerk)
    load(qtbot, secretary)

    (hidden,), (open_,) = clerk.lines.rows(), secretary.lines.rows()
    assert (hidden.sealed, hidden.stands, hidden.wanted, hidden.about) == (True, "", "", "Bappeda")
    assert (open_.sealed, open_.wanted) == (False, "Temuan")
    with qtbot.waitSignal(clerk.failed) as said:
        clerk.take(hidden)
    assert said.args[0] == "not_allowed"


def test_a_letter_tells_how_many_differences_wait_for_it(office: SampleOffice) -> None:
    letter = office.add_letter("Bappeda", "Undangan rapat")
    add_conflict(office, letter, "subject", "Undangan upacara")
    add_conflict(office, letter, "sender", "Dinas PU", settled="Bappeda")

    seen = [office.register(position).letter(letter) for position in (CLERK, HEAD)]

    assert [view.conflicts for view in seen if view is not None] == [1, 0]
