"""Surat perintah: who acts for whom, from when to when, by which letter; recording one, and ending it early."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId, UserId
from core.domain.offices import ActingKind, Scope
from desktop.viewmodels.local_time import local
from desktop.viewmodels.people_desk import PeopleDesk
from desktop.viewmodels.screen_facts import NewOrder, OrderRow, OrderState
from desktop.views.messages import sentence_for
from desktop.views.order_words import days_text, order_words, replaced_text, scope_choices, scope_text
from desktop.views.screen import make_action
from desktop.views.table_page import TablePage
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.dates import format_date, format_moment
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme

COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 130),
    Column(ColumnKind.TEXT, 130),
    Column(ColumnKind.DATE, 196),
    Column(ColumnKind.STATUS, 108),
)
# Names of fields as the rules call them, and as the form does.
FIELDS = {"acting_user": "acting", "replaces": "position", "starts_at": "first_day", "ends_at": "last_day"}


class OrdersPage(QWidget):
    """The list of letters of order with what can be done about them."""

    def __init__(self, theme: Theme, desk: PeopleDesk, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asking: FormSheet | None = None
        self.page = TablePage(
            theme,
            desk.orders,
            order_words,
            name=self.tr("Surat perintah"),
            columns=COLUMNS,
            headers=(
                "",
                self.tr("Bertindak sebagai"),
                self.tr("Yang bertindak"),
                self.tr("Menggantikan"),
                self.tr("Berlaku"),
                self.tr("Keadaan"),
            ),
            details=(
                ("acting", self.tr("Yang bertindak")),
                ("replaced", self.tr("Menggantikan")),
                ("order", self.tr("Surat perintah")),
                ("days", self.tr("Berlaku")),
                ("scope", self.tr("Kewenangan")),
                ("made", self.tr("Dicatat")),
                ("cut", self.tr("Diakhiri")),
            ),
        )
        column = Stack(theme, gap=0, parent=self)
        column.add(self.page)
        self._end_button = self.page.add_button(self.tr("Akhiri sekarang"), icon="x")
        self.new_action = make_action(self, self.tr("Surat &perintah baru"), shortcut="Ctrl+Shift+P", name="orders.new")
        self.end_action = make_action(self, self.tr("&Akhiri surat perintah"), name="orders.end")
        self._form = FormSheet(
            theme,
            self._entries(),
            title=self.tr("Surat perintah"),
            confirm=self.tr("Catat"),
            today=today,
            icon="signature",
            parent=self,
        )
        self._ending = FormSheet(
            theme,
            (
                FormEntry(
                    name="reason",
                    caption=self.tr("Alasan"),
                    required=True,
                    placeholder=self.tr("Misalnya: pejabat sudah kembali"),
                ),
            ),
            title=self.tr("Akhiri surat perintah"),
            confirm=self.tr("Akhiri"),
            today=today,
            icon="alert-triangle",
            parent=self,
        )
        self.page.row_changed.connect(self._on_row)
        self.new_action.triggered.connect(self.begin)
        self.end_action.triggered.connect(self._ask_end)
        self._end_button.clicked.connect(self._ask_end)
        self._form.confirmed.connect(self._on_confirmed)
        self._ending.confirmed.connect(self._on_end_confirmed)
        desk.changed.connect(self._on_changed)
        desk.done.connect(self._on_done)
        desk.refused.connect(self._on_refused)
        desk.busy_changed.connect(self._on_busy)
        self._on_row(None)

    @property
    def asks(self) -> bool:
        """Whether a form is open."""
        return self._asking is not None and self._asking.isVisible()

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.new_action, self.end_action] if self._desk.may_let else []

    @Slot()
    def begin(self) -> None:
        """Ask for a new letter of order."""
        if not self._desk.may_let:
            return
        choices = self._desk.facts.choices
        self._asking = self._form
        self._form.begin(
            text=self.tr("Jabatan tetap seperti adanya; untuk sementara ada orang lain yang bertindak di dalamnya."),
            choices={
                "position": [(str(one.number), one.text) for one in choices.positions],
                "acting": [(str(one.number), one.text) for one in choices.people],
            },
            values={"kind": [str(int(ActingKind.PLH))], "scopes": [str(int(Scope.DISPOSE))]},
        )

    def _entries(self) -> tuple[FormEntry, ...]:
        kinds = (
            (str(int(ActingKind.PLT)), self.tr("Plt. (lowong)")),
            (str(int(ActingKind.PLH)), self.tr("Plh. (sementara)")),
            (str(int(ActingKind.PJ)), self.tr("Pj. (penjabat)")),
        )
        return (
            FormEntry(name="kind", caption=self.tr("Jenis"), kind=EntryKind.ONE, choices=kinds, required=True),
            FormEntry(name="position", caption=self.tr("Jabatan"), kind=EntryKind.CHOICE, required=True),
            FormEntry(name="acting", caption=self.tr("Yang bertindak"), kind=EntryKind.CHOICE, required=True),
            FormEntry(
                name="scopes",
                caption=self.tr("Kewenangan"),
                kind=EntryKind.SEVERAL,
                choices=scope_choices(),
                required=True,
            ),
            FormEntry(name="order_no", caption=self.tr("Nomor surat perintah"), required=True, half=True),
            FormEntry(
                name="order_date", caption=self.tr("Tanggal surat"), kind=EntryKind.DATE, required=True, half=True
            ),
            FormEntry(name="first_day", caption=self.tr("Mulai"), kind=EntryKind.DATE, required=True, half=True),
            FormEntry(name="last_day", caption=self.tr("Hari terakhir"), kind=EntryKind.DATE, required=True, half=True),
        )

    @Slot(object)
    def _on_row(self, row: OrderRow | None) -> None:
        running = row is not None and row.state in {OrderState.HOLDS, OrderState.COMING}
        self._end_button.setVisible(self._desk.may_let)
        self._end_button.setEnabled(running)
        self.end_action.setEnabled(running and self._desk.may_let)
        self.new_action.setEnabled(self._desk.may_let)
        if row is None:
            return
        order = self.tr("{number}, {date}").format(number=row.order_no, date=format_date(row.order_date))
        cut = "—"
        if row.cut_at is not None:
            text = self.tr("{moment} oleh {who}: {reason}")
            cut = text.format(moment=format_moment(local(row.cut_at)), who=row.cut_by, reason=row.cut_reason)
        values = {
            "acting": row.acting,
            "replaced": replaced_text(row),
            "order": order,
            "days": days_text(row),
            "scope": scope_text(row.scopes),
            "made": row.made_by,
            "cut": cut,
        }
        self.page.tell(row.title, values)

    @Slot()
    def _on_changed(self) -> None:
        text = self.tr("Belum ada surat perintah. Di sini dicatat siapa yang bertindak sebagai Plt., Plh., atau Pj.")
        action = self.tr("Catat surat perintah") if self._desk.may_let else ""
        self.page.empty.set_content(text, icon="signature", action=action)
        self.page.set_loaded(loaded=self._desk.loaded)

    @Slot(object)
    def _on_confirmed(self, values: dict[str, object]) -> None:
        for name in ("kind", "position", "acting"):
            if not values[name]:
                self._form.show_error(name, self.tr("Pilih salah satu."))
                return
        kinds, scopes = values["kind"], values["scopes"]
        assert isinstance(kinds, list)  # noqa: S101  # what this kind of field gives
        assert isinstance(scopes, list)  # noqa: S101  # as above
        self._desk.let_act(
            NewOrder(
                kind=ActingKind(int(kinds[0])),
                position=PositionId(int(str(values["position"]))),
                acting=UserId(int(str(values["acting"]))),
                scopes=tuple(Scope(int(one)) for one in scopes),
                order_no=str(values["order_no"]),
                order_date=_day(values["order_date"]),
                first_day=_day(values["first_day"]),
                last_day=_day(values["last_day"]),
            )
        )

    @Slot()
    def _ask_end(self) -> None:
        row = self.page.current
        if row is None or not self.end_action.isEnabled():
            return
        self._asking = self._ending
        text = self.tr("{title}, {acting}. Kewenangannya berakhir sekarang juga; yang sudah dikerjakan tetap berlaku.")
        self._ending.begin(text=text.format(title=row.title, acting=row.acting))

    @Slot(object)
    def _on_end_confirmed(self, values: dict[str, object]) -> None:
        row = self.page.current
        if row is not None:
            self._desk.end_order(row.id, str(values["reason"]))

    @Slot(str)
    def _on_done(self, name: str) -> None:
        if name in {"let_act", "end_order"} and self._asking is not None:
            self._asking.accept()
            self._asking = None

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if self._asking is not None and self.asks:
            self._asking.show_error(FIELDS.get(field, field), sentence_for(code))

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._form.set_busy(busy=busy)
        self._ending.set_busy(busy=busy)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
