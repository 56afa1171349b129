"""10,000 letters and 15,000 dispositions to an empty PC over 1 Mbit/s with 300 ms round trip, searchable at the end.

The yardstick is the zstd -19 dump of the same rows as JSON lines, fetched by one GET over the same emulated line.

    python -m benchmarks.bootstrap [LETTERS DISPOSITIONS]
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measuring import memory, peak_rss_bytes, report
from benchmarks.office_server import fill, office_rows, serving, set_up
from benchmarks.yardsticks import computed_seconds, download_seconds, zstd19_dump
from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.protocol.messages import Control, Data
from core.protocol.records import KIND_OF
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.storage import letter_list
from desktop.sync.client import SyncClient
from desktop.sync.enrolment import Enrolment
from tests.support.link import OFFICE_LINE, Link

LETTERS, DISPOSITIONS = 10_000, 15_000
PASSWORD = "kata sandi latihan"  # noqa: S105  # of an invented person on a throw-away server


def main(letters: int, dispositions: int) -> None:
    """Measure and print one JSON line."""
    made, ordered, _ = office_rows(letters, dispositions)
    dump = zstd19_dump(plain(record) for record in [*made, *ordered])
    with tempfile.TemporaryDirectory(prefix="pesagi-bootstrap-") as scratch:
        data = Path(scratch) / "server"
        codes = set_up(data)
        fill(data, made, ordered)
        with serving(data) as port, Link("127.0.0.1", port, profile=OFFICE_LINE) as link:
            figures = pull(Path(scratch) / "pc", link, codes=codes, wanted=(len(made), len(ordered)))
    limit = download_seconds(dump, OFFICE_LINE)
    report(
        "bootstrap",
        {
            "letters": len(made),
            "dispositions": len(ordered),
            "limit": {
                "bytes": limit.total_bytes,
                "seconds": round(limit.seconds, 2),
                "computed_seconds": round(computed_seconds(len(dump), OFFICE_LINE), 2),
            },
            "bytes_ratio": round(figures["bytes"] / limit.total_bytes, 3),
            "seconds_ratio": round(figures["seconds"] / limit.seconds, 3),
            **figures,
        },
    )


def pull(folder: Path, link: Link, *, codes: dict[str, str], wanted: tuple[int, int]) -> dict[str, Any]:
    """Join (not measured: its round trip is another's), then fetch everything over the line."""
    wire = shipped_wire()
    opened = open_profile(folder, create=True, vault="file")
    enrolment = Enrolment(opened.store, opened.vault, wire, opened.profile.authority_path)
    code = next(one for name, one in codes.items() if name.startswith("tu"))
    reply = enrolment.join(link.url, code, PASSWORD, "PC")
    enrolment.add_account(reply.user, "tu", "")
    before = memory()
    parts = sync_parts(opened, wire)
    client = parts.make_client()
    watch = Watch(client)
    link.reset_counters()
    begun = time.monotonic()
    visit = parts.visits.visit(watch, lambda: False)  # type: ignore[arg-type]  # a client that looks at its watch
    done = time.monotonic()
    found = count(opened)
    client.close()
    opened.close()
    if visit.outcome != "ok" or found != wanted:
        raise RuntimeError(f"{visit.outcome}: {found} of {wanted}")
    counters = link.counters
    return {
        "bytes": counters.total,
        "bytes_up": counters.up,
        "round_trips": counters.turns,
        "connections": counters.connections,
        "seconds": round(done - begun, 2),
        "first_rows_s": round(watch.first_rows - begun, 2),
        "searchable_after_last_byte_s": round(done - watch.last_byte, 2),
        "rows_per_s_applied": round(sum(found) / max(0.001, watch.applying)),
        "peak_rss_mb": round((peak_rss_bytes() or 0) / 1e6, 1),
        "rss_over_idle_mb": round(((peak_rss_bytes() or 0) - (before.rss_bytes if before else 0)) / 1e6, 1),
    }


class Watch:
    """The real client, with the moments at which its frames came and how long the engine worked on them."""

    def __init__(self, client: SyncClient) -> None:
        """Look on."""
        self._client = client
        self.traffic = client.traffic
        self.first_rows = self.last_byte = self.applying = 0.0

    def exchange(self, request: Any) -> Any:
        """The frames of a reply."""
        for frame in self._client.exchange(request):
            self.last_byte = time.monotonic()
            yield frame
            if isinstance(frame, Control | Data):
                self.applying += time.monotonic() - self.last_byte
            if isinstance(frame, Data) and not self.first_rows:
                self.first_rows = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the client's."""
        return getattr(self._client, name)


def count(opened: OpenProfile) -> tuple[int, int]:
    """How many letters and dispositions are here, and that a search finds letters."""
    with opened.store.read() as uow:
        sizes = tuple(
            sum(1 for _ in uow.table(KIND_OF[struct].code).every(uow.connection))
            for struct in (IncomingLetter, Disposition)
        )
        if not letter_list.search(uow.connection, "undangan", limit=50):
            raise RuntimeError("not searchable")
    return sizes[0], sizes[1]


def plain(record: Any) -> dict[str, Any]:
    """A record as a JSON object, its ids as hex."""
    return {name: _plain(getattr(record, name)) for name in record.__struct_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, msgspec.Struct):
        return plain(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return msgspec.to_builtins(value)


if __name__ == "__main__":
    main(*([int(one) for one in sys.argv[1:3]] or [LETTERS, DISPOSITIONS]))
