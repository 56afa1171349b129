"""Who sits at this PC: the list of people and the proof by password."""

from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import UserId
from desktop.services.locksmith import TooManyTries
from desktop.services.sign_in import Session, SignInPerson
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class Door(Protocol):
    """Who may come in, and the proof; the store behind it may still be closed."""

    def people(self) -> tuple[SignInPerson, ...]:
        """Everyone who may sign in here."""

    def sign_in(self, user: UserId, password: str) -> Session:
        """The session of `user`; SignInRefused if the password does not prove him."""


class SignIn(QObject):
    """The sign-in screen.

    Signals: `people_changed()`, `busy_changed(bool)`, `refused(str)` with a code, `held_off(int)` with the seconds
    that the next try has to wait, `signed_in(object)` with the Session.
    """

    people_changed = Signal()
    busy_changed = Signal(bool)
    refused = Signal(str)
    held_off = Signal(int)
    signed_in = Signal(object)

    def __init__(self, service: Door, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._busy = False
        self.people: tuple[SignInPerson, ...] = ()

    @property
    def busy(self) -> bool:
        """Whether a password is being checked."""
        return self._busy

    @Slot()
    def load(self) -> None:
        """Read who may sign in here."""
        work = partial(_people, self._service)
        self._runner.run(Lane.STORE, work, done=self._on_people, failed=self._on_failed)

    def sign_in(self, user: UserId, password: str) -> None:
        """Check the password; what was typed is not kept here."""
        if self._busy:
            return
        self._set_busy(busy=True)
        work = partial(_prove, self._service, user=user, password=password)
        self._runner.run(Lane.STORE, work, done=self._on_session, failed=self._on_failed)

    def _on_people(self, people: tuple[SignInPerson, ...]) -> None:
        self.people = people
        self.people_changed.emit()

    def _on_session(self, session: Session) -> None:
        self._set_busy(busy=False)
        self.signed_in.emit(session)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        if isinstance(error, TooManyTries):
            self.held_off.emit(error.seconds)
        else:
            self.refused.emit(failure_of(error).code)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def _people(service: Door, _token: CancelToken) -> tuple[SignInPerson, ...]:
    return service.people()


def _prove(service: Door, _token: CancelToken, *, user: UserId, password: str) -> Session:
    return service.sign_in(user, password)
