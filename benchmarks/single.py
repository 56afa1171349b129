"""One disposition from PC A to the server and to PC B, each over its own 1 Mbit/s, 300 ms line, and what waiting costs.

`live`: both keep a live connection. `held`: both know requests alone, as behind a proxy that refuses WebSockets.
`cold`: A has no connection and opens one with TLS; only A's line counts. `again`: the same with the ticket that the
server gave with an earlier one, as after each cut of the line. `idle`: two live connections on which nothing
happens, then one more disposition. Seconds run from the act on A to the row in B's store (`cold`: to the answer in A's
store). Bytes are those of both lines, without TLS unless said. Beside each figure stands what the line itself asks.

    python -m benchmarks.single [ROUNDS] [IDLE_SECONDS]
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Self

from benchmarks.measuring import report
from benchmarks.office_server import serving, set_up
from core.domain.dispositions import Disposition
from core.domain.ids import PositionId
from core.domain.offices import Role
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import SyncParts, join_office, sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.clock import system_clock
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService
from desktop.services.sign_in import Session, SignInService
from desktop.storage.outbox import OpState
from desktop.sync.client import SyncClient
from desktop.sync.live import LiveEvent, LiveSession
from tests.support.link import OFFICE_LINE, Link

ROUNDS = 10
IDLE_S = 75.0
PASSWORD = "kata sandi panjang"  # noqa: S105  # of invented people on a throw-away server
HOLD_S = 50
PATIENCE_S = 20.0
SETTLE_S = 1.0
# TCP, TLS 1.3 and one request: what a new connection asks of the line.
COLD_LIMIT_RTT = 3
DISPOSITION = 6


class Pc:
    """A joined PC with a connection that is kept."""

    def __init__(self, folder: Path, link: Link, *, code: str, tls: bool = False) -> None:
        """Join over the line and fetch what there is."""
        self.link = link
        self.wire = shipped_wire()
        self.opened: OpenProfile = open_profile(folder, create=True, vault="file", unattended=True)
        address = link.url.replace("http:", "https:") if tls else link.url
        join_office(self.opened, self.wire, address=address, code=code, password=PASSWORD, device_name=folder.name)
        service = SignInService(self.opened.store, self.opened.locksmith, key=self.opened.key)
        self.session: Session = service.sign_in(service.people()[0].user, PASSWORD)
        self.parts: SyncParts = sync_parts(self.opened, self.wire)
        self.client: SyncClient = self.parts.make_client()

    def visit(self) -> Any:
        """A whole visit."""
        return self.parts.visits.visit(self.client, lambda: False, files=False)

    @property
    def waiting(self) -> int:
        """How many ops the server has not answered."""
        with self.opened.store.read() as uow:
            return uow.outbox.count(OpState.WAITING)

    def close(self) -> None:
        """Let go."""
        self.client.close()
        self.opened.close()


class Waiting:
    """A PC that waits for news in a thread of its own."""

    def __init__(self, pc: Pc) -> None:
        self.pc = pc
        self.arrived = threading.Event()
        self._stop = False
        self._let_go = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self.pc.opened.store.listen(self._on_commit)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop = True
        self.let_go()
        self._thread.join(PATIENCE_S)

    def let_go(self) -> None:
        """End the waiting; from another thread."""
        self._let_go.set()

    def push(self) -> None:
        """Send what waits."""
        threading.Thread(target=self.pc.visit).start()

    def wait(self) -> None:
        """Once; a PC that only sends waits for nothing."""
        self._let_go.wait(HOLD_S)

    def _run(self) -> None:
        while not self._stop:
            try:
                self.wait()
            except Exception:
                if not self._stop:
                    raise

    def _on_commit(self, keys: frozenset[tuple[int, bytes]]) -> None:
        if any(kind == DISPOSITION for kind, _ in keys):
            self.arrived.set()


class Held(Waiting):
    """By a held request."""

    def __init__(self, pc: Pc) -> None:
        super().__init__(pc)
        self._client = pc.parts.make_client()

    def let_go(self) -> None:
        """Break the request."""
        self._client.interrupt()

    def wait(self) -> None:
        """One request."""
        self.pc.parts.visits.wait_for_news(self._client, HOLD_S, lambda: self._stop)


class Live(Waiting):
    """By a live connection."""

    def __init__(self, pc: Pc) -> None:
        super().__init__(pc)
        self._session: LiveSession | None = None
        self._up = threading.Event()

    def __enter__(self) -> Self:
        super().__enter__()
        if not self._up.wait(PATIENCE_S):
            raise TimeoutError("the live connection does not come up")
        return self

    def let_go(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.interrupt()

    def push(self) -> None:
        """Send what waits on the same connection."""
        if self._session is not None:
            self._session.poke()

    def wait(self) -> None:
        """One connection."""
        self.pc.parts.visits.stay_live(self.pc.parts.make_line(), self.pc.wire, tell=self._heard, started=self._started)

    def _started(self, session: LiveSession) -> None:
        self._session = session

    def _heard(self, event: LiveEvent) -> None:
        if event == LiveEvent.UP:
            self._up.set()


def main(rounds: int, idle_s: float) -> None:
    """Measure and print one JSON line."""
    figures: dict[str, Any] = {"rounds": rounds, "rtt_s": OFFICE_LINE.rtt_s}
    with tempfile.TemporaryDirectory(prefix="pesagi-single-") as scratch, two_pcs(Path(scratch)) as (head, desk):
        act = work_for(head, desk, 2 * rounds + 1)
        for name, kind in (("live", Live), ("held", Held)):
            with kind(head) if kind is Live else Waiting(head) as sender, kind(desk) as receiver:
                time.sleep(2 * SETTLE_S)
                figures[name] = measure(act, sender, receiver, rounds)
        with Live(head) as sender, Live(desk) as receiver:
            figures["idle"] = {**idle(head, desk, idle_s), "then": measure(act, sender, receiver, 1)}
        if count(desk) != 2 * rounds + 1:
            raise RuntimeError(f"{count(desk)} of {2 * rounds + 1}")
    with (
        tempfile.TemporaryDirectory(prefix="pesagi-single-") as scratch,
        two_pcs(Path(scratch), tls=True) as (head, desk),
    ):
        act = work_for(head, desk, 2 * rounds)
        figures["cold"] = cold(act, head, rounds, ticket=False)
        figures["again"] = cold(act, head, rounds, ticket=True)
    report("single", figures)


@contextmanager
def two_pcs(data: Path, *, tls: bool = False) -> Iterator[tuple[Pc, Pc]]:
    """The head's PC and the secretary's, joined over lines of their own."""
    codes = {} if tls else set_up(data / "server")
    with (
        serving(data / "server", tls=tls) as port,
        Link("127.0.0.1", port, profile=OFFICE_LINE) as line_a,
        Link("127.0.0.1", port, profile=OFFICE_LINE) as line_b,
    ):
        codes = codes or set_up(data / "server")
        head = Pc(data / "camat", line_a, code=of(codes, "camat"), tls=tls)
        desk = Pc(data / "sekcam", line_b, code=of(codes, "sekcam"), tls=tls)
        try:
            yield head, desk
        finally:
            head.close()
            desk.close()


def work_for(head: Pc, desk: Pc, number: int) -> Callable[[], None]:
    """Register letters for the head; the answer disposes one of them at each call."""
    letters = LetterService(desk.opened.store, desk.session.actor, system_clock, os.urandom)
    for one in range(number):
        letters.register(entry(one, head.session.position.number))
    desk.visit()
    head.visit()
    service = DispositionService(head.opened.store, head.session.actor, system_clock, os.urandom)
    recipient = next(one for one in service.possible_recipients() if one.role == Role.SECRETARY).number
    undecided = list(service.to_decide())[:number]

    def act() -> None:
        letter = undecided.pop()
        service.issue(Order(letter_id=letter.id, recipients=(recipient,), instructions=(2, 7), note="Segera, hari ini"))

    return act


def measure(act: Callable[[], None], sender: Waiting, receiver: Waiting, rounds: int) -> dict[str, Any]:
    """Dispose one letter after the other."""
    head, desk = sender.pc, receiver.pc
    seconds, sizes, whole = [], [], []
    for _ in range(rounds):
        receiver.arrived.clear()
        before = head.link.counters.total + desk.link.counters.total
        act()
        begun = time.monotonic()
        sender.push()
        if not receiver.arrived.wait(PATIENCE_S):
            raise TimeoutError("nothing arrived")
        seconds.append(time.monotonic() - begun)
        while head.waiting:
            time.sleep(0.01)
        sizes.append(head.link.counters.total + desk.link.counters.total - before)
        time.sleep(SETTLE_S)
        whole.append(head.link.counters.total + desk.link.counters.total - before)
    return {
        "seconds_median": round(statistics.median(seconds), 3),
        "seconds_max": round(max(seconds), 3),
        "rtt_ratio": round(statistics.median(seconds) / OFFICE_LINE.rtt_s, 2),
        "rtt_limit": 1.0,
        "bytes_until_there": round(statistics.median(sizes)),
        "bytes_until_ready_again": round(statistics.median(whole)),
    }


def idle(head: Pc, desk: Pc, seconds: float) -> dict[str, Any]:
    """What two connections cost on which nothing happens; none at all would be less, and no dead line be seen."""
    time.sleep(2 * SETTLE_S)
    before = head.link.counters.total + desk.link.counters.total
    time.sleep(seconds)
    used = head.link.counters.total + desk.link.counters.total - before
    return {"seconds": seconds, "bytes_a_minute_and_pc": round(used * 60 / seconds / 2), "bytes_limit": 0}


def cold(act: Callable[[], None], head: Pc, rounds: int, *, ticket: bool) -> dict[str, Any]:
    """One act from no connection, with TLS, to its answer; with the ticket of the connection before, or without."""
    seconds, sizes = [], []
    for _ in range(rounds):
        head.client.close()
        if not ticket:
            head.parts = sync_parts(head.opened, head.wire)
        head.client = head.parts.make_client()
        act()
        before, begun = head.link.counters.total, time.monotonic()
        head.visit()
        seconds.append(time.monotonic() - begun)
        sizes.append(head.link.counters.total - before)
        if head.waiting:
            raise RuntimeError("not answered")
    return {
        "seconds_median": round(statistics.median(seconds), 3),
        "rtt_ratio": round(statistics.median(seconds) / OFFICE_LINE.rtt_s, 2),
        "rtt_limit": COLD_LIMIT_RTT,
        "bytes_with_tls": round(statistics.median(sizes)),
    }


def entry(number: int, addressee: PositionId) -> LetterEntry:
    """A letter to be disposed."""
    return LetterEntry(
        received_on=date(2026, 11, 23),
        letter_no=f"000.7.1.4/{number + 101}/III.01/2026",
        letter_date=date(2026, 11, 20),
        sender="Bappeda",
        subject="Undangan Rapat Koordinasi Musrenbang Kecamatan Tahun 2027",
        classification="000.7.1.4",
        addressee=addressee,
    )


def count(pc: Pc) -> int:
    """The dispositions on a PC."""
    with pc.opened.store.read() as uow:
        return sum(1 for one in uow.table(DISPOSITION).every(uow.connection) if isinstance(one, Disposition))


def of(codes: dict[str, str], name: str) -> str:
    """The code of the person whose username begins so."""
    return next(code for username, code in codes.items() if username.startswith(name))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS,
        float(sys.argv[2]) if len(sys.argv) > 2 else IDLE_S,  # noqa: PLR2004  # the second argument
    )
