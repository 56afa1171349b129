"""Reminds a person of what guards the data of this PC: the sheet that opens it in need, and a password that is due."""

from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.app import on_demand
from desktop.app.session_services import SessionServices
from desktop.services.password_policies import most_age_days
from desktop.storage.password_rules import password_profile
from desktop.system.settings import read_settings
from desktop.views.main_window import MainWindow
from desktop.views.workspace import Workspace


class KeyReminding(QObject):
    """Also opens the dialogs of both, from the menu as well as from the reminder."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(parts.owner)
        self._parts = parts
        self._workspace = workspace
        self._sheet: Any = None
        self._password: Any = None
        self._reminded_of = self._on_sheet
        workspace.reminder_heeded.connect(self._on_heeded)
        window.sheet_wanted.connect(self._on_sheet)
        window.password_wanted.connect(self._on_password)

    def remind(self) -> None:
        """Offer the recovery sheet until one was printed; after that a new password to whom the policy asks for one."""
        opened, user = self._parts.ground.opened, self._parts.session.person.number
        if opened.facts.practice:
            return
        if opened.locksmith.sheet_is_due:
            self._workspace.remind(
                self.tr(
                    "Lembar pemulihan komputer ini belum dicetak. "
                    "Hanya lembar itu yang membuka data bila kunci dan kata sandinya hilang."
                ),
                action=self.tr("Cetak lembar pemulihan"),
                icon="key",
            )
            return
        with opened.store.read() as uow:
            profile = password_profile(uow.connection, read_settings(opened.profile.folder).password_policy)
        most = most_age_days(profile)
        age = opened.locksmith.password_age_days(user)
        if most and age >= most:
            self._reminded_of = self._on_password
            self._workspace.remind(
                self.tr("Kata sandi Anda sudah {days} hari; kantor Anda meminta kata sandi baru.").format(days=age),
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
            self._password.changed.connect(self._workspace.end_reminder)
        self._password.begin()

    @Slot()
    def _on_sheet(self) -> None:
        if self._sheet is None:
            self._sheet = on_demand.load(on_demand.RECOVERY_DIALOG)(self._parts)
            self._sheet.confirmed.connect(self._workspace.show_message)
            self._sheet.confirmed.connect(self._workspace.end_reminder)
        self._sheet.begin()
