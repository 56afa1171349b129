"""Several dispositions are marked by the keys of the register, and worked on as one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.dispositions import RecipientState
from core.domain.ids import DispositionId, PositionId
from desktop.services.dispositions import Order
from desktop.services.following_up import FollowUpService
from desktop.viewmodels.disposition_inbox import InboxTab
from desktop.viewmodels.disposition_marks import DispositionMarks
from desktop.views.disposition_detail import Mode
from desktop.views.disposition_marking import DispositionMarking
from desktop.views.pile_report_dialog import PileReportDialog
from desktop.widgets.theme import Theme
from tests.desktop.disposition_seat import CTRL, ENTER, Seat
from tests.desktop.hands import child, press, write
from tests.desktop.sample_office import HEAD, SECRETARY, WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Marked(NamedTuple):
    seat: Seat
    marks: DispositionMarks
    making: DispositionMarking


SitDown = Callable[[PositionId], Marked]


@pytest.fixture
def sit_down(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, view_theme: Theme) -> SitDown:
    def sit(position: PositionId) -> Marked:
        screens = screens_at(position, read_after_ms=1)
        seat = Seat(qtbot, screens)
        marks = DispositionMarks(
            office.dispositions(position),
            FollowUpService(office.store, office.actor(position), office.clock),
            screens.runner,
            inbox=screens.inbox,
            actor=office.actor(position),
            parent=screens.owner,
        )
        return Marked(seat, marks, DispositionMarking(view_theme, seat.screen, marks, inbox=screens.inbox))

    return sit


def given(office: SampleOffice, count: int) -> list[DispositionId]:
    """So many dispositions of the head for welfare, the first given first."""
    return [office.dispose(office.add_letter("Bappeda", f"Undangan {number}"), WELFARE) for number in range(count)]


def results(office: SampleOffice) -> dict[DispositionId, str]:
    """What welfare reported to each disposition of the head."""
    sent = [one.disposition for one in office.dispositions(HEAD).sent()]
    mine = {one.id: one.recipient(WELFARE) for one in sent}
    return {key: one.result for key, one in mine.items() if one is not None and one.state is RecipientState.ANSWERED}


def report(seat: Seat, result: str) -> None:
    """Fill in the dialog that has come up, and send it."""
    dialog = child(seat.screen, PileReportDialog)
    seat.qtbot.waitUntil(dialog.isActiveWindow)
    write(result)
    press(ENTER, modifier=CTRL)
    seat.qtbot.waitUntil(lambda: not dialog.isVisible())
    seat.settle()


def test_dispositions_marked_by_space_are_reported_with_one_result(sit_down: SitDown, office: SampleOffice) -> None:
    orders = given(office, 4)
    seat, marks, making = sit_down(WELFARE)
    press(Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space)
    assert [one.subject for one in marks.entries] == ["Undangan 3", "Undangan 1"]
    assert making.bar.isVisible()
    assert seat.screen.detail.mode is Mode.PILE

    press("D")
    report(seat, "Sudah dikirim")

    assert results(office) == {orders[3]: "Sudah dikirim", orders[1]: "Sudah dikirim"}
    assert seat.heard.toasts == ["2 disposisi dilaporkan selesai"]
    assert marks.count == 0
    assert not making.bar.isVisible()


def test_a_report_that_was_given_before_stays_and_is_said_to_stay(sit_down: SitDown, office: SampleOffice) -> None:
    orders = given(office, 2)
    office.answer(orders[0], "Hadir sendiri", WELFARE)
    seat, _, making = sit_down(WELFARE)
    press(Qt.Key.Key_Down, modifier=SHIFT)

    making.begin("report")
    report(seat, "Sudah dikirim")

    assert results(office) == {orders[0]: "Hadir sendiri", orders[1]: "Sudah dikirim"}
    assert seat.heard.toasts[-1].startswith("1 disposisi dilaporkan selesai. 1 tidak ikut: ")


def test_looking_at_a_pile_is_no_reading_and_commits_no_single_sheet(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    office.add_letter("BPBD", "Cuaca ekstrem")
    seat, marks, making = sit_down(HEAD)
    press("D", "5", ENTER, "1")
    seat.screen.cards.setFocus()
    press(Qt.Key.Key_Down, modifier=SHIFT)

    with seat.qtbot.waitSignal(making.sheet_wanted) as wanted:
        press(ENTER, modifier=CTRL)

    assert set(wanted.args[0].pile) == {one.letter_id for one in marks.entries}
    assert wanted.args[0].parents == ()
    assert office.dispositions(HEAD).sent() == ()

    press(Qt.Key.Key_Escape)
    assert marks.count == 0
    assert seat.screen.detail.mode is Mode.DECIDE


def test_a_guest_that_was_disposed_with_others_waits_no_more(sit_down: SitDown, office: SampleOffice) -> None:
    own, guest = (office.add_letter("Bappeda", f"Undangan {n}", to=to) for n, to in enumerate((SECRETARY, HEAD)))
    seat, marks, making = sit_down(SECRETARY)
    seat.screen.show_letter(guest)
    seat.settle()
    seat.screen.cards.setFocus()
    press(Qt.Key.Key_Down, modifier=SHIFT)
    sheet = marks.sheet("dispose")
    assert sheet.pile == (guest, own)

    orders = [Order(letter_id=one, recipients=(WELFARE,), instructions=(1,)) for one in sheet.pile]
    office.dispositions(SECRETARY).issue_all(orders)
    making.tell("2 surat didisposisikan")

    seat.qtbot.waitUntil(lambda: seat.cards() == [])
    assert marks.count == 0


def test_marked_dispositions_are_passed_on_each_under_its_own(sit_down: SitDown, office: SampleOffice) -> None:
    orders = [office.dispose(office.add_letter("Bappeda", f"Undangan {n}"), SECRETARY) for n in range(2)]
    seat, _, making = sit_down(SECRETARY)
    seat.choose_tab("Untuk saya")
    seat.screen.cards.setFocus()
    press(Qt.Key.Key_Down, modifier=SHIFT)

    with seat.qtbot.waitSignal(making.sheet_wanted) as wanted:
        press("T")

    assert wanted.args[0].parents == (orders[1], orders[0])
    seat.screens.editor.open(wanted.args[0])
    draft = seat.screens.editor.draft
    seat.screens.editor.keep(type(draft)(recipients=(WELFARE,), instructions=(1,)))
    seat.screens.editor.issue()
    seat.settle()
    passed_on = {one.disposition.parent for one in office.dispositions(SECRETARY).sent()}
    assert passed_on == set(orders)


def test_recipients_of_marked_dispositions_are_reminded_once(sit_down: SitDown, office: SampleOffice) -> None:
    orders = given(office, 3)
    office.answer(orders[0], "Selesai", WELFARE)
    seat, _, _ = sit_down(HEAD)
    seat.choose_tab("Saya kirim")
    seat.screen.cards.setFocus()
    press(Qt.Key.Key_A, modifier=CTRL)

    press("I")
    seat.settle()

    assert seat.heard.toasts == ["Penerima 2 disposisi diingatkan"]


def test_marks_follow_their_dispositions_and_end_with_their_list(sit_down: SitDown, office: SampleOffice) -> None:
    given(office, 3)
    seat, marks, making = sit_down(HEAD)
    seat.choose_tab("Saya kirim")
    seat.screen.cards.setFocus()
    press(Qt.Key.Key_Down, modifier=SHIFT)
    before = {one.key for one in marks.entries}

    office.dispose(office.add_letter("Bappeda", "Baru"), WELFARE)
    seat.qtbot.waitUntil(lambda: len(seat.cards()) == 4)
    assert {one.key for one in marks.entries} == before

    seat.screen.show_tab(InboxTab.TO_DECIDE.value)
    assert marks.count == 0
    assert not making.bar.isVisible()
