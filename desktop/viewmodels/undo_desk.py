"""What may still be undone, as the window offers it: for a few seconds, then it is sent."""

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.services.undoing import Undoable, Undone, UndoService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner, untold

# Later than the store says, so that the hold is over when it is looked at.
AFTER_MS = 50


class UndoDesk(OneAtATime):
    """Watches over the last act of a person.

    Signals besides those of OneAtATime: `offered(str, int)` with a sentence about what was done and the seconds in
    which it may be undone, 0 if it may not; `available_changed(bool)`; `undone(object)` with an Undone.
    """

    offered = Signal(str, int)
    available_changed = Signal(bool)
    undone = Signal(object)

    def __init__(self, service: UndoService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Nothing to undo."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._shown = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        # Qt's own choice may come half a second early, and finds the hold not over.
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_over)

    @property
    def available(self) -> bool:
        """Whether something may be undone."""
        return self._timer.isActive()

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Something was done, and the sentence says what: `offered` follows with it."""
        work = untold(self._service.offered)
        self._runner.run(Lane.STORE, work, done=partial(self._on_offered, sentence), failed=self._refuse)

    @Slot()
    def undo(self) -> None:
        """Undo it; `undone` or `refused` follows."""
        if self.available:
            self._begin(self._service.undo, self._on_undone)

    def _on_offered(self, sentence: str, found: Undoable | None) -> None:
        fresh = found is not None and found.entry != self._shown
        if found is not None and fresh:
            self._shown = found.entry
            self._timer.start(found.left_ms + AFTER_MS)
            self.available_changed.emit(True)
        self.offered.emit(sentence, found.left_ms // 1000 if found is not None and fresh else 0)

    def _on_undone(self, undone: Undone) -> None:
        self._timer.stop()
        self.available_changed.emit(False)
        self.undone.emit(undone)

    @Slot()
    def _on_over(self) -> None:
        self.available_changed.emit(False)
        self._runner.run(Lane.STORE, untold(self._service.end), done=self._on_ended, failed=self._refuse)

    def _on_ended(self, left_ms: int) -> None:
        if left_ms:
            self._timer.start(left_ms + AFTER_MS)
