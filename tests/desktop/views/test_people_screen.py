"""Pengelolaan: letters of order are recorded and ended there, by keyboard, and the rules are heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.domain.books import YearBy
from core.domain.ids import UserId
from core.domain.offices import Role
from desktop.services.devices import Worry
from desktop.services.orders import OrderState
from desktop.storage.base import SyncMark
from desktop.views.people_screen import PeopleScreen
from desktop.widgets.buttons import Button
from desktop.widgets.fields import Field, ReadOnlyValue
from desktop.widgets.form_sheet import FormSheet
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Theme
from tests.desktop.hands import focused, press, shown
from tests.desktop.sample_desk import fill_devices, fill_orders
from tests.desktop.sample_office import ADMIN, CLERK, GOVERNMENT, HEAD, SECRETARY, TODAY, VILLAGES, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt

PATIENCE_MS = 15_000


@pytest.fixture
def screens(screens_at: ScreensAt) -> Screens:
    return screens_at(SECRETARY)


@pytest.fixture
def screen(qtbot: QtBot, screens: Screens, view_theme: Theme) -> PeopleScreen:
    del view_theme
    made = screens.people()
    qtbot.addWidget(made)
    made.resize(1180, 640)
    with qtbot.waitExposed(made):
        made.show()
    made.activate()
    settle(qtbot, screens)
    return made


def settle(qtbot: QtBot, screens: Screens) -> None:
    qtbot.waitUntil(lambda: screens.desk.loaded and not screens.runner.busy, timeout=PATIENCE_MS)


def fill_in(form: FormSheet, **changes: object) -> None:
    values: dict[str, object] = {
        "position": str(HEAD),
        "acting": str(GOVERNMENT),
        "order_no": "800/12/2026",
        "order_date": TODAY,
        "first_day": TODAY,
        "last_day": TODAY + timedelta(days=4),
        **changes,
    }
    form.fill(values)  # type: ignore[arg-type]  # values of every kind


def test_an_order_is_recorded_and_stands_in_the_list(
    qtbot: QtBot, screens: Screens, screen: PeopleScreen, office: SampleOffice
) -> None:
    screen.orders.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    fill_in(form)
    qtbot.waitUntil(lambda: form.isAncestorOf(focused()), timeout=PATIENCE_MS)

    with qtbot.waitSignal(screen.status_message) as said:
        press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, screens)

    (row,) = office.orders(SECRETARY).listed()
    assert said.args == ["Surat perintah dicatat"]
    assert not form.isVisible()
    assert (row.title, row.state, row.last_day) == ("Plh. Camat", OrderState.HOLDS, TODAY + timedelta(days=4))
    assert [one.id for one in screens.desk.orders.rows()] == [row.id]


def test_what_the_rule_refuses_is_said_next_to_its_field_and_nothing_is_lost(
    qtbot: QtBot, screens: Screens, screen: PeopleScreen, office: SampleOffice
) -> None:
    screen.orders.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    fill_in(form, last_day=TODAY - timedelta(days=2), first_day=TODAY - timedelta(days=3))

    with qtbot.waitSignal(screens.desk.refused):
        form.confirm()

    wrong = {one.error() for one in shown(form, Field) if one.error()}
    assert form.isVisible()
    assert len(wrong) == 1
    assert "paling cepat hari ini" in wrong.pop()
    assert office.orders(SECRETARY).listed() == ()


def test_an_order_is_ended_with_a_reason_and_only_once(
    qtbot: QtBot, screens: Screens, screen: PeopleScreen, office: SampleOffice
) -> None:
    fill_orders(office)
    qtbot.waitUntil(lambda: screens.desk.orders.rowCount() == 3, timeout=PATIENCE_MS)
    running = next(one for one in screens.desk.orders.rows() if one.state is OrderState.HOLDS)
    screen.orders.page.select(running.id)
    screen.orders.end_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"reason": "Camat sudah kembali"})

    with qtbot.waitSignal(screens.desk.done):
        form.confirm()
    settle(qtbot, screens)

    states = {one.order_no: one.state for one in office.orders(SECRETARY).listed()}
    assert states[running.order_no] is OrderState.CUT
    screen.orders.page.select(running.id)
    assert not screen.orders.end_action.isEnabled()


@pytest.fixture
def admin(qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme) -> tuple[Screens, PeopleScreen]:
    del view_theme
    screens = screens_at(ADMIN)
    made = screens.people()
    qtbot.addWidget(made)
    made.resize(1180, 640)
    made.show()
    made.activate()
    settle(qtbot, screens)
    return screens, made


def test_an_administrator_adds_a_person_and_is_shown_the_code_once(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin
    screen.users.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "Siti Aminah", "username": "siti.umum", "position": str(GOVERNMENT)})

    with qtbot.waitSignal(screens.desk.code_issued) as issued:
        form.confirm()
    settle(qtbot, screens)

    (code,) = [one.text() for one in shown(screen, ReadOnlyValue)]
    row = next(one for one in office.admin(ADMIN).users() if one.username == "siti.umum")
    assert issued.args is not None
    assert code == issued.args[0].code
    assert len(code.replace("-", "")) == 12
    assert (row.name, row.titles, row.active) == ("Siti Aminah", ("Kasi Pemerintahan",), True)


def test_a_user_name_that_is_taken_is_said_next_to_its_field(qtbot: QtBot, admin: tuple[Screens, PeopleScreen]) -> None:
    screens, screen = admin
    taken = screens.desk.users.rows()[0].username
    screen.users.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "Siti Aminah", "username": taken, "position": str(GOVERNMENT)})

    with qtbot.waitSignal(screens.desk.refused):
        form.confirm()

    assert ["sudah dipakai" in one.error() for one in shown(form, Field) if one.error()] == [True]


def test_a_person_is_moved_and_a_position_is_made(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin
    screen.users.page.select(UserId(GOVERNMENT))
    screen.users.move_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"position": str(HEAD), "second": str(GOVERNMENT)})
    with qtbot.waitSignal(screens.desk.done):
        form.confirm()
    settle(qtbot, screens)
    screen.positions.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"title": "Staf Umum", "role": str(int(Role.STAFF)), "superior": str(HEAD)})
    with qtbot.waitSignal(screens.desk.done):
        form.confirm()
    settle(qtbot, screens)

    moved = next(one for one in office.admin(ADMIN).users() if one.user == UserId(GOVERNMENT))
    assert moved.held == (HEAD, GOVERNMENT)
    assert screens.desk.positions.rows()[-1].title == "Staf Umum"


def test_who_may_let_nobody_act_sees_no_way_to(qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme) -> None:
    del view_theme
    screens = screens_at(GOVERNMENT)
    made = screens.people()
    qtbot.addWidget(made)
    made.show()

    assert made.actions_for_menu() == []
    assert [one for one in shown(made, Button) if "perintah" in one.text()] == []


def test_an_administrator_shuts_a_pc_out_with_a_reason_but_not_the_one_in_use(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin
    fill_devices(office)
    screen.activate()
    qtbot.waitUntil(lambda: screens.console.devices.rowCount() > 0 and not screens.runner.busy, timeout=PATIENCE_MS)
    lost = next(one for one in screens.console.devices.rows() if one.name == "PC-PELAYANAN")
    screen.devices.page.select(bytes(lost.device))
    screen.devices.revoke_action.trigger()
    (form,) = shown(screen.devices, FormSheet)
    form.fill({"reason": "Hilang di perjalanan"})

    with qtbot.waitSignal(screens.console.done):
        form.confirm()
    qtbot.waitUntil(lambda: not screens.runner.busy, timeout=PATIENCE_MS)

    (line,) = [one for one in office.devices(ADMIN).listed().lines if one.device == lost.device]
    assert (line.reason, line.worries, line.mark) == ("Hilang di perjalanan", (Worry.REVOKED,), SyncMark.WAITING)
    assert not screen.devices.revoke_action.isEnabled()


def test_a_position_is_handed_to_its_successor_with_what_lies_open_in_it(
    qtbot: QtBot, screens: Screens, screen: PeopleScreen, office: SampleOffice
) -> None:
    office.add_letter("Bappeda", "Undangan rapat", to=GOVERNMENT)
    screen.activate()
    settle(qtbot, screens)
    next(tab for tab in shown(screen, Tab) if tab.text() == "Serah terima").click()
    screen.duties.page.select(GOVERNMENT)
    screen.duties.hand_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"successor": str(VILLAGES)})

    with qtbot.waitSignal(screen.status_message) as said:
        form.confirm()
    settle(qtbot, screens)

    row = next(one for one in office.duties(SECRETARY).duties() if one.position == GOVERNMENT)
    assert said.args == ["Jabatan diserahkan; keduanya diberi tahu"]
    assert row.last is not None
    assert row.last.items is not None
    assert (row.leaving, row.last.items.in_hand) == (UserId(VILLAGES), 1)


def test_a_unit_is_made_and_retired_and_access_says_who_receives_what(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin
    screen.units.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "Seksi Pelayanan"})
    with qtbot.waitSignal(screens.console.done):
        form.confirm()
    settle(qtbot, screens)
    (made,) = office.structure(ADMIN).units()
    qtbot.waitUntil(lambda: screens.console.units.rowCount() == 1 and not screens.runner.busy, timeout=PATIENCE_MS)
    screen.units.page.select(made.unit)
    with qtbot.waitSignal(screens.console.done):
        screen.units.retire_action.trigger()
    settle(qtbot, screens)

    (unit,) = office.structure(ADMIN).units()
    assert (unit.name, unit.active, unit.mark) == ("Seksi Pelayanan", False, SyncMark.WAITING)
    access = {one.position: one for one in office.structure(ADMIN).access()}
    assert (access[HEAD].plain, access[GOVERNMENT].plain, access[GOVERNMENT].secret) == (0, None, None)
    assert screen.offices not in screen._pages.values(), "offices are for who administers the region"  # noqa: SLF001  # what is shown


def test_a_person_is_called_otherwise_and_keeps_the_user_name(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin
    before = next(one for one in office.admin(ADMIN).users() if one.user == UserId(GOVERNMENT))
    screen.users.page.select(before.user)
    screen.users.rename_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "  "})
    with qtbot.waitSignal(screens.desk.refused):
        form.confirm()
    assert [one.error() for one in shown(form, Field) if one.error()] == ["Isi nama lengkap."]
    form.fill({"name": "Hj. Siti Aminah, S.Sos."})

    with qtbot.waitSignal(screens.desk.done):
        form.confirm()
    settle(qtbot, screens)

    after = next(one for one in office.admin(ADMIN).users() if one.user == before.user)
    assert (after.name, after.username, after.held) == ("Hj. Siti Aminah, S.Sos.", before.username, before.held)
    assert after.mark is SyncMark.WAITING
    assert not form.isVisible()


def test_a_book_of_numbers_is_made_called_otherwise_and_offered_no_more(
    qtbot: QtBot, admin: tuple[Screens, PeopleScreen], office: SampleOffice
) -> None:
    screens, screen = admin

    def confirm(form: FormSheet) -> None:
        with qtbot.waitSignal(screens.console.done):
            form.confirm()
        settle(qtbot, screens)

    screen.books.new_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "Undangan", "year": [str(int(YearBy.ENTERED))]})
    confirm(form)
    (made,) = office.structure(ADMIN).books()
    qtbot.waitUntil(lambda: screens.console.books.rowCount() == 1 and not screens.runner.busy, timeout=PATIENCE_MS)
    screen.books.page.select(made.book)
    screen.books.change_action.trigger()
    (form,) = shown(screen, FormSheet)
    form.fill({"name": "Undangan dan acara", "template": "{kode}/{urut:3"})
    form.edited.emit()
    assert [one.error().endswith("(huruf ke-8)") for one in shown(form, Field) if one.error()] == [True]
    form.fill({"usual": "{kode}/{urut:3}/{unit}/{bulan_romawi}/{tahun}"})
    form.chosen.emit()
    assert any("400.9/117/UM/XI/2026" in one.text() for one in shown(form, QLabel))
    confirm(form)
    offered = office.numbers(CLERK).books()
    qtbot.waitUntil(lambda: screens.console.books.rows()[0].name == "Undangan dan acara", timeout=PATIENCE_MS)
    with qtbot.waitSignal(screens.console.done):
        screen.books.retire_action.trigger()
    settle(qtbot, screens)

    (book,) = office.structure(ADMIN).books()
    assert [one.name for one in offered] == ["", "Undangan dan acara"]
    assert (book.name, book.year_by, book.active) == ("Undangan dan acara", YearBy.ENTERED, False)
    assert book.template == "{kode}/{urut:3}/{unit}/{bulan_romawi}/{tahun}"
    assert [one.name for one in office.numbers(CLERK).books()] == [""]
