"""The tray of the desktop, where there is one: an icon with what was not seen, and notices for a moment."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

SHOWN_MS = 8_000


class Tray(QObject):
    """A Notifier on QSystemTrayIcon.

    Signals: `clicked()` when the icon or a notice is clicked.
    """

    clicked = Signal()

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(icon, self)
            self._icon.activated.connect(self._on_clicked)
            self._icon.messageClicked.connect(self._on_clicked)
            self._icon.show()

    @property
    def works(self) -> bool:
        """Whether this desktop shows notices."""
        return self._icon is not None and QSystemTrayIcon.supportsMessages()

    def show(self, title: str, text: str) -> None:
        """Tell something for a moment."""
        if self._icon is not None:
            self._icon.showMessage(title, text, self._icon.icon(), SHOWN_MS)

    def set_unseen(self, count: int) -> None:
        """Say how many notices were not seen."""
        if self._icon is not None:
            self._icon.setToolTip(
                self.tr("Pesagi: {count} pemberitahuan baru").format(count=count) if count else "Pesagi"
            )

    @Slot()
    def _on_clicked(self) -> None:
        self.clicked.emit()
