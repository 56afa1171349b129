"""Serah terima: what lies open in each position, and handing one over to its successor."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.ids import UserId
from desktop.viewmodels.people_desk import PeopleDesk
from desktop.viewmodels.screen_facts import DutyRow
from desktop.views.admin_page import AdminPage
from desktop.views.duty_words import duty_words, handed_text, items_text, open_text
from desktop.views.screen import make_action
from desktop.views.table_page import TablePage
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme

COLUMNS = (
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 160),
    Column(ColumnKind.NUMBER, 108),
    Column(ColumnKind.NUMBER, 108),
    Column(ColumnKind.NUMBER, 108),
    Column(ColumnKind.NUMBER, 76),
)


class DutiesPage(AdminPage):
    """The positions of the office with what lies open in them."""

    def __init__(self, theme: Theme, desk: PeopleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.duties,
            duty_words,
            name=self.tr("Serah terima"),
            columns=COLUMNS,
            headers=(
                self.tr("Jabatan"),
                self.tr("Pemegang"),
                self.tr("Perlu putusan"),
                self.tr("Perlu laporan"),
                self.tr("Belum selesai"),
                self.tr("Rahasia"),
            ),
            details=(
                ("holder", self.tr("Pemegang")),
                ("handed", self.tr("Serah terima terakhir")),
                ("items", self.tr("Masih terbuka")),
                ("open", self.tr("Surat")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self._button = page.add_button(self.tr("Serahkan jabatan"), icon="arrow-forward-up")
        self.hand_action = make_action(self, self.tr("&Serahkan jabatan"), name="duties.hand_over")
        successor = FormEntry(
            name="successor", caption=self.tr("Pejabat pengganti"), kind=EntryKind.CHOICE, required=True
        )
        self._form = FormSheet(
            theme,
            (successor,),
            title=self.tr("Serah terima jabatan"),
            confirm=self.tr("Serahkan"),
            today=today,
            icon="arrow-forward-up",
            parent=self,
        )
        page.empty.set_content(self.tr("Belum ada jabatan."), icon="users")
        page.row_changed.connect(self._on_row)
        self._form.confirmed.connect(self._on_confirmed)
        self.hand_action.triggered.connect(self.begin)
        self._button.clicked.connect(self.begin)
        self._on_row(None)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.hand_action] if self._desk.may_let else []

    @Slot()
    def begin(self) -> None:
        """Ask who follows in the chosen position."""
        row = self.page.current
        if not isinstance(row, DutyRow) or not self._desk.may_let:
            return
        self._asking = self._form
        text = self.tr(
            "{holder} — {title}. {items} Kotak masuk ikut dengan jabatan; surat rahasia yang dapat Anda buka dibukakan "
            "untuk penggantinya. Keduanya diberi tahu."
        )
        holder = row.holder or self.tr("lowong")
        people = [(str(one.number), one.text) for one in self._desk.facts.choices.people if one.number != row.leaving]
        self._form.begin(
            text=text.format(title=row.title, holder=holder, items=items_text(row.items)),
            choices={"successor": people},
        )

    @Slot(object)
    def _on_row(self, row: DutyRow | None) -> None:
        may = row is not None and self._desk.may_let
        self._button.setVisible(self._desk.may_let)
        self._button.setEnabled(may)
        self.hand_action.setEnabled(may)
        if row is not None:
            values = {
                "holder": row.holder or self.tr("lowong"),
                "items": items_text(row.items),
                "open": open_text(row),
                "handed": handed_text(row.last),
            }
            self.page.tell(row.title, values)

    @Slot(object)
    def _on_confirmed(self, values: dict[str, object]) -> None:
        row = self.page.current
        if not values["successor"]:
            self._form.show_error("successor", self.tr("Pilih salah satu."))
        elif isinstance(row, DutyRow):
            self._desk.hand_over(row, UserId(int(str(values["successor"]))))
