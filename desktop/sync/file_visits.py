"""Files over a connection of their own, one after another as the policy says, beside the rounds."""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Protocol

import msgspec

from desktop.storage.blob_table import BlobRow, BlobState, FileReason
from desktop.storage.meta import FileFacts
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.file_budget import FileBudget
from desktop.sync.file_policy import FULL_SHARE, choose, is_night, may_go, share_of
from desktop.sync.small_files import SmallFileClient, SmallFiles
from desktop.sync.transfer import BlobClient, TransferReport, Transfers

AT_ONCE = 100
TELL_S = 0.25


class FileProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the file under way is: `have` of `size` bytes, `rate` in bytes a second as it may go, 0: not known.

    `arrived`: it has come, and can be shown.
    """

    sha256: bytes
    up: bool
    size: int
    have: int
    rate: float
    arrived: bool = False

    @property
    def seconds_left(self) -> float | None:
        """What is left at that rate; None while no rate is known."""
        return (self.size - self.have) / self.rate if self.rate > 0 else None


Watch = Callable[[FileProgress], None]


class Urge(Protocol):
    """Whether somebody may have changed the order since this was last asked."""

    def __call__(self) -> bool:
        """True once for each time, or several times together."""


class NightFetch(Protocol):
    """Finds the files that come when the line is free and nobody waits."""

    def add(self, facts: FileFacts) -> bool:
        """Note the next few as wanted; whether there are any."""


class FileHub(Protocol):
    """The hub of the office, as files use it."""

    def file_line(self, server: SyncClient) -> BlobClient:
        """What files go by: up to the server, and down from the hub if there is one."""


class FileVisits:
    """Brings over what waits, until nothing may go any more."""

    def __init__(
        self,
        store: Store,
        transfers: Transfers,
        *,
        hour: Callable[[], int],
        small: SmallFiles,
        night: NightFetch | None = None,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        """`hour` is the local hour of the day; `night` finds what the night may bring; `seconds` never goes back."""
        self._night = night
        self._small = small
        self._store = store
        self._transfers = transfers
        self._hour = hour
        self._seconds = seconds
        self._budgets: dict[bool, tuple[float, FileBudget]] = {}
        self._turn = 0
        self.hub: FileHub | None = None

    def visit(self, server: SyncClient, cancelled: Callable[[], bool], *, urged: Urge, watch: Watch) -> TransferReport:
        """Raises what stopped it, as a round does; what was brought over by then stays."""
        report = TransferReport()
        client: BlobClient | None = None
        passed: set[bytes] = set()
        while not cancelled():
            facts = self._facts()
            night = self._is_night(facts)
            if not facts.paused:
                report.fetched += self._bring_small(server, passed, watch)
            row = None if facts.paused else self._next(passed, night=night)
            if row is None and night and self._night is not None and self._night.add(facts):
                continue
            if row is None:
                break
            # A hub is looked for only when there is something to be brought over.
            client = client or (server if self.hub is None else self.hub.file_line(server))
            beside = partial(self._bring_small, server, passed, watch)
            leave = partial(self._must_leave, row, facts, urged, beside)
            flow = self._flow(row, facts, cancelled, night=night, leave=leave, watch=watch)
            before = (report.sent, report.fetched)
            try:
                self._transfers.move(client, row, flow, report)
            finally:
                self._keep_rate(row, flow.rate)
            self._turn += 1
            if report.fetched > before[1]:
                watch(FileProgress(sha256=row.sha256, up=False, size=row.size, have=row.size, rate=0.0, arrived=True))
            if before == (report.sent, report.fetched) and not flow.left_for_another:
                passed.add(row.sha256)
        return report

    def _next(self, passed: set[bytes], *, night: bool) -> BlobRow | None:
        with self._store.read() as uow:
            rows = [row for row in uow.blobs.waiting(AT_ONCE) if row.sha256 not in passed]
        return choose(rows, turn=self._turn, night=night)

    def _facts(self) -> FileFacts:
        with self._store.read() as uow:
            return uow.meta.files()

    def _is_night(self, facts: FileFacts) -> bool:
        return is_night(self._hour(), begin=facts.night_from, end=facts.night_until)

    def _flow(
        self,
        row: BlobRow,
        facts: FileFacts,
        cancelled: Callable[[], bool],
        *,
        night: bool,
        leave: Callable[[], bool],
        watch: Watch,
    ) -> "BudgetFlow":
        up = row.state == BlobState.TO_SEND
        rate = facts.rate_up if up else facts.rate_down
        share = share_of(row.reason, night=night)
        budget = self._budget(rate * share, up=up) if rate and share < FULL_SHARE else None
        return BudgetFlow(
            row, budget, seconds=self._seconds, rate=rate, share=share, cancelled=cancelled, urged=leave, watch=watch
        )

    def _bring_small(self, server: SmallFileClient, passed: set[bytes], watch: Watch) -> int:
        """Thumbnails, many at once; past a hub they go one by one, since the hub fetches each once for all PCs."""
        came = self._small.bring(server, passed) if self.hub is None else 0
        if came:
            watch(FileProgress(sha256=b"", up=False, size=0, have=0, rate=0.0, arrived=True))
        return came

    def _must_leave(self, row: BlobRow, facts: FileFacts, urged: Urge, beside: Callable[[], int]) -> bool:
        """Whether the file under way gives way: the night is over for it, it was stopped, or another is waited for."""
        if not may_go(row, night=self._is_night(facts)):
            return True
        if not urged():
            return False
        with self._store.read() as uow:
            now = uow.blobs.get(row.sha256)
            if now is None or now.paused or uow.meta.files().paused:
                return True
            leave = now.reason != FileReason.OPENED and uow.blobs.opened_waits()
        if not leave:
            # Small as they are, they come while the scan under way waits in the line's queue: it need not be left.
            beside()
        return leave

    def _budget(self, rate: float, *, up: bool) -> FileBudget:
        """The bucket of a direction, kept between files as long as its rate is about the same."""
        known = self._budgets.get(up)
        if known is None or not 0.8 <= rate / known[0] <= 1.25:  # noqa: PLR2004  # a quarter more or less
            known = self._budgets[up] = (rate, FileBudget(rate, self._seconds()))
        return known[1]

    def _keep_rate(self, row: BlobRow, rate: float) -> None:
        if not rate:
            return
        with self._store.begin() as uow:
            facts = uow.meta.files()
            if row.state == BlobState.TO_SEND:
                changed = msgspec.structs.replace(facts, rate_up=rate)
            else:
                changed = msgspec.structs.replace(facts, rate_down=rate)
            if changed != facts:
                uow.meta.write(changed)


class BudgetFlow:
    """One file within its budget, telling how far it is; left when cancelled or when another is wanted first."""

    def __init__(
        self,
        row: BlobRow,
        budget: FileBudget | None,
        *,
        seconds: Callable[[], float],
        rate: float,
        share: float,
        cancelled: Callable[[], bool],
        urged: Urge,
        watch: Watch,
    ) -> None:
        """Without a budget nothing is held back."""
        self._row = row
        self._budget = budget
        self._seconds = seconds
        self._share = share
        self._cancelled = cancelled
        self._urged = urged
        self._watch = watch
        self._told = float("-inf")
        self.rate = rate
        self.left_for_another = False

    def stretch(self, left: int) -> int:
        """At most a burst."""
        return left if self._budget is None else min(left, self._budget.burst)

    def wait_for(self, count: int) -> float:
        """By the bucket."""
        return 0.0 if self._budget is None else self._budget.wait_for(count, self._seconds())

    def moved(self, have: int) -> None:
        """Tell it on, a few times a second."""
        now = self._seconds()
        if now - self._told >= TELL_S or have == self._row.size:
            self._told = now
            row = self._row
            up = row.state == BlobState.TO_SEND
            self._watch(FileProgress(sha256=row.sha256, up=up, size=row.size, have=have, rate=self.rate * self._share))

    def measured(self, rate: float) -> None:
        """Remember the newest."""
        self.rate = rate or self.rate

    def stopped(self) -> bool:
        """Cancelled, or another file is wanted first."""
        if self._cancelled():
            return True
        self.left_for_another = self.left_for_another or self._urged()
        return self.left_for_another
