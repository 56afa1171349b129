"""Komputer: the PCs of an office, or of the region, and how they are."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.facts import DeviceLine
from desktop.views.admin_page import AdminPage
from desktop.views.device_words import (
    backup_text,
    clock_text,
    device_state,
    device_words,
    disk_text,
    moment_text,
    name_text,
    people_text,
    waiting_text,
)
from desktop.views.table_page import TablePage
from desktop.widgets.record_table import Column, ColumnKind
from desktop.widgets.theme import Theme

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

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, parent: QWidget | None = None) -> None:
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
        page.empty.set_content(
            self.tr("Belum ada kabar tentang komputer. Kabar datang bersama sinkron berikutnya."), icon="server"
        )
        page.row_changed.connect(self._on_row)

    @Slot(object)
    def _on_row(self, row: DeviceLine | None) -> None:
        if row is None:
            return
        version = row.state.version if row.state else "—"
        values = {
            "state": device_state(row)[0],
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
