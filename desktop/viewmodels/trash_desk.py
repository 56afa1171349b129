"""Tempat sampah: what was thrown away, and what a person does with it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.letters import LetterEntry
from desktop.services.trash import FormInUse, Thrown, ThrownKind, TrashService
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_draft import draft_from
from desktop.viewmodels.letter_editor import LetterEditor
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import Lane, TaskRunner, untold


class TrashDesk(QObject):
    """The trash as one person sees it.

    Signals: `changed()` after it was read anew; `scan_back(str)` with the name of a scan that waits in Pindaian again;
    `draft_back()` when the editor has a draft again, for the form to be opened; `refused(str)` with a code.
    """

    changed = Signal()
    scan_back = Signal(str)
    draft_back = Signal()
    refused = Signal(str)

    def __init__(
        self, service: TrashService, editor: LetterEditor, runner: TaskRunner, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._editor = editor
        self._runner = runner
        self.rows: RowList[Thrown] = RowList(lambda one: (one.kind, one.number), parent=self)

    @Slot()
    def refresh(self) -> None:
        """Read it anew."""
        self._runner.run(Lane.STORE, untold(self._service.thrown), done=self._on_thrown, failed=self._on_failed)

    def restore(self, one: Thrown) -> None:
        """Put something back; a draft only when nothing stands in the form that it would push out."""
        if one.kind is ThrownKind.DRAFT:
            editor = self._editor
            if editor.busy or editor.touched or editor.kept is not None:
                self.refused.emit(EntryCode.FORM_IN_USE.value)
                return
            # What stood in a form that was put away is kept by now, or is about to be: that comes first.
            self._editor.keeper.keep_now()
        work = untold(partial(self._service.restore, one))
        self._runner.run(Lane.STORE, work, done=partial(self._on_restored, one), failed=self._on_failed)

    def delete(self, one: Thrown) -> None:
        """Forget something for good; files of the letter that is being entered stay."""
        in_form = {bytes(scan.sha256) for scan in self._editor.intake.scans}
        work = untold(partial(self._service.delete, one, in_form=in_form))
        self._runner.run(Lane.STORE, work, done=self._on_changed, failed=self._on_failed)

    def _on_thrown(self, thrown: tuple[Thrown, ...]) -> None:
        self.rows.replace(thrown)
        self.changed.emit()

    def _on_restored(self, one: Thrown, entry: LetterEntry | None) -> None:
        self.refresh()
        if entry is not None:
            self._editor.intake.recall(entry.items)
            self._editor.kept = draft_from(entry)  # the form opens with it
            self.draft_back.emit()
        elif one.kind is ThrownKind.SCAN:
            self.scan_back.emit(one.name)

    def _on_changed(self, _nothing: object) -> None:
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        in_use = isinstance(error, FormInUse)
        self.refused.emit(EntryCode.FORM_IN_USE.value if in_use else failure_of(error).code)
