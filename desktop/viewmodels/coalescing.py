"""Many asks, one answer: what happens often is done once after a short while."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot


class Coalescer(QObject):
    """Collects asks.

    Signals: `due()` once, `delay_ms` after the first ask; with `restart` after the last one. A stream of asks
    without `restart` is answered every `delay_ms`, so nobody waits for its end.
    """

    due = Signal()

    def __init__(self, delay_ms: int, *, restart: bool = False, parent: QObject) -> None:
        super().__init__(parent)
        self._restart = restart
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self.due)

    @Slot()
    def ask(self) -> None:
        """Ask."""
        if self._restart or not self._timer.isActive():
            self._timer.start()

    def cancel(self) -> None:
        """Forget what was asked."""
        self._timer.stop()
