"""The scans of the letter that is being entered: files are looked at and copied in, one after the other."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.domain.attachments import Attachment
from desktop.services.attachments import AttachmentService
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.page_thumbnails import PageThumbnails
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class ScanIntake(QObject):
    """Takes files in and shows them.

    Signals: `scans_changed()`; `refused(str)` with a code, once for each file that cannot be a scan;
    `busy_changed(bool)`.
    """

    scans_changed = Signal()
    refused = Signal(str)
    busy_changed = Signal(bool)

    def __init__(
        self,
        attachments: AttachmentService,
        runner: TaskRunner,
        *,
        preview: ScanPreview,
        parent: QObject | None = None,
    ) -> None:
        """`preview` shows these scans and no others."""
        super().__init__(parent)
        self._attachments = attachments
        self._runner = runner
        self._tokens: list[CancelToken] = []
        self.preview = preview
        self.thumbnails = PageThumbnails(attachments, runner, parent=self)
        self.scans: tuple[Attachment, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether a file is being looked at."""
        return bool(self._tokens)

    def take(self, paths: Sequence[Path]) -> None:
        """Take these files in, in this order."""
        for path in paths:
            work = partial(_take, self._attachments, path=path)
            # The lane keeps the order, so the first token always belongs to the next answer.
            token = self._runner.run(Lane.FILES, work, done=self._on_taken, failed=self._on_failed)
            self._tokens.append(token)
        self.busy_changed.emit(self.busy)

    def replace(self, scans: tuple[Attachment, ...]) -> None:
        """Show other scans; files still on their way are not waited for."""
        self.cancel()
        self._set(scans)

    def remove(self, number: int) -> None:
        """Take a scan off, counted from 0."""
        if 0 <= number < len(self.scans):
            self._set(self.scans[:number] + self.scans[number + 1 :])

    def forget_small_pictures(self, scans: Sequence[Attachment]) -> None:
        """Remove the small pictures of scans whose letter keeps none."""
        self._runner.run(Lane.FILES, partial(_drop, self._attachments, scans=scans))

    def cancel(self) -> None:
        """Wait for no file any more."""
        for token in self._tokens:
            token.cancel()
        self._tokens.clear()
        self.busy_changed.emit(False)

    def _on_taken(self, scan: Attachment) -> None:
        self._tokens.pop(0)
        if scan.sha256 not in {one.sha256 for one in self.scans}:
            self._set((*self.scans, scan))
            self.preview.show_source(len(self.scans) - 1)
        self.busy_changed.emit(self.busy)

    def _on_failed(self, error: Exception) -> None:
        self._tokens.pop(0)
        self.refused.emit(failure_of(error).code)
        self.busy_changed.emit(self.busy)

    def _set(self, scans: tuple[Attachment, ...]) -> None:
        self.scans = scans
        self.preview.show_scans(scans)
        self.thumbnails.show_scans(scans)
        self.scans_changed.emit()


def _drop(attachments: AttachmentService, _token: CancelToken, *, scans: Sequence[Attachment]) -> None:
    attachments.drop_thumbnails(scans)


def _take(attachments: AttachmentService, _token: CancelToken, *, path: Path) -> Attachment:
    return attachments.take(path)
