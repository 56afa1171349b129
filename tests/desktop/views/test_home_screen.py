"""Beranda: a counter leads to its list, a line to its letter, all of it by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.services.home import HomeService
from desktop.viewmodels.home import Home
from desktop.views.home_screen import HomeScreen
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from tests.desktop.hands import press
from tests.desktop.sample_desk import fill_devices
from tests.desktop.sample_office import ADMIN, CLERK, SampleOffice

Shown = Callable[[PositionId], HomeScreen]


@pytest.fixture
def show(qtbot: QtBot, kecamatan: SampleOffice, view_theme: Theme) -> Iterator[Shown]:
    runner = TaskRunner()
    feed = ChangeFeed(kecamatan.store.listen)

    def make(position: PositionId) -> HomeScreen:
        register = kecamatan.register(position)
        center, devices = kecamatan.sync_center(), kecamatan.devices(position)
        service = HomeService(kecamatan.store, kecamatan.actor(position), register, center, devices=devices)
        screen = HomeScreen(view_theme, Home(service, runner, feed))
        qtbot.addWidget(screen)
        screen.resize(1190, 668)
        with qtbot.waitExposed(screen):
            screen.show()
        screen.activateWindow()
        screen.activate()
        qtbot.waitUntil(lambda: not runner.busy and bool(screen.day.text()))
        return screen

    yield make
    runner.close()


def test_the_numbers_and_the_letters_are_those_of_the_office(show: Shown, kecamatan: SampleOffice) -> None:
    kecamatan.add_letter("Bappeda", "Undangan rapat")

    screen = show(CLERK)

    assert screen.cards["undisposed"].accessibleName() == "Belum didisposisi, 1, tertua hari ini"
    assert ["Undangan rapat" in line.accessibleName() for line in screen.lines.lines] == [True]
    assert "Nov: diterima 1, selesai 0" in screen.chart.accessibleName()
    assert screen.day.text() == "Senin, 23 November 2026"


def test_an_office_without_letters_is_told_so(show: Shown) -> None:
    screen = show(CLERK)

    assert screen.none.isVisible()
    assert screen.lines.lines == []


def test_an_administrator_is_told_what_to_look_after_and_led_there(
    qtbot: QtBot, show: Shown, kecamatan: SampleOffice
) -> None:
    fill_devices(kecamatan)

    assert not show(CLERK).alarms.isVisible()
    screen = show(ADMIN)

    assert screen.alarms.isVisible()
    with qtbot.waitSignal(screen.place_wanted) as led:
        screen.alarms.action_triggered.emit()
    assert led.args == ["people", ""]


def test_enter_on_a_counter_leads_to_its_list(qtbot: QtBot, show: Shown) -> None:
    screen = show(CLERK)
    for key, place in (
        ("undisposed", ["letters", "undisposed"]),
        ("due", ["letters", "due"]),
        ("to_decide", ["dispositions", "to_decide"]),
        ("refused", ["sync", ""]),
    ):
        screen.cards[key].setFocus()
        with qtbot.waitSignal(screen.place_wanted) as wanted:
            press(Qt.Key.Key_Space)
        assert wanted.args == place


def test_a_line_opens_its_letter(qtbot: QtBot, show: Shown, kecamatan: SampleOffice) -> None:
    letter_id = kecamatan.add_letter("Bappeda", "Undangan rapat")
    screen = show(CLERK)

    screen.lines.lines[0].setFocus()
    with qtbot.waitSignal(screen.letter_requested) as wanted:
        press(Qt.Key.Key_Space)

    assert wanted.args is not None
    assert bytes(wanted.args[0]) == bytes(letter_id)


def test_a_letter_that_comes_is_counted_while_one_looks(qtbot: QtBot, show: Shown, kecamatan: SampleOffice) -> None:
    screen = show(CLERK)

    kecamatan.add_letter("Bappeda", "Undangan rapat")

    qtbot.waitUntil(lambda: len(screen.lines.lines) == 1)


def test_a_low_window_shows_fewer_lines_instead_of_cut_ones(qtbot: QtBot, show: Shown, kecamatan: SampleOffice) -> None:
    for number in range(10):
        kecamatan.add_letter("Bappeda", f"Surat {number}")
    screen = show(CLERK)
    qtbot.waitUntil(lambda: len(screen.lines.lines) == 10)

    screen.resize(1190, 480)

    qtbot.waitUntil(lambda: 3 <= len(screen.lines.lines) < 10)
    # The lines that stay get their room again a moment after the others are hidden.
    lines = screen.lines.lines
    qtbot.waitUntil(lambda: all(line.height() == line.sizeHint().height() for line in lines))
    assert lines[-1].geometry().bottom() <= screen.lines.height()


def test_the_headings_of_the_cards_stand_on_one_height(show: Shown) -> None:
    screen = show(CLERK)

    heads = [label for label in screen.findChildren(Label) if label.text() in {"Surat terakhir", "Surat per bulan"}]

    middles = {label.mapTo(screen, label.rect().center()).y() for label in heads}
    assert len(heads) == len({label.text() for label in heads}) == 2
    assert len(middles) == 1
    assert screen.chart.legend.mapTo(screen, screen.chart.legend.rect().center()).y() in middles
