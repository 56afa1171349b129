"""Whether the letter that is being entered is in the register already."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from core.domain.twins import Face
from desktop.services.letters import LetterEntry
from desktop.services.twins import Twin, TwinService, face_of
from desktop.viewmodels.coalescing import Coalescer
from desktop.workers.runner import CancelToken, Lane, TaskRunner

LOOK_AFTER_MS = 250


class LetterTwins(QObject):
    """Looks while one types, and remembers what the clerk said.

    Signals: `changed()` when `shown` is another; `open_requested(object)` and `join_requested(object)` with the
    LetterId of a twin.
    """

    changed = Signal()
    open_requested = Signal(object)
    join_requested = Signal(object)

    def __init__(self, service: TwinService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._face: Face | None = None
        self._asked: CancelToken | None = None
        self._others: set[LetterId] = set()
        self._asked_of: set[LetterId] = set()
        self._soon = Coalescer(LOOK_AFTER_MS, restart=True, parent=self)
        self._soon.due.connect(self._look)
        self.service = service
        self.found: tuple[Twin, ...] = ()

    @property
    def shown(self) -> Twin | None:
        """The twin to show: the surest of which nobody has said that it is another letter."""
        return next((one for one in self.found if one.letter_id not in self._others), None)

    def watch(self, entry: LetterEntry) -> None:
        """What was typed is now this."""
        face = face_of(entry)
        if face != self._face:
            self._face = face
            self._soon.ask()

    def forget(self) -> None:
        """Another letter is begun."""
        self._soon.cancel()
        if self._asked is not None:
            self._asked.cancel()
        self._face = None
        self._others.clear()
        self._asked_of.clear()
        self._show(())

    @property
    def known(self) -> frozenset[LetterId]:
        """The twins that the clerk was asked about."""
        return frozenset(self._others | self._asked_of)

    def ask(self, found: tuple[Twin, ...]) -> None:
        """Show these because the letter was to be saved; whoever saves once more means another letter."""
        self._asked_of.update(one.letter_id for one in found)
        self._others.difference_update(self._asked_of)
        self._show(found)

    @Slot()
    def say_other(self) -> None:
        """The clerk says: what is shown is another letter."""
        if self.shown is not None:
            self._others.add(self.shown.letter_id)
            self.changed.emit()

    @Slot()
    def open_shown(self) -> None:
        """The clerk wants to see the twin itself."""
        if self.shown is not None:
            self.open_requested.emit(self.shown.letter_id)

    @Slot()
    def join_shown(self) -> None:
        """The clerk says: what is filled in is one more arrival of what is shown."""
        if self.shown is not None:
            self.join_requested.emit(self.shown.letter_id)

    @Slot()
    def _look(self) -> None:
        if self._face is None:
            return
        if self._asked is not None:
            self._asked.cancel()
        work = partial(_twins, self.service, face=self._face)
        self._asked = self._runner.run(Lane.STORE, work, done=self._show, failed=self._on_failed)

    def _show(self, found: tuple[Twin, ...]) -> None:
        if found != self.found:
            self.found = found
            self.changed.emit()

    def _on_failed(self, _error: Exception) -> None:
        # Only a help: what is wrong with the store is said when the letter is saved.
        self._show(())


def _twins(service: TwinService, _token: CancelToken, *, face: Face) -> tuple[Twin, ...]:
    return service.of(face)
