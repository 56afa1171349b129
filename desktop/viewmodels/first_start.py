"""The first start: practise with an invented office, or join a real one."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner

SHORTEST_PASSWORD = 12

Progress = Callable[[int, int], None]
StartPractice = Callable[[Progress], None]
Join = Callable[[str, str, str], None]


class FirstStart(OneAtATime):
    """Sets this PC up; the work itself is injected.

    Signals besides those of OneAtATime: `progressed(int, int)` with what is done and of how much; `ready(bool)` when
    the store can be opened, True for practice.
    """

    progressed = Signal(int, int)
    ready = Signal(bool)

    def __init__(
        self,
        runner: TaskRunner,
        *,
        start_practice: StartPractice,
        join: Join,
        parent: QObject | None = None,
    ) -> None:
        """`start_practice(progress)` and `join(address, code, password)` are called on a background thread."""
        super().__init__(runner, parent=parent)
        self._start_practice = start_practice
        self._join = join

    def practise(self) -> None:
        """Make the invented office."""
        self._run(partial(self._start_practice, self.progressed.emit), practice=True)

    def join(self, address: str, *, code: str, password: str, repeated: str) -> None:
        """Join an office; what is missing is said before anything is sent."""
        address, code = address.strip(), code.strip()
        checks = (
            (not address, EntryCode.ADDRESS_MISSING, "address"),
            (not code, EntryCode.CODE_MISSING, "code"),
            (len(password) < SHORTEST_PASSWORD, EntryCode.PASSWORD_SHORT, "password"),
            (password != repeated, EntryCode.PASSWORDS_DIFFER, "repeated"),
        )
        for wrong, reason, field in checks:
            if wrong:
                self.refused.emit(reason.value, field)
                return
        self._run(partial(self._join, address, code, password), practice=False)

    def _run(self, work: Callable[[], None], *, practice: bool) -> None:
        self._begin(work, partial(self._on_ready, practice), lane=Lane.FILES)

    def _on_ready(self, practice: bool, _value: object) -> None:  # noqa: FBT001  # bound by partial
        self.ready.emit(practice)

    def _refuse(self, error: Exception) -> None:
        failure = failure_of(error)
        field = "code" if failure.code.startswith("code_") else failure.field
        self.refused.emit(failure.code, "password" if failure.code == "weak_password" else field)
