"""What the scan in the form proposes for its fields; nothing of it is taken unless a person says so."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.attachments import Attachment
from core.domain.ids import BlobHash
from desktop.services.letter_parsing import Proposal
from desktop.services.scan_reading import ScanReading
from desktop.viewmodels.letter_draft import LetterDraft
from desktop.workers.runner import CancelToken, Lane, TaskRunner, untold

FIELDS = ("letter_no", "letter_date", "sender", "subject")
MOST_KEPT = 50


class ScanProposals(QObject):
    """Reads the first scan of the form. Signals: `changed()` when it was read, or another scan is the first."""

    changed = Signal()

    def __init__(self, service: ScanReading, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._known: dict[BlobHash, Proposal] = {}
        self._scan: BlobHash | None = None
        self._token: CancelToken | None = None

    @property
    def reading(self) -> bool:
        """Whether a scan is being read."""
        return self._token is not None

    def follow(self, scans: tuple[Attachment, ...]) -> None:
        """These are the scans of the form now."""
        first = scans[0] if scans else None
        if (first.sha256 if first else None) == self._scan:
            return
        self._scan = first.sha256 if first else None
        if self._token is not None:
            self._token.cancel()
            self._token = None
        if first is not None and first.sha256 not in self._known:
            work = untold(partial(self._service.proposal, first))
            done = partial(self._on_read, first.sha256)
            self._token = self._runner.run(Lane.READ, work, done=done, failed=self._on_failed)
        self.changed.emit()

    def offered(self, draft: LetterDraft) -> dict[str, object]:
        """What is proposed for fields that are still empty."""
        found = self._known.get(self._scan) if self._scan is not None else None
        if found is None:
            return {}
        values = {field: getattr(found, field) for field in FIELDS}
        if not draft.subject_required:
            del values["subject"]  # of a secret letter it is not offered: whoever stands by would read it
        return {field: value for field, value in values.items() if value and not getattr(draft, field)}

    def _on_read(self, sha256: BlobHash, found: Proposal) -> None:
        self._token = None
        while len(self._known) >= MOST_KEPT:
            del self._known[next(iter(self._known))]
        self._known[sha256] = found
        self.changed.emit()

    def _on_failed(self, _error: Exception) -> None:
        # A help that did not come: the clerk types, as without it.
        self._token = None
        self.changed.emit()
