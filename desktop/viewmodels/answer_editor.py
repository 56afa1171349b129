"""A disposition that was given to me: it is noted as read after a moment, and answered with a result."""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import DispositionId, PositionId
from desktop.services.dispositions import DispositionService
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

READ_AFTER_MS = 1000


class AnswerEditor(QObject):
    """Holds what was typed for each disposition and sends it.

    Signals: `opened()` when another disposition is shown; `busy_changed(bool)`; `sent()` after the commit;
    `refused(str, str)` with code and field.
    """

    opened = Signal()
    busy_changed = Signal(bool)
    sent = Signal()
    refused = Signal(str, str)

    def __init__(
        self,
        service: DispositionService,
        runner: TaskRunner,
        *,
        position: PositionId,
        read_after_ms: int = READ_AFTER_MS,
        parent: QObject | None = None,
    ) -> None:
        """Without a disposition; `position` is the one that answers."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._position = position
        self._texts: dict[bytes, str] = {}
        self._watched = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(read_after_ms)
        self._timer.timeout.connect(self._on_looked_at)
        self.disposition: Disposition | None = None
        self.busy = False

    @property
    def text(self) -> str:
        """What stands in the field: what was typed last, else what was reported before."""
        if self.disposition is None:
            return ""
        mine = self.disposition.recipient(self._position)
        return self._texts.get(self.disposition.id, mine.result if mine else "")

    @property
    def answered(self) -> bool:
        """Whether a result was reported before."""
        mine = self.disposition.recipient(self._position) if self.disposition else None
        return mine is not None and mine.state is RecipientState.ANSWERED

    def open(self, disposition: Disposition | None) -> None:
        """Show a disposition; an unread one counts as read once it was in sight for a moment."""
        before = self.disposition.id if self.disposition else None
        self.disposition = disposition
        if disposition is None or disposition.id != before:
            self._timer.stop()
            self._watch_reading()
            self.opened.emit()

    def set_watched(self, *, watched: bool) -> None:
        """Tell whether a person can see the disposition now."""
        self._watched = watched
        if not watched:
            self._timer.stop()
        elif not self._timer.isActive():
            self._watch_reading()

    def keep(self, text: str) -> None:
        """Remember what is typed."""
        if self.disposition is not None:
            self._texts[self.disposition.id] = text

    def send(self) -> None:
        """Report the result; `sent` or `refused` follows. A second wish meanwhile is ignored."""
        if self.disposition is None or self.busy:
            return
        self._set_busy(busy=True)
        disposition_id = self.disposition.id
        work = partial(_answer, self._service, disposition_id, self.text)
        done = partial(self._on_sent, disposition_id)
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed)

    def _watch_reading(self) -> None:
        mine = self.disposition.recipient(self._position) if self.disposition else None
        if self._watched and mine is not None and mine.state is RecipientState.UNREAD:
            self._timer.start()

    @Slot()
    def _on_looked_at(self) -> None:
        if self.disposition is not None:
            work = partial(_read, self._service, self.disposition.id)
            self._runner.run(Lane.STORE, work, failed=self._on_failed)

    def _on_sent(self, disposition_id: DispositionId, _value: object) -> None:
        self._texts.pop(disposition_id, None)
        self._set_busy(busy=False)
        self.sent.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _read(service: DispositionService, disposition_id: DispositionId, _token: CancelToken) -> None:
    service.read(disposition_id)


def _answer(service: DispositionService, disposition_id: DispositionId, text: str, _token: CancelToken) -> None:
    service.answer(disposition_id, text)
