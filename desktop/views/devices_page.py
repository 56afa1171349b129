"""Komputer: the PCs of an office, or of the region, and how they are."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.screen_facts import DeviceLine
from desktop.views.admin_page import AdminPage
from desktop.views.device_words import (
    alarm_sentence,
    backup_text,
    clock_text,
    device_words,
    disk_text,
    moment_text,
    name_text,
    people_text,
    run_sentence,
    state_text,
    waiting_text,
)
from desktop.views.screen import make_action
from desktop.views.table_page import TablePage
from desktop.widgets.banner import Banner
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.form_sheet import FormEntry, FormSheet
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

COLUMNS = (
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 130),
    Column(ColumnKind.DATE, 148),
    Column(ColumnKind.CODE, 60),
    Column(ColumnKind.TEXT, 104),
    Column(ColumnKind.STATUS, 168),
)


class DevicesPage(AdminPage):
    """The PCs."""

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.devices,
            device_words,
            name=self.tr("Komputer"),
            columns=COLUMNS,
            headers=(
                self.tr("Komputer"),
                self.tr("Pengguna"),
                self.tr("Kontak terakhir"),
                self.tr("Versi"),
                self.tr("Menunggu"),
                self.tr("Keadaan"),
            ),
            details=(
                ("state", self.tr("Keadaan")),
                ("people", self.tr("Pengguna")),
                ("office", self.tr("Kantor")),
                ("seen", self.tr("Kontak terakhir")),
                ("told", self.tr("Kabar terakhir")),
                ("waiting", self.tr("Menunggu dikirim")),
                ("clock", self.tr("Jam komputer")),
                ("disk", self.tr("Ruang disk kosong")),
                ("backup", self.tr("Cadangan")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self.alarms = Banner(theme, tone=Tone.WARNING)
        self.alarms.hide()
        self.run = Label(theme, role=TextRole.CAPTION, colour="text_secondary", wrap=True)
        self.run.setContentsMargins(16, 8, 16, 8)
        self.run.hide()
        self.column.insertWidget(0, self.alarms)
        self.column.addWidget(self.run)
        self.column.setStretch(1, 1)
        desk.changed.connect(self._show_alarms)
        self._revoke_button = page.add_button(self.tr("Cabut"), icon="lock")
        self._open_button = page.add_button(self.tr("Buka yang disegel"), icon="key")
        self.revoke_action = make_action(self, self.tr("&Cabut komputer"), name="devices.revoke")
        self.open_action = make_action(self, self.tr("&Buka pekerjaan yang disegel"), name="devices.open")
        self._revoking = FormSheet(
            theme,
            (FormEntry(name="reason", caption=self.tr("Alasan"), required=True),),
            title=self.tr("Cabut komputer"),
            confirm=self.tr("Cabut"),
            today=today,
            icon="lock",
            parent=self,
        )
        self._revoking.confirmed.connect(self._on_reason)
        for action, button, slot in (
            (self.revoke_action, self._revoke_button, self._ask_revoke),
            (self.open_action, self._open_button, self._ask_open),
        ):
            action.triggered.connect(slot)
            button.clicked.connect(slot)
        page.empty.set_content(
            self.tr("Belum ada kabar tentang komputer. Kabar datang bersama sinkron berikutnya."), icon="server"
        )
        page.row_changed.connect(self._on_row)
        self._on_row(None)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.revoke_action, self.open_action]

    @Slot()
    def _show_alarms(self) -> None:
        alarms = self._desk.facts.alarms
        self.alarms.set_message(alarm_sentence(alarms), Tone.WARNING)
        self.alarms.setVisible(not alarms.calm)
        self.run.setText(run_sentence(alarms))
        self.run.setVisible(alarms.run is not None)

    @Slot()
    def _ask_revoke(self) -> None:
        row = self.page.current
        if not isinstance(row, DeviceLine) or row.here or row.hub or row.revoked_at is not None:
            return
        self._asking = self._revoking
        text = self.tr(
            "{name} tidak dapat masuk lagi untuk selamanya. Begitu terhubung, komputer itu menyegel pekerjaan yang "
            "belum terkirim untuk admin, lalu menghapus datanya. Yang sudah terkirim tetap ada."
        )
        self._revoking.begin(text=text.format(name=row.name))

    @Slot(object)
    def _on_reason(self, values: dict[str, object]) -> None:
        row = self.page.current
        if isinstance(row, DeviceLine):
            self._desk.revoke_device(row.device, str(values["reason"]))

    @Slot()
    def _ask_open(self) -> None:
        row = self.page.current
        if not isinstance(row, DeviceLine) or not row.may_open:
            return
        question = Confirmation(
            self._theme,
            self.tr("Buka pekerjaan dari {name}?").format(name=row.name),
            self.tr("Pekerjaan itu menunggu putusan atasan masing-masing pembuatnya; belum ada yang berubah."),
            confirm=self.tr("Buka"),
            parent=self,
        )
        if question.exec():
            self._desk.open_sealed(row.device)

    @Slot(object)
    def _on_row(self, row: DeviceLine | None) -> None:
        may_revoke = row is not None and row.revoked_at is None and not (row.here or row.hub)
        may_open = row is not None and row.may_open
        self._revoke_button.setVisible(row is None or row.revoked_at is None)
        self._open_button.setVisible(row is not None and row.revoked_at is not None)
        for able, action, button in (
            (may_revoke, self.revoke_action, self._revoke_button),
            (may_open, self.open_action, self._open_button),
        ):
            action.setEnabled(able)
            button.setEnabled(able)
        if row is None:
            return
        version = row.state.version if row.state else "—"
        values = {
            "state": state_text(row),
            "people": people_text(row),
            "office": ", ".join(row.offices) or "—",
            "seen": moment_text(row.seen_at),
            "told": self.tr("{moment}, Pesagi {version}").format(moment=moment_text(row.told_at), version=version)
            if row.state
            else self.tr("belum ada"),
            "waiting": waiting_text(row),
            "clock": clock_text(row),
            "disk": disk_text(row),
            "backup": backup_text(row),
        }
        self.page.tell(name_text(row), values)
