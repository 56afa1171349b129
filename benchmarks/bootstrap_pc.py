"""The PC of the bootstrap benchmark: a process of its own, so that its memory is its own.

    python -m benchmarks.bootstrap_pc FOLDER URL CODE WANTED

Joins, says `ready`, and waits for a line; then fetches everything and prints one JSON line. WANTED is a JSON file with
the row ids of the newest letters and of one's own newest dispositions.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import memory, peak_rss_bytes
from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.protocol.records import KIND_OF
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.storage import letter_list
from desktop.sync.enrolment import Enrolment

PASSWORD = "kata sandi latihan"  # noqa: S105  # of an invented person on a throw-away server
VISITS = 200
_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code


class Watch:
    """Notes when what somebody wants to see first is here, and how long rows took to be written."""

    def __init__(self, opened: OpenProfile, wanted: dict[str, list[str]]) -> None:
        """`wanted` are row ids in hexadecimal, by what they are."""
        self._opened = opened
        self._wanted = {name: {bytes.fromhex(one) for one in ids} for name, ids in wanted.items()}
        self._begun = 0.0
        self.applying = 0.0
        self.usable: dict[str, float] = {}
        self.last_stored = 0.0

    def step(self, name: str) -> None:
        """A step of the engine."""
        now = time.monotonic()
        if name in ("frame-received", "part-received"):
            self._begun = now
        elif name in ("frame-stored", "part-stored"):
            self.applying += now - self._begun
            self.last_stored = now
            self._look(now)

    def _look(self, now: float) -> None:
        for name, ids in self._wanted.items():
            if name not in self.usable:
                with self._opened.store.read() as uow:
                    table = uow.table(_LETTER if name == "letters" else _DISPOSITION)
                    if len(table.revisions(uow.connection, sorted(ids))) == len(ids):
                        self.usable[name] = now


def main(folder: Path, url: str, code: str, wanted: dict[str, list[str]]) -> None:
    """Join, wait, fetch, report."""
    wire = shipped_wire()
    opened = open_profile(folder, create=True, vault="file", unattended=True)
    enrolment = Enrolment(opened.store, opened.vault, wire, opened.profile.authority_path)
    reply = enrolment.join(url, code, PASSWORD, "PC")
    enrolment.add_account(reply.user, "tu", "")
    watch = Watch(opened, wanted)
    parts = sync_parts(opened, wire, step=watch.step)
    idle = memory()
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    visits, down = 0, 0
    outcome = ""
    while outcome != "ok" and visits < VISITS:
        client = parts.make_client()
        outcome = parts.visits.visit(client, lambda: False).outcome
        visits += 1
        down += client.traffic.down
        client.close()
    done = time.monotonic()
    counts = count(opened)
    opened.close()
    facts: dict[str, Any] = {
        "outcome": outcome,
        "visits": visits,
        "counts": counts,
        "body_bytes": down,
        "seconds": round(done - begun, 2),
        "usable_s": {name: round(at - begun, 2) for name, at in watch.usable.items()},
        "rows_per_s_applied": round(sum(counts) / max(0.001, watch.applying)),
        "rss_over_idle_mb": round(((peak_rss_bytes() or 0) - (idle.rss_bytes if idle else 0)) / 1e6, 1),
    }
    print(json.dumps(facts), flush=True)


def count(opened: OpenProfile) -> tuple[int, int]:
    """How many letters and dispositions are here, and that a search finds letters."""
    with opened.store.read() as uow:
        sizes = tuple(sum(1 for _ in uow.table(kind).every(uow.connection)) for kind in (_LETTER, _DISPOSITION))
        if not letter_list.search(uow.connection, "undangan", limit=50):
            raise RuntimeError("not searchable")
    return sizes[0], sizes[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], json.loads(Path(sys.argv[4]).read_text()))
