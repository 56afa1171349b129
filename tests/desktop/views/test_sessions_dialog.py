"""Ending sessions: the own ones by the password once more, those of somebody else by an administrator."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import UserId
from core.domain.sessions import SessionEnd
from desktop.services.locksmith import SignInRefused, TooManyTries
from desktop.viewmodels.session_entry import SessionEntry
from desktop.views.sessions_dialog import SessionsDialog
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.fields import Field
from desktop.widgets.theme import Theme
from tests.desktop.hands import press, shown
from tests.desktop.sample_office import ADMIN, GOVERNMENT, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt
from tests.support.stores import every


def test_the_password_is_asked_once_more_and_a_wrong_one_is_said_at_its_field(
    qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme
) -> None:
    screens, tries = screens_at(ADMIN), []

    def end(password: str) -> None:
        tries.append(password)
        if password == "terlalu sering":  # what is typed here is none
            raise TooManyTries(30)
        if password != "hujan turun di ladang":  # as above
            raise SignInRefused

    dialog = SessionsDialog(view_theme, SessionEntry(screens.runner, end))
    qtbot.addWidget(dialog)
    dialog.begin()
    dialog.confirm()
    assert [bool(one.error()) for one in shown(dialog, Field)] == [True]
    for typed in ("salah", "terlalu sering"):
        dialog.password.setText(typed)
        dialog.confirm()
        qtbot.waitUntil(lambda: not screens.runner.busy)
        assert dialog.isVisible()

    dialog.password.setText("hujan turun di ladang")
    with qtbot.waitSignal(dialog.ended):
        press(Qt.Key.Key_Return)

    assert tries == ["salah", "terlalu sering", "hujan turun di ladang"]
    assert (dialog.isVisible(), dialog.password.text()) == (False, "")


def test_an_administrator_ends_the_sessions_of_a_person_after_a_question(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens: Screens = screens_at(ADMIN)
    screen = screens.people()
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()
    qtbot.waitUntil(lambda: screens.desk.loaded and not screens.runner.busy)
    asked: list[str] = []

    def answered_yes(question: Confirmation) -> bool:
        asked.append(question.windowTitle())
        return True

    monkeypatch.setattr(Confirmation, "exec", answered_yes)
    screen.users.page.select(UserId(GOVERNMENT))

    with qtbot.waitSignal(screens.desk.done):
        screen.users.sessions_action.trigger()

    (made,) = [one.record for one in every(office.store, SessionEnd)]
    assert (made.user, made.ended_as, len(asked)) == (UserId(GOVERNMENT), ADMIN, 1)
