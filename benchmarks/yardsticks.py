"""What no program can beat here and now, to stand beside our own figures: the line, and the bare window."""

from __future__ import annotations

import http.client
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

import zstandard

from tests.support.line import LinkCounters
from tests.support.link import Link, LinkProfile

STORE_ROWS = 1_000_000
_BARE_WINDOW = Path(__file__).with_name("bare_window.py")
_WINDOW_WITHIN_S = 120.0
_DOWNLOAD_WITHIN_S = 600.0


def zstd19_dump(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Pack rows as JSON lines in one zstandard stream of level 19: the yardstick of every transfer.

    Costs about half a second of processor for each 1,000 rows. Raises `TypeError` for what JSON cannot say.
    """
    return zstandard.ZstdCompressor(level=19).compress(b"".join(json_lines(rows)))


def json_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Write each row as one line of JSON without spaces, in UTF-8."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, kw_only=True)
class Download:
    """One GET over an emulated line: bytes delivered each way with headers, and seconds with connecting."""

    up_bytes: int
    down_bytes: int
    seconds: float
    computed_seconds: float

    @property
    def total_bytes(self) -> int:
        """Bytes delivered both ways."""
        return self.up_bytes + self.down_bytes


def download_seconds(payload: bytes, profile: LinkProfile) -> Download:
    """Fetch the payload by one GET on a new connection from a plain server, through a line like that.

    `computed_seconds` is what the line itself asks for: payload over rate plus two round trips. Raises
    `ConnectionError` when the profile cuts the line.
    """
    with serve(payload) as port, Link("127.0.0.1", port, profile=profile) as link:
        start = time.perf_counter()
        with closing(http.client.HTTPConnection(*link.address, timeout=_DOWNLOAD_WITHIN_S)) as connection:
            connection.request("GET", "/")
            received = connection.getresponse().read()
        seconds = time.perf_counter() - start
        counters = link.counters
    if received != payload:
        raise ConnectionError(f"{len(received)} of {len(payload)} bytes came")
    return Download(
        up_bytes=counters.up,
        down_bytes=counters.down,
        seconds=seconds,
        computed_seconds=computed_seconds(len(payload), profile),
    )


def computed_seconds(bytes_: int, profile: LinkProfile) -> float:
    """Compute how long a line takes to bring that many bytes down on a new connection."""
    on_the_line = 0.0 if profile.down_bps is None else 8 * bytes_ / profile.down_bps
    return on_the_line + 2 * profile.rtt_s


def line_seconds(counters: LinkCounters, profile: LinkProfile, *, unanswered: int = 0) -> float:
    """What a line itself took for what went over it: its bytes, and a round trip for each connection and each turn.

    Of turns that were cut before their answer began nobody waited for one.
    """
    on_the_line = computed_seconds(counters.total, profile) - 2 * profile.rtt_s
    return on_the_line + (counters.connections + counters.turns - unanswered) * profile.rtt_s


@contextmanager
def serve(payload: bytes) -> Iterator[int]:
    """Answer every GET on a port of loopback with the payload and the fewest headers, for a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has
            """Keep the output to the one JSON line."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


class BareWindow(TypedDict):
    """Seconds from making the process to the painted window, each and their median, and the median PSS.

    `pss_bytes` is `None` where the system does not tell.
    """

    runs: int
    seconds: list[float]
    median_seconds: float
    pss_bytes: int | None


def measure_bare_window(runs: int = 5, *, store_rows: int = STORE_ROWS) -> BareWindow:
    """Start the bare window that many times, after one start to warm up.

    Raises `subprocess.CalledProcessError` when the window does not come.
    """
    with TemporaryDirectory(prefix="bare-window-") as folder:
        store = Path(folder) / "letters.sqlite"
        make_bare_store(store, rows=store_rows)
        results = [_open_bare_window(store) for _ in range(runs + 1)][1:]
    seconds = [seconds for seconds, _ in results]
    return {
        "runs": runs,
        "seconds": seconds,
        "median_seconds": statistics.median(seconds),
        "pss_bytes": int(statistics.median(pss for _, pss in results)) or None,
    }


def make_bare_store(path: Path, *, rows: int) -> None:
    """Make an SQLite file with one table of that many letters, with nothing beside its primary key."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE letter (agenda INTEGER PRIMARY KEY, received, number, dated, sender, subject, status, class)"
        )
        connection.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO letter
            SELECT i, date('2015-01-01', (i / 300) || ' days'),
                   printf('%d/%03d/%d', 100 + i % 900, i % 1000, i),
                   date('2015-01-01', (i / 300 - 2) || ' days'), 'Kecamatan ' || (i % 15),
                   'Undangan rapat koordinasi tingkat kecamatan nomor ' || i, 'didisposisikan', '005'
            FROM n
            """,
            (rows,),
        )


def _open_bare_window(store: Path) -> tuple[float, int]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    command = [sys.executable, str(_BARE_WINDOW), str(store), str(time.monotonic_ns())]
    answer = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=_WINDOW_WITHIN_S
    )
    seconds, pss = answer.stdout.split()
    return float(seconds), int(pss)
