"""What stands beside the screens and is loaded behind the window: notices, warnings, the tour, a hand-over, seals."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.app import on_demand
from desktop.app.idle_watch import IdleWatch
from desktop.app.session_services import SessionServices
from desktop.views.letters_screen import LettersScreen
from desktop.views.main_window import MainWindow
from desktop.views.workspace import Workspace

REST_MS = 1500


class LateParts(QObject):
    """From the moment the screens stand until the person leaves; sooner where somebody asks for a part sooner."""

    def __init__(
        self, parts: SessionServices, window: MainWindow, workspace: Workspace, *, letters: LettersScreen
    ) -> None:
        super().__init__(parts.owner)
        self._letters = letters
        self._rest: IdleWatch | None = None
        self._parts, self._window, self._workspace = parts, window, workspace
        self._notices: Any = None
        self._tour: Any = None
        window.notices_wanted.connect(self._on_notices)
        window.tour_wanted.connect(self._on_tour)

    def begin(self) -> None:
        """The screens stand: load one part after the other, so that the window answers in between."""
        steps = (
            self._tell_hand_over,
            self._begin_notices,
            self._begin_tour,
            self._begin_warning,
            self._begin_sealing,
            self._wait_for_rest,
        )
        for step in steps:
            QTimer.singleShot(0, self, step)

    @Slot()
    def _tell_hand_over(self) -> None:
        notice = on_demand.load(on_demand.HAND_OVER_NOTICE)(self._parts)
        notice.told.connect(self._workspace.show_message)
        notice.look()

    @Slot()
    def _begin_notices(self) -> None:
        self._made_notices().begin()

    @Slot()
    def _begin_tour(self) -> None:
        self._made_tour().begin()

    @Slot()
    def _begin_warning(self) -> None:
        on_demand.load(on_demand.LONE_NOTICE)(self._parts, self._workspace).look()

    @Slot()
    def _begin_sealing(self) -> None:
        if not self._parts.ground.opened.facts.practice:
            on_demand.load(on_demand.LATE_SEALING)(self._parts).begin()

    @Slot()
    def _wait_for_rest(self) -> None:
        # The form takes a third of a second to make, which nobody notices who does nothing just now.
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._rest = IdleWatch(application, REST_MS, parent=self)
            self._rest.idle.connect(self._on_rest)

    @Slot()
    def _on_rest(self) -> None:
        if self._rest is not None:
            self._rest.deleteLater()
            self._rest = None
        self._letters.prepare()

    @Slot()
    def _on_notices(self) -> None:
        self._made_notices().show()

    @Slot()
    def _on_tour(self) -> None:
        self._made_tour().show()

    def _made_notices(self) -> Any:
        if self._notices is None:
            self._notices = on_demand.load(on_demand.NOTICES)(self._parts, self._window, self._workspace)
        return self._notices

    def _made_tour(self) -> Any:
        if self._tour is None:
            self._tour = on_demand.load(on_demand.TOUR)(self._parts, self._window, self._workspace)
        return self._tour
