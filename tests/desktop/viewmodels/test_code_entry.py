"""A code from the administrator: what is missing is said before anything is sent, and only once at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.code_entry import CodeEntry
from desktop.workers.runner import TaskRunner

PASSWORD = "kata sandi yang baru"
CODE = "7K3M-9QWX-2ABC"


@pytest.fixture
def runner() -> Iterator[TaskRunner]:
    owner = QObject()
    runner = TaskRunner(owner)
    yield runner
    runner.close()


def made(runner: TaskRunner, enter: Callable[[str, str], None]) -> tuple[CodeEntry, list[tuple[str, str]]]:
    entry = CodeEntry(runner, enter, parent=runner)
    refused: list[tuple[str, str]] = []
    entry.refused.connect(lambda code, field: refused.append((code, field)))
    return entry, refused


@pytest.mark.parametrize(
    ("code", "password", "repeated", "said"),
    [
        (" ", PASSWORD, PASSWORD, ("code_missing", "code")),
        (CODE, "pendek", "pendek", ("password_short", "password")),
        (CODE, PASSWORD, PASSWORD + "x", ("passwords_differ", "repeated")),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    runner: TaskRunner, *, code: str, password: str, repeated: str, said: tuple[str, str]
) -> None:
    sent: list[str] = []
    entry, refused = made(runner, lambda typed, _password: sent.append(typed))

    entry.enter(code, password=password, repeated=repeated)

    assert refused == [said]
    assert sent == []


def test_who_comes_in_is_told_once(qtbot: QtBot, runner: TaskRunner) -> None:
    sent: list[tuple[str, str]] = []
    gate = threading.Event()

    def enter(code: str, password: str) -> None:
        gate.wait(5)
        sent.append((code, password))

    entry, refused = made(runner, enter)
    with qtbot.waitSignal(entry.entered):
        entry.enter(f" {CODE} ", password=PASSWORD, repeated=PASSWORD)
        entry.enter(CODE, password=PASSWORD, repeated=PASSWORD)
        gate.set()

    assert sent == [(CODE, PASSWORD)]
    assert refused == []
    assert not entry.busy


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("code_expired", ("code_expired", "code")),
        ("wrong_password", ("wrong_password", "password")),
        ("busy", ("busy", "")),
    ],
)
def test_what_the_server_said_no_to_stands_at_its_field(
    qtbot: QtBot, runner: TaskRunner, *, detail: str, said: tuple[str, str]
) -> None:
    def enter(_code: str, _password: str) -> None:
        raise EnvironmentFault(FaultOf.SERVER_SAID_NO, detail)

    entry, refused = made(runner, enter)
    with qtbot.waitSignal(entry.refused):
        entry.enter(CODE, password=PASSWORD, repeated=PASSWORD)

    assert refused == [said]
