"""Making a recovery sheet: the password once more, the paper, and the proof that it can be read."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import SystemRandom
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.services.recovery import RecoverySheet
from desktop.services.recovery_words import SIGNIFICANT, WORD_COUNT
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

# Of the first and of the second half of the words one each.
HALF = WORD_COUNT // 2


class PaperSheet(NamedTuple):
    """What stands on the paper."""

    number: str
    words: tuple[str, ...]
    office: str
    device: str
    made: datetime


MakeSheet = Callable[[str], RecoverySheet]
ConfirmSheet = Callable[[str], None]


class RecoveryPrinting(QObject):
    """One sheet, from the password to the confirmation.

    Signals: `made(object)` with the PaperSheet to be put on paper; `confirmed()`; `refused(str, str)` with code and
    field; `busy_changed(bool)`.
    """

    made = Signal(object)
    confirmed = Signal()
    refused = Signal(str, str)
    busy_changed = Signal(bool)

    def __init__(
        self, runner: TaskRunner, make: MakeSheet, confirm: ConfirmSheet, *, parent: QObject | None = None
    ) -> None:
        """`make(password)` and `confirm(number)` are called on a background thread."""
        super().__init__(parent)
        self._runner = runner
        self._make_sheet = make
        self._confirm_sheet = confirm
        self._sheet: PaperSheet | None = None
        chance = SystemRandom()
        self.asked = (chance.randint(1, HALF), chance.randint(HALF + 1, WORD_COUNT))
        self.busy = False

    @property
    def sheet(self) -> PaperSheet | None:
        """The sheet, once it was made; forgotten when it is confirmed or `forget` is called."""
        return self._sheet

    def make(self, password: str) -> None:
        """Make the sheet if the password proves who asks; a sheet that was made already is given again."""
        if self._sheet is not None:
            self.made.emit(self._sheet)
            return
        self._run(partial(_make, self._make_sheet, password=password), self._on_made)

    def confirm(self, first: str, second: str) -> None:
        """The words that were read from the paper, in the order of `asked`."""
        if self._sheet is None:
            return
        for field, place, typed in (("first", self.asked[0], first), ("second", self.asked[1], second)):
            word = self._sheet.words[place - 1]
            read = typed.strip().casefold()
            if len(read) < SIGNIFICANT or not word.startswith(read):
                self.refused.emit(EntryCode.SHEET_UNREAD.value, field)
                return
        self._run(partial(_confirm, self._confirm_sheet, number=self._sheet.number), self._on_confirmed)

    def forget(self) -> None:
        """Keep no word of a sheet in memory."""
        self._sheet = None

    def _run(self, work: Callable[[CancelToken], object], done: Callable[[object], None]) -> None:
        if not self.busy:
            self._set_busy(busy=True)
            self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed)

    def _on_made(self, sheet: object) -> None:
        self._set_busy(busy=False)
        if isinstance(sheet, RecoverySheet):
            self._sheet = PaperSheet(sheet.number, sheet.words, sheet.office, sheet.device, sheet.made)
            self.made.emit(self._sheet)

    def _on_confirmed(self, _value: object) -> None:
        self._set_busy(busy=False)
        self.forget()
        self.confirmed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)


def _make(make: MakeSheet, _token: CancelToken, *, password: str) -> RecoverySheet:
    return make(password)


def _confirm(confirm: ConfirmSheet, _token: CancelToken, *, number: str) -> None:
    confirm(number)
