"""What a group of pushes costs in microseconds: processor of the thread that takes it and of PostgreSQL, and time.

In this process, without HTTP: so what it finds depends little on what else the machine does, but for the time. A group
is so many devices with so many letters each, and one transaction. PostgreSQL's time comes in hundredths of a second.

    python -m benchmarks.push_group [GROUPS]
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.load_clients import SyncTalk
from benchmarks.load_devices import LoadDevice, make_devices, make_pushes
from benchmarks.measuring import report
from benchmarks.server_load import SETTINGS
from core.protocol.frames import Wire
from core.protocol.messages import Done, SyncRequest
from server.app import ServerConfig, ServerHandle, shipped_dictionary
from server.services.looking import Round
from server.services.tokens import Caller
from tests.support.postgres import running_cluster

# (devices, ops of each)
GROUPS = ((1, 1), (50, 1), (12, 50))
ROUNDS = 20
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Pushing:
    """Devices of a server in this process, each with letters to send."""

    def __init__(self, handle: ServerHandle, wire: Wire, devices: list[LoadDevice], *, size: int, rounds: int) -> None:
        self._sync = handle.sync
        self._wire = wire
        self._talks = [SyncTalk(wire, one, make_pushes(one, count=rounds, size=size)) for one in devices]
        self._callers: list[Caller] = [handle.tokens.caller(one.token) for one in devices]
        for talk, caller in zip(self._talks, self._callers, strict=True):
            before = None
            while before != talk.place:
                before = talk.place
                round_ = self._sync.receive(caller, self._read(talk.request()))
                writer = self._wire.writer(level=1)
                frames = (round_.control, *self._sync.frames(caller, round_), Done())
                talk.take(b"".join(writer.frame(frame) for frame in frames))

    def push(self) -> tuple[float, float]:
        """One group; the seconds that it took of this thread's processor, and of the clock."""
        bodies = [talk.next() or b"" for talk in self._talks]
        sent = [(caller, self._read(body)) for caller, body in zip(self._callers, bodies, strict=True)]
        cpu_s, clock_s = time.thread_time(), time.perf_counter()
        rounds = self._sync.receive_all(sent)
        cpu_s, clock_s = time.thread_time() - cpu_s, time.perf_counter() - clock_s
        for talk, round_ in zip(self._talks, rounds, strict=True):
            if not isinstance(round_, Round):
                raise round_
            talk.take(self._wire.whole([round_.control, *round_.first, Done()], level=1))
        return cpu_s, clock_s

    def _read(self, body: bytes) -> SyncRequest:
        request: SyncRequest = self._wire.unpack(body, SyncRequest)
        return request


def postgres_seconds(database: str) -> float:
    """The processor's time of every process of PostgreSQL that serves a database."""
    ticks, name = 0, f" {database} ".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if command.startswith(b"postgres: ") and name in command:
                fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue  # it has ended
    return ticks * _TICK_S


def main(rounds: int) -> None:
    """Measure and print one JSON line."""
    figures: dict[str, Any] = {}
    with TemporaryDirectory() as temporary, running_cluster(SETTINGS) as cluster:
        database = cluster.create_database()
        url = cluster.dsn(database)
        config = ServerConfig(data=Path(temporary), database_url=url, dictionary=shipped_dictionary())
        groups = make_devices(config, offices=max(devices for devices, _ in GROUPS), sizes=[one for one, _ in GROUPS])
        handle = ServerHandle(config)
        for (count, size), devices in zip(GROUPS, groups, strict=True):
            pushing = Pushing(handle, Wire(config.dictionary), devices, size=size, rounds=rounds + 1)
            pushing.push()
            before = postgres_seconds(database)
            taken = [pushing.push() for _ in range(rounds)]
            ops = rounds * count * size
            figures[f"{count}_devices_{size}_ops"] = {
                "thread_us_per_op": round(sum(cpu for cpu, _ in taken) / ops * 1e6),
                "postgres_us_per_op": round((postgres_seconds(database) - before) / ops * 1e6),
                "clock_us_per_op": round(sum(clock for _, clock in taken) / ops * 1e6),
            }
        handle.close()
    report("push_group", figures)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROUNDS)
