"""Tells when the operating system says that the network is there again; where it says nothing, nothing is told."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QNetworkInformation

_Reachability = QNetworkInformation.Reachability
# A village network without the internet may have the office's own server on it.
_USEFUL = (_Reachability.Local, _Reachability.Site, _Reachability.Online)


class NetworkWatch(QObject):
    """Signals: `came_up()` when the network was away, or not known, and is there now."""

    came_up = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._useful = True
        if QNetworkInformation.loadDefaultBackend():
            QNetworkInformation.instance().reachabilityChanged.connect(self.take)

    @Slot(QNetworkInformation.Reachability)
    def take(self, reachability: QNetworkInformation.Reachability) -> None:
        """What the system says now."""
        was_useful, self._useful = self._useful, reachability in _USEFUL
        if self._useful and not was_useful:
            self.came_up.emit()
