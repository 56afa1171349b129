"""The window of the program: first start, signing in, and the workspace of whoever is signed in."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from desktop.views.bell import MenuCorner
from desktop.views.help_pages import help_page
from desktop.views.main_menu import MainMenu, key_pairs
from desktop.views.overlay import SheetOverlay, about_sheet, help_sheet, shortcut_sheet
from desktop.views.workspace import Workspace, WorkspaceParts
from desktop.widgets.literal import window_title
from desktop.widgets.sheet import Sheet
from desktop.widgets.theme import Theme

SMALLEST = (800, 480)
USUAL = (1366, 728)


class Overlay(Protocol):
    """What may lie over a page."""

    @property
    def closed(self) -> SignalInstance:
        """It was put away."""

    def vanish(self) -> None:
        """Go, because what was covered has changed."""


class MainWindow(QMainWindow):
    """Shows one page at a time: a front page without menus, or a workspace.

    Signals: `sync_wanted()` (F5), `sheet_wanted()` for a recovery sheet, `password_wanted()` for another password,
    `sessions_wanted()` to see the own sessions,
    `lock_wanted()` (Ctrl+Shift+L), `switch_wanted()` (Ctrl+L or a click on one's name), `chair_wanted(int)` with the
    number of another of the person's positions, `look_changed()` after theme or size was chosen, `closed()` when the
    window is closed, `check_wanted()`, `find_wanted()` (Ctrl+K), `undo_wanted()` (Ctrl+Z), `trash_wanted()`,
    `tour_wanted()`, `notices_wanted()`, `columns_wanted()`, `letter_wanted(bytes)` with the id of a letter
    that something outside the screens speaks of.
    """

    sync_wanted = Signal()
    sheet_wanted = Signal()
    password_wanted = Signal()
    sessions_wanted = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal()
    chair_wanted = Signal(int)
    look_changed = Signal()
    closed = Signal()
    check_wanted = Signal()
    find_wanted = Signal()
    undo_wanted = Signal()
    notices_wanted = Signal()
    trash_wanted = Signal()
    tour_wanted = Signal()
    columns_wanted = Signal()
    letter_wanted = Signal(bytes)

    def __init__(self, theme: Theme, *, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._version = version
        self._workspace: Workspace | None = None
        self._parts: WorkspaceParts | None = None
        self._overlay: Overlay | None = None
        self._page_over_all: QWidget | None = None
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self._menu = MainMenu(theme, self.menuBar(), parent=self)
        self._menu.sync_wanted.connect(self.sync_wanted)
        self._menu.sheet_wanted.connect(self.sheet_wanted)
        self._menu.password_wanted.connect(self.password_wanted)
        self._menu.sessions_wanted.connect(self.sessions_wanted)
        self._menu.lock_wanted.connect(self.lock_wanted)
        self._menu.switch_wanted.connect(self.switch_wanted)
        self._menu.quit_wanted.connect(self.close)
        self._menu.find_wanted.connect(self.find_wanted)
        self._menu.search_wanted.connect(self._on_search)
        self._menu.place_wanted.connect(self.show_place)
        self._menu.chair_wanted.connect(self.chair_wanted)
        self._menu.help_wanted.connect(self._on_help)
        self._menu.shortcuts_wanted.connect(self._on_shortcuts)
        self._menu.about_wanted.connect(self._on_about)
        self._menu.check_wanted.connect(self.check_wanted)
        self._menu.undo_wanted.connect(self.undo_wanted)
        self._menu.look_changed.connect(self.look_changed)
        self._menu.tour_wanted.connect(self.tour_wanted)
        self._menu.columns_wanted.connect(self.columns_wanted)
        self._menu.trash_wanted.connect(self.trash_wanted)
        self._menu.notices_wanted.connect(self.notices_wanted)
        self._corner = MenuCorner(theme, self.menuBar())
        self.bell = self._corner.bell
        self.bell.clicked.connect(self.notices_wanted)
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        self.setWindowTitle(self.tr("Pesagi"))
        self.menuBar().hide()

    @property
    def workspace(self) -> Workspace | None:
        """What the signed-in person works in, or None."""
        return self._workspace

    def show_front(self, page: QWidget) -> None:
        """Show a page without menus, such as the sign-in page.

        What a person worked in before is destroyed: no widget keeps the text of a letter after its reader has left.
        """
        self._menu.clear()
        self.menuBar().hide()
        self.setWindowTitle(self.tr("Pesagi"))
        self._replace(page)
        self._workspace, self._parts = None, None

    def cover(self, page: QWidget) -> None:
        """Lay a page over the workspace: what stands in it, and what was typed there, waits hidden until `uncover`."""
        self.uncover()
        self._put_overlay_away()
        for dialog in self.findChildren(QDialog):
            dialog.reject()
        self._menu.clear()
        self.menuBar().hide()
        self.setWindowTitle(self.tr("Pesagi"))
        self._page_over_all = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def uncover(self) -> None:
        """Show the workspace again as it was."""
        page, self._page_over_all = self._page_over_all, None
        if page is None:
            return
        self._stack.removeWidget(page)
        page.hide()
        page.deleteLater()
        workspace, parts = self._workspace, self._parts
        if workspace is not None and parts is not None:
            self._stack.setCurrentWidget(workspace)
            self._fill_menus(workspace, parts)
            self.menuBar().show()
            self._on_title(workspace.current.title)

    @property
    def overlaid(self) -> bool:
        """Whether something lies over the page that closes itself, such as the search."""
        return self._overlay is not None

    @property
    def covered(self) -> bool:
        """Whether a page lies over the workspace."""
        return self._page_over_all is not None

    def show_workspace(self, parts: WorkspaceParts) -> Workspace:
        """Show the workspace of a signed-in person, at the place that opens first."""
        self._parts = parts
        workspace = Workspace(self._theme, parts)
        self._workspace = workspace
        workspace.title_changed.connect(self._on_title)
        workspace.user_clicked.connect(self._on_user)
        workspace.place_changed.connect(self._menu.acts.show_place)
        self._replace(workspace)
        self._fill_menus(workspace, parts)
        self._corner.begin(practice=parts.practice)
        self.menuBar().show()
        workspace.show_place(parts.first or parts.places[0].key)
        return workspace

    @Slot(bool)
    def set_can_undo(self, can_undo: bool) -> None:  # noqa: FBT001  # a slot
        """Whether there is something to undo."""
        self._menu.set_can_undo(can_undo)

    def refill_menus(self) -> None:
        """The screens have got more actions: show them."""
        if self._workspace is not None and self._parts is not None:
            self._fill_menus(self._workspace, self._parts)

    @Slot(str)
    def show_place(self, key: str) -> None:
        """Go to a screen."""
        if self._workspace is not None:
            self._workspace.show_place(key)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the composition root, which ends the background work."""
        super().closeEvent(event)
        self.closed.emit()

    def _fill_menus(self, workspace: Workspace, parts: WorkspaceParts) -> None:
        real = not parts.practice
        self._menu.fill(workspace.screens(), can_sync=real, can_lock=real, chairs=parts.chairs)

    def _replace(self, page: QWidget) -> None:
        self._put_overlay_away()
        self.uncover()
        before = self._stack.currentWidget()
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if before is not None and before is not page:
            self._stack.removeWidget(before)
            before.hide()
            before.deleteLater()

    @Slot(str)
    def _on_title(self, title: str) -> None:
        self._put_overlay_away()
        parts = self._parts
        if parts is None:
            return
        text = self.tr("Pesagi — {page} — {office}").format(page=title, office=parts.office)
        if parts.practice:
            text = self.tr("{title} — LATIHAN").format(title=text)
        self.setWindowTitle(window_title(text))

    @Slot()
    def _on_user(self) -> None:
        """A click on one's name: the choice of positions if there are several, else another person."""
        workspace = self._workspace
        above = workspace.nav.user_place() if workspace is not None else None
        if above is None or not self._menu.show_chairs(above):
            self.switch_wanted.emit()

    @Slot()
    def _on_search(self) -> None:
        if self._workspace is not None:
            self._workspace.current.handle_find()

    @Slot()
    def _on_help(self) -> None:
        """F1: the page of the screen that is shown, from the program itself."""
        if self._workspace is None:
            return
        screen = self._workspace.current
        title = self.tr("Bantuan: {page}").format(page=screen.title)
        pairs = key_pairs(one for one in screen.actions_for_menu() if one.isVisible())
        page = help_page(str(screen.property("placeKey")))
        sheet = help_sheet(self._theme, page, pairs, title=title, keys=self.tr("Tombol di layar ini"))
        self.lay_over(partial(_sheet_over, self._theme, sheet))

    @Slot()
    def _on_shortcuts(self) -> None:
        sheet = shortcut_sheet(self._theme, self._menu.lines(), title=self.tr("Daftar pintasan"))
        self.lay_over(partial(_sheet_over, self._theme, sheet))

    @Slot()
    def _on_about(self) -> None:
        parts = self._parts
        facts = [(self.tr("Versi"), self._version)]
        if parts is not None:
            facts += [(self.tr("Kantor"), parts.office), (self.tr("Pengguna"), f"{parts.person}, {parts.position}")]
        text = self.tr("Surat, disposisi, dan arsip kantor pemerintah daerah, juga saat jaringan putus.")
        sheet = about_sheet(self._theme, facts, title=self.tr("Pesagi"), text=text)
        self.lay_over(partial(_sheet_over, self._theme, sheet))

    def commands(self) -> list[QAction]:
        """What the menus offer now."""
        return self._menu.commands()

    def lay_over(self, make: Callable[[QWidget], Overlay]) -> None:
        """Make something that covers the page until it closes itself, or the page changes."""
        self._put_overlay_away()
        self._overlay = make(self._stack)
        self._overlay.closed.connect(self._on_overlay_closed)

    def _put_overlay_away(self) -> None:
        if self._overlay is not None:
            self._overlay.vanish()

    @Slot()
    def _on_overlay_closed(self) -> None:
        self._overlay = None


def _sheet_over(theme: Theme, sheet: Sheet, page: QWidget) -> SheetOverlay:
    return SheetOverlay(theme, sheet, parent=page)
