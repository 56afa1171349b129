"""A disposition that was given to me: it is noted as read after a moment, and answered with a result."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import PositionId
from desktop.services.dispositions import DispositionService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner, untold

READ_AFTER_MS = 1000


class AnswerEditor(OneAtATime):
    """Holds what was typed for each disposition and sends it.

    Signals besides those of OneAtATime: `opened()` when another disposition is shown; `sent()` after the commit.
    """

    opened = Signal()
    sent = Signal()

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
        super().__init__(runner, parent=parent)
        self._service = service
        self._position = position
        self._texts: dict[bytes, str] = {}
        self._last: tuple[Disposition, str] | None = None
        self._watched = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(read_after_ms)
        self._timer.timeout.connect(self._on_looked_at)
        self.disposition: Disposition | None = None

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
        if self.disposition is None:
            return
        work = partial(self._service.answer, self.disposition.id, self.text)
        self._begin(work, partial(self._on_sent, self.disposition, self.text))

    def restore(self, row_ids: Collection[bytes]) -> Disposition | None:
        """If what was reported last is among these, bring its text back; the disposition that it is about."""
        if self._last is None or self._last[0].id not in row_ids:
            return None
        (disposition, text), self._last = self._last, None
        self._texts[disposition.id] = text
        self.opened.emit()
        return disposition

    def _watch_reading(self) -> None:
        mine = self.disposition.recipient(self._position) if self.disposition else None
        if self._watched and mine is not None and mine.state is RecipientState.UNREAD:
            self._timer.start()

    @Slot()
    def _on_looked_at(self) -> None:
        if self.disposition is not None:
            work = partial(self._service.read, self.disposition.id)
            self._runner.run(Lane.STORE, untold(work), failed=self._refuse)

    def _on_sent(self, disposition: Disposition, text: str, _value: object) -> None:
        self._texts.pop(disposition.id, None)
        self._last = (disposition, text)
        self.sent.emit()
