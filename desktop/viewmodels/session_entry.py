"""One's sessions at the server: where they are, and ending one or all others after the password once more."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import DeviceId
from core.domain.sessions import NOWHERE
from desktop.services.locksmith import TooManyTries
from desktop.services.sessions import SessionLine
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import SIGN_IN_REFUSED, failure_of
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import Lane, TaskRunner, untold


class SessionEntry(OneAtATime):
    """The list and the form; the work itself is injected.

    Signals besides those of OneAtATime: `listed()` after the server told its list; `unlisted(str)` with the code why it
    did not, what stands there stays; `held_off(int)` with the seconds until the next try; `ended()`.
    """

    listed = Signal()
    unlisted = Signal(str)
    held_off = Signal(int)
    ended = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        end: Callable[[str, DeviceId], None],
        look: Callable[[], Sequence[SessionLine]],
        *,
        parent: QObject | None = None,
    ) -> None:
        """`end(password, device)`, of all others where that is NOWHERE, and `look()` are called in the background."""
        super().__init__(runner, parent=parent)
        self._end = end
        self._look = look
        self._looks = 0
        self._left: dict[DeviceId, datetime] = {}
        self.rows: RowList[SessionLine] = RowList(lambda line: line.device, parent=self)

    @Slot()
    def look(self) -> None:
        """Ask the server for the list; behind a visit to it that is under way."""
        self._looks += 1
        asked, failed = partial(self._on_listed, self._looks), partial(self._on_unlisted, self._looks)
        self._runner.run(Lane.SYNC, untold(self._look), done=asked, failed=failed)

    def end(self, password: str, device: DeviceId = NOWHERE) -> None:
        """End the session on a PC, or those on all others; a password that is missing is said at once."""
        if not password:
            self.refused.emit(EntryCode.OLD_PASSWORD_MISSING.value, "password")
            return
        self._begin(partial(self._end, password, device), partial(self._on_ended, device))

    def _on_listed(self, number: int, lines: Sequence[SessionLine]) -> None:
        if number == self._looks:
            self._show(lines)
            self.listed.emit()

    def _on_unlisted(self, number: int, error: Exception) -> None:
        if number == self._looks:
            self.unlisted.emit(failure_of(error).code)

    def _on_ended(self, device: DeviceId, _value: object) -> None:
        ending = [line for line in self.rows.rows() if line.device == device or (device == NOWHERE and not line.here)]
        self._left.update({line.device: line.began_at for line in ending})
        self._show(self.rows.rows())
        self.ended.emit()

    def _show(self, lines: Sequence[SessionLine]) -> None:
        """Until the server has heard of an end it tells the session still; one that began after it is another."""
        left = [msgspec.structs.replace(one, leaving=self._left.get(one.device) == one.began_at) for one in lines]
        self.rows.replace(left)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, TooManyTries):
            self.held_off.emit(error.seconds)
        else:
            failure = failure_of(error)
            self.refused.emit(failure.code, "password" if failure.code == SIGN_IN_REFUSED else failure.field)
