"""Reminds a person of what guards the data of this PC: the sheet that opens it in need, and a password that is due."""

from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.app import on_demand
from desktop.app.password_state import password_due
from desktop.app.session_services import SessionServices
from desktop.views.main_window import MainWindow
from desktop.views.workspace import Workspace


class KeyReminding(QObject):
    """Also opens the dialogs of both, from the menu as well as from the reminder; and that of the own sessions."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._workspace = workspace
        self._sheet: Any = None
        self._password: Any = None
        self._sessions: Any = None
        self._reminded_of = self._on_sheet
        workspace.reminder_heeded.connect(self._on_heeded)
        window.sheet_wanted.connect(self._on_sheet)
        window.password_wanted.connect(self._on_password)
        window.sessions_wanted.connect(self._on_sessions)

    def remind(self) -> None:
        """Offer the recovery sheet until one was printed, and ask for a new password where the policy wants one.

        That question opens by itself with every sign-in until it is heeded. It can be put off: nobody is kept from
        letters.
        """
        opened, user = self._parts.ground.opened, self._parts.session.person.number
        if opened.facts.practice:
            return
        due = password_due(opened, user)
        if due is not None:
            QTimer.singleShot(0, self, self._on_password)
        if opened.locksmith.sheet_is_due:
            self._workspace.remind(
                self.tr(
                    "Lembar pemulihan komputer ini belum dicetak. "
                    "Hanya lembar itu yang membuka data bila kunci dan kata sandinya hilang."
                ),
                action=self.tr("Cetak lembar pemulihan"),
                icon="key",
            )
        elif due is not None:
            self._reminded_of = self._on_password
            told = self.tr("Kata sandi Anda sudah {days} hari; kantor Anda meminta kata sandi baru.")
            unknown = self.tr("Kantor Anda meminta kata sandi baru.")
            self._workspace.remind(
                unknown if due.days is None else told.format(days=due.days),
                action=self.tr("Ganti kata sandi"),
                icon="key",
            )

    @Slot()
    def _on_heeded(self) -> None:
        self._reminded_of()

    @Slot()
    def _on_password(self) -> None:
        if self._password is None:
            self._password = on_demand.load(on_demand.CHANGE_DIALOG)(self._parts)
            self._password.changed.connect(self._workspace.show_message)
            self._password.changed.connect(self._parts.ground.relay.ask)
            self._password.changed.connect(self._on_password_changed)
        self._password.begin()

    @Slot()
    def _on_password_changed(self) -> None:
        if self._reminded_of == self._on_password:  # else it is the sheet that is still to be printed
            self._workspace.end_reminder()

    @Slot()
    def _on_sessions(self) -> None:
        if self._sessions is None:
            self._sessions = on_demand.load(on_demand.SESSIONS_DIALOG)(self._parts)
            self._sessions.ended.connect(self._workspace.show_message)
            self._sessions.ended.connect(self._parts.ground.relay.ask)
            self._parts.ground.relay.round_finished.connect(self._sessions.look_again)
        self._sessions.begin()

    @Slot()
    def _on_sheet(self) -> None:
        if self._sheet is None:
            self._sheet = on_demand.load(on_demand.RECOVERY_DIALOG)(self._parts)
            self._sheet.confirmed.connect(self._workspace.show_message)
            self._sheet.confirmed.connect(self._workspace.end_reminder)
        self._sheet.begin()
