"""Kantor: the offices of the region, and its rule for passwords."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.screen_facts import NewOffice, OfficeRow
from desktop.views.admin_page import AdminPage
from desktop.views.screen import make_action
from desktop.views.structure_words import office_words
from desktop.views.table_page import TablePage
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme

USUAL, BSSN = "umum", "bssn"


class OfficesPage(AdminPage):
    """The offices."""

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.offices,
            office_words,
            name=self.tr("Kantor"),
            columns=(
                Column(ColumnKind.ICON, 36),
                Column(ColumnKind.TEXT),
                Column(ColumnKind.TEXT, 190),
                Column(ColumnKind.CODE, 80),
                Column(ColumnKind.NUMBER, 84),
                Column(ColumnKind.NUMBER, 84),
            ),
            headers=(
                "",
                self.tr("Kantor"),
                self.tr("Singkatan"),
                self.tr("Kode"),
                self.tr("Jabatan"),
                self.tr("Orang"),
            ),
            details=(
                ("short", self.tr("Singkatan")),
                ("people", self.tr("Orang")),
                ("password", self.tr("Kata sandi se-kabupaten")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self._password_button = page.add_button(self.tr("Aturan kata sandi"), icon="key")
        self.new_action = make_action(self, self.tr("&Kantor baru"), name="offices.new")
        self.password_action = make_action(self, self.tr("Aturan kata &sandi"), name="offices.password")
        self._adding = FormSheet(
            theme,
            (
                FormEntry(name="name", caption=self.tr("Nama kantor"), required=True),
                FormEntry(name="short_name", caption=self.tr("Singkatan"), required=True, half=True),
                FormEntry(name="code", caption=self.tr("Kode"), half=True),
                FormEntry(name="admin", caption=self.tr("Nama admin kantor"), required=True, half=True),
                FormEntry(name="username", caption=self.tr("Nama pengguna admin"), required=True, half=True),
            ),
            title=self.tr("Kantor baru"),
            confirm=self.tr("Tambah dan beri kode"),
            today=today,
            icon="building",
            parent=self,
        )
        profiles = ((USUAL, self.tr("Umum")), (BSSN, self.tr("BSSN")))
        self._ruling = FormSheet(
            theme,
            (FormEntry(name="profile", caption=self.tr("Yang berlaku"), kind=EntryKind.ONE, choices=profiles),),
            title=self.tr("Aturan kata sandi"),
            confirm=self.tr("Simpan"),
            today=today,
            icon="key",
            parent=self,
        )
        self._adding.confirmed.connect(self._on_add)
        self._ruling.confirmed.connect(self._on_rule)
        page.empty.set_content(self.tr("Belum ada kantor."), icon="building")
        page.row_changed.connect(self._on_row)
        self.new_action.triggered.connect(self.begin)
        self.password_action.triggered.connect(self._ask_rule)
        self._password_button.clicked.connect(self._ask_rule)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.new_action, self.password_action]

    @Slot()
    def begin(self) -> None:
        """Ask for a new office."""
        self._asking = self._adding
        self._adding.begin(text=self.tr("Admin kantor itu menambahkan jabatan dan penggunanya sendiri."))

    @Slot(object)
    def _on_add(self, values: dict[str, object]) -> None:
        wanted = NewOffice(
            name=str(values["name"]),
            short_name=str(values["short_name"]),
            code=str(values["code"] or ""),
            admin_name=str(values["admin"]),
            admin_username=str(values["username"]),
        )
        self._desk.add_office(wanted)

    @Slot()
    def _ask_rule(self) -> None:
        self._asking = self._ruling
        self._ruling.begin(
            text=self.tr(
                "Umum: paling sedikit 12 karakter. BSSN: juga huruf besar, huruf kecil, angka, dan tanda, "
                "diganti setiap 90 hari. Berlaku bagi kata sandi berikutnya di semua komputer."
            ),
            values={"profile": [self._desk.facts.password_profile or USUAL]},
        )

    @Slot(object)
    def _on_rule(self, values: dict[str, object]) -> None:
        chosen = values["profile"]
        if isinstance(chosen, list) and chosen:
            self._desk.set_password_profile(str(chosen[0]))

    @Slot(object)
    def _on_row(self, row: OfficeRow | None) -> None:
        if row is not None:
            rule = self.tr("BSSN") if self._desk.facts.password_profile == BSSN else self.tr("Umum")
            self.page.tell(row.name, {"short": row.short_name, "people": str(row.people), "password": rule})
