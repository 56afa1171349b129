"""Signing in: by the keyboard alone, and nothing takes the keyboard from who types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.ids import UserId
from desktop.services.sign_in import SignInService
from desktop.viewmodels.sign_in import SignIn
from desktop.views.sign_in import SignInView
from desktop.widgets.labels import Label
from desktop.widgets.person_list import PersonList, PersonRow
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.sample_office import SampleOffice

PATIENCE_MS = 15_000


@pytest.fixture
def sign_in(kecamatan: SampleOffice) -> Iterator[SignIn]:
    service = SignInService(kecamatan.store)
    with kecamatan.store.begin() as uow:
        uow.accounts.put(UserId(1), "u1", service.hash_password("kata sandi petugas"))
        uow.accounts.put(UserId(2), "u2", service.hash_password("kata sandi camat"))
    owner = QObject()
    runner = TaskRunner(owner)
    yield SignIn(service, runner, parent=owner)
    runner.close()


def shown(qtbot: QtBot, theme: Theme, sign_in: SignIn) -> SignInView:
    """The page with its two people, in a window that has the keyboard."""
    view = SignInView(theme, sign_in, office="Kantor Kecamatan Contoh", practice=False)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(lambda: len(sign_in.people) == 2, timeout=PATIENCE_MS)
    assert isinstance(QApplication.focusWidget(), PersonRow), "as soon as the people are known, keys choose among them"
    return view


def press(key: Qt.Key) -> None:
    """Press a key where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def test_signing_in_takes_the_keyboard_alone(qtbot: QtBot, view_theme: Theme, sign_in: SignIn) -> None:
    view = shown(qtbot, view_theme, sign_in)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    assert view.password.hasFocus()
    QTest.keyClicks(view.password, "salah")
    with qtbot.waitSignal(sign_in.refused, timeout=PATIENCE_MS):
        press(Qt.Key.Key_Return)
    assert "Kata sandi tidak cocok; coba lagi." in [one.text() for one in view.findChildren(Label) if one.isVisible()]
    view.password.clear()
    QTest.keyClicks(view.password, "kata sandi camat")

    assert view.password.hasFocus()
    with qtbot.waitSignal(sign_in.signed_in, timeout=PATIENCE_MS) as signed_in:
        press(Qt.Key.Key_Return)

    assert signed_in.args is not None
    assert signed_in.args[0].position.title == "Camat"


def test_who_types_a_password_goes_on_when_the_window_comes_back_or_the_list_comes_again(
    qtbot: QtBot, view_theme: Theme, sign_in: SignIn
) -> None:
    view = shown(qtbot, view_theme, sign_in)
    list_of_people = view.findChild(PersonList)
    assert isinstance(list_of_people, PersonList)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Return)
    QTest.keyClicks(view.password, "kata sandi")

    view.showMinimized()
    view.showNormal()
    view.activateWindow()
    with qtbot.waitSignal(sign_in.people_changed, timeout=PATIENCE_MS):
        sign_in.load()

    assert list_of_people.current() == "2"
    assert view.password.text() == "kata sandi"
    assert view.password.hasFocus()
