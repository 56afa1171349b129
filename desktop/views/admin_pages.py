"""Pengguna and Jabatan: the people and positions of an office, with what their administrator can do."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.ids import PositionId
from core.domain.offices import Role
from desktop.viewmodels.people_desk import PeopleDesk
from desktop.viewmodels.screen_facts import PositionRow, UserRow
from desktop.views.admin_page import AdminPage
from desktop.views.admin_words import (
    holders_text,
    position_words,
    role_choices,
    role_name,
    titles_text,
    user_state,
    user_words,
)
from desktop.views.screen import make_action
from desktop.views.table_page import TablePage
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme

USER_COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.CODE, 150),
    Column(ColumnKind.TEXT, 230),
    Column(ColumnKind.STATUS, 96),
)
POSITION_COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.TEXT, 150),
    Column(ColumnKind.TEXT, 170),
    Column(ColumnKind.TEXT, 190),
)


class UsersPage(AdminPage):
    """The people of the office."""

    def __init__(self, theme: Theme, desk: PeopleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.users,
            user_words,
            name=self.tr("Pengguna"),
            columns=USER_COLUMNS,
            headers=("", self.tr("Nama"), self.tr("Nama pengguna"), self.tr("Jabatan"), self.tr("Keadaan")),
            details=(
                ("username", self.tr("Nama pengguna")),
                ("titles", self.tr("Jabatan")),
                ("state", self.tr("Keadaan")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self._code_button = page.add_button(self.tr("Kode baru"), icon="key")
        self._move_button = page.add_button(self.tr("Pindahkan"), icon="arrow-merge")
        self._rename_button = page.add_button(self.tr("Ubah nama"), icon="pencil")
        self._sessions_button = page.add_button(self.tr("Akhiri sesi"), icon="logout")
        self._suspend_button = page.add_button(self.tr("Nonaktifkan"), icon="lock")
        self.new_action = make_action(self, self.tr("Pengguna &baru"), shortcut="Ctrl+Shift+U", name="users.new")
        self.move_action = make_action(self, self.tr("&Pindahkan pengguna"), name="users.move")
        self.rename_action = make_action(self, self.tr("&Ubah nama pengguna"), name="users.rename")
        self.code_action = make_action(self, self.tr("&Kode sekali pakai baru"), name="users.code")
        self.sessions_action = make_action(self, self.tr("&Akhiri semua sesi"), name="users.sessions")
        self.suspend_action = make_action(self, self.tr("&Nonaktifkan atau aktifkan pengguna"), name="users.suspend")
        username = FormEntry(
            name="username", caption=self.tr("Nama pengguna"), required=True, placeholder=self.tr("misalnya siti.umum")
        )
        name = FormEntry(name="name", caption=self.tr("Nama lengkap"), required=True)
        position = FormEntry(name="position", caption=self.tr("Jabatan"), kind=EntryKind.CHOICE, required=True)
        second = FormEntry(name="second", caption=self.tr("Jabatan kedua, bila ada"), kind=EntryKind.CHOICE)
        self._adding = FormSheet(
            theme,
            (name, username, position),
            title=self.tr("Pengguna baru"),
            confirm=self.tr("Tambah dan beri kode"),
            today=today,
            icon="user",
            parent=self,
        )
        self._moving = FormSheet(
            theme,
            (position, second),
            title=self.tr("Pindahkan pengguna"),
            confirm=self.tr("Pindahkan"),
            today=today,
            icon="users",
            parent=self,
        )
        self._renaming = FormSheet(
            theme,
            (name,),
            title=self.tr("Ubah nama pengguna"),
            confirm=self.tr("Simpan"),
            today=today,
            icon="pencil",
            parent=self,
        )
        reasons = (("computer", self.tr("Komputer lain")), ("password", self.tr("Kata sandi lupa")))
        self._coding = FormSheet(
            theme,
            (FormEntry(name="why", caption=self.tr("Untuk apa"), kind=EntryKind.ONE, choices=reasons, required=True),),
            title=self.tr("Kode sekali pakai"),
            confirm=self.tr("Beri kode"),
            today=today,
            icon="key",
            parent=self,
        )
        self._coding.confirmed.connect(self._on_code_wanted)
        page.empty.set_content(self.tr("Belum ada pengguna."), icon="users")
        page.row_changed.connect(self._on_row)
        self._adding.confirmed.connect(self._on_add)
        self._moving.confirmed.connect(self._on_move)
        self._renaming.confirmed.connect(self._on_rename)
        for action, button, slot in (
            (self.new_action, None, self.begin),
            (self.move_action, self._move_button, self._ask_move),
            (self.code_action, self._code_button, self._ask_code),
            (self.rename_action, self._rename_button, self._ask_rename),
            (self.sessions_action, self._sessions_button, self._ask_sessions),
            (self.suspend_action, self._suspend_button, self._ask_suspend),
        ):
            action.triggered.connect(slot)
            if button is not None:
                button.clicked.connect(slot)
        self._on_row(None)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [
            self.new_action,
            self.move_action,
            self.rename_action,
            self.code_action,
            self.sessions_action,
            self.suspend_action,
        ]

    @Slot()
    def begin(self) -> None:
        """Ask for a new person."""
        self._asking = self._adding
        self._adding.begin(
            text=self.tr("Kode sekali pakai tampil sekali sesudah ini; catat dan berikan kepada orangnya."),
            choices={"position": self._places()},
        )

    def _places(self) -> list[tuple[str, str]]:
        return [(str(one.position), f"{one.title} — {holders_text(one)}") for one in self._desk.positions.rows()]

    @Slot(object)
    def _on_row(self, row: UserRow | None) -> None:
        others = row is not None and not row.oneself
        for action in (self.move_action, self.sessions_action, self.suspend_action):
            action.setEnabled(others)
        self.code_action.setEnabled(row is not None and row.active)
        self.rename_action.setEnabled(row is not None)
        self._rename_button.setEnabled(row is not None)
        self._move_button.setEnabled(others)
        self._sessions_button.setEnabled(others)
        self._suspend_button.setEnabled(others)
        self._code_button.setEnabled(row is not None and row.active)
        if row is None:
            return
        self._suspend_button.setText(self.tr("Nonaktifkan") if row.active else self.tr("Aktifkan"))
        values = {"username": row.username, "titles": titles_text(row), "state": user_state(row)[0]}
        self.page.tell(row.name, values)

    @Slot(object)
    def _on_add(self, values: dict[str, object]) -> None:
        if not values["position"]:
            self._adding.show_error("position", self.tr("Pilih jabatan."))
            return
        place = PositionId(int(str(values["position"])))
        self._desk.add_user(str(values["username"]), str(values["name"]), place)

    @Slot()
    def _ask_move(self) -> None:
        row = self.page.current
        if not isinstance(row, UserRow) or row.oneself:
            return
        self._asking = self._moving
        text = self.tr("{name} memegang jabatan ini sebagai ganti yang sekarang. Kotak masuk ikut dengan jabatan.")
        held = [str(number) for number in row.held]
        self._moving.begin(
            text=text.format(name=row.name),
            choices={"position": self._places(), "second": [("", self.tr("tidak ada")), *self._places()]},
            values={"position": held[0] if held else "", "second": held[1] if len(held) > 1 else ""},
        )

    @Slot(object)
    def _on_move(self, values: dict[str, object]) -> None:
        row = self.page.current
        wanted = [str(values[name]) for name in ("position", "second") if values[name]]
        if isinstance(row, UserRow) and wanted:
            held = tuple(dict.fromkeys(PositionId(int(one)) for one in wanted))
            self._desk.move_user(row.user, held)
        else:
            self._moving.show_error("position", self.tr("Pilih jabatan."))

    @Slot()
    def _ask_rename(self) -> None:
        row = self.page.current
        if not isinstance(row, UserRow):
            return
        self._asking = self._renaming
        text = self.tr("Nama pengguna {username} tetap, juga kata sandinya. Nama lama tetap di riwayat.")
        self._renaming.begin(text=text.format(username=row.username), values={"name": row.name})

    @Slot(object)
    def _on_rename(self, values: dict[str, object]) -> None:
        row = self.page.current
        if isinstance(row, UserRow):
            self._desk.rename_user(row.user, str(values["name"]))

    @Slot()
    def _ask_code(self) -> None:
        row = self.page.current
        if not isinstance(row, UserRow) or not row.active:
            return
        self._asking = self._coding
        text = self.tr("Kode untuk {name} berlaku 14 hari, di satu komputer, begitu server sudah mendengarnya.")
        self._coding.begin(text=text.format(name=row.name), values={"why": ["computer"]})

    @Slot(object)
    def _on_code_wanted(self, values: dict[str, object]) -> None:
        row = self.page.current
        if isinstance(row, UserRow):
            self._desk.issue_code(row.user, resets=values["why"] == ["password"])

    @Slot()
    def _ask_sessions(self) -> None:
        row = self.page.current
        if not isinstance(row, UserRow) or row.oneself:
            return
        text = self.tr(
            "Di semua komputernya server meminta kata sandi lagi. Data dan pekerjaan yang belum terkirim tetap ada; "
            "komputer yang dipakai bersama tetap bersinkron untuk orang lain."
        )
        question = Confirmation(
            self._theme,
            self.tr("Akhiri semua sesi {name}?").format(name=row.name),
            text,
            confirm=self.tr("Akhiri sesi"),
            danger=True,
            parent=self,
        )
        if question.exec():
            self._desk.end_sessions(row.user)

    @Slot()
    def _ask_suspend(self) -> None:
        row = self.page.current
        if not isinstance(row, UserRow) or row.oneself:
            return
        if row.active:
            text = self.tr(
                "Orang ini tidak dapat masuk lagi di mana pun. Yang belum dikirimnya menunggu putusan atasan."
            )
            title, confirm = self.tr("Nonaktifkan {name}?"), self.tr("Nonaktifkan")
        else:
            text = self.tr("Orang ini dapat masuk lagi dengan kata sandinya.")
            title, confirm = self.tr("Aktifkan {name}?"), self.tr("Aktifkan")
        question = Confirmation(
            self._theme, title.format(name=row.name), text, confirm=confirm, danger=row.active, parent=self
        )
        if question.exec():
            self._desk.suspend_user(row.user, active=not row.active)


class PositionsPage(AdminPage):
    """The positions of the office."""

    def __init__(self, theme: Theme, desk: PeopleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.positions,
            position_words,
            name=self.tr("Jabatan"),
            columns=POSITION_COLUMNS,
            headers=("", self.tr("Jabatan"), self.tr("Tugas"), self.tr("Atasan"), self.tr("Pemegang")),
            details=(("role", self.tr("Tugas")), ("superior", self.tr("Atasan")), ("holders", self.tr("Pemegang"))),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self.new_action = make_action(self, self.tr("&Jabatan baru"), shortcut="Ctrl+Shift+J", name="positions.new")
        self._adding = FormSheet(
            theme,
            (
                FormEntry(name="title", caption=self.tr("Nama jabatan"), required=True),
                FormEntry(
                    name="role",
                    caption=self.tr("Tugas"),
                    kind=EntryKind.CHOICE,
                    choices=[one for one in role_choices() if one[0] != str(int(Role.REGION_ADMIN))],
                    required=True,
                ),
                FormEntry(name="superior", caption=self.tr("Atasan"), kind=EntryKind.CHOICE),
            ),
            title=self.tr("Jabatan baru"),
            confirm=self.tr("Tambah"),
            today=today,
            icon="plus",
            parent=self,
        )
        page.empty.set_content(self.tr("Belum ada jabatan."), icon="users")
        page.row_changed.connect(self._on_row)
        self.new_action.triggered.connect(self.begin)
        self._adding.confirmed.connect(self._on_add)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.new_action]

    @Slot()
    def begin(self) -> None:
        """Ask for a new position."""
        self._asking = self._adding
        above = [(str(one.position), one.title) for one in self._desk.positions.rows()]
        self._adding.begin(choices={"superior": [("", self.tr("tidak ada")), *above]})

    @Slot(object)
    def _on_row(self, row: PositionRow | None) -> None:
        if row is not None:
            values = {"role": role_name(row.role), "superior": row.superior or "—", "holders": holders_text(row)}
            self.page.tell(row.title, values)

    @Slot(object)
    def _on_add(self, values: dict[str, object]) -> None:
        if not values["role"]:
            self._adding.show_error("role", self.tr("Pilih tugas."))
            return
        superior = PositionId(int(str(values["superior"]))) if values["superior"] else None
        self._desk.open_position(str(values["title"]), Role(int(str(values["role"]))), superior)
