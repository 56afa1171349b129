"""The first start: practise with an invented office, or join a real one."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

SHORTEST_PASSWORD = 12

Progress = Callable[[int, int], None]
StartPractice = Callable[[Progress], None]
Join = Callable[[str, str, str], None]


class FirstStart(QObject):
    """Sets this PC up; the work itself is injected.

    Signals: `busy_changed(bool)`; `progressed(int, int)` with what is done and of how much; `refused(str, str)` with
    a code and the field it is about; `ready(bool)` when the store can be opened, True for practice.
    """

    busy_changed = Signal(bool)
    progressed = Signal(int, int)
    refused = Signal(str, str)
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
        super().__init__(parent)
        self._runner = runner
        self._start_practice = start_practice
        self._join = join
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether the PC is being set up."""
        return self._busy

    def practise(self) -> None:
        """Make the invented office."""
        work = partial(_practise, self._start_practice, progress=self.progressed.emit)
        self._run(work, practice=True)

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
        self._run(partial(_join, self._join, values=(address, code, password)), practice=False)

    def _run(self, work: Callable[[CancelToken], None], *, practice: bool) -> None:
        if self._busy:
            return
        self._set_busy(busy=True)
        self._runner.run(Lane.FILES, work, done=partial(self._on_done, practice), failed=self._on_failed)

    def _on_done(self, practice: bool, _value: object) -> None:  # noqa: FBT001  # bound by partial
        self._set_busy(busy=False)
        self.ready.emit(practice)

    def _on_failed(self, error: Exception) -> None:
        self._set_busy(busy=False)
        failure = failure_of(error)
        field = "code" if failure.code.startswith("code_") else failure.field
        self.refused.emit(failure.code, "password" if failure.code == "weak_password" else field)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def _practise(start: StartPractice, _token: CancelToken, *, progress: Progress) -> None:
    start(progress)


def _join(join: Join, _token: CancelToken, *, values: tuple[str, str, str]) -> None:
    join(*values)
