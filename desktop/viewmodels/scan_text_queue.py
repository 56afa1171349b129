"""How many pages wait to be read for the search, and the switch that pauses it."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.services.scan_texts import ScanTextService, ScanTextState
from desktop.workers.runner import Lane, TaskRunner, untold

LOOK_MS = 3_000


class ScanTextQueue(QObject):
    """Looks while it is shown. Signals: `changed()` when `state` is another."""

    changed = Signal()

    def __init__(self, service: ScanTextService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self.state = ScanTextState()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def show(self, *, shown: bool) -> None:
        """It is on the screen now, or is not."""
        if shown:
            self.look()
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Read how much waits."""
        self._runner.run(Lane.INDEX, untold(self._service.state), done=self._on_state, failed=self._on_failed)

    @Slot()
    def switch(self) -> None:
        """Pause, or go on."""
        work = untold(partial(self._service.pause, paused=not self.state.paused))
        self._runner.run(Lane.INDEX, work, done=self._on_switched, failed=self._on_failed)

    def _on_switched(self, _value: object) -> None:
        self.look()

    def _on_state(self, state: ScanTextState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()

    def _on_failed(self, _error: Exception) -> None:
        # The line stays as it was: nothing depends on it, and it is looked at again.
        return
