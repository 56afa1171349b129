"""Toasts, banners, empty states, confirmations."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button, IconButton
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.toast import Toast, ToastHost
from tests.desktop.widgets.conftest import Stage


def window_of(stage: Stage) -> QWidget:
    window = QWidget()
    stage.show(window, width=700, height=400)
    return window


def action_of(toast: Toast) -> QPushButton:
    button = toast.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    return button


def test_a_toast_counts_down_and_goes(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    host = ToastHost(theme, window_of(stage))
    toast = host.show_toast("Surat didisposisikan", action="Urungkan", seconds=1)
    assert action_of(toast).text() == "Urungkan (1)"

    with qtbot.waitSignal(toast.expired, timeout=5000):
        pass

    assert host.shown() is None


def test_undoing_ends_the_toast(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    host = ToastHost(theme, window_of(stage))
    toast = host.show_toast("Surat didisposisikan", action="Urungkan", seconds=9)

    with qtbot.waitSignal(toast.action_triggered):
        stage.click(action_of(toast))

    assert host.shown() is None


def test_a_banner_is_read_aloud_when_it_appears_and_when_it_says_something_else(
    theme: Theme, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr("desktop.widgets.banner.announce", lambda _widget, text: heard.append(text))
    banner = Banner(theme, parent=window_of(stage))
    banner.hide()

    banner.set_message("Belum disimpan.", Tone.DANGER)
    banner.show()
    banner.show()
    banner.set_message("Isi perihal surat.", Tone.DANGER)

    assert heard == ["Belum disimpan.", "Isi perihal surat."]


def test_a_toast_never_takes_the_focus(theme: Theme, stage: Stage) -> None:
    window = window_of(stage)
    field = LineEdit(theme, parent=window)
    field.show()
    field.setFocus()

    ToastHost(theme, window).show_toast("Tersimpan")

    assert field.hasFocus()


def test_an_offer_to_undo_is_not_pushed_away_by_a_later_message(theme: Theme, stage: Stage) -> None:
    host = ToastHost(theme, window_of(stage))
    undo = host.show_toast("Surat dibuang", action="Urungkan", seconds=9)
    later = host.show_toast("Pindaian 1 diterima", seconds=9)
    assert host.shown() is undo

    undo.put_away()
    assert host.shown() is later

    last = host.show_toast("Pindaian 2 diterima", seconds=9)
    assert host.shown() is last


def test_a_toast_stays_in_the_window_when_that_shrinks(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    window = window_of(stage)
    host = ToastHost(theme, window)
    toast = host.show_toast(
        "Surat Dinas Kependudukan dan Pencatatan Sipil didisposisikan ke Kasi Kesra", action="Urungkan"
    )

    window.resize(320, 240)
    qapp.processEvents()

    assert window.rect().contains(toast.geometry())


def test_a_toast_shows_markup_as_it_is_written(theme: Theme, stage: Stage) -> None:
    toast = ToastHost(theme, window_of(stage)).show_toast("<b>Dinas</b>")

    assert toast.text() == "<b>Dinas</b>"
    assert toast.accessibleName() == "<b>Dinas</b>"


def test_a_banner_offers_its_action_and_can_be_put_away(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    banner = Banner(theme, "Ruang disk tinggal 180 MB.", tone=Tone.WARNING, action="Coba lagi", closable=True)
    stage.show(banner, width=500, height=40)

    with qtbot.waitSignal(banner.action_triggered):
        stage.click(banner.findChild(Button))
    with qtbot.waitSignal(banner.closed):
        stage.click(banner.findChild(IconButton))

    assert not banner.isVisible()
    assert [cross.accessibleName() for cross in banner.findChildren(IconButton)] == ["Tutup pesan"]


def test_a_banner_without_action_has_no_button(theme: Theme, stage: Stage) -> None:
    banner = Banner(theme, "Belum ada jaringan.", action="Coba lagi")
    stage.show(banner, width=500, height=40)
    banner.set_message("Tersambung lagi.", Tone.SUCCESS)

    assert banner.text() == "Tersambung lagi."
    assert not any(button.isVisible() for button in banner.findChildren(Button))


def test_an_empty_state_has_one_action(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    empty = EmptyState(theme, "Belum ada surat.", action="Surat baru")
    stage.show(empty, width=400, height=240)

    with qtbot.waitSignal(empty.action_triggered):
        stage.click(empty.findChild(Button))

    empty.set_content("Tidak ada yang cocok.", icon="search")
    assert not any(button.isVisible() for button in empty.findChildren(Button))


def test_a_hasty_enter_refuses(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    question = Confirmation(theme, "Buang surat", "Surat dipindahkan ke tong sampah.", confirm="Buang", danger=True)
    stage.show(question)
    focused = QApplication.focusWidget()
    assert focused is question.refuse_button

    with qtbot.waitSignal(question.rejected):
        stage.press(question.refuse_button, Qt.Key.Key_Space)


def test_the_act_is_named_on_its_button(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    question = Confirmation(theme, "Buang surat", "Surat dipindahkan ke tong sampah.", confirm="Buang")
    stage.show(question)

    assert question.confirm_button.text() == "Buang"
    with qtbot.waitSignal(question.accepted):
        stage.click(question.confirm_button)
