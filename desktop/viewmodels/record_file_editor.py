"""The form of a new record file."""

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.ids import RecordFileId
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.classification import ClassificationCatalogue, ClassificationCode
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

# As many as the list under the field holds without leaving the form.
MOST_SUGGESTED = 6


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A record file that is durably saved."""

    record_file_id: RecordFileId
    title: str


class RecordFileEditor(QObject):
    """Suggests codes while one types, and opens the record file.

    Signals: `busy_changed(bool)`; `opened(object)` with an Opened after the commit; `refused(str, str)` with code and
    field (`classification`, `title`, `location`).
    """

    busy_changed = Signal(bool)
    opened = Signal(object)
    refused = Signal(str, str)

    def __init__(
        self,
        service: RecordFileService,
        catalogue: ClassificationCatalogue,
        *,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        """Over the catalogue, which is in memory, so that a suggestion waits for nothing."""
        super().__init__(parent)
        self._service = service
        self._catalogue = catalogue
        self._runner = runner
        self.busy = False

    def suggestions(self, text: str) -> Sequence[ClassificationCode]:
        """Codes for what was typed."""
        return self._catalogue.search(text, MOST_SUGGESTED)

    def name_of(self, code: str) -> str:
        """The name of a code, or the empty text."""
        return self._catalogue.lookup(code) or ""

    def create(self, wanted: NewRecordFile) -> None:
        """Open the record file; `opened` or `refused` follows. A second wish meanwhile is ignored."""
        if self.busy:
            return
        self._set_busy(busy=True)
        work = partial(_open, self._service, wanted)
        self._runner.run(Lane.STORE, work, done=self._on_opened, failed=self._on_failed)

    def _on_opened(self, opened: Opened) -> None:
        self._set_busy(busy=False)
        self.opened.emit(opened)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)


def _open(service: RecordFileService, wanted: NewRecordFile, _token: CancelToken) -> Opened:
    return Opened(record_file_id=service.open(wanted), title=wanted.title.strip())
