"""What is found while somebody types into the search over everything."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from desktop.services.finding import FindService, FoundDisposition, FoundPerson
from desktop.services.register import FoundScan, LetterRow, RegisterService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

MOST_LETTERS = 20
MOST_SCANS = 20
# After the letters: dispositions take a pass over the newest of them.
REST_AFTER_MS = 120


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for what was typed; `scans` are letters that are none of `letters`, by words in their scans.

    `saved` are the searches that the person keeps.
    """

    typed: str = ""
    letters: tuple[LetterRow, ...] = ()
    scans: tuple[FoundScan, ...] = ()
    dispositions: tuple[FoundDisposition, ...] = ()
    people: tuple[FoundPerson, ...] = ()
    saved: tuple[str, ...] = ()


class Finder(QObject):
    """Looks up in a lane of its own, so that no key waits for other work of the store; old questions are dropped.

    Signals: `found(object)` with a Found, the letters first and once more with the rest; `failed(str)` with a code.
    """

    found = Signal(object)
    failed = Signal(str)

    def __init__(
        self, register: RegisterService, service: FindService, runner: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._register = register
        self._service = service
        self._runner = runner
        self._tokens: list[CancelToken] = []
        self._rest = Coalescer(REST_AFTER_MS, restart=True, parent=self)
        self._rest.due.connect(self._look_for_rest)
        self._typed = ""
        self.last = Found()

    def look_for(self, typed: str) -> None:
        """Look for what was typed; for nothing the kept searches are found."""
        for token in self._tokens:
            token.cancel()
        self._tokens.clear()
        self._typed = typed = typed.strip()
        if typed:
            self._run(partial(_letters, self._register, typed=typed))
            self._rest.ask()
        else:
            self._rest.cancel()
            self._run(partial(_saved, self._service))

    def save(self, typed: str) -> None:
        """Keep a search; what is looked for next knows of it, as it is done in the same lane."""
        self._runner.run(Lane.FIND, partial(_save, self._service, typed=typed), failed=self._on_failed)

    def drop(self, words: str) -> None:
        """Keep a search no longer; what is kept is found anew."""
        work = partial(_drop, self._service, words=words)
        self._runner.run(Lane.FIND, work, done=self._on_found, failed=self._on_failed)

    def _look_for_rest(self) -> None:
        # In the lane this stands behind the letters of the same words.
        work = partial(_rest, self._service, self._register, typed=self._typed)
        self._tokens.append(self._runner.run(Lane.FIND, work, done=self._on_rest, failed=self._on_failed))

    def _run(self, work: partial[Found]) -> None:
        self._tokens.append(self._runner.run(Lane.FIND, work, done=self._on_found, failed=self._on_failed))

    def _on_found(self, found: Found) -> None:
        self.last = found
        self.found.emit(found)

    def _on_rest(self, rest: Found) -> None:
        if rest.typed == self.last.typed:
            there = {row.id for row in self.last.letters}
            scans = tuple(one for one in rest.scans if one.row.id not in there)
            self._on_found(msgspec.structs.replace(rest, letters=self.last.letters, scans=scans))

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(failure_of(error).code)


def _letters(register: RegisterService, _token: CancelToken, *, typed: str) -> Found:
    return Found(typed=typed, letters=register.find(typed, limit=MOST_LETTERS))


def _rest(service: FindService, register: RegisterService, token: CancelToken, *, typed: str) -> Found:
    scans = register.find_in_scans(typed, limit=MOST_SCANS)
    if token.cancelled:
        return Found()
    return Found(typed=typed, scans=scans, dispositions=service.dispositions(typed), people=service.people(typed))


def _saved(service: FindService, _token: CancelToken) -> Found:
    return Found(saved=service.saved())


def _save(service: FindService, _token: CancelToken, *, typed: str) -> None:
    service.save(typed)


def _drop(service: FindService, _token: CancelToken, *, words: str) -> Found:
    service.drop(words)
    return Found(saved=service.saved())
