"""The menu bar: only what works, each with its keys."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.views.screen import Screen, make_action
from desktop.views.screen_acts import ScreenActs
from desktop.views.workspace import ChairChoice
from desktop.widgets.literal import menu_text
from desktop.widgets.theme import SCALES, Appearance, Theme


class MainMenu(QObject):
    """Fills the menu bar of a window.

    Signals: `sync_wanted()`, `sheet_wanted()`, `password_wanted()`, `sessions_wanted()`, `lock_wanted()`,
    `switch_wanted()`, `quit_wanted()`, `find_wanted()`, `search_wanted()`, `help_wanted()`, `shortcuts_wanted()`,
    `about_wanted()`, `check_wanted()`, `undo_wanted()`, `trash_wanted()`, `tour_wanted()`, `columns_wanted()`,
    `notices_wanted()`, `place_wanted(str)`, `chair_wanted(int)` with the number of a position, `look_changed()` after
    theme or size was chosen.
    """

    sync_wanted = Signal()
    sheet_wanted = Signal()
    password_wanted = Signal()
    sessions_wanted = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal()
    quit_wanted = Signal()
    find_wanted = Signal()
    search_wanted = Signal()
    help_wanted = Signal()
    shortcuts_wanted = Signal()
    about_wanted = Signal()
    check_wanted = Signal()
    undo_wanted = Signal()
    columns_wanted = Signal()
    notices_wanted = Signal()
    trash_wanted = Signal()
    tour_wanted = Signal()
    place_wanted = Signal(str)
    chair_wanted = Signal(int)
    look_changed = Signal()

    def __init__(self, theme: Theme, bar: QMenuBar, *, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bar = bar
        self._places: dict[str, QAction] = {}
        self._menus: list[QMenu] = []
        self._chairs: QMenu | None = None
        self.acts = ScreenActs(self)
        self.acts.place_wanted.connect(self.place_wanted)
        self._make_actions()

    def fill(
        self,
        screens: list[tuple[str, Screen]],
        *,
        can_sync: bool,
        can_lock: bool,
        chairs: tuple[ChairChoice, ...] = (),
    ) -> None:
        """Show the menus of a workspace. A menu without an action is left out; so is a choice of one position."""
        self.clear()
        file_menu = self._add_menu(self.tr("&Berkas"))
        file_menu.addAction(self._undo)
        file_menu.addAction(self._notices)
        if can_sync:
            file_menu.addAction(self._sync)
        by_key = dict(screens)
        if "sync" in by_key:
            file_menu.addActions(self.acts.take("sync", by_key["sync"]))
        if "scans" in by_key:
            file_menu.addAction(self._trash)
        file_menu.addSeparator()
        if can_lock:
            file_menu.addAction(self._password)
            file_menu.addAction(self._sessions)
            file_menu.addAction(self._sheet)
            file_menu.addSeparator()
            file_menu.addAction(self._lock)
        if len(chairs) > 1:
            self._add_chairs(file_menu, chairs)
        file_menu.addAction(self._switch)
        file_menu.addAction(self._quit)
        for key, title in (
            ("letters", self.tr("&Surat")),
            ("dispositions", self.tr("&Disposisi")),
            ("agenda", self.tr("A&genda")),
            ("archive", self.tr("&Arsip")),
            ("scans", self.tr("Pi&ndaian")),
            ("people", self.tr("&Pengelolaan")),
        ):
            actions = self.acts.take(key, by_key[key]) if key in by_key else []
            if actions:
                self._add_menu(title).addActions(actions)
        self._fill_view_menu(screens)
        help_menu = self._add_menu(self.tr("Bant&uan"))
        help_menu.addAction(self._help)
        help_menu.addAction(self._tour)
        help_menu.addAction(self._check)
        help_menu.addAction(self._shortcuts)
        help_menu.addAction(self._about)

    def clear(self) -> None:
        """Take the menus away, as on the sign-in page; the actions of the screens stay with their screens."""
        self._bar.clear()
        self.acts.clear()
        for gone in (*self._places.values(), *self._menus):
            gone.deleteLater()
        self._places, self._menus, self._chairs = {}, [], None

    @Slot(bool)
    def set_can_undo(self, can_undo: bool) -> None:  # noqa: FBT001  # a slot
        """Whether there is something to undo."""
        self._undo.setEnabled(can_undo)

    def show_chairs(self, at: QPoint) -> bool:
        """Let the person choose among several positions, or another person; False if there is one position only."""
        if self._chairs is None:
            return False
        self._chairs.popup(at)
        return True

    def lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The keys of every menu: its name, and pairs of what an action does and its keys."""
        found = []
        for menu in self._menus:
            pairs = key_pairs(menu.actions())
            if pairs:
                found.append((_bare(menu.title()), pairs))
        return found

    def commands(self) -> list[QAction]:
        """Everything that the menus offer on this screen, in their order."""
        found: list[QAction] = []
        for menu in self._menus:
            shown = (one for one in menu.actions() if one.isVisible() and one.text() and one.menu() is None)
            found += [one for one in shown if not self.acts.rests(one)]
        return found

    def _add_chairs(self, menu: QMenu, chairs: tuple[ChairChoice, ...]) -> None:
        self._chairs = menu.addMenu(self.tr("Bekerja se&bagai"))
        group = QActionGroup(self._chairs)
        for number, chair in enumerate(chairs, start=1):
            action = make_action(group, f"&{number}  {menu_text(chair.title)}", name=f"chair_{chair.position}")
            action.setCheckable(True)
            action.setChecked(chair.current)
            action.setData(chair.position)
            action.triggered.connect(self._on_chair)
        self._chairs.addActions(group.actions())
        self._chairs.addSeparator()
        self._chairs.addAction(self._switch)

    def _add_menu(self, title: str) -> QMenu:
        menu = self._bar.addMenu(title)
        self._menus.append(menu)
        return menu

    def _make_actions(self) -> None:
        self._undo = make_action(self, self.tr("&Urungkan"), shortcut="Ctrl+Z", name="undo")
        self._undo.setEnabled(False)
        self._notices = make_action(self, self.tr("Pemberita&huan…"), shortcut="Ctrl+Shift+H", name="notices")
        self._tour = make_action(self, self.tr("T&ur singkat"), name="tour")
        self._columns = make_action(self, self.tr("Atur &kolom daftar ini…"), name="columns")
        self._trash = make_action(self, self.tr("Tempat &sampah…"), name="trash")
        self._sync = make_action(self, self.tr("Sin&kron sekarang"), shortcut="F5", name="sync_now")
        self._password = make_action(self, self.tr("Ganti &kata sandi…"), name="change_password")
        self._sessions = make_action(self, self.tr("Sesi sa&ya…"), name="own_sessions")
        self._sheet = make_action(self, self.tr("Cetak lembar &pemulihan…"), name="recovery_sheet")
        self._lock = make_action(self, self.tr("&Kunci layar"), shortcut="Ctrl+Shift+L", name="lock")
        self._switch = make_action(self, self.tr("&Ganti pengguna"), shortcut="Ctrl+L", name="switch_user")
        self._quit = make_action(self, self.tr("Ke&luar"), shortcut="Ctrl+Q", name="quit")
        self._find = make_action(self, self.tr("&Cari di mana saja"), shortcut="Ctrl+K", name="find")
        self._search = make_action(self, self.tr("Cari di layar &ini"), shortcut="Ctrl+F", name="find_here")
        self._help = make_action(self, self.tr("&Bantuan layar ini"), shortcut="F1", name="help_here")
        self._shortcuts = make_action(self, self.tr("Daftar &pintasan"), shortcut="Ctrl+/", name="shortcuts")
        self._check = make_action(self, self.tr("Periksa &data…"), name="check_data")
        self._about = make_action(self, self.tr("&Tentang Pesagi"), name="about")
        for action, wanted in (
            (self._sync, self.sync_wanted),
            (self._notices, self.notices_wanted),
            (self._password, self.password_wanted),
            (self._sessions, self.sessions_wanted),
            (self._sheet, self.sheet_wanted),
            (self._lock, self.lock_wanted),
            (self._switch, self.switch_wanted),
            (self._quit, self.quit_wanted),
            (self._find, self.find_wanted),
            (self._search, self.search_wanted),
            (self._help, self.help_wanted),
            (self._shortcuts, self.shortcuts_wanted),
            (self._about, self.about_wanted),
            (self._check, self.check_wanted),
            (self._undo, self.undo_wanted),
            (self._trash, self.trash_wanted),
            (self._tour, self.tour_wanted),
            (self._columns, self.columns_wanted),
        ):
            action.triggered.connect(wanted)
        self._dark = make_action(self, self.tr("Tema &gelap"), name="dark")
        self._dark.setCheckable(True)
        self._dark.triggered.connect(self._on_dark)
        self._contrast = make_action(self, self.tr("Kontras &tinggi"), name="high_contrast")
        self._contrast.setCheckable(True)
        self._contrast.triggered.connect(self._on_contrast)
        self._sizes = QActionGroup(self)
        for scale in SCALES:
            size = make_action(self._sizes, self.tr("{percent} %").format(percent=scale), name=f"scale_{scale}")
            size.setCheckable(True)
            size.setData(scale)
            size.triggered.connect(self._on_scale)

    def _fill_view_menu(self, screens: list[tuple[str, Screen]]) -> None:
        menu = self._add_menu(self.tr("&Tampilan"))
        for number, (key, screen) in enumerate(screens, start=1):
            action = make_action(self, screen.title, shortcut=f"Alt+{number}", name=f"place_{key}")
            action.setData(key)
            action.triggered.connect(self._on_place)
            self._places[key] = action
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self._find)
        menu.addAction(self._search)
        menu.addAction(self._columns)
        menu.addSeparator()
        self._mark_look()
        menu.addAction(self._dark)
        menu.addAction(self._contrast)
        sizes = menu.addMenu(self.tr("&Ukuran tampilan"))
        sizes.addActions(self._sizes.actions())

    def _mark_look(self) -> None:
        self._dark.setChecked(self._theme.appearance is Appearance.DARK)
        self._contrast.setChecked(self._theme.appearance is Appearance.HIGH_CONTRAST)
        for size in self._sizes.actions():
            size.setChecked(size.data() == self._theme.scale)

    @Slot()
    def _on_place(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.place_wanted.emit(str(action.data()))

    @Slot()
    def _on_chair(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chair_wanted.emit(int(action.data()))

    @Slot()
    def _on_dark(self) -> None:
        self._choose(Appearance.DARK if self._dark.isChecked() else Appearance.LIGHT)

    @Slot()
    def _on_contrast(self) -> None:
        self._choose(Appearance.HIGH_CONTRAST if self._contrast.isChecked() else Appearance.LIGHT)

    def _choose(self, appearance: Appearance) -> None:
        self._theme.set_appearance(appearance)
        self._mark_look()
        self.look_changed.emit()

    @Slot()
    def _on_scale(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._theme.set_scale(int(action.data()))
            self._mark_look()
            self.look_changed.emit()


def key_pairs(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """What each action does that has keys, and its keys."""
    return [(_bare(one.text()), _keys(one)) for one in actions if _keys(one)]


def _bare(text: str) -> str:
    return text.split("\t", maxsplit=1)[0].replace("&&", "\0").replace("&", "").replace("\0", "&")


def _keys(action: QAction) -> str:
    """The keys of an action; behind a tab in its text stand those that a widget serves itself, such as Escape."""
    if "\t" in action.text():
        return action.text().split("\t", maxsplit=1)[1]
    # Both Enter keys of a keyboard are one key to a person.
    keys = [one.toString(QKeySequence.SequenceFormat.PortableText) for one in action.shortcuts()]
    return ", ".join(dict.fromkeys(one.replace("Return", "Enter") for one in keys))
