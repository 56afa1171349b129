"""A disposition that was given to me: it is noted as read after a moment, and answered with a result."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import DispositionId, PositionId
from desktop.services.attachments import AttachmentService
from desktop.services.dispositions import DispositionService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner, untold

READ_AFTER_MS = 1000


class AnswerEditor(OneAtATime):
    """Holds what was typed for each disposition and sends it.

    Signals besides those of OneAtATime: `opened()` when another disposition is shown; `sent()` after the commit;
    `files_changed()`.
    """

    opened = Signal()
    sent = Signal()
    files_changed = Signal()

    def __init__(
        self,
        service: DispositionService,
        runner: TaskRunner,
        *,
        position: PositionId,
        read_after_ms: int = READ_AFTER_MS,
        attachments: AttachmentService | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Without a disposition; `position` is the one that answers. Without `attachments` no files are added."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._position = position
        self._texts: dict[bytes, str] = {}
        self._files: dict[bytes, tuple[Attachment, ...]] = {}
        self._attachments = attachments
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
    def files(self) -> tuple[Attachment, ...]:
        """The files of the report: those that were added here, else those of the report before."""
        if self.disposition is None:
            return ()
        mine = self.disposition.recipient(self._position)
        return self._files.get(self.disposition.id, mine.files if mine else ())

    @property
    def may_attach(self) -> bool:
        """Whether files can be added; to what is secret they are sealed."""
        return self._attachments is not None and self.disposition is not None

    def attach(self, paths: Sequence[Path]) -> None:
        """Take files in; `files_changed` or `refused` follows."""
        if self._attachments is not None and self.disposition is not None and paths:
            work = partial(_take_all, self._attachments, tuple(paths))
            self._begin(work, partial(self._on_taken, self.disposition.id), lane=Lane.FILES)

    @Slot()
    def drop_last_file(self) -> None:
        """Take the last file off the report."""
        if self.disposition is not None and self.files:
            self._files[self.disposition.id] = self.files[:-1]
            self.files_changed.emit()

    def _on_taken(self, disposition_id: DispositionId, taken: tuple[Attachment, ...]) -> None:
        if self.disposition is not None and self.disposition.id == disposition_id:
            known = {one.sha256 for one in self.files}
            self._files[disposition_id] = (*self.files, *(one for one in taken if one.sha256 not in known))
            self.files_changed.emit()

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

    def send(self, *, done: bool = True) -> None:
        """Report the result, or how far it is; `sent` or `refused` follows. A second wish meanwhile is ignored."""
        if self.disposition is None:
            return
        work = partial(self._service.answer, self.disposition.id, self.text, files=self.files, done=done)
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
        self._files.pop(disposition.id, None)
        self._last = (disposition, text)
        self.sent.emit()


def _take_all(attachments: AttachmentService, paths: tuple[Path, ...]) -> tuple[Attachment, ...]:
    return tuple(attachments.take(path) for path in paths)
