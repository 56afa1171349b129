"""The clean copies of the scans of a letter that is being entered, and the choice between copy and original."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from desktop.services.scan_tidying import ScanTidying
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class ScanTidier(QObject):
    """Makes a clean copy of one scan after the other.

    Signals: `tidied(object, object)` with a scan and its clean copy, or with the scan twice where it is left as it is;
    `progressed(int, int)` with pages done and all pages of the scan under way.
    """

    tidied = Signal(object, object)
    progressed = Signal(int, int)

    def __init__(self, service: ScanTidying, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._tokens: list[CancelToken] = []
        self._pairs: dict[BlobHash, Attachment] = {}
        self._clean: set[BlobHash] = set()
        self.rate = 0.0

    @property
    def busy(self) -> bool:
        """Whether a scan is being cleaned."""
        return bool(self._tokens)

    def tidy(self, scan: Attachment) -> None:
        """Clean a scan, if that is worth it; `tidied` follows in any case."""
        if not self._service.is_worth(scan):
            self.tidied.emit(scan, scan)
            return
        work = partial(_tidy, self._service, scan, self.progressed.emit)
        done, failed = partial(self._on_tidied, scan), partial(self._on_failed, scan)
        self._tokens.append(self._runner.run(Lane.FILES, work, done=done, failed=failed))

    def other(self, scan: Attachment) -> Attachment | None:
        """Of a clean copy its original, of an original its clean copy; None where there is no other."""
        return self._pairs.get(scan.sha256)

    def is_clean(self, scan: Attachment) -> bool:
        """Whether a scan is a clean copy."""
        return scan.sha256 in self._clean

    def forget(self, kept: tuple[Attachment, ...]) -> None:
        """The letter is saved or given up: of each pair what is not kept is removed."""
        names = {scan.sha256 for scan in kept}
        left = [scan for scan in self._pairs.values() if scan.sha256 not in names]
        self._pairs.clear()
        self._clean.clear()
        if left:
            self._runner.run(Lane.FILES, partial(_drop, self._service, left))

    def cancel(self) -> None:
        """Clean nothing more."""
        for token in self._tokens:
            token.cancel()
        self._tokens.clear()

    def _on_tidied(self, scan: Attachment, made: tuple[Attachment | None, float]) -> None:
        self._tokens.pop(0)
        clean, self.rate = made
        if clean is not None:
            self._pairs[clean.sha256], self._pairs[scan.sha256] = scan, clean
            self._clean.add(clean.sha256)
        self.tidied.emit(scan, clean or scan)

    def _on_failed(self, scan: Attachment, _error: Exception) -> None:
        # The disk is full, or the process does not start: the original is there and good.
        self._tokens.pop(0)
        self.tidied.emit(scan, scan)


def _tidy(
    service: ScanTidying, scan: Attachment, told: Callable[[int, int], None], token: CancelToken
) -> tuple[Attachment | None, float]:
    def on_page(done: int, pages: int) -> bool:
        told(done, pages)
        return not token.cancelled

    return service.tidied(scan, told=on_page), service.rate()


def _drop(service: ScanTidying, scans: list[Attachment], _token: CancelToken) -> None:
    service.drop(scans)
