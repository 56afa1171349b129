"""Keeps the store in order while nobody writes: some time after the start, and after letters have come.

The steps run in the lane of the people's own work, each asked for when the one before it is done: whoever saves a
letter waits for one step at most, since whatever waits in that lane goes before the next one.
"""

from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from core.domain.letters import IncomingLetter
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

# Nobody has written letters for so long: an import or a first sync is over.
QUIET_MS = 5_000
# Between two steps other lanes come to write.
REST_MS = 60
# A PC that runs for weeks sees the day change too.
TRASH_MS = 3_600_000
AFTER_PEOPLE = -1


class UpkeepWork(Protocol):
    """What is done; built by the composition root. Each method runs in a lane."""

    def clear_files(self) -> int:
        """Remove the leavings of a crash."""

    def seal_file(self) -> bool:
        """Seal a file of an older program; False when none is left."""

    def empty_trash(self) -> int:
        """Forget what was thrown away long ago."""

    def step(self) -> bool:
        """Do a little; False when nothing is left to do."""


class Upkeep(QObject):
    """Sets the work going at the right moments."""

    def __init__(
        self,
        runner: TaskRunner,
        work: UpkeepWork,
        *,
        feed: ChangeFeed,
        quiet_ms: int = QUIET_MS,
        rest_ms: int = REST_MS,
        parent: QObject | None = None,
    ) -> None:
        """Start with `start`."""
        super().__init__(parent)
        self._runner = runner
        self._work = work
        self._quiet_ms = quiet_ms
        self._rest_ms = rest_ms
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.see_to_it)
        self._sealing = QTimer(self)
        self._sealing.setSingleShot(True)
        self._sealing.setInterval(rest_ms)
        self._sealing.timeout.connect(self._seal_next)
        self._hourly = QTimer(self)
        self._hourly.setInterval(TRASH_MS)
        self._hourly.timeout.connect(self._see_to_trash)
        feed.changed.connect(self._on_changed)

    @Slot()
    def start(self) -> None:
        """Clear up after a crash, seal the files of an older program, and see to the index."""
        self._runner.run(Lane.FILES, self._clear, done=self._on_cleared, failed=self._on_failed)
        self._timer.start(self._quiet_ms)
        self._hourly.start()
        self._see_to_trash()

    @Slot()
    def _see_to_trash(self) -> None:
        self._runner.run(
            Lane.FILES, self._empty, done=self._on_emptied, failed=self._on_not_sealed, priority=AFTER_PEOPLE
        )

    def _empty(self, _token: CancelToken) -> int:
        return self._work.empty_trash()

    def _on_emptied(self, _gone: int) -> None:
        """Nobody waits for it."""

    def _clear(self, _token: CancelToken) -> int:
        return self._work.clear_files()

    def _seal(self, _token: CancelToken) -> bool:
        return self._work.seal_file()

    def _do(self, _token: CancelToken) -> bool:
        return self._work.step()

    def _on_cleared(self, _gone: int) -> None:
        self._seal_next()

    @Slot()
    def _seal_next(self) -> None:
        self._runner.run(
            Lane.FILES, self._seal, done=self._on_sealed, failed=self._on_not_sealed, priority=AFTER_PEOPLE
        )

    def _on_sealed(self, more: bool) -> None:  # noqa: FBT001  # the signature of the runner
        if more:
            self._sealing.start()

    def _on_not_sealed(self, _error: Exception) -> None:
        # A disk that is full or fails: what is left stays readable, and the next start goes on with it.
        return

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter):
            self._timer.start(self._quiet_ms)

    @Slot()
    def see_to_it(self) -> None:
        """Take the first step now; the others follow it."""
        if not self._busy:
            self._busy = True
            self._runner.run(Lane.STORE, self._do, done=self._on_done, failed=self._on_failed, priority=AFTER_PEOPLE)

    def _on_done(self, more: bool) -> None:  # noqa: FBT001  # the signature of the runner
        self._busy = False
        if more and not self._timer.isActive():
            self._timer.start(self._rest_ms)

    def _on_failed(self, _error: Exception) -> None:
        # A full disk or a store in use: the work goes on with the next letters, nothing depends on it.
        self._busy = False
