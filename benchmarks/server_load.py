"""The server under load: pushes beside the least that a push can be, and a thousand PCs that wait for news.

The real server with a real PostgreSQL (fsync and synchronous_commit on), the load in a process of its own, all on this
machine's processors. `ratio` is the server's rate to that of `benchmarks.minimal_push` on the same PostgreSQL.

python -m benchmarks.server_load [SECONDS]
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from benchmarks.load_clients import Job
from benchmarks.load_devices import LoadDevice, make_devices
from benchmarks.measuring import report
from server.app import LIMITS_FILE, ServerConfig, shipped_dictionary
from tests.support.postgres import running_cluster

SETTINGS = ("listen_addresses=127.0.0.1", "shared_buffers=256MB", "log_min_messages=warning")
OFFICES = 50
FIFTY = 50
HELD = 1000
# (clients, ops in a push, pushes made beforehand for each client and second)
RUNS = ((1, 1, 1500), (1, FIFTY, 200), (OFFICES, 1, 200), (OFFICES, FIFTY, 15))
STOP_S = 20.0


@contextmanager
def running(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The address and process id of a server that prints its address as JSON, until the block ends."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        yield json.loads(line)["url"], process.pid
    finally:
        process.terminate()
        process.wait(STOP_S)
        if process.stdout:
            process.stdout.close()


def load(folder: Path, job: Job) -> dict[str, Any]:
    """What the load found."""
    path = folder / "job.json"
    path.write_bytes(msgspec.json.encode(job))
    command = [sys.executable, "-m", "benchmarks.load_clients", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(seconds: float) -> None:
    """Measure and print one JSON line."""
    figures: dict[str, Any] = {}
    with TemporaryDirectory() as temporary, running_cluster(SETTINGS) as cluster:
        folder = Path(temporary)
        url, minimal_url = (cluster.dsn(cluster.create_database()) for _ in range(2))
        config = ServerConfig(data=folder / "server", database_url=url, dictionary=shipped_dictionary())
        config.data.mkdir(parents=True)
        # One device asks here as often as a whole office.
        (config.data / LIMITS_FILE).write_text('{"requests_a_minute": 0}', encoding="utf-8")
        groups = make_devices(config, offices=OFFICES, sizes=[*(clients for clients, _, _ in RUNS), HELD + 1])
        serving = ["-m", "server", "serve", "--data", str(config.data), "--database", url, "--port", "0", "--json"]
        for (clients, size, a_second), devices in zip(RUNS, groups, strict=False):
            name = f"clients_{clients}_ops_{size}"
            job = Job(url="", devices=devices, size=size, pushes=int(a_second * seconds), seconds=seconds)
            with running(["-m", "benchmarks.minimal_push", minimal_url]) as (address, pid):
                least = load(folder, msgspec.structs.replace(job, url=address, server_pid=pid, minimal=True))
            with running(serving) as (address, pid):
                ours = load(folder, msgspec.structs.replace(job, url=address, server_pid=pid))
            ratio = round(ours["ops_per_s"] / least["ops_per_s"], 3)
            figures[name] = {"server": ours, "minimal": least, "ratio": ratio}
        with running(serving) as (address, pid):
            held: list[LoadDevice] = groups[-1]
            figures["held"] = load(folder, Job(url=address, devices=held, hold=True, server_pid=pid))
    report("server_load", figures)


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 4.0)
