"""The scheduler's work over one open profile: a client for each lane, broken from outside when the window closes."""

from collections.abc import Callable

from core.domain.reading_secrets import NoteReading
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from core.protocol.records import ACT_OF
from desktop.storage.outbox import OpState
from desktop.storage.undoing import held_back
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.engine import RoundReport
from desktop.sync.file_visits import FileVisits, Watch
from desktop.sync.live import LiveEvent, LiveSession
from desktop.sync.live_client import LiveLine
from desktop.sync.rounds import OK, REVOKED, SIGNED_OUT, VisitReport, Visits
from desktop.sync.server_fault import ServerFault
from desktop.sync.transfer import TransferReport
from desktop.workers.runner import CancelToken, Lane

# Acts that are worth no visit of their own.
UNHURRIED = (ACT_OF[NoteReading].code,)


class ProfileSyncWork:
    """Visits and news for one profile; `desktop.workers.sync_scheduler.SyncWork`."""

    def __init__(
        self,
        store: Store,
        visits: Visits,
        wire: Wire,
        *,
        files: FileVisits,
        make_client: Callable[[], SyncClient],
        make_line: Callable[[], LiveLine],
        forget_token: Callable[[SyncClient], None],
        tell_passwords: Callable[[], bool],
        obey: Callable[[], bool],
        turn_token: Callable[[SyncClient], None],
    ) -> None:
        """Clients are made when first needed, because finding the token asks the keyring.

        `obey` seals the work of a PC that was shut out; whether it was.
        """
        self._obey = obey
        self.sealed = False
        self._store = store
        self._forget_token = forget_token
        self._tell_passwords = tell_passwords
        self._turn_token = turn_token
        self._visits = visits
        self._files = files
        self._wire = wire
        self._make_client = make_client
        self._make_line = make_line
        self._client: SyncClient | None = None
        self._live_client: SyncClient | None = None
        self._file_client: SyncClient | None = None
        self._urged = False
        self._session: LiveSession | None = None
        self._interrupted = False

    def visit(self, token: CancelToken) -> VisitReport:
        """A whole visit; files have a lane and a connection of their own."""
        if self._client is None:
            self._client = self._make_client()
        client = self._client
        report = self._visits.visit(client, lambda: token.cancelled or self._interrupted, files=False)
        if report.outcome == OK:
            self._turn_token(client)
            if self._tell_passwords():
                self.forget_clients()
        if report.outcome in (SIGNED_OUT, REVOKED) and self._obey():
            self.sealed = True
            return report
        if report.outcome == SIGNED_OUT and client.token:
            self._forget_token(client)
            self.forget_clients()
        return report

    def visit_if_waiting(self, token: CancelToken) -> VisitReport | None:
        """A visit only if something waits to be sent; that somebody read a letter goes with the next one."""
        with self._store.read() as uow:
            waiting = uow.outbox.count(OpState.WAITING, but=UNHURRIED) - held_back(uow)
        return self.visit(token) if waiting > 0 else None

    def stay_live(self, token: CancelToken, tell: Callable[[LiveEvent], None]) -> None:
        """Keep a live connection until it ends."""

        def started(session: LiveSession) -> None:
            self._session = session
            if token.cancelled or self._interrupted:
                session.interrupt()

        try:
            self._visits.stay_live(self._make_line(), self._wire, tell=tell, started=started)
        except ServerFault as fault:
            # A visit finds the same, and says so to the person.
            if fault.code in (FaultCode.SIGNED_OUT, FaultCode.DEVICE_REVOKED):
                tell(LiveEvent.VISIT)
            raise
        finally:
            self._session = None

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
            self._file_client, lambda: token.cancelled or self._interrupted, urged=self._take_urge, watch=watch
        )

    def urge(self) -> None:
        """A file may have been opened that goes before the one under way, or a person stopped files."""
        self._urged = True

    def _take_urge(self) -> bool:
        urged, self._urged = self._urged, False
        return urged

    def poke(self, *, visited: bool) -> None:
        """Let the live connection look what there is to send."""
        session = self._session
        if session is not None:
            session.poke(visited=visited)

    def end_live(self) -> None:
        """Let the live connection, or the held request, end."""
        session, client = self._session, self._live_client
        if session is not None:
            session.end()
        elif client is not None:
            client.interrupt()

    def beats(self, lane: Lane) -> int:
        """Changes as long as a lane's work is alive."""
        client = self._client if lane == Lane.SYNC else self._live_client
        session = self._session if lane == Lane.LIVE else None
        return (client.beats if client else 0) + (session.beats if session else 0)

    def forget_clients(self) -> None:
        """A new token is in the vault: the next work makes new clients."""
        self._client = self._live_client = self._file_client = None
        session = self._session
        if session is not None:
            session.end()

    def interrupt(self, lane: Lane | None = None) -> None:
        """Break what is held or stalled."""
        if lane is None:
            self._interrupted = True
        clients = {Lane.SYNC: self._client, Lane.LIVE: self._live_client, Lane.TRANSFER: self._file_client}
        for client in clients.values() if lane is None else [clients[lane]]:
            if client is not None:
                client.interrupt()
        session = self._session
        if session is not None and lane != Lane.SYNC:
            session.interrupt()

    def abandon(self, lane: Lane) -> None:
        """What a lane works with hangs: the next work makes new."""
        self._visits.renew_gate()
        if lane == Lane.SYNC:
            self._client = None
        else:
            self._live_client = self._session = None
