"""What can be done in Pindaian, each with its keys."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.views.screen import make_action


class ScanActs(QObject):
    """The actions of the screen. Signals: `wanted(str)` with the name of one."""

    wanted = Signal(str)

    def __init__(self, screen: QWidget) -> None:
        """They work while the keyboard is within `screen`."""
        super().__init__(screen)
        self._screen = screen
        self.listed: list[QAction] = []
        self.use = self._make("use", self.tr("&Daftarkan surat"), "D")
        self.attach = self._make("attach", self.tr("&Lampirkan ke surat…"), "L")
        self.scan = self._make("scan", self.tr("&Pindai"), "F9")
        self.choose = self._make("choose", self.tr("Pilih &berkas"), "Ctrl+O")
        self.watch = self._make("watch", self.tr("&Folder pindaian"), "")
        self._turn = self._make("turn", self.tr("P&utar halaman"), "R")
        self._earlier = self._make("earlier", self.tr("Halaman ke d&epan"), "Ctrl+Left")
        self._later = self._make("later", self.tr("Halaman ke be&lakang"), "Ctrl+Right")
        self._split = self._make("split", self.tr("Pi&sahkan mulai halaman ini"), "S")
        self._join = self._make("join", self.tr("&Gabung dengan yang di atasnya"), "G")
        self._drop = self._make("drop", self.tr("Buang &halaman"), "Delete")
        self._away = self._make("away", self.tr("Buang pi&ndaian"), "X")
        # No shortcut: the menu of the window has the key for what was done elsewhere, and two of one key are none.
        self._undo = self._make("undo", self.tr("Ur&ungkan\tCtrl+Z"), "")
        screen.installEventFilter(self)

    def enable(self, *, item: bool, attach: bool, several: bool, split: bool, above: bool, undo: bool) -> None:
        """What can be done now: there is an item, it has several pages, one of them is not the first, and so on."""
        self.attach.setEnabled(item and attach)
        for action in (self.use, self._turn, self._drop, self._away):
            action.setEnabled(item)
        for action in (self._earlier, self._later):
            action.setEnabled(item and several)
        self._split.setEnabled(item and split)
        self._join.setEnabled(item and above)
        self._undo.setEnabled(undo)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo with Ctrl+Z what was done here; while that is nothing, the window undoes what was done elsewhere."""
        if not isinstance(event, QKeyEvent) or not self._undo.isEnabled():
            return super().eventFilter(watched, event)
        if not event.matches(QKeySequence.StandardKey.Undo):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._undo.trigger()
        return True

    def _make(self, name: str, text: str, keys: str) -> QAction:
        action = make_action(self._screen, text, shortcut=keys, name=f"scans.{name}")
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setProperty("act", name)
        action.triggered.connect(self._on_triggered)
        self._screen.addAction(action)
        self.listed.append(action)
        return action

    @Slot()
    def _on_triggered(self) -> None:
        self.wanted.emit(str(self.sender().property("act")))
