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
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

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


class RecoveryPrinting(OneAtATime):
    """One sheet, from the password to the confirmation.

    Signals besides those of OneAtATime: `made(object)` with the PaperSheet to be put on paper; `confirmed()`.
    """

    made = Signal(object)
    confirmed = Signal()

    def __init__(
        self, runner: TaskRunner, make: MakeSheet, confirm: ConfirmSheet, *, parent: QObject | None = None
    ) -> None:
        """`make(password)` and `confirm(number)` are called on a background thread."""
        super().__init__(runner, parent=parent)
        self._make_sheet = make
        self._confirm_sheet = confirm
        self._sheet: PaperSheet | None = None
        chance = SystemRandom()
        self.asked = (chance.randint(1, HALF), chance.randint(HALF + 1, WORD_COUNT))

    @property
    def sheet(self) -> PaperSheet | None:
        """The sheet, once it was made; forgotten when it is confirmed or `forget` is called."""
        return self._sheet

    def make(self, password: str) -> None:
        """Make the sheet if the password proves who asks; a sheet that was made already is given again."""
        if self._sheet is not None:
            self.made.emit(self._sheet)
            return
        self._begin(partial(self._make_sheet, password), self._on_made)

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
        self._begin(partial(self._confirm_sheet, self._sheet.number), self._on_confirmed)

    def forget(self) -> None:
        """Keep no word of a sheet in memory."""
        self._sheet = None

    def _on_made(self, sheet: RecoverySheet) -> None:
        self._sheet = PaperSheet(sheet.number, sheet.words, sheet.office, sheet.device, sheet.made)
        self.made.emit(self._sheet)

    def _on_confirmed(self, _value: object) -> None:
        self.forget()
        self.confirmed.emit()
