"""The scans of the letter that is being entered: files are looked at and copied in, one after the other."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from desktop.services.attachments import AttachmentService
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.page_thumbnails import PageThumbnails
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.viewmodels.scan_tidier import ScanTidier
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
        tidier: ScanTidier | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`preview` shows these scans and no others; without a `tidier` scans stay as they came."""
        super().__init__(parent)
        self._attachments = attachments
        self._runner = runner
        self._tokens: list[CancelToken] = []
        self.preview = preview
        self.tidier = tidier
        if tidier is not None:
            tidier.tidied.connect(self._on_tidied)
        self.thumbnails = PageThumbnails(attachments, runner, parent=self)
        self.scans: tuple[Attachment, ...] = ()
        self._then: Callable[[], None] | None = None
        self._lent: dict[BlobHash, int] = {}

    @property
    def busy(self) -> bool:
        """Whether a file is being looked at or cleaned."""
        return bool(self._tokens) or (self.tidier is not None and self.tidier.busy)

    def when_ready(self, then: Callable[[], None]) -> None:
        """Do this once nothing is looked at or cleaned any more, unless a file is refused or other scans are shown."""
        self._then = then

    def take(self, paths: Sequence[Path]) -> None:
        """Take these files in, in this order."""
        for path in paths:
            work = partial(_take, self._attachments, path=path)
            # The lane keeps the order, so the first token always belongs to the next answer.
            token = self._runner.run(Lane.FILES, work, done=self._on_taken, failed=self._on_failed)
            self._tokens.append(token)
        self._tell_busy()

    def lend(self, scan: Attachment, number: int) -> None:
        """Show a scan of the inbox, which is here already, beside the others; `number` is that of its item."""
        self._lent[scan.sha256] = number
        self._show(scan)
        self._tell_busy()

    def recall(self, items: Sequence[tuple[BlobHash, int]]) -> None:
        """A draft comes back: these of its scans were lent by the inbox, each with the number of its item."""
        self._lent.update(items)

    @property
    def lent(self) -> tuple[tuple[BlobHash, int], ...]:
        """The numbers of the items of the inbox, by the scans that are made of them."""
        return tuple(self._lent.items())

    def replace(self, scans: tuple[Attachment, ...]) -> None:
        """Show other scans; files still on their way are not waited for."""
        self._then = None
        self.cancel()
        self._set(scans)

    def remove(self, number: int) -> None:
        """Take a scan off, counted from 0."""
        if 0 <= number < len(self.scans):
            self._set(self.scans[:number] + self.scans[number + 1 :])

    def exchange(self, number: int) -> None:
        """Put the original in the place of a clean copy, counted from 0, or the copy in the place of the original."""
        if self.tidier is None or not 0 <= number < len(self.scans):
            return
        other = self.tidier.other(self.scans[number])
        if other is not None:
            self._put(number, other)

    def forget_others(self, scans: tuple[Attachment, ...]) -> None:
        """These are saved: remove what a letter does not keep, which are the originals of clean copies as a rule."""
        self._lent.clear()
        self._runner.run(Lane.FILES, partial(_drop, self._attachments, scans=scans))
        if self.tidier is not None:
            self.tidier.forget(scans)

    def cancel(self) -> None:
        """Wait for no file any more."""
        for token in self._tokens:
            token.cancel()
        self._tokens.clear()
        if self.tidier is not None:
            self.tidier.cancel()
        self._tell_busy()

    def _on_taken(self, scan: Attachment) -> None:
        self._tokens.pop(0)
        self._show(scan)
        self._tell_busy()

    def _tell_busy(self) -> None:
        self.busy_changed.emit(self.busy)
        if self._then is not None and not self.busy:
            then, self._then = self._then, None
            then()

    def _show(self, scan: Attachment) -> None:
        if scan.sha256 not in {one.sha256 for one in self.scans}:
            self._set((*self.scans, scan))
            self.preview.show_source(len(self.scans) - 1)
            if self.tidier is not None:
                self.tidier.tidy(scan)

    def _on_failed(self, error: Exception) -> None:
        self._tokens.pop(0)
        self._then = None
        self.refused.emit(failure_of(error).code)
        self._tell_busy()

    @Slot(object, object)
    def _on_tidied(self, scan: Attachment, clean: Attachment) -> None:
        """Put the clean copy where the scan is; a scan that was taken off meanwhile stays off."""
        number = next((place for place, one in enumerate(self.scans) if one.sha256 == scan.sha256), None)
        if number is not None and clean is not scan:
            self._put(number, clean)
        self._tell_busy()

    def _put(self, number: int, scan: Attachment) -> None:
        before = self.scans[number].sha256
        if before in self._lent:
            self._lent[scan.sha256] = self._lent[before]
        self._set((*self.scans[:number], scan, *self.scans[number + 1 :]))
        self.preview.show_source(number)

    def _set(self, scans: tuple[Attachment, ...]) -> None:
        self.scans = scans
        self.preview.show_scans(scans)
        self.thumbnails.show_scans(scans)
        self.scans_changed.emit()


def _drop(attachments: AttachmentService, _token: CancelToken, *, scans: Sequence[Attachment]) -> None:
    attachments.drop_thumbnails(scans)


def _take(attachments: AttachmentService, _token: CancelToken, *, path: Path) -> Attachment:
    return attachments.take(path)
