"""What helps to fill in a letter: senders and codes that fit, recipients, and the number it will get."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import BookId, PositionId
from core.domain.offices import Position, Role
from desktop.services.books import BookChoice
from desktop.services.classification import ClassificationCatalogue
from desktop.services.code_history import CodeHistory, CodeHistoryService
from desktop.services.letters import LetterService
from desktop.services.register import RegisterService
from desktop.services.senders import SenderHint, SenderService
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

MOST_SUGGESTED = 8
MOST_GUESSED = 3
_Facts = tuple[tuple[Position, ...], tuple[BookChoice, ...], dict[BookId, str]]


class CodeHint(NamedTuple):
    """A code to choose with its name; `letters` like this one had it before, 0 where only its name fits."""

    code: str
    name: str
    letters: int = 0


class HintServices(msgspec.Struct, frozen=True, kw_only=True):
    """Where the hints come from."""

    letters: LetterService
    register: RegisterService
    senders: SenderService
    codes: CodeHistoryService
    catalogue: ClassificationCatalogue


class LetterHints(QObject):
    """Looks hints up.

    Signals: `changed()` when recipients or the next number are known anew; `senders_found(str, object)` with what
    was typed and a tuple of SenderHint; `failed(str)` with a code.
    """

    changed = Signal()
    senders_found = Signal(str, object)
    failed = Signal(str)

    def __init__(self, services: HintServices, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._runner = runner
        self._asked: CancelToken | None = None
        self.positions: tuple[Position, ...] = ()
        self.books: tuple[BookChoice, ...] = ()
        self._next_agendas: dict[BookId, str] = {}
        self._history = CodeHistory(())

    def next_agenda(self, book: BookId) -> str:
        """The number that the next letter of a book will get; empty if it will be provisional."""
        return self._next_agendas.get(book, "")

    @property
    def usual_addressee(self) -> PositionId | None:
        """The head of the office, to whom most letters go."""
        return next((one.number for one in self.positions if one.role is Role.HEAD), None)

    @Slot()
    def load(self) -> None:
        """Read recipients and the next number."""
        work = partial(_facts, self._services)
        self._runner.run(Lane.STORE, work, done=self._on_facts, failed=self._on_failed)
        self._runner.run(Lane.INDEX, partial(_history, self._services.codes), done=self._on_history)

    def suggest_senders(self, typed: str) -> None:
        """Look up senders; `senders_found` follows, for the last text only."""
        if self._asked is not None:
            self._asked.cancel()
        work = partial(_senders, self._services.senders, typed=typed)
        done = partial(self._on_senders, typed)
        self._asked = self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed, priority=1)

    def codes_for(self, typed: str) -> Sequence[CodeHint]:
        """Classification codes for what was typed, from memory."""
        return [CodeHint(one.code, one.name) for one in self._services.catalogue.search(typed, MOST_SUGGESTED)]

    def codes_like(self, subject: str, sender: str) -> Sequence[CodeHint]:
        """Codes for a letter: what the office gave letters like it, then what the words of the subject are called."""
        guesses = self._history.suggest(subject, sender, limit=MOST_GUESSED)
        hints = {one.code: CodeHint(one.code, self.code_name(one.code), one.letters) for one in guesses}
        if len(subject.split()) > 1:
            for named in self.codes_for(subject)[:MOST_GUESSED]:
                hints.setdefault(named.code, named)
        return list(hints.values())[: MOST_GUESSED + 1]

    def code_name(self, code: str) -> str:
        """The name of a classification code, or the empty text."""
        return self._services.catalogue.lookup(code) or ""

    def _on_facts(self, facts: _Facts) -> None:
        self.positions, self.books, self._next_agendas = facts
        self.changed.emit()

    def _on_history(self, history: CodeHistory) -> None:
        self._history = history

    def _on_senders(self, typed: str, senders: tuple[SenderHint, ...]) -> None:
        self._asked = None
        self.senders_found.emit(typed, senders)

    def _on_failed(self, error: Exception) -> None:
        self._asked = None
        self.failed.emit(failure_of(error).code)


def _facts(services: HintServices, _token: CancelToken) -> _Facts:
    books = services.letters.books()
    return services.register.positions(), books, {one.book: services.letters.next_agenda(one.book) for one in books}


def _history(codes: CodeHistoryService, _token: CancelToken) -> CodeHistory:
    return codes.read()


def _senders(senders: SenderService, _token: CancelToken, *, typed: str) -> tuple[SenderHint, ...]:
    return senders.like(typed)
