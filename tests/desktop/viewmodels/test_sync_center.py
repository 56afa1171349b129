"""Pusat Sinkron reads the store alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.errors import RefusalCode
from core.protocol.messages import OpResult, Outcome
from desktop.services.clock import WIB
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.sync_log import SyncLogEntry
from desktop.viewmodels.sync_center import Round, SyncCenter, measured_speed
from desktop.widgets.theme import Theme
from tests.desktop.sample_office import CLERK, NOW, SampleOffice, make_office
from tests.desktop.sample_screens import Screens, ScreensAt


def load(qtbot: QtBot, center: SyncCenter) -> None:
    with qtbot.waitSignal(center.changed):
        center.refresh()


def refuse_first(office: SampleOffice) -> None:
    with office.store.begin() as uow:
        first = uow.outbox.listed((OpState.WAITING,), 10)[-1]
        uow.outbox.settle(
            first.id, OpResult(seq=first.seq, outcome=Outcome.REFUSED, code=RefusalCode.NOT_ALLOWED.value)
        )


def a_round(*, seconds: float = 2.0, size: int = 40_000, outcome: str = "ok") -> Round:
    started = datetime(2026, 11, 23, 10, 0, tzinfo=WIB)
    return Round(place=0, started=started, seconds=seconds, outcome=outcome, bytes_up=size, bytes_down=0, ops=1, rows=1)


def test_every_act_waits_in_the_queue_with_its_size(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    center = screens_at(CLERK).center

    load(qtbot, center)

    queue = center.queue.rows()
    assert [(item.act, item.about) for item in queue] == [("letter.register", "Undangan rapat")]
    assert center.bytes_waiting == queue[0].size > 0
    assert center.overview is not None
    assert center.overview.waiting == 1


def test_a_refused_act_lies_in_the_tray_until_it_is_understood(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    refuse_first(office)
    center = screens_at(CLERK).center
    load(qtbot, center)
    item = center.tray.row(0)
    assert item is not None
    assert item.code == "not_allowed"
    assert center.queue.rowCount() == 0

    center.dismiss(item)

    qtbot.waitUntil(lambda: center.tray.rowCount() == 0)
    load(qtbot, center)
    assert center.tray.rowCount() == 0


def test_rounds_are_listed_the_newest_first_in_local_time(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    ms = int(NOW.timestamp() * 1000)
    with office.store.begin() as uow:
        for back, outcome in ((60_000, "ok"), (0, "no_network")):
            entry = SyncLogEntry(
                started_ms=ms - back, seconds=1.0, outcome=outcome, bytes_up=1, bytes_down=2, ops=3, rows=4
            )
            uow.sync_log.add(entry)
        uow.meta.write(SyncFacts(last_success_ms=ms - 60_000, last_problem="no_network", offline_since_ms=ms))
    center = screens_at(CLERK).center

    load(qtbot, center)

    assert [one.outcome for one in center.log.rows()] == ["no_network", "ok"]
    assert center.log.rows()[0].started.hour == 10
    assert center.offline_since == NOW
    assert center.last_success == NOW - timedelta(minutes=1)


def test_the_speed_is_that_of_rounds_that_moved_something() -> None:
    telling = [a_round(seconds=1.0), a_round(seconds=2.0), a_round(seconds=4.0)]
    untold = [a_round(size=300), a_round(outcome="no_network"), a_round(seconds=0.0)]

    assert measured_speed([*untold, *telling]) == pytest.approx(20_000)
    assert measured_speed(untold) is None


def test_the_time_to_send_is_known_with_the_speed(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    center = screens_at(CLERK).center
    load(qtbot, center)
    assert center.seconds_to_send is None

    center.bytes_per_second = float(center.bytes_waiting)

    assert center.seconds_to_send == pytest.approx(1.0)


def test_a_round_is_asked_for_once_at_a_time(qtbot: QtBot, screens_at: ScreensAt) -> None:
    center = screens_at(CLERK).center
    load(qtbot, center)

    with qtbot.waitSignal(center.sync_requested):
        center.request_sync()
    center.set_running(True)
    with qtbot.assertNotEmitted(center.sync_requested):
        center.request_sync()


def test_the_practice_office_never_asks_for_a_round(qtbot: QtBot, tmp_path: Path, view_theme: Theme) -> None:
    office = make_office(tmp_path / "latihan", practice=True)
    screens = Screens(view_theme, office, CLERK)
    load(qtbot, screens.center)

    assert screens.center.practice
    with qtbot.assertNotEmitted(screens.center.sync_requested):
        screens.center.request_sync()
    assert screens.runner.close()
    office.store.close()
