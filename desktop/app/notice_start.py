"""Puts the notices of one person beside the menus, and on the desktop while the window is not in front."""

from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.agenda_parts import agenda_service, disposition_service, reply_service
from desktop.app.session_services import SessionServices
from desktop.app.tray import Tray
from desktop.services.clock import local_date, system_clock
from desktop.services.notices import NoticeService
from desktop.system.notice_file import NoticeFile
from desktop.system.notifying import Notifier
from desktop.viewmodels.notice_desk import NoticeDesk
from desktop.viewmodels.screen_facts import Notice
from desktop.views.main_window import MainWindow
from desktop.views.notice_words import desktop_text
from desktop.views.workspace import Workspace


class NoticeStart(QObject):
    """From the moment the screens stand until the person leaves."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._window = window
        self._workspace = workspace
        self._dialog: Any = None
        ground, session = parts.ground, parts.session
        service = NoticeService(
            session.actor,
            system_clock,
            dispositions=disposition_service(parts),
            agenda=agenda_service(parts),
            replies=reply_service(parts),
        )
        self.desk = NoticeDesk(
            service,
            NoticeFile(ground.opened.profile.folder),
            ground.runner,
            feed=ground.feed,
            whose=f"{session.person.number}:{session.position.number}",
            parent=self,
        )
        self._tray = Tray(window.windowIcon(), parent=self)
        self._notifier: Notifier = self._tray
        self._tray.clicked.connect(self._on_tray)
        self.desk.changed.connect(self._on_changed)
        self.desk.told.connect(self._on_told)

    def begin(self) -> None:
        """Look for the first time."""
        self.desk.refresh()

    @Slot()
    def _on_changed(self) -> None:
        self._window.bell.set_unseen(self.desk.unseen)
        self._notifier.set_unseen(self.desk.unseen)

    @Slot(object)
    def _on_told(self, notices: list[Notice]) -> None:
        """On the desktop while the person looks elsewhere; in the window, or where there is no tray, as a message."""
        title, text = desktop_text(notices)
        if self._notifier.works and not self._window.isActiveWindow():
            self._notifier.show(title, text)
        else:
            self._workspace.toasts.show_toast(": ".join(filter(None, (title, text))), icon="bell")

    @Slot()
    def _on_tray(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def show(self) -> None:
        """Open the list of them."""
        if self._dialog is None:
            self._dialog = on_demand.load(on_demand.NOTICES_DIALOG)(
                self._parts.theme, self.desk, today=_today, parent=self._window
            )
            self._dialog.letter_requested.connect(self._on_letter)
        self._dialog.begin()

    @Slot(bytes)
    def _on_letter(self, letter_id: bytes) -> None:
        self._window.letter_wanted.emit(letter_id)


def _today() -> date:
    return local_date(system_clock())
