"""Writes the list of letters that a person looks at into a file."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.services.list_export import ListExportService
from desktop.services.register import LetterQuery
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner


class ListExport(OneAtATime):
    """Signals besides those of OneAtATime: `written(int, str)` with how many letters, and the name of the file."""

    written = Signal(int, str)

    def __init__(self, service: ListExportService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(runner, parent=parent)
        self._service = service

    def write(self, query: LetterQuery, path: Path) -> None:
        """Write it; `written` or `refused` follows."""
        self._begin(partial(self._service.export, query, path), partial(self._on_written, path.name), lane=Lane.INDEX)

    def _on_written(self, name: str, count: int) -> None:
        self.written.emit(count, name)
