"""The short tour: at the first sign-in of a person on this PC, and from the menu."""

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from core.domain.permissions import Power, has_power
from desktop.app.session_services import SessionServices
from desktop.system.tour_file import TourFile
from desktop.views.main_window import MainWindow
from desktop.views.tour_marks import tour_marks
from desktop.views.workspace import Workspace
from desktop.widgets.coach import CoachMarks
from desktop.workers.runner import Lane, untold


class TourStart(QObject):
    """Shows it by itself only where the program was told to guide people (`Ground.guides`)."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._window = window
        self._workspace = workspace
        self._file = TourFile(parts.ground.opened.profile.folder)
        self._user = int(parts.session.person.number)

    def begin(self) -> None:
        """Look whether this person was led round already; the screens stand."""
        if self._parts.ground.guides:
            work = untold(partial(self._file.knows, self._user))
            self._parts.ground.runner.run(Lane.FILES, work, done=self._on_known, failed=_nothing)

    def show(self) -> None:
        """Lead the person round, from the register."""
        self._window.show_place("letters")
        self._window.lay_over(self._marks)

    def _marks(self, page: QWidget) -> CoachMarks:
        session = self._parts.session
        registers = has_power(session.actor, Power.REGISTER_LETTER)
        marks = tour_marks(self._workspace, registers=registers, practice=session.practice)
        return CoachMarks(self._parts.theme, marks, parent=page)

    def _on_known(self, known: bool) -> None:  # noqa: FBT001  # the value of the work
        if known or self._at_work():
            return  # whoever works already is not stopped; there is a next sign-in
        self.show()
        work = untold(partial(self._file.keep, self._user))
        self._parts.ground.runner.run(Lane.FILES, work, failed=_nothing)

    def _at_work(self) -> bool:
        if self._window.covered or self._window.overlaid or QApplication.activeModalWidget() is not None:
            return True
        elsewhere = self._workspace.nav.current() != "letters"
        return elsewhere or isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)


def _nothing(_error: Exception) -> None:
    """There is a next sign-in."""
