"""The scheduler's work over one open profile: a client for each lane, broken from outside when the window closes."""

from collections.abc import Callable

from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.engine import RoundReport
from desktop.sync.file_visits import FileVisits, Watch
from desktop.sync.rounds import SIGNED_OUT, VisitReport, Visits
from desktop.sync.transfer import TransferReport
from desktop.workers.runner import CancelToken


class ProfileSyncWork:
    """Visits and news for one profile; `desktop.workers.sync_scheduler.SyncWork`."""

    def __init__(
        self,
        store: Store,
        visits: Visits,
        *,
        files: FileVisits,
        make_client: Callable[[], SyncClient],
        forget_token: Callable[[SyncClient], None],
    ) -> None:
        """Clients are made when first needed, because finding the token asks the keyring."""
        self._store = store
        self._forget_token = forget_token
        self._visits = visits
        self._files = files
        self._make_client = make_client
        self._client: SyncClient | None = None
        self._live_client: SyncClient | None = None
        self._file_client: SyncClient | None = None
        self._urged = False
        self._interrupted = False

    def visit(self, token: CancelToken) -> VisitReport:
        """A whole visit; files have a lane and a connection of their own."""
        if self._client is None:
            self._client = self._make_client()
        report = self._visits.visit(self._client, lambda: token.cancelled or self._interrupted, files=False)
        if report.outcome == SIGNED_OUT and self._client.token:
            self._forget_token(self._client)
            self.forget_clients()
        return report

    def visit_if_waiting(self, token: CancelToken) -> VisitReport | None:
        """A visit only if something waits to be sent."""
        with self._store.read() as uow:
            waiting = uow.outbox.count(OpState.WAITING)
        return self.visit(token) if waiting else None

    def wait_for_news(self, token: CancelToken, hold: int) -> RoundReport:
        """Hold a request until there is news."""
        if self._live_client is None:
            self._live_client = self._make_client()
        return self._visits.wait_for_news(self._live_client, hold, lambda: token.cancelled or self._interrupted)

    def move_files(self, token: CancelToken, watch: Watch) -> TransferReport:
        """Bring over the files that wait."""
        if self._file_client is None:
            self._file_client = self._make_client()
        return self._files.visit(
            self._file_client, lambda: token.cancelled or self._interrupted, urged=self._opened_waits, watch=watch
        )

    def urge(self) -> None:
        """A file may have been opened that goes before the one under way."""
        self._urged = True

    def _opened_waits(self) -> bool:
        if not self._urged:
            return False
        self._urged = False
        with self._store.read() as uow:
            return uow.meta.files().paused or uow.blobs.opened_waits()

    def forget_clients(self) -> None:
        """A new token is in the vault: the next work makes new clients."""
        self._client = self._live_client = self._file_client = None

    def interrupt(self) -> None:
        """Break requests that are held or stalled."""
        self._interrupted = True
        for client in (self._client, self._live_client, self._file_client):
            if client is not None:
                client.interrupt()
