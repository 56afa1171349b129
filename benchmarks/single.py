"""One disposition from PC A to the server and to PC B, both connected, each over its own 1 Mbit/s, 300 ms line.

Seconds run from the act on A to the row in B's store. Bytes are those of both lines, without TLS: from the act until B
has it, and, beside them, with the request that B holds next. The yardstick is one round trip of the line.

    python -m benchmarks.single [ROUNDS]
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

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
from desktop.sync.client import SyncClient
from tests.support.link import OFFICE_LINE, Link

ROUNDS = 10
PASSWORD = "kata sandi panjang"  # noqa: S105  # of invented people on a throw-away server
HOLD_S = 50
PATIENCE_S = 20.0


class Pc:
    """A joined PC with a connection that is kept."""

    def __init__(self, folder: Path, link: Link, *, code: str) -> None:
        """Join over the line and fetch what there is."""
        self.link = link
        self.opened: OpenProfile = open_profile(folder, create=True, vault="file")
        wire = shipped_wire()
        join_office(self.opened, wire, address=link.url, code=code, password=PASSWORD, device_name=folder.name)
        service = SignInService(self.opened.store)
        self.session: Session = service.sign_in(service.people()[0].user, PASSWORD)
        self.parts: SyncParts = sync_parts(self.opened, wire)
        self.client: SyncClient = self.parts.make_client()

    def visit(self) -> Any:
        """A whole visit."""
        return self.parts.visits.visit(self.client, lambda: False, files=False)

    def close(self) -> None:
        """Let go."""
        self.client.close()
        self.opened.close()


class Held:
    """The request for news that a PC holds, in a thread of its own."""

    def __init__(self, pc: Pc) -> None:
        """Hold it."""
        self._pc = pc
        self._client = pc.parts.make_client()
        self._stop = False
        self.arrived = threading.Event()
        self.returned = threading.Event()
        pc.opened.store.listen(self._on_commit)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        """Let go of the request."""
        self._stop = True
        self._client.interrupt()
        self._thread.join(PATIENCE_S)
        self._client.close()

    def _run(self) -> None:
        while not self._stop:
            try:
                self._pc.parts.visits.wait_for_news(self._client, HOLD_S, lambda: self._stop)
            except Exception:
                if not self._stop:
                    raise
            self.returned.set()

    def _on_commit(self, keys: frozenset[tuple[int, bytes]]) -> None:
        if any(kind == DISPOSITION for kind, _ in keys):
            self.arrived.set()


DISPOSITION = 6


def main(rounds: int) -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="pesagi-single-") as scratch:
        data = Path(scratch)
        codes = set_up(data / "server")
        with (
            serving(data / "server") as port,
            Link("127.0.0.1", port, profile=OFFICE_LINE) as line_a,
            Link("127.0.0.1", port, profile=OFFICE_LINE) as line_b,
        ):
            head = Pc(data / "camat", line_a, code=of(codes, "camat"))
            desk = Pc(data / "sekcam", line_b, code=of(codes, "sekcam"))
            try:
                figures = measure(head, desk, rounds)
            finally:
                head.close()
                desk.close()
    report("single", {"rounds": rounds, "rtt_s": OFFICE_LINE.rtt_s, **figures})


def measure(head: Pc, desk: Pc, rounds: int) -> dict[str, Any]:
    """Dispose one letter after the other."""
    letters = LetterService(desk.opened.store, desk.session.actor, system_clock, os.urandom)
    for number in range(rounds):
        letters.register(entry(number, head.session.position.number))
    desk.visit()
    head.visit()
    service = DispositionService(head.opened.store, head.session.actor, system_clock, os.urandom)
    recipient = next(one for one in service.possible_recipients() if one.role == Role.SECRETARY).number
    held = Held(desk)
    time.sleep(2.0)
    seconds, sizes, whole = [], [], []
    try:
        for letter in service.to_decide()[:rounds]:
            held.arrived.clear()
            held.returned.clear()
            before = head.link.counters.total + desk.link.counters.total
            order = Order(letter_id=letter.id, recipients=(recipient,), instructions=(2, 7), note="Segera, hari ini")
            service.issue(order)
            begun = time.monotonic()
            sender = threading.Thread(target=head.visit)
            sender.start()
            if not held.arrived.wait(PATIENCE_S):
                raise TimeoutError("nothing arrived")
            seconds.append(time.monotonic() - begun)
            sender.join(PATIENCE_S)
            sizes.append(head.link.counters.total + desk.link.counters.total - before)
            held.returned.wait(PATIENCE_S)
            time.sleep(1.0)
            whole.append(head.link.counters.total + desk.link.counters.total - before)
    finally:
        held.stop()
    if count(desk) != rounds:
        raise RuntimeError(f"{count(desk)} of {rounds}")
    return {
        "seconds_median": round(statistics.median(seconds), 3),
        "seconds_max": round(max(seconds), 3),
        "rtt_ratio": round(statistics.median(seconds) / OFFICE_LINE.rtt_s, 2),
        "bytes_until_there": round(statistics.median(sizes)),
        "bytes_with_next_hold": round(statistics.median(whole)),
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
