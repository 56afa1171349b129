"""What a signed-in person works in: navigation, the current screen, the status strip, messages."""

from collections.abc import Collection

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from desktop.viewmodels.status_bar import StatusBar
from desktop.views.initials import initials_of, monogram_of
from desktop.views.screen import Place, Screen
from desktop.views.status_view import StatusView
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.nav_bar import NavBar
from desktop.widgets.status_strip import StatusStrip
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.toast import Toast, ToastHost

# Narrower windows keep only the icons of the navigation.
COLLAPSE_BELOW = 1280
# What can be undone for longer is still in the menu when its message has gone.
TOAST_S = 20


class ChairChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A position in which the person may work: its number, how it is called, and whether it is the present one."""

    position: int
    title: str
    current: bool


class WorkspaceParts(msgspec.Struct, frozen=True, kw_only=True):
    """Whose workspace it is, what it is made of, and the key of the place that opens first."""

    office: str
    office_short: str
    region: str
    person: str
    position: str
    practice: bool
    places: tuple[Place, ...]
    status: StatusBar
    chairs: tuple[ChairChoice, ...] = ()
    first: str = ""


class Workspace(QWidget):
    """The inside of the main window.

    Signals: `title_changed(str)` with the title of the shown page; `user_clicked()`; `reminder_heeded()` when a person
    does what the reminder is about; `warning_heeded()`, and `warning_put_away()` by its cross; `act_done(str)` with
    what was done on a screen and may be undone; `undo_wanted()`; `place_changed(str)` with the key of the screen that
    is shown now.
    """

    title_changed = Signal(str)
    user_clicked = Signal()
    reminder_heeded = Signal()
    warning_heeded = Signal()
    warning_put_away = Signal()
    act_done = Signal(str)
    place_changed = Signal(str)
    undo_wanted = Signal()

    def __init__(self, theme: Theme, parts: WorkspaceParts, *, parent: QWidget | None = None) -> None:
        """Becomes the parent of the screens of `parts`."""
        super().__init__(parent)
        self._theme = theme
        self._places = {place.key: place for place in parts.places}
        self.nav = NavBar(theme)
        self.nav.set_office(monogram_of(parts.office_short), parts.office_short, _brief(parts.region))
        self.nav.set_user(initials_of(parts.person), parts.person, parts.position)
        self._stack = QStackedWidget()
        self.strip = StatusStrip(theme)
        self._toasts = ToastHost(theme, self)
        self._undo_toast: Toast | None = None
        for place in parts.places:
            screen = place.screen
            self.nav.add_place(place.key, place.icon, screen.title)
            self._stack.addWidget(screen)
            screen.setProperty("placeKey", place.key)
            screen.badge_changed.connect(self._on_badge)
            screen.status_message.connect(self.show_message)
            screen.act_done.connect(self.act_done)
            screen.title_changed.connect(self._on_title)
            screen.seen_wanted.connect(self._on_seen_wanted)
        self.nav.activated.connect(self.show_place)
        self.nav.user_clicked.connect(self.user_clicked)
        self.strip.activated.connect(self._on_segment)
        self._status_view = StatusView(self.strip, parts.status, parent=self)
        self._reminder = Banner(theme, closable=True)
        self._reminder.hide()
        self._reminder.action_triggered.connect(self.reminder_heeded)
        self._warning = Banner(theme, closable=True)
        self._warning.hide()
        self._warning.action_triggered.connect(self.warning_heeded)
        self._warning.closed.connect(self.warning_put_away)
        middle = Column(theme, gap=0)
        middle.add(self._warning, self._reminder, self._stack)
        middle.setStretch(2, 1)
        top = Row(theme, gap=0)
        top.add(self.nav, middle)
        top.setStretch(1, 1)
        column = Column(theme, gap=0, parent=self)
        column.add(top, self.strip)
        column.setStretch(0, 1)
        theme.changed.connect(self._fit)

    @property
    def current(self) -> Screen:
        """The screen that is shown."""
        screen = self._stack.currentWidget()
        if not isinstance(screen, Screen):
            raise TypeError(type(screen))
        return screen

    def remind(self, text: str, *, action: str, icon: str = "") -> None:
        """Say above the screens what is still to be done, until it is put away or `reminder_heeded`."""
        self._reminder.set_message(text, Tone.INFO, icon=icon, action=action)
        self._reminder.show()

    def end_reminder(self) -> None:
        """It is done."""
        self._reminder.hide()

    def warn(self, text: str, *, action: str) -> None:
        """Say above the screens what endangers the work, until it is put away or `end_warning`."""
        if self._warning.isHidden() or self._warning.text() != text:
            self._warning.set_message(text, Tone.WARNING, action=action)
            self._warning.show()

    def end_warning(self) -> None:
        """The danger is over."""
        self._warning.hide()

    @property
    def toasts(self) -> ToastHost:
        """Where messages appear, for those that offer an action."""
        return self._toasts

    def screens(self) -> list[tuple[str, Screen]]:
        """Every screen with its key, in the order of the navigation."""
        return [(key, place.screen) for key, place in self._places.items()]

    @Slot(str)
    def show_place(self, key: str) -> None:
        """Go to a screen; raises KeyError for a key that is not in the navigation."""
        screen = self._places[key].screen
        self._stack.setCurrentWidget(screen)
        self.nav.set_current(key)
        self.place_changed.emit(key)
        self.title_changed.emit(screen.title)
        screen.activate()

    @Slot()
    def _on_seen_wanted(self) -> None:
        screen = self.sender()
        if isinstance(screen, Screen) and screen is not self._stack.currentWidget():
            self.show_place(str(screen.property("placeKey")))

    @Slot(str)
    def show_message(self, text: str) -> None:
        """Say something for a moment."""
        self._toasts.show_toast(text)

    def show_trouble(self, text: str) -> None:
        """Say for a moment that something was not done."""
        self._toasts.show_toast(text, icon="alert-triangle")

    @Slot(str, int)
    def show_undoable(self, text: str, seconds: int) -> None:
        """Say what was done, and let it be undone for so many seconds; 0: no more."""
        self.end_undo()
        if not seconds:
            self.show_message(text)
            return
        toast = self._toasts.show_toast(text, action=self.tr("Urungkan"), seconds=min(seconds, TOAST_S))
        toast.action_triggered.connect(self.undo_wanted)
        self._undo_toast = toast

    def show_undone(self, text: str, rows: Collection[tuple[int, bytes]]) -> None:
        """Say what was undone; the screens show again what it was made from."""
        self.end_undo()
        self.show_message(text)
        for place in self._places.values():
            place.screen.handle_undone(rows)

    def end_undo(self) -> None:
        """What was done cannot be undone any more, or was."""
        toast, self._undo_toast = self._undo_toast, None
        if toast is not None and isValid(toast):
            toast.put_away()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep or drop the names in the navigation."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        collapsed = self.width() < self._theme.px(COLLAPSE_BELOW)
        if collapsed != self.nav.is_collapsed():
            self.nav.set_collapsed(collapsed=collapsed)

    @Slot(int)
    def _on_badge(self, count: int) -> None:
        key = str(self.sender().property("placeKey"))
        self.nav.set_count(key, count, urgent=self._places[key].urgent)

    @Slot(str)
    def _on_title(self, title: str) -> None:
        if self.sender() is self._stack.currentWidget():
            self.title_changed.emit(title)

    @Slot(str)
    def _on_segment(self, _key: str) -> None:
        if "sync" in self._places:
            self.show_place("sync")


def _brief(region: str) -> str:
    """The region as it is shortened in letters, for a line that is short too."""
    return region.replace("Kabupaten ", "Kab. ", 1)
