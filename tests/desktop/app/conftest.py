"""The whole program, in a window that nobody sees, on a profile of its own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.program import Program
from desktop.services.practice.seeding import seed_practice
from desktop.viewmodels.sign_in import SignIn
from desktop.views.first_start import FirstStartView
from desktop.views.sign_in import SignInView
from desktop.widgets.badges import Pill
from desktop.widgets.banner import Banner
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from desktop.workers.runner import Lane
from tests.journey.cheap_passwords import cheap_passwords
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

PATIENCE_MS = 30_000
WidgetT = TypeVar("WidgetT", bound=QWidget)


class ProgramInTest:
    """The program and the hands of a person before it."""

    def __init__(
        self, qtbot: QtBot, application: QApplication, *, theme: Theme, folder: Path, guides: bool = False
    ) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.program = Program(application, theme, folder, guides=guides)
        self._closed = False
        self.window = self.program.window

    def begin(self) -> None:
        """Start, and wait until the first page stands."""
        self.program.begin()
        self.window.show()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way; a live connection stays for as long as the window is in front."""
        others = [lane for lane in Lane if lane != Lane.LIVE]
        self.qtbot.waitUntil(lambda: not self.program.runner.works_in(*others), timeout=PATIENCE_MS)

    def until(self, there: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(there, timeout=PATIENCE_MS)

    def page(self, kind: type[WidgetT]) -> WidgetT:
        """The page that is shown, which has to be of this kind."""
        found = [one for one in self.window.findChildren(kind) if one.isVisible()]
        assert len(found) == 1, f"{kind.__name__} is not shown"
        return found[0]

    def shows(self, kind: type[QWidget]) -> bool:
        return any(one.isVisible() for one in self.window.findChildren(kind))

    def said(self) -> list[str]:
        """The sentences of banners on the page."""
        return [one.text() for one in self.window.findChildren(Banner) if one.isVisible() and one.text()]

    def labels(self) -> list[str]:
        """Every text that is shown by a label."""
        return [one.text() for one in self.window.findChildren(Label) if one.isVisible()]

    def practise(self) -> None:
        """First start: Latihan."""
        page = self.page(FirstStartView)
        page.practise.setChecked(True)
        page.go.click()
        self.until(lambda: self.shows(SignInView))
        self.settle()

    def join(self, address: str, code: str, password: str) -> None:
        """First start: Gabung dengan kantor."""
        page = self.page(FirstStartView)
        page.join.setChecked(True)
        page.address.setText(address)
        page.code.setText(code)
        page.password.setText(password)
        page.repeated.setText(password)
        page.go.click()
        self.settle()

    def pills(self) -> list[str]:
        """The marks that are shown, such as LATIHAN."""
        return [one.accessibleName() for one in self.window.findChildren(Pill) if one.isVisible()]

    def sign_in(self, title: str, password: str = "") -> None:
        """Choose whoever holds a position (the start of its title), and give the password."""
        model = self.page(SignInView).findChild(SignIn)
        assert model is not None
        self.until(lambda: bool(model.people))
        person = next(one for one in model.people if one.title.startswith(title))
        model.sign_in(person.user, password)
        self.settle()

    def close(self) -> None:
        """Close the window, as by its cross; a second time does nothing."""
        if self._closed:
            return
        self._closed = True
        self.window.close()
        for thing in (self.window, self.program):
            thing.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


StartProgram = Callable[..., ProgramInTest]


@pytest.fixture
def start_program(qtbot: QtBot, qapp: QApplication, view_theme: Theme, tmp_path: Path) -> Iterator[StartProgram]:
    """Start the program on a profile; whatever was started is closed at the end."""
    started: list[ProgramInTest] = []

    def start(folder: Path = tmp_path / "profil", *, guides: bool = False) -> ProgramInTest:
        program = ProgramInTest(qtbot, qapp, theme=view_theme, folder=folder, guides=guides)
        started.append(program)
        program.begin()
        return program

    yield start
    for program in started:
        program.close()


@pytest.fixture(autouse=True)
def small_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A practice office of twelve letters: making three hundred shows nothing more, and takes seconds."""
    defaults = seed_practice.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "letters", 12)
    monkeypatch.setitem(defaults, "with_scans", 2)


def child_processes() -> set[int]:
    """The processes that this one has started and that still run; on Linux only."""
    if sys.platform != "linux":
        return set()
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile has none
            found |= {int(word) for word in (task / "children").read_text(encoding="ascii").split()}
    return found


@pytest.fixture(autouse=True)
def hashes_cost_little() -> Iterator[None]:
    """Hash passwords quickly."""
    with cheap_passwords():
        yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server that runs beside the program."""
    with running_server(tmp_path) as running:
        yield running


@pytest.fixture
def office(server: RunningServer) -> OfficeInTest:
    """The office of that server."""
    return make_office(server)
