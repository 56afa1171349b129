"""One direction of the line, on a clock that no busy machine can hold up."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from tests.simulation.loop import SimulatedLoop
from tests.support.lane import Connection, Direction, Lane, LineClock

MBIT = 1e6
TURN = b"1 0\n"
HALF_TICK_S = 0.0005  # how early an event loop may wake for a parcel


async def turns(count: int) -> list[float]:
    """How long each turn takes, there and back, by the clock that the line goes by."""
    loop = asyncio.get_running_loop()
    clock, connection = LineClock(loop), Connection([], {})
    arrived: asyncio.Queue[Direction] = asyncio.Queue()
    near = {"rate_bps": MBIT, "delay_s": 0.02, "jitter_s": 0.0, "queue_bytes": 65_536, "seed": 0}
    lanes = [
        Lane(clock, direction=way, deliver=lambda direction, _: arrived.put_nowait(direction), **near)  # type: ignore[arg-type]  # numbers
        for way in ("up", "down")
    ]
    took = []
    for _ in range(count):
        start = loop.time()
        for lane in lanes:
            await lane.send(connection, TURN)
            await arrived.get()
        took.append(loop.time() - start)
    return took


def test_many_turns_keep_the_delay() -> None:
    loop = SimulatedLoop()
    with closing(loop):
        took = loop.run(turns(200))
    expected = 0.04 + 2 * 8 * len(TURN) / MBIT
    assert took == [pytest.approx(expected, abs=2 * HALF_TICK_S + 1e-6)] * 200
