"""The window's part in the end of a PC that was shut out."""

from pathlib import Path

from PySide6.QtCore import QObject

from desktop.app import on_demand
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.profile import Profile
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class Parting(QObject):
    """Ends a profile whose PC sealed its work, and hands the seal in beside the page that says so."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Nothing is done before `begin_if_due`."""
        super().__init__(parent)
        self._folder = folder
        self._runner: TaskRunner | None = None

    def begin_if_due(self) -> None:
        """Erase what is left, and hand in what was sealed; PC_REVOKED if there was something to end."""
        if not Profile(folder=self._folder).farewell_path.exists():
            return
        on_demand.load(on_demand.FINISH_FAREWELL)(self._folder)
        if self._runner is None:
            self._runner = TaskRunner(self)
        self._runner.run(Lane.SYNC, self._hand_in, done=_nothing_more, failed=_nothing_more)
        raise EnvironmentFault(FaultOf.PC_REVOKED)

    def close(self) -> None:
        """End the handing in; what is left goes with the next start."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def _hand_in(self, token: CancelToken) -> int:
        left: int = on_demand.load(on_demand.HAND_IN_SEALED)(self._folder, lambda: token.cancelled)
        return left


def _nothing_more(_value: object) -> None:
    """What was not handed in stays sealed here, and the next start goes on."""
