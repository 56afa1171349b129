"""Starts the sync of a window: loaded when the window stands, since the network is not needed before."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Slot

from core.domain.ids import UserId
from desktop.app import on_demand
from desktop.app.farewell import obey
from desktop.app.network_watch import NetworkWatch
from desktop.app.renewal import Renewal, Renewed
from desktop.app.session_services import Ground
from desktop.app.sync_work import ProfileSyncWork
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.sync.rounds import OK
from desktop.workers.file_scheduler import FileScheduler
from desktop.workers.runner import CancelToken, Lane
from desktop.workers.sync_scheduler import SyncScheduler


class WindowSync(QObject):
    """The scheduler of one open profile, joined to the relay of the window."""

    def __init__(self, ground: Ground, parent: QObject) -> None:
        """Begin with a visit."""
        super().__init__(parent)
        self._ground = ground
        self._wire = shipped_wire()
        self._search = SearchWhenNeeded()
        self._user: UserId | None = None
        parts = sync_parts(ground.opened, self._wire, search=self._search, user=lambda: self._user)
        self._work = ProfileSyncWork(
            ground.opened.store,
            parts.visits,
            self._wire,
            files=parts.files,
            make_client=parts.make_client,
            make_line=parts.make_line,
            forget_token=parts.forget_token,
            tell_passwords=parts.tell_passwords,
            obey=partial(obey, ground.opened),
            turn_token=parts.turn_token,
        )
        self._files = FileScheduler(ground.runner, self._work, self)
        self._files.progressed.connect(ground.relay.file_progressed)
        self._files.arrived.connect(self._on_files)
        ground.relay.files_wanted.connect(self._files.wake)
        ground.relay.round_finished.connect(self._files.on_round)
        ground.feed.changed.connect(self._files.on_changes)
        self._scheduler = SyncScheduler(ground.runner, self._work, self)
        self._scheduler.progress.connect(ground.relay.progress)
        self._scheduler.round_finished.connect(ground.relay.round_finished)
        self._scheduler.round_finished.connect(self._on_round)
        ground.relay.wanted.connect(self._scheduler.sync_now)
        ground.relay.active_changed.connect(self._scheduler.set_active)
        ground.feed.changed.connect(self._scheduler.on_changes)
        self._network = NetworkWatch(self)
        self._network.came_up.connect(self._scheduler.network_up)
        self._scheduler.set_active(True)  # a slot for a window's state
        self._scheduler.start()

    def renew_if_asked(self, user: UserId, password: str) -> None:
        """Open a new session with a server that asked for one, by the password that was just proved here.

        A password that the server does not take, though it opened this PC, was reset elsewhere: it opens it no more.
        """
        if user != self._user:
            self._user = user
            self._work.forget_clients()
        work = partial(_renew, Renewal(self._ground.opened, user, password))
        self._ground.runner.run(Lane.SYNC, work, done=self._on_renewed, failed=self._on_not_renewed)

    @Slot()
    def stop(self) -> None:
        """No further work; what runs is interrupted."""
        self._files.stop()
        self._scheduler.stop()
        self._search.stop()

    @Slot(str)
    def _on_round(self, _outcome: str) -> None:
        if self._work.sealed:
            self._ground.relay.revoked.emit()

    def _on_files(self) -> None:
        self._ground.relay.round_finished.emit(OK)

    def _on_renewed(self, outcome: object) -> None:
        if outcome is Renewed.YES:
            self._work.forget_clients()
            self._scheduler.sync_now()
        elif outcome is Renewed.VOID:
            self._ground.relay.password_void.emit()

    def _on_not_renewed(self, _error: Exception) -> None:
        # The status bar goes on saying that the server wants a sign-in; work goes on without it.
        return


class SearchWhenNeeded:
    """Looks for a hub from the first question on, which comes in a lane: to begin takes a fifth of a second."""

    def __init__(self) -> None:
        self._search: Any = None
        self._stopped = False

    def addresses(self, tenant: int, office: int) -> Sequence[str]:
        """Where hubs of the office announce themselves."""
        if self._search is None and not self._stopped:
            self._search = on_demand.load(on_demand.HUB_SEARCH)()
        found: Sequence[str] = () if self._search is None else self._search.addresses(tenant, office)
        return found

    def stop(self) -> None:
        """Look no more."""
        self._stopped = True
        search, self._search = self._search, None
        if search is not None:
            search.close()


def _renew(renewal: Renewal, _token: CancelToken) -> Renewed:
    return renewal.ask()


def start_sync(ground: Ground, parent: QObject) -> WindowSync:
    """The sync of a window over an enrolled profile."""
    return WindowSync(ground, parent)
