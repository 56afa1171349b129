"""The hub of the office as Pusat Sinkron shows it."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.clock import WIB
from desktop.services.hub_choice import HubChoiceService, HubState, HubWay, is_address
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner


class HubChoice(QObject):
    """What is known of the hub, and the choice.

    Signals: `changed()`; `chosen()` after another choice was made, so that a visit can try it; `failed(str, str)` with
    code and field.
    """

    changed = Signal()
    chosen = Signal()
    failed = Signal(str, str)

    def __init__(self, service: HubChoiceService, runner: TaskRunner, parent: QObject | None = None) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self.state: HubState | None = None

    @Slot()
    def refresh(self) -> None:
        """Read how it stands."""
        self._runner.run(Lane.STORE, partial(_state, self._service), done=self._on_state, failed=self._on_failed)

    def choose(self, way: HubWay, typed: str = "") -> bool:
        """Use another hub from now on; False if the address is none, and nothing was changed."""
        if way is HubWay.TYPED and not is_address(typed):
            return False
        work = partial(_choose, self._service, way, typed)
        self._runner.run(Lane.STORE, work, done=self._on_chosen, failed=self._on_failed)
        return True

    def _on_chosen(self, state: HubState) -> None:
        self._on_state(state)
        self.chosen.emit()

    def _on_state(self, state: HubState) -> None:
        met = None if state.met is None else state.met.astimezone(WIB)
        self.state = HubState(way=state.way, typed=state.typed, address=state.address, met=met, online=state.online)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(*failure_of(error))


def _state(service: HubChoiceService, _token: CancelToken) -> HubState:
    return service.state()


def _choose(service: HubChoiceService, way: HubWay, typed: str, _token: CancelToken) -> HubState:
    service.choose(way, typed)
    return service.state()


__all__ = ["HubChoice", "HubState", "HubWay"]
