"""What row-level security costs a push: the same pushes with the walls of PostgreSQL and without, by turns in one run.

The real server in this process on a real PostgreSQL (fsync and synchronous_commit on), without HTTP. `ratio` is the
median time with walls to that without. Without: the policies are switched off, and nobody says for whom it works.

python -m benchmarks.walls [PUSHES]
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import psycopg

from benchmarks.measuring import report
from server.app import wall_clock_ms
from server.storage.tables import METADATA
from server.storage.walls import Walls
from tests.support.acts import register
from tests.support.device import ScriptedDevice
from tests.support.postgres import PostgresCluster, running_cluster
from tests.support.server import PASSWORD, OfficeInTest, RunningServer, make_office, running_server

SETTINGS = ("listen_addresses=127.0.0.1", "shared_buffers=256MB", "log_min_messages=warning")
SIZES = (1, 50)


class Pusher:
    """A clerk's PC at a server of its own."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._office: OfficeInTest = make_office(server)
        self._device = ScriptedDevice(server.url, server.wire, clock=wall_clock_ms)
        self._device.enrol(self._office.codes["tu"], password=PASSWORD)
        self._device.sync()
        self._caller = server.handle.tokens.caller(self._device.token)

    def push(self, size: int) -> float:
        """Register so many letters in one push; the seconds until they are confirmed."""
        device = self._device
        for _ in range(size):
            device.act(register(device.new_id()), position=self._office.positions["tu"])
        request = device.build()
        begun = time.perf_counter()
        (answer,) = self._server.handle.sync.receive_all([(self._caller, request)])
        took = time.perf_counter() - begun
        device.pending.clear()
        if isinstance(answer, Exception):
            raise answer
        return took


def take_down(cluster: PostgresCluster, database: str) -> None:
    """Switch the policies of a database off."""
    with psycopg.connect(cluster.dsn(database), autocommit=True) as connection:
        for table in METADATA.sorted_tables:
            connection.execute(f'ALTER TABLE "{table.name}" DISABLE ROW LEVEL SECURITY')


def main(pushes: int) -> None:
    """Measure and print one JSON line."""
    figures: dict[str, object] = {}
    with TemporaryDirectory() as temporary, running_cluster(SETTINGS) as cluster:
        walled, bare = cluster.create_database(), cluster.create_database()
        with (
            running_server(Path(temporary) / "walled", database_url=cluster.dsn(walled)) as first,
            running_server(Path(temporary) / "bare", database_url=cluster.dsn(bare)) as second,
        ):
            take_down(cluster, bare)
            with_walls, without = Pusher(first), Pusher(second)
            for size in SIZES:
                times: tuple[list[float], list[float]] = ([], [])
                for _ in range(pushes if size == 1 else pushes // 4):
                    times[0].append(with_walls.push(size))
                    with mock.patch.object(Walls, "_say"):
                        times[1].append(without.push(size))
                medians = [statistics.median(several) for several in times]
                figures[f"ops_{size}"] = {
                    "walled_ms": round(medians[0] * 1000, 3),
                    "bare_ms": round(medians[1] * 1000, 3),
                    "ratio": round(medians[0] / medians[1], 3),
                }
    report("walls", figures)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200)
