"""Side bar, status strip, tabs, focus ring: what every screen shares."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.focus_ring import FocusRing, FocusTracker
from desktop.widgets.line_edits import LineEdit, TextEdit
from desktop.widgets.nav_bar import NavBar, NavBlock, NavItem
from desktop.widgets.page_header import PageHeader
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.status_strip import Side, StatusSegment, StatusStrip
from desktop.widgets.tab_strip import Tab, TabStrip
from desktop.widgets.theme import Appearance, Theme
from desktop.widgets.toast import ToastHost
from tests.desktop.widgets.conftest import Stage


def nav_of(theme: Theme, stage: Stage) -> NavBar:
    nav = NavBar(theme)
    for key, icon, text in (
        ("home", "home", "Beranda"),
        ("in", "inbox", "Surat Masuk"),
        ("out", "send", "Surat Keluar"),
    ):
        nav.add_place(key, icon, text)
    nav.set_user("SA", "Petugas TU", "Tata usaha")
    stage.show(nav, width=176, height=500)
    return nav


def test_a_place_is_chosen_by_click_and_by_arrow(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    nav = nav_of(theme, stage)
    items = nav.findChildren(NavItem)

    with qtbot.waitSignal(nav.activated) as chosen:
        stage.click(items[1])
    assert chosen.args == ["in"]

    with qtbot.waitSignal(nav.activated) as chosen:
        stage.press(items[1], Qt.Key.Key_Down)
    assert chosen.args == ["out"]
    assert nav.current() == "out"

    with qtbot.assertNotEmitted(nav.activated):
        stage.press(items[2], Qt.Key.Key_Down)


def test_going_somewhere_by_program_is_silent(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    nav = nav_of(theme, stage)

    with qtbot.assertNotEmitted(nav.activated):
        nav.set_current("out")

    assert nav.current() == "out"


def test_what_waits_is_read_with_the_place(theme: Theme, stage: Stage) -> None:
    nav = nav_of(theme, stage)
    nav.set_count("in", 1200, urgent=True)
    names = [item.accessibleName() for item in nav.findChildren(NavItem)]

    assert names == ["Beranda", "Surat Masuk, 1.200", "Surat Keluar"]


def test_a_narrow_bar_still_says_where_its_icons_lead(theme: Theme, stage: Stage) -> None:
    nav = nav_of(theme, stage)
    nav.set_collapsed(collapsed=True)

    assert nav.width() == 48
    assert [item.toolTip() for item in nav.findChildren(NavItem)] == ["Beranda", "Surat Masuk", "Surat Keluar"]

    theme.set_scale(150)
    assert nav.width() == 72
    nav.set_collapsed(collapsed=False)
    assert nav.width() == 276


def test_a_narrow_window_keeps_the_weightiest_segments(theme: Theme, stage: Stage) -> None:
    strip = StatusStrip(theme)
    strip.set_segment("saved", "Tersimpan di komputer ini", icon="circle-check", weight=9)
    strip.set_segment("backup", "Cadangan terakhir 23 Nov 08.00", weight=1)
    strip.set_segment("queue", "Menunggu kirim 4", side=Side.RIGHT, weight=8)
    stage.show(strip, width=900, height=32)
    segments = {segment.text(): segment for segment in strip.findChildren(StatusSegment)}
    assert all(segment.isVisible() for segment in segments.values())

    strip.resize(400, 32)

    assert segments["Tersimpan di komputer ini"].isVisible()
    assert segments["Menunggu kirim 4"].isVisible()
    assert not segments["Cadangan terakhir 23 Nov 08.00"].isVisible()


def test_a_segment_leads_to_its_details_and_goes_when_it_is_empty(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    strip = StatusStrip(theme)
    strip.set_segment("line", "Luring sejak 10.43", icon="wifi-off")
    stage.show(strip, width=600, height=32)
    segment = strip.findChildren(StatusSegment)[0]

    with qtbot.waitSignal(strip.activated) as clicked:
        stage.click(segment)
    assert clicked.args == ["line"]

    strip.set_segment("line", "")
    assert not segment.isVisible()
    assert strip.text_of("line") == ""


def test_tabs_are_turned_by_click_and_arrow(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    strip = TabStrip(theme)
    strip.add_tab("scan", "Pindaian (1/2)")
    strip.add_tab("log", "Riwayat")
    stage.show(strip, width=300, height=36)
    first, second = strip.findChildren(Tab)

    with qtbot.waitSignal(strip.changed) as turned:
        stage.click(second)
    assert turned.args == ["log"]

    with qtbot.waitSignal(strip.changed) as turned:
        stage.press(second, Qt.Key.Key_Left)
    assert turned.args == ["scan"]
    assert first.isChecked()


def ring_in(window: QWidget) -> FocusRing:
    ring = window.findChild(FocusRing)
    assert isinstance(ring, FocusRing)
    return ring


def test_the_ring_surrounds_what_has_the_keyboard(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    tracker = FocusTracker(theme, qapp)
    window = QWidget()
    field, button = LineEdit(theme), Button(theme, "Simpan")
    Column(theme, margins=(16, 16, 16, 16), parent=window).add(field, button, None)
    stage.show(window, width=300, height=200)

    field.setFocus()
    ring = ring_in(window)
    assert ring.isVisible()
    assert ring.geometry() == field.geometry().adjusted(-3, -3, 3, 3)

    stage.press(field, Qt.Key.Key_Tab)
    assert ring.target() is button
    assert ring.geometry() == button.geometry().adjusted(-3, -3, 3, 3)

    theme.set_appearance(Appearance.DARK)
    window.resize(420, 260)
    qapp.processEvents()
    assert ring.geometry() == button.geometry().adjusted(-3, -3, 3, 3)
    tracker.deleteLater()


def test_the_ring_goes_with_its_control(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    tracker = FocusTracker(theme, qapp)
    window = QWidget()
    field = LineEdit(theme)
    Column(theme, parent=window).add(field, None)
    stage.show(window, width=300, height=100)
    field.setFocus()
    ring = ring_in(window)

    field.hide()
    assert not ring.isVisible()
    tracker.deleteLater()


def test_the_ring_stays_out_of_a_message_that_lies_over_its_control(
    theme: Theme, stage: Stage, qapp: QApplication
) -> None:
    tracker = FocusTracker(theme, qapp)
    window, content = QWidget(), QWidget()
    field = TextEdit(theme)
    Column(theme, parent=content).add(field)
    Column(theme, parent=window).add(content)
    stage.show(window, width=400, height=200)
    host = ToastHost(theme, content)
    field.setFocus()
    ring = ring_in(window)

    toast = host.show_toast("Surat tersimpan.")
    qapp.processEvents()
    over = QRect(toast.mapTo(window, QPoint(0, 0)), toast.size()).translated(-ring.pos())
    assert not ring.mask().intersects(over)

    toast.put_away()
    qapp.processEvents()
    assert ring.mask().contains(over.center())
    tracker.deleteLater()


def test_the_ring_goes_round_once_when_all_around_its_control_moves(
    theme: Theme, stage: Stage, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = FocusTracker(theme, qapp)
    window, inner = QWidget(), QWidget()
    field = LineEdit(theme)
    Column(theme, parent=inner).add(field, None)
    Column(theme, parent=window).add(inner, None)
    stage.show(window, width=300, height=100)
    field.setFocus()
    qapp.processEvents()
    placed: list[int] = []
    monkeypatch.setattr(FocusRing, "setMask", lambda *_: placed.append(1))

    inner.move(20, 30)
    field.move(10, 5)
    field.resize(120, 32)
    qapp.processEvents()

    assert len(placed) == 1
    tracker.deleteLater()


def test_the_ring_is_cut_off_where_its_control_is_scrolled_away(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    tracker = FocusTracker(theme, qapp)
    area, content = QScrollArea(), QWidget()
    fields = [LineEdit(theme) for _ in range(12)]
    Column(theme, parent=content).add(*fields)
    area.setWidget(content)
    content.adjustSize()
    stage.show(area, width=240, height=120)
    fields[0].setFocus()
    ring = ring_in(area)
    assert ring.isVisible()

    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    qapp.processEvents()

    assert not ring.isVisible()
    tracker.deleteLater()


def test_a_head_is_as_high_with_a_button_as_without_one(theme: Theme) -> None:
    for scale in (100, 150):
        theme.set_scale(scale)
        plain, busy = PageHeader(theme, "Pengelolaan"), PageHeader(theme, "Pengelolaan")
        busy.add_action(Button(theme, "Pengguna baru", kind=ButtonKind.PRIMARY))
        assert plain.sizeHint().height() == busy.sizeHint().height()


def test_a_dialog_grows_with_its_text(theme: Theme) -> None:
    sheet = Sheet(theme, "Surat perintah", card=False)
    dialog = SheetDialog(theme, sheet)
    before = sheet.width()

    theme.set_scale(150)

    assert sheet.minimumWidth() == sheet.maximumWidth() == round(before * 1.5)
    dialog.deleteLater()


def test_a_name_too_long_for_the_bar_is_its_tooltip(theme: Theme, stage: Stage) -> None:
    nav = nav_of(theme, stage)
    nav.set_user("SA", "Drs. H. Rahmat Hidayat, M.Si.", "Camat Ulu Kenanga")

    assert "Drs. H. Rahmat Hidayat, M.Si., Camat Ulu Kenanga" in [one.toolTip() for one in nav.findChildren(NavBlock)]


def test_a_dialog_is_as_high_as_what_it_shows(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    sheet = Sheet(theme, "Surat perintah", card=False)
    trouble = Banner(theme, "Nomor ini sudah dipakai surat lain.", card=True)
    sheet.body.add(trouble)
    trouble.hide()
    dialog = SheetDialog(theme, sheet)
    stage.show(dialog)
    before = dialog.height()

    trouble.show()
    qtbot.waitUntil(lambda: dialog.height() > before)
    trouble.hide()
    qtbot.waitUntil(lambda: dialog.height() == before)


def test_a_click_on_the_only_tab_leaves_it_chosen(theme: Theme, stage: Stage) -> None:
    strip = TabStrip(theme)
    strip.add_tab("orders", "Surat perintah")
    stage.show(strip, width=300, height=36)

    stage.click(strip.findChildren(Tab)[0])

    assert strip.current() == "orders"
