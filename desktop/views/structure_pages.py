"""Unit and Akses: the parts of an office, and what each of its positions receives."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.ids import UnitId
from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.screen_facts import AccessRow, UnitRow
from desktop.views.admin_page import AdminPage
from desktop.views.device_words import moment_text
from desktop.views.screen import make_action
from desktop.views.structure_words import access_words, count_text, unit_words, use_state, why_text
from desktop.views.table_page import TablePage
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme


class UnitsPage(AdminPage):
    """The units of the office."""

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.units,
            unit_words,
            name=self.tr("Unit"),
            columns=(
                Column(ColumnKind.ICON, 36),
                Column(ColumnKind.TEXT),
                Column(ColumnKind.TEXT, 150),
                Column(ColumnKind.STATUS, 140),
            ),
            headers=("", self.tr("Unit"), self.tr("Di bawah"), self.tr("Keadaan")),
            details=(("above", self.tr("Di bawah")), ("state", self.tr("Keadaan"))),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self._changing: UnitRow | None = None
        self._change_button = page.add_button(self.tr("Ubah"), icon="pencil")
        self._retire_button = page.add_button(self.tr("Tidak dipakai lagi"), icon="archive-off")
        self.new_action = make_action(self, self.tr("&Unit baru"), name="units.new")
        self.change_action = make_action(self, self.tr("Ubah u&nit"), name="units.change")
        self.retire_action = make_action(self, self.tr("Pakai unit atau &tidak"), name="units.retire")
        self._form = FormSheet(
            theme,
            (
                FormEntry(name="name", caption=self.tr("Nama unit"), required=True),
                FormEntry(name="parent", caption=self.tr("Di bawah"), kind=EntryKind.CHOICE),
            ),
            title=self.tr("Unit"),
            confirm=self.tr("Simpan"),
            today=today,
            icon="building",
            parent=self,
        )
        self._form.confirmed.connect(self._on_confirmed)
        page.empty.set_content(self.tr("Belum ada unit."), icon="building")
        page.row_changed.connect(self._on_row)
        for action, button, slot in (
            (self.new_action, None, self.begin),
            (self.change_action, self._change_button, self._ask_change),
            (self.retire_action, self._retire_button, self._retire),
        ):
            action.triggered.connect(slot)
            if button is not None:
                button.clicked.connect(slot)
        self._on_row(None)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.new_action, self.change_action, self.retire_action]

    @Slot()
    def begin(self) -> None:
        """Ask for a new unit."""
        self._ask(None)

    @Slot()
    def _ask_change(self) -> None:
        row = self.page.current
        if isinstance(row, UnitRow):
            self._ask(row)

    def _ask(self, row: UnitRow | None) -> None:
        self._changing, self._asking = row, self._form
        above = [(str(one.unit), one.name) for one in self._desk.units.rows() if one.active and one != row]
        self._form.begin(
            choices={"parent": [("", self.tr("tidak ada")), *above]},
            values={"name": row.name if row else "", "parent": str(row.parent) if row and row.parent else ""},
        )

    @Slot(object)
    def _on_confirmed(self, values: dict[str, object]) -> None:
        row = self._changing
        parent = UnitId(int(str(values["parent"]))) if values["parent"] else None
        active = row is None or row.active
        self._desk.set_unit(row.unit if row else None, str(values["name"]), parent=parent, active=active)

    @Slot()
    def _retire(self) -> None:
        row = self.page.current
        if isinstance(row, UnitRow):
            self._desk.set_unit(row.unit, row.name, parent=row.parent, active=not row.active)

    @Slot(object)
    def _on_row(self, row: UnitRow | None) -> None:
        for action in (self.change_action, self.retire_action):
            action.setEnabled(row is not None)
        for button in (self._change_button, self._retire_button):
            button.setEnabled(row is not None)
        if row is not None:
            self._retire_button.setText(self.tr("Tidak dipakai lagi") if row.active else self.tr("Pakai lagi"))
            self.page.tell(row.name, {"above": row.above or "—", "state": use_state(active=row.active)[0]})


class AccessPage(AdminPage):
    """What each position of the office receives; nothing can be changed here."""

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.access,
            access_words,
            name=self.tr("Akses"),
            columns=(
                Column(ColumnKind.TEXT),
                Column(ColumnKind.TEXT, 170),
                Column(ColumnKind.TEXT, 100),
                Column(ColumnKind.TEXT, 112),
                Column(ColumnKind.TEXT, 112),
            ),
            headers=(
                self.tr("Jabatan"),
                self.tr("Tugas"),
                self.tr("Kotak masuk"),
                self.tr("Buku agenda"),
                self.tr("Baris rahasia"),
            ),
            details=(
                ("holders", self.tr("Pemegang")),
                ("inbox", self.tr("Kotak masuk")),
                ("plain", self.tr("Biasa, terbatas")),
                ("secret", self.tr("Rahasia")),
                ("counted", self.tr("Dihitung server")),
                ("why", self.tr("Mengapa")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        page.empty.set_content(self.tr("Belum ada jabatan."), icon="eye")
        page.row_changed.connect(self._on_row)

    @Slot(object)
    def _on_row(self, row: AccessRow | None) -> None:
        if row is None:
            return
        values = {
            "holders": ", ".join(row.holders) or self.tr("lowong"),
            "inbox": count_text(row, row.inbox),
            "plain": count_text(row, row.plain),
            "secret": count_text(row, row.secret),
            "counted": moment_text(row.counted_at),
            "why": why_text(row),
        }
        self.page.tell(row.title, values)
