"""Coming in with the words of a recovery sheet, where keyring or password is lost."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import UserId
from desktop.services.password_change import PasswordRefused
from desktop.services.recovery import OtherSheet
from desktop.services.recovery_words import WordsRefused
from desktop.services.sign_in import SignInPerson
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.first_start import SHORTEST_PASSWORD
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

Recover = Callable[[str, UserId, str], None]


class RecoveryEntry(OneAtATime):
    """Asks for the words, for whom, and for a password; the work itself is injected.

    Signals besides those of OneAtATime: `word_unknown(int, str, str)` with its place from one, itself and the nearest
    word or nothing; `entered()` when the person may sign in.
    """

    word_unknown = Signal(int, str, str)
    entered = Signal()

    def __init__(
        self, runner: TaskRunner, recover: Recover, people: Sequence[SignInPerson], *, parent: QObject | None = None
    ) -> None:
        """`recover(words, user, password)` is called on a background thread."""
        super().__init__(runner, parent=parent)
        self._recover = recover
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
        if user is not None:
            self._begin(partial(self._recover, words, user, password), self._on_entered)

    def _on_entered(self, _value: object) -> None:
        self.entered.emit()

    def _refuse(self, error: Exception) -> None:
        match error:
            case WordsRefused(code="word_unknown"):
                self.word_unknown.emit(error.position, error.word, error.like)
            case WordsRefused():
                self.refused.emit(error.code, "words")
            case PasswordRefused():
                self.refused.emit(error.flaw.value, "password")
            case OtherSheet():
                self.refused.emit(EntryCode.OTHER_SHEET.value, "words")
            case _:
                super()._refuse(error)
