"""A whole visit to the server - rounds, then files - with its outcome noted in the store."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol

import msgspec

from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from desktop.storage.sync_log import SyncLogEntry
from desktop.storage.unit_of_work import Store
from desktop.sync.bootstrap import ReadAhead, SegmentLoads, as_they_come
from desktop.sync.client import SyncClient
from desktop.sync.engine import RoundReport, SyncEngine
from desktop.sync.hub_files import FilesByHub
from desktop.sync.hub_rounds import Meeting
from desktop.sync.live import LiveEvent, LiveSession, Tell
from desktop.sync.live_client import LiveLine
from desktop.sync.overtaking import OutboxGate
from desktop.sync.server_fault import ServerFault
from desktop.sync.transfer import TransferReport, Transfers
from desktop.system.faults import EnvironmentFault, FaultOf

OK = "ok"
_COME_LATER = (FaultCode.BUSY, FaultCode.TOO_MANY)
_OFFLINE = (FaultOf.NO_NETWORK, FaultOf.TIMED_OUT, FaultOf.PORTAL)


class VisitReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a visit did; `outcome` is `ok` or the code of what stopped it.

    `next_s` is the soonest that the server wants to be visited again, `wait_s` how long it asked to be left alone.
    """

    outcome: str
    seconds: float
    ops: int
    refused: int
    rows: int
    requests: int
    files_sent: int
    files_fetched: int
    bytes_up: int
    bytes_down: int
    next_s: int
    wait_s: int = 0


class NearbyHub(Protocol):
    """The hub of the office, as visits use it."""

    def meet(self, server: SyncClient, cancelled: Callable[[], bool]) -> Meeting | None:
        """Leave there what waits and take what is there; None if no hub is to be met now."""

    def fetching(self, server: SyncClient) -> SyncClient | FilesByHub:
        """Files and segments, down from the hub if it was met."""


class Visits:
    """Runs visits and keeps the store's facts about them. Never raises for a bad line: the outcome says it."""

    def __init__(
        self,
        store: Store,
        engine: SyncEngine,
        transfers: Transfers,
        wall_ms: Callable[[], int],
        *,
        ahead: ReadAhead = as_they_come,
    ) -> None:
        """Over one store; `ahead` reads segments."""
        self.hub: NearbyHub | None = None
        self._store = store
        self._engine = engine
        self._transfers = transfers
        self._wall_ms = wall_ms
        self._segments = SegmentLoads(store, engine, ahead=ahead)

    def visit(
        self, client: SyncClient, cancelled: Callable[[], bool], *, files: bool = True, segments: bool = True
    ) -> VisitReport:
        """Rounds until nothing waits, then the segments of a first visit, then files."""
        started_ms, started = self._wall_ms(), monotonic()
        up, down, requests = client.traffic.up, client.traffic.down, client.traffic.requests
        rounds, moved, outcome, wait_s = RoundReport(), TransferReport(), OK, 0
        try:
            rounds, met = self._rounds(client, cancelled)
            self._note(OK)
            fetching = self.hub.fetching(client) if met and self.hub else client
            if segments:
                self._segments.run(fetching, cancelled, rounds)
            if files:
                moved = self._transfers.run(fetching, cancelled)
        except (EnvironmentFault, ServerFault) as err:
            outcome = err.code.value
            wait_s = err.fault.number if isinstance(err, ServerFault) and err.code in _COME_LATER else 0
            self._note(outcome)
        report = VisitReport(
            outcome=outcome,
            seconds=round(monotonic() - started, 3),
            ops=rounds.ops,
            refused=rounds.refused,
            rows=rounds.rows,
            requests=client.traffic.requests - requests,
            files_sent=moved.sent,
            files_fetched=moved.fetched,
            bytes_up=client.traffic.up - up,
            bytes_down=client.traffic.down - down,
            next_s=rounds.next_s,
            wait_s=wait_s,
        )
        self._log(report, started_ms)
        return report

    def _rounds(self, client: SyncClient, cancelled: Callable[[], bool]) -> tuple[RoundReport, bool]:
        """What the rounds did, with the hub first where there is one; and whether it was met."""
        met = None if self.hub is None else self.hub.meet(client, cancelled)
        if met is not None and met.enough:
            return met.report, True
        rounds = self._engine.run_round(client, cancelled)
        if met is not None:
            rounds.ops += met.report.ops
            rounds.refused += met.report.refused
            rounds.rows += met.report.rows
        return rounds, met is not None

    def wait_for_news(self, client: SyncClient, hold: int, cancelled: Callable[[], bool]) -> RoundReport:
        """Hold a request for news; raises what stopped it."""
        report = self._engine.wait_for_news(client, hold, cancelled)
        if report.rows:
            self._note(OK)
        return report

    def stay_live(self, line: LiveLine, wire: Wire, *, tell: Tell, started: Callable[[LiveSession], None]) -> None:
        """Talk over a live line until it ends; raises what ended it. `started` is told the session first."""

        def heard(event: LiveEvent) -> None:
            if event != LiveEvent.VISIT:
                self._note(OK)
            tell(event)

        session = LiveSession(self._store, self._engine, line, wire=wire, tell=heard)
        started(session)
        started_ms, begun = self._wall_ms(), monotonic()
        try:
            session.run()
        finally:
            did = session.report
            if did.ops or did.rows:
                seconds = round(monotonic() - begun, 3)
                self._add_to_log(
                    SyncLogEntry(
                        started_ms=started_ms,
                        seconds=seconds,
                        outcome=OK,
                        bytes_up=line.up,
                        bytes_down=line.down,
                        ops=did.ops,
                        rows=did.rows,
                    )
                )

    def renew_gate(self) -> None:
        """A carrier that hangs no longer has its turn."""
        self._engine.gate = OutboxGate()

    def _note(self, outcome: str) -> None:
        now = self._wall_ms()
        with self._store.begin() as uow:
            facts = uow.meta.sync()
            if outcome == OK:
                changed = msgspec.structs.replace(
                    facts, last_success_ms=now, last_try_ms=now, last_problem="", offline_since_ms=0
                )
            else:
                offline = outcome in _OFFLINE
                since = (facts.offline_since_ms or now) if offline else 0
                changed = msgspec.structs.replace(facts, last_try_ms=now, last_problem=outcome, offline_since_ms=since)
            uow.meta.write(changed)

    def _log(self, report: VisitReport, started_ms: int) -> None:
        quiet = report.outcome == OK and not (report.ops or report.rows or report.files_sent or report.files_fetched)
        if quiet:
            return
        entry = SyncLogEntry(
            started_ms=started_ms,
            seconds=report.seconds,
            outcome=report.outcome,
            bytes_up=report.bytes_up,
            bytes_down=report.bytes_down,
            ops=report.ops,
            rows=report.rows,
        )
        self._add_to_log(entry)

    def _add_to_log(self, entry: SyncLogEntry) -> None:
        with self._store.begin() as uow:
            uow.sync_log.add(entry)


SIGNED_OUT = FaultCode.SIGNED_OUT.value
REVOKED = FaultCode.DEVICE_REVOKED.value
