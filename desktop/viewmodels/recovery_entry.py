"""Coming in with the words of a recovery sheet, where keyring or password is lost."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import UserId
from desktop.services.recovery import OtherSheet
from desktop.services.recovery_words import WordsRefused
from desktop.services.sign_in import SignInPerson
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.first_start import SHORTEST_PASSWORD
from desktop.workers.runner import CancelToken, Lane, TaskRunner

Recover = Callable[[str, UserId, str], None]


class RecoveryEntry(QObject):
    """Asks for the words, for whom, and for a password; the work itself is injected.

    Signals: `busy_changed(bool)`; `refused(str, str)` with a code and the field it is about;
    `word_unknown(int, str, str)` with its place from one, itself and the nearest word or nothing; `entered()` when the
    person may sign in.
    """

    busy_changed = Signal(bool)
    refused = Signal(str, str)
    word_unknown = Signal(int, str, str)
    entered = Signal()

    def __init__(
        self, runner: TaskRunner, recover: Recover, people: Sequence[SignInPerson], *, parent: QObject | None = None
    ) -> None:
        """`recover(words, user, password)` is called on a background thread."""
        super().__init__(parent)
        self._runner = runner
        self._recover = recover
        self._busy = False
        self.people = tuple(people)

    def enter(self, words: str, *, user: UserId | None, password: str, repeated: str) -> None:
        """Open the store by the words and let the person in with a new password."""
        checks = (
            (not words.strip(), EntryCode.WORDS_MISSING, "words"),
            (user is None, EntryCode.PERSON_MISSING, "person"),
            (len(password) < SHORTEST_PASSWORD, EntryCode.PASSWORD_SHORT, "password"),
            (password != repeated, EntryCode.PASSWORDS_DIFFER, "repeated"),
        )
        for wrong, reason, field in checks:
            if wrong:
                self.refused.emit(reason.value, field)
                return
        if self._busy or user is None:
            return
        self._set_busy(busy=True)
        work = partial(_recover, self._recover, words=words, user=user, password=password)
        self._runner.run(Lane.STORE, work, done=self._on_done, failed=self._on_failed)

    def _on_done(self, _value: object) -> None:
        self._set_busy(busy=False)
        self.entered.emit()

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        match error:
            case WordsRefused(code="word_unknown"):
                self.word_unknown.emit(error.position, error.word, error.like)
            case WordsRefused():
                self.refused.emit(error.code, "words")
            case OtherSheet():
                self.refused.emit(EntryCode.OTHER_SHEET.value, "words")
            case _:
                failure = failure_of(error)
                self.refused.emit(failure.code, failure.field)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def _recover(recover: Recover, _token: CancelToken, *, words: str, user: UserId, password: str) -> None:
    recover(words, user, password)
