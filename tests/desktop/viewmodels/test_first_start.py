"""The first start: what is missing is said before anything is sent; what fails keeps nothing half done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.first_start import FirstStart, Progress
from desktop.workers.runner import TaskRunner
from tests.support.logs import ExpectLog

PATIENCE_MS = 10_000
GOOD = "kata sandi panjang"


class Office:
    """What the composition root would do, written down instead."""

    def __init__(self) -> None:
        self.joined: list[tuple[str, str, str]] = []
        self.fault: Exception | None = None

    def start_practice(self, progress: Progress) -> None:
        for done in range(1, 4):
            progress(done, 3)
        if self.fault:
            raise self.fault

    def join(self, address: str, code: str, password: str) -> None:
        if self.fault:
            raise self.fault
        self.joined.append((address, code, password))


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def start(office: Office) -> Iterator[FirstStart]:
    owner = QObject()
    runner = TaskRunner(owner)
    yield FirstStart(runner, start_practice=office.start_practice, join=office.join, parent=owner)
    runner.close()


def join(start: FirstStart, **values: str) -> None:
    filled = {"address": "https://contoh", "code": "K7PM", "password": GOOD, "repeated": GOOD, **values}
    start.join(filled["address"], code=filled["code"], password=filled["password"], repeated=filled["repeated"])


def test_practice_tells_its_progress_and_its_end(start: FirstStart, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    start.progressed.connect(lambda done, whole: seen.append((done, whole)))

    with qtbot.waitSignal(start.ready, timeout=PATIENCE_MS) as ready:
        start.practise()

    assert ready.args == [True]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert not start.busy


def test_joining_hands_over_what_was_typed_without_blanks(start: FirstStart, office: Office, qtbot: QtBot) -> None:
    with qtbot.waitSignal(start.ready, timeout=PATIENCE_MS) as ready:
        join(start, address=" https://contoh ", code=" K7PM ")

    assert ready.args == [False]
    assert office.joined == [("https://contoh", "K7PM", GOOD)]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"address": " "}, ["address_missing", "address"]),
        ({"code": ""}, ["code_missing", "code"]),
        ({"password": "sebelas huru"[:11], "repeated": ""}, ["password_short", "password"]),
        ({"repeated": "kata sandi lain"}, ["passwords_differ", "repeated"]),
    ],
)
def test_what_is_missing_is_said_at_once(
    start: FirstStart, office: Office, values: dict[str, str], said: list[str]
) -> None:
    refusals: list[list[str]] = []
    start.refused.connect(lambda code, field: refusals.append([code, field]))

    join(start, **values)

    assert refusals == [said]
    assert not start.busy
    assert office.joined == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (EnvironmentFault(FaultOf.NO_NETWORK), ["no_network", ""]),
        (EnvironmentFault(FaultOf.SERVER_SAID_NO, "code_expired"), ["code_expired", "code"]),
        (EnvironmentFault(FaultOf.SERVER_SAID_NO, "weak_password"), ["weak_password", "password"]),
        (EnvironmentFault(FaultOf.PORTAL), ["portal", ""]),
    ],
)
def test_what_fails_is_said_and_can_be_tried_again(
    start: FirstStart, office: Office, *, qtbot: QtBot, fault: Exception, said: list[str]
) -> None:
    office.fault = fault
    with qtbot.waitSignal(start.refused, timeout=PATIENCE_MS) as refused:
        join(start)

    assert refused.args == said
    office.fault = None
    with qtbot.waitSignal(start.ready, timeout=PATIENCE_MS):
        join(start)


def test_an_error_in_the_program_is_logged_and_does_not_leave_the_page_busy(
    start: FirstStart, office: Office, *, qtbot: QtBot, expect_log: ExpectLog
) -> None:
    expect_log("desktop.viewmodels.failures", containing="background work failed")
    office.fault = ZeroDivisionError()
    with qtbot.waitSignal(start.refused, timeout=PATIENCE_MS) as refused:
        start.practise()

    assert refused.args == ["unexpected", ""]
    assert not start.busy
