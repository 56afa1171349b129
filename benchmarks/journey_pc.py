"""One office PC of the journey: its program, its line, and the hands of the person before it."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from desktop.app.program import Program
from desktop.app.session_services import SessionServices
from desktop.services.sign_in import SignInPerson
from desktop.system.settings import HUB_OFF, Settings, write_settings
from desktop.viewmodels.sign_in import SignIn
from desktop.views.letter_form import LetterForm
from desktop.views.sign_in import SignInView
from desktop.widgets.person_list import PersonList
from desktop.widgets.theme import Theme
from tests.support.link import Link

PASSWORD = "kata sandi panjang"  # noqa: S105  # of invented people on a throw-away server
PATIENCE_S = 60.0
LONGEST_LOOK_S = 0.05


class JourneyFailed(Exception):
    """Something that should have happened did not."""


class SeatedPc:
    """One office PC: a profile and the program's window."""

    def __init__(self, name: str, folder: Path, *, application: QApplication, theme: Theme) -> None:
        """The profile need not be there yet."""
        self.name = name
        self.folder = folder / name
        self.application = application
        self._theme = theme
        self.program: Program | None = None

    def open(self) -> None:
        """Start the program."""
        # What is shown is one line; no hub is looked for in the networks of this machine.
        write_settings(self.folder, Settings(hub=HUB_OFF))
        self.program = Program(self.application, self._theme, self.folder)
        self.program.begin()
        self.program.window.resize(1366, 728)
        self.program.window.show()
        settle(self.application)

    def sign_in(self, title: str) -> None:
        """Choose a person by the title of the position and type the password."""
        window = self.window
        self.come_forward()
        self.until(lambda: bool(self._people()), "masuk")
        page = window.findChild(SignInView)
        chooser = page.findChild(PersonList)
        people = {person.title: str(person.user) for person in self._people()}
        wanted = next(key for name, key in people.items() if title in name)
        for _ in people:
            if chooser.current() != wanted:
                QTest.keyClick(chooser, Qt.Key.Key_Down)
        if chooser.current() != wanted:
            raise JourneyFailed(f"{self.name}: {title}")
        QTest.keyClicks(page.password, PASSWORD)
        QTest.keyClick(page.password, Qt.Key.Key_Return)
        self.until(lambda: self.program is not None and self.program.desk is not None, "ruang kerja")
        settle(self.application, 0.6)

    def _people(self) -> tuple[SignInPerson, ...]:
        models = self.window.findChildren(SignIn) if self.program else []
        return models[-1].people if models else ()

    @property
    def window(self) -> Any:
        """The main window."""
        if self.program is None:
            raise JourneyFailed(self.name)
        return self.program.window

    @property
    def parts(self) -> SessionServices:
        """The services of the signed-in person."""
        if self.program is None or self.program.desk is None:
            raise JourneyFailed(self.name)
        return self.program.desk.parts

    @property
    def store(self) -> Any:
        """The open store."""
        if self.program is None or self.program.opened is None:
            raise JourneyFailed(self.name)
        return self.program.opened.store

    def until(self, there: Callable[[], bool], what: str) -> float:
        """Let the program work until something is there; the seconds it took."""
        begun, pause = time.monotonic(), 0.005
        while not there():
            if time.monotonic() - begun > PATIENCE_S:
                raise JourneyFailed(f"{self.name}: {what}")
            settle(self.application, pause)
            # Most looks read the store.
            pause = min(2 * pause, LONGEST_LOOK_S)
        return time.monotonic() - begun

    def come_forward(self) -> None:
        """Make this PC's window the active one, as if its person sat down."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow, "jendela aktif")

    def close(self) -> None:
        """End the program."""
        if self.program is not None:
            self.program.window.close()
            self.program = None
            settle(self.application)


class Pc(SeatedPc):
    """One office PC with its own line to the server."""

    def __init__(self, name: str, folder: Path, link: Link, *, application: QApplication, theme: Theme) -> None:
        """Not joined yet."""
        super().__init__(name, folder, application=application, theme=theme)
        self.link = link

    def enrol(self, code: str) -> None:
        """Join over the line."""
        enrol(self.folder, self.link.url, code)


def enrol(folder: Path, url: str, code: str) -> None:
    """Let a person join by the command line, as an administrator would on a machine without a keyring."""
    command = [sys.executable, "-m", "desktop", "enrol", "--profile", str(folder), "--vault", "file"]
    command += ["--server", url, "--code", code, "--password", PASSWORD, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise JourneyFailed(done.stdout + done.stderr)


def drop(form: LetterForm, path: Path) -> None:
    """Let a file fall onto the form."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(200, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    form.dropEvent(event)


def type_text(text: str) -> None:
    """Type into whatever has the keyboard."""
    focus = QApplication.focusWidget()
    if not isinstance(focus, QLineEdit | QTextEdit | QPlainTextEdit):
        raise JourneyFailed(f"papan ketik pada {type(focus).__name__}")
    QTest.keyClicks(focus, text)


def press(keys: str) -> None:
    """Press single keys."""
    QTest.keyClicks(focused(), keys)


def tap(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press one key with a modifier."""
    QTest.keyClick(focused(), key, modifier)


def focused() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    if widget is None:
        raise JourneyFailed("papan ketik")
    return widget


def settle(application: QApplication, seconds: float = 0.2) -> None:
    """Let the windows work for a moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)


def settle_app(pc: Pc, seconds: float) -> None:
    """Let a PC work for a moment."""
    settle(pc.application, seconds)
