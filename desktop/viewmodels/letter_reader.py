"""One letter as it is read: its fields, its dispositions, its scans, and what may be done with it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.register import LetterView, RegisterService, RowState
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_history import LetterHistory
from desktop.viewmodels.letter_row_texts import MarkWords, mark_words
from desktop.viewmodels.scan_preview import ScanPreview
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

CHANGES_MS = 60


class LetterReader(QObject):
    """The letter in the reading pane.

    Signals: `changed()` when another letter, or another state of it, is shown; `failed(str, str)`;
    `dispose_requested(object)`, `edit_requested(object)`, `file_requested(object)`, `strike_requested(object)`,
    `let_in_requested(object)`, `merge_requested(object)`, `open_requested(object)`, `sheet_requested(object)` and
    `passport_requested(object)` with the LetterId; `reclassify_requested(object)` with the LetterView.
    """

    changed = Signal()
    failed = Signal(str, str)
    dispose_requested = Signal(object)
    edit_requested = Signal(object)
    file_requested = Signal(object)
    strike_requested = Signal(object)
    reclassify_requested = Signal(object)
    let_in_requested = Signal(object)
    merge_requested = Signal(object)
    open_requested = Signal(object)
    sheet_requested = Signal(object)
    passport_requested = Signal(object)

    def __init__(
        self,
        register: RegisterService,
        runner: TaskRunner,
        *,
        preview: ScanPreview,
        history: LetterHistory,
        feed: ChangeFeed,
        actor: Actor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._register = register
        self._runner = runner
        self._actor = actor
        self.reads_register = has_power(actor, Power.READ_REGISTER)
        self.may_export = has_power(actor, Power.EXPORT)
        self.may_import = has_power(actor, Power.IMPORT)
        self._wanted: LetterId | None = None
        self._token: CancelToken | None = None
        self.preview = preview
        self.history = history
        self.view: LetterView | None = None
        history.failed.connect(self.failed)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self._read_again)
        feed.changed.connect(self._on_changed)

    @Slot(object)
    def show_letter(self, letter_id: LetterId | None) -> None:
        """Show a letter, or none."""
        self._wanted = letter_id
        if self._token is not None:
            self._token.cancel()
            self._token = None
        if letter_id is None:
            self._take(None)
            return
        work = partial(_read, self._register, letter_id=letter_id)
        # Before the pages of the list: a person waits for this one.
        self._token = self._runner.run(Lane.STORE, work, done=self._take, failed=self._on_failed, priority=1)

    @property
    def may_dispose(self) -> bool:
        """Whether this person may dispose the letter."""
        return self.view is not None and self.view.may_dispose

    @property
    def may_file(self) -> bool:
        """Whether this person may put the letter into a berkas."""
        return self.view is not None and self.view.may_file

    @property
    def may_amend(self) -> bool:
        """Whether this person may correct the letter."""
        if self.view is None or self.view.state is RowState.VOID:
            return False
        return has_power(self._actor, Power.AMEND_LETTER)

    @property
    def may_strike(self) -> bool:
        """Whether this person may strike the letter through."""
        return self.view is not None and self.view.may_strike

    @property
    def may_reclassify(self) -> bool:
        """Whether this person may give the letter another level."""
        return self.view is not None and self.view.may_reclassify

    @property
    def may_let_in(self) -> bool:
        """Whether readers of a sealed letter came after it was sealed, and this person can let them in."""
        return self.view is not None and self.view.not_let_in > 0

    @property
    def may_merge(self) -> bool:
        """Whether this person may say that the letter and another one are one."""
        return self.view is not None and self.view.may_merge

    @property
    def may_print(self) -> bool:
        """Whether this person may put the letter on paper: who reads it may."""
        return self.view is not None and self.view.scan_visible

    def mark(self) -> MarkWords | None:
        """Where the letter stands between this PC and the server."""
        return None if self.view is None else mark_words(self.view.mark)

    @Slot()
    def dispose(self) -> None:
        """Ask for the disposition screen."""
        if self.may_dispose and self.view is not None:
            self.dispose_requested.emit(self.view.letter.id)

    @Slot()
    def edit(self) -> None:
        """Ask for the form."""
        if self.may_amend and self.view is not None:
            self.edit_requested.emit(self.view.letter.id)

    @Slot()
    def file(self) -> None:
        """Ask for the berkas to file the letter in."""
        if self.may_file and self.view is not None:
            self.file_requested.emit(self.view.letter.id)

    @Slot()
    def strike(self) -> None:
        """Ask for the reason why the letter is struck through."""
        if self.may_strike and self.view is not None:
            self.strike_requested.emit(self.view.letter.id)

    @Slot()
    def reclassify(self) -> None:
        """Ask for another level."""
        if self.may_reclassify and self.view is not None:
            self.reclassify_requested.emit(self.view)

    @Slot()
    def let_in(self) -> None:
        """Ask to let the readers in who came later."""
        if self.may_let_in and self.view is not None:
            self.let_in_requested.emit(self.view.letter.id)

    @Slot()
    def merge(self) -> None:
        """Ask which letter is the same."""
        if self.may_merge and self.view is not None:
            self.merge_requested.emit(self.view.letter.id)

    @Slot()
    def open_stands(self) -> None:
        """Ask for the letter that this line was merged into."""
        if self.view is not None and self.view.letter.merged_into is not None:
            self.open_requested.emit(self.view.letter.merged_into)

    @Slot()
    def print_sheet(self) -> None:
        """Ask for the letter's lembar disposisi."""
        if self.may_print and self.view is not None:
            self.sheet_requested.emit(self.view.letter.id)

    @Slot()
    def print_passport(self) -> None:
        """Ask for the letter's passport."""
        if self.may_print and self.view is not None:
            self.passport_requested.emit(self.view.letter.id)

    def _take(self, view: LetterView | None) -> None:
        self._token = None
        self.view = view
        if view is None:
            self.preview.show_scans(())
        elif view.scan_visible:
            self.preview.show_scans(view.letter.scans, letter=view.letter.id)
        else:
            self.preview.show_hidden()
        self.changed.emit()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if self._wanted is None:
            return
        if self._wanted in changes.of(IncomingLetter) or changes.touches(Disposition):
            self._changes.ask()

    @Slot()
    def _read_again(self) -> None:
        self.show_letter(self._wanted)

    def _on_failed(self, error: Exception) -> None:
        self._token = None
        self.failed.emit(*failure_of(error))


def _read(register: RegisterService, _token: CancelToken, *, letter_id: LetterId) -> LetterView | None:
    return register.letter(letter_id)
