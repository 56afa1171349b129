"""The form of a new record file."""

from collections.abc import Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.ids import RecordFileId
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.classification import ClassificationCatalogue, ClassificationCode
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

# As many as the list under the field holds without leaving the form.
MOST_SUGGESTED = 6


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A record file that is durably saved."""

    record_file_id: RecordFileId
    title: str


class RecordFileEditor(OneAtATime):
    """Suggests codes while one types, and opens the record file.

    Signals besides those of OneAtATime: `opened(object)` with an Opened after the commit. The field of `refused` is
    `classification`, `title` or `location`.
    """

    opened = Signal(object)

    def __init__(
        self,
        service: RecordFileService,
        catalogue: ClassificationCatalogue,
        *,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        """Over the catalogue, which is in memory, so that a suggestion waits for nothing."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._catalogue = catalogue

    def suggestions(self, text: str) -> Sequence[ClassificationCode]:
        """Codes for what was typed."""
        return self._catalogue.search(text, MOST_SUGGESTED)

    def name_of(self, code: str) -> str:
        """The name of a code, or the empty text."""
        return self._catalogue.lookup(code) or ""

    def create(self, wanted: NewRecordFile) -> None:
        """Open the record file; `opened` or `refused` follows. A second wish meanwhile is ignored."""
        self._begin(partial(_open, self._service, wanted), self.opened.emit)


def _open(service: RecordFileService, wanted: NewRecordFile) -> Opened:
    return Opened(record_file_id=service.open(wanted), title=wanted.title.strip())
