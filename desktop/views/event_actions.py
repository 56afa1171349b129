"""Deciding on an invitation, as actions of the screen that shows it."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.event_desk import COMES, DELEGATED, STAYS_AWAY, EventDesk
from desktop.views.delegate_dialog import DelegateDialog
from desktop.views.messages import sentence_for
from desktop.views.screen import make_action
from desktop.widgets.theme import Theme


class EventActions(QObject):
    """Offered while an event is shown on which this person may decide.

    Signals: `act_done(str)` with what was done and may be undone; `told(str)` with what was not done.
    """

    act_done = Signal(str)
    told = Signal(str)

    def __init__(self, theme: Theme, desk: EventDesk, *, screen: QWidget) -> None:
        super().__init__(screen)
        self._theme = theme
        self._desk = desk
        self._screen = screen
        self._dialog: DelegateDialog | None = None
        self.attend = make_action(screen, self.tr("&Hadir sendiri"), shortcut="H", name="event_attend")
        self.delegate = make_action(screen, self.tr("&Wakilkan…"), shortcut="W", name="event_delegate")
        self.stay_away = make_action(screen, self.tr("&Tidak hadir"), shortcut="T", name="event_stay_away")
        self.attend.triggered.connect(desk.attend)
        self.delegate.triggered.connect(desk.ask_delegate)
        self.stay_away.triggered.connect(desk.stay_away)
        for action in self.actions():
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            screen.addAction(action)
        desk.changed.connect(self._refresh)
        desk.busy_changed.connect(self._refresh)
        desk.delegate_wanted.connect(self._on_delegate)
        desk.done.connect(self._on_done)
        desk.refused.connect(self._on_refused)
        self._refresh()

    def actions(self) -> list[QAction]:
        """All of them, for a menu."""
        return [self.attend, self.delegate, self.stay_away]

    @Slot()
    def _refresh(self) -> None:
        possible = self._desk.chair is not None and not self._desk.busy
        for action in self.actions():
            action.setEnabled(possible)
            action.setVisible(self._desk.chair is not None)

    @Slot()
    def _on_delegate(self) -> None:
        if self._dialog is None:
            self._dialog = DelegateDialog(self._theme, self._desk, parent=self._screen)
        self._dialog.begin()

    @Slot(str)
    def _on_done(self, what: str) -> None:
        sentences = {
            COMES: self.tr("Dicatat: hadir sendiri"),
            STAYS_AWAY: self.tr("Dicatat: tidak hadir"),
            DELEGATED: self.tr("Diwakilkan: wakilnya menerima surat ini di Untuk saya"),
        }
        self.act_done.emit(sentences[what])

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if self._dialog is None or not self._dialog.isVisible():
            self.told.emit(sentence_for(code))
