"""Pengelolaan: who acts for whom, and for administrators the people, positions and PCs of the office."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.held_review import HeldReview
from desktop.viewmodels.people_desk import PeopleDesk
from desktop.viewmodels.screen_facts import NewCode
from desktop.views.admin_page import AdminPage
from desktop.views.admin_pages import PositionsPage, UsersPage
from desktop.views.books_page import BooksPage
from desktop.views.devices_page import DevicesPage
from desktop.views.duties_page import DutiesPage
from desktop.views.messages import sentence_for
from desktop.views.offices_page import OfficesPage
from desktop.views.orders_page import OrdersPage
from desktop.views.quarantine_page import QuarantinePage
from desktop.views.screen import Screen
from desktop.views.structure_pages import AccessPage, UnitsPage
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import ReadOnlyValue
from desktop.widgets.page_header import PageHeader
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.tab_strip import TabStrip
from desktop.widgets.theme import Theme

Page = OrdersPage | AdminPage | QuarantinePage


class PeopleScreen(Screen):
    """The page of people and positions."""

    def __init__(
        self,
        theme: Theme,
        desk: PeopleDesk,
        *,
        console: ConsoleDesk,
        review: HeldReview,
        today: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._desk = desk
        self._console = console
        self.title = self.tr("Pengelolaan")
        self.orders = OrdersPage(theme, desk, today=today)
        self.users = UsersPage(theme, desk, today=today)
        self.positions = PositionsPage(theme, desk, today=today)
        self.devices = DevicesPage(theme, console, today=today)
        self.units = UnitsPage(theme, console, today=today)
        self.books = BooksPage(theme, console, today=today)
        self.offices = OfficesPage(theme, console, today=today)
        self.access = AccessPage(theme, console)
        self.quarantine = QuarantinePage(theme, review)
        self.quarantine.told.connect(self.status_message)
        self.duties = DutiesPage(theme, desk, today=today)
        self._pages: dict[str, Page] = {"orders": self.orders, "duties": self.duties}
        if desk.administers:
            self._pages = {
                "users": self.users,
                "positions": self.positions,
                "units": self.units,
                "books": self.books,
                "devices": self.devices,
                "quarantine": self.quarantine,
                "access": self.access,
                **({"offices": self.offices} if console.of_region else {}),
                "orders": self.orders,
                "duties": self.duties,
            }
        self._new: dict[str, Button] = {}
        self._tabs = TabStrip(theme)
        self._stack = QStackedWidget()
        self._lay_out(theme)
        administering = (self.users, self.positions, self.devices, self.units, self.books, self.offices, self.access)
        for page in (*administering, self.quarantine):
            if page not in self._pages.values():
                page.setParent(self)
                page.hide()
        self._tabs.changed.connect(self._show)
        self.orders.page.empty.action_triggered.connect(self.orders.begin)
        for source in (desk, console):
            source.done.connect(self._on_done)
            source.refused.connect(self._on_refused)
        desk.code_issued.connect(self._on_code)
        console.code_issued.connect(self._on_code)
        self._show(next(iter(self._pages)))

    def activate(self) -> None:
        """Read everything anew and put the keyboard on the list."""
        self._desk.refresh()
        if self._desk.administers:
            self._console.refresh()
        self._pages[self._tabs.current()].page.focus_table()

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here, page by page."""
        return [action for page in self._pages.values() for action in page.actions_for_menu()]

    def _lay_out(self, theme: Theme) -> None:
        header = PageHeader(theme, self.title)
        captions = {
            "users": (self.tr("Pengguna"), self.tr("Pengguna baru"), self.tr("Ctrl Shift U")),
            "positions": (self.tr("Jabatan"), self.tr("Jabatan baru"), self.tr("Ctrl Shift J")),
            "units": (self.tr("Unit"), self.tr("Unit baru"), ""),
            "books": (self.tr("Buku nomor"), self.tr("Buku baru"), ""),
            "devices": (self.tr("Komputer"), "", ""),
            "quarantine": (self.tr("Karantina"), "", ""),
            "access": (self.tr("Akses"), "", ""),
            "offices": (self.tr("Kantor"), self.tr("Kantor baru"), ""),
            "orders": (self.tr("Surat perintah"), self.tr("Surat perintah baru"), self.tr("Ctrl Shift P")),
            "duties": (self.tr("Serah terima"), "", ""),
        }
        for key, page in self._pages.items():
            caption, text, keys = captions[key]
            self._tabs.add_tab(key, caption)
            self._stack.addWidget(page)
            if text:
                new = Button(theme, text, kind=ButtonKind.PRIMARY, icon="plus", key_hint=keys, parent=self)
                new.clicked.connect(page.begin)
                self._new[key] = new
                header.add_action(new)
            for action in page.actions_for_menu():
                self.addAction(action)
        column = Stack(theme, gap=0, parent=self)
        column.add(header, self._tabs, self._stack)
        column.setStretch(2, 1)
        self._tabs.setVisible(len(self._pages) > 1)

    @Slot(str)
    def _show(self, key: str) -> None:
        self._stack.setCurrentWidget(self._pages[key])
        for name, button in self._new.items():
            button.setVisible(name == key and (key != "orders" or self._desk.may_let))
        self._pages[key].page.focus_table()

    @Slot(str)
    def _on_done(self, name: str) -> None:
        sentence = {
            "let_act": self.tr("Surat perintah dicatat"),
            "end_order": self.tr("Surat perintah diakhiri"),
            "move_user": self.tr("Pengguna dipindahkan"),
            "rename_user": self.tr("Nama pengguna diubah"),
            "set_book": self.tr("Buku nomor disimpan"),
            "suspend_user": self.tr("Keadaan pengguna diubah"),
            "end_sessions": self.tr("Sesi diakhiri; berlaku begitu server mendengarnya"),
            "open_position": self.tr("Jabatan ditambahkan"),
            "revoke_device": self.tr("Komputer dicabut; ia ditolak begitu server mendengarnya"),
            "set_unit": self.tr("Unit disimpan"),
            "add_office": self.tr("Kantor ditambahkan"),
            "set_password_profile": self.tr("Aturan kata sandi disimpan"),
            "open_sealed": self.tr("Pekerjaan yang disegel dibuka untuk diputuskan"),
            "hand_over": self.tr("Jabatan diserahkan; keduanya diberi tahu"),
        }.get(name)
        if sentence:
            self.status_message.emit(sentence)

    @Slot(object)
    def _on_code(self, issued: NewCode) -> None:
        """Show the code once; it is kept nowhere."""
        title = self.tr("Kode untuk {name}").format(name=issued.name)
        text = self.tr(
            "Berikan kode ini kepada {name} ({username}). Berlaku 14 hari untuk satu komputer, begitu server sudah "
            "mendengarnya. Sesudah ditutup, kode tidak dapat ditampilkan lagi."
        )
        sheet = Sheet(self._theme, title, icon="key", card=False)
        sheet.set_text(text.format(name=issued.name, username=issued.username))
        sheet.body.add(ReadOnlyValue(self._theme, issued.code, tabular=True))
        dialog = SheetDialog(self._theme, sheet, parent=self)
        close = Button(self._theme, self.tr("Sudah dicatat"), kind=ButtonKind.PRIMARY)
        close.clicked.connect(dialog.accept)
        sheet.add_button(close)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if not any(page.asks for page in self._pages.values()):  # else the form says it
            self.status_message.emit(sentence_for(code))
