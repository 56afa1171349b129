"""Reading is noted after a moment in sight; answers are kept until they are sent."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import DispositionId
from tests.desktop.sample_office import WELFARE, SampleOffice
from tests.desktop.sample_screens import ScreensAt

LONG = 60_000


def disposition(office: SampleOffice, disposition_id: DispositionId) -> Disposition:
    with office.store.read() as uow:
        found = uow.get(Disposition, disposition_id)
    assert found is not None
    return found


def given_to_welfare(office: SampleOffice) -> Disposition:
    return disposition(office, office.dispose(office.add_letter("Bappeda", "Undangan rapat"), WELFARE))


def state(office: SampleOffice, one: Disposition) -> RecipientState:
    mine = disposition(office, one.id).recipient(WELFARE)
    assert mine is not None
    return mine.state


def test_a_disposition_in_sight_counts_as_read_after_a_moment(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    answer, one = screens_at(WELFARE, read_after_ms=20).answer, given_to_welfare(office)
    answer.set_watched(watched=True)

    answer.open(one)

    assert state(office, one) is RecipientState.UNREAD
    qtbot.waitUntil(lambda: state(office, one) is RecipientState.READ)


def test_a_disposition_that_nobody_sees_stays_unread(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    screens, first, second = screens_at(WELFARE, read_after_ms=0), given_to_welfare(office), given_to_welfare(office)
    screens.answer.open(first)

    screens.answer.set_watched(watched=True)
    screens.answer.set_watched(watched=False)
    screens.answer.open(second)
    # Had a timer been running, this one, started later and no shorter, would end after it.
    with qtbot.waitSignal(screens.inbox.changed):
        screens.inbox.refresh()

    assert state(office, first) is RecipientState.UNREAD
    assert state(office, second) is RecipientState.UNREAD


def test_the_result_is_stored_when_sent_is_told(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    answer, one = screens_at(WELFARE, read_after_ms=LONG).answer, given_to_welfare(office)
    answer.open(one)
    answer.keep("Sudah hadir, notulen terlampir.")

    with qtbot.waitSignal(answer.sent):
        answer.send()

    mine = disposition(office, one.id).recipient(WELFARE)
    assert mine is not None
    assert (mine.state, mine.result) == (RecipientState.ANSWERED, "Sudah hadir, notulen terlampir.")


def test_an_empty_report_is_refused_and_changes_nothing(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    answer, one = screens_at(WELFARE, read_after_ms=LONG).answer, given_to_welfare(office)
    answer.open(one)

    with qtbot.waitSignal(answer.refused) as told:
        answer.send()

    assert told.args == ["result_missing", "result"]
    assert state(office, one) is RecipientState.UNREAD


def test_what_is_typed_is_kept_for_each_disposition(screens_at: ScreensAt, office: SampleOffice) -> None:
    answer = screens_at(WELFARE, read_after_ms=LONG).answer
    first, second = given_to_welfare(office), given_to_welfare(office)
    answer.open(first)
    answer.keep("Setengah jadi")

    answer.open(second)
    assert answer.text == ""
    answer.open(first)

    assert answer.text == "Setengah jadi"


def test_an_answered_disposition_shows_its_result_to_be_amended(screens_at: ScreensAt, office: SampleOffice) -> None:
    answer, one = screens_at(WELFARE, read_after_ms=LONG).answer, given_to_welfare(office)
    office.answer(one.id, "Hasil pertama", WELFARE)

    answer.open(disposition(office, one.id))

    assert answer.answered
    assert answer.text == "Hasil pertama"
