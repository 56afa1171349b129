"""The figures of the status strip."""

from __future__ import annotations

from datetime import UTC, datetime

from pytestqt.qtbot import QtBot

from desktop.storage.meta import SyncFacts
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.sample_office import SampleOffice

PATIENCE_MS = 10_000


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def loaded(desk: LetterDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.status.changed, timeout=PATIENCE_MS):
        desk.status.load()


def test_what_waits_is_counted_and_follows_changes(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    loaded(desk, qtbot)
    assert desk.status.overview is not None
    assert desk.status.overview.waiting == 0

    with qtbot.waitSignal(desk.status.changed, timeout=PATIENCE_MS):
        kecamatan.add_letter("Bappeda", "Undangan rapat")

    assert desk.status.overview.waiting == 1


def test_moments_are_those_of_the_clock_on_the_wall(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    success, lost = datetime(2026, 11, 23, 3, 42, tzinfo=UTC), datetime(2026, 11, 23, 3, 43, tzinfo=UTC)
    with kecamatan.store.begin() as uow:
        uow.meta.write(
            SyncFacts(last_success_ms=millis(success), offline_since_ms=millis(lost), last_problem="no_network")
        )
    loaded(desk, qtbot)

    assert desk.status.offline
    assert desk.status.last_success is not None
    assert (desk.status.last_success.hour, desk.status.last_success.minute) == (10, 42)
    assert desk.status.offline_since is not None
    assert desk.status.offline_since.minute == 43
    assert desk.status.problem == ""


def test_a_problem_beyond_the_network_is_named(kecamatan: SampleOffice, desk: LetterDesk, qtbot: QtBot) -> None:
    with kecamatan.store.begin() as uow:
        uow.meta.write(SyncFacts(last_problem="certificate"))
    loaded(desk, qtbot)

    assert desk.status.problem == "certificate"
    assert not desk.status.offline


def test_a_round_shows_its_phase_and_then_the_new_figures(desk: LetterDesk, qtbot: QtBot) -> None:
    loaded(desk, qtbot)
    desk.monitor.progress.emit("sending")
    assert desk.status.phase == "sending"

    with qtbot.waitSignal(desk.status.came_round):
        desk.monitor.round_finished.emit()
    assert desk.status.phase == ""
    with qtbot.waitSignal(desk.status.changed, timeout=PATIENCE_MS):
        pass
