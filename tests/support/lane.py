"""One direction of an emulated line: a clock that can stand still, connections, and their shared queue."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["up", "down"]

SEGMENT_BYTES = 1500  # the largest packet of an office line: connections take turns at this grain
_UNLIMITED_SEGMENT_BYTES = 65_536
_FAST_SEGMENT_S = 0.001  # a line that sends packets faster than this moves several at a time
_HALF_TICK_S = 0.0005  # event loops round timers up to a millisecond; waking half of one early centres it
_RESET_ON_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class LineClock:
    """The loop's time, less the time during which the line stood still."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lost_s = 0.0
        self._stopped_at: float | None = None
        self._running = asyncio.Event()
        self._running.set()

    @property
    def stopped(self) -> bool:
        return self._stopped_at is not None

    def now(self) -> float:
        return (self._loop.time() if self._stopped_at is None else self._stopped_at) - self._lost_s

    def stop(self) -> None:
        if self._stopped_at is None:
            self._stopped_at = self._loop.time()
            self._running.clear()

    def go(self) -> None:
        if self._stopped_at is not None:
            self._lost_s += self._loop.time() - self._stopped_at
            self._stopped_at = None
            self._running.set()

    async def sleep_until(self, moment: float) -> None:
        await self._running.wait()
        while (wait := moment - self.now()) > 0:
            await asyncio.sleep(wait)
            await self._running.wait()

    def call_at(self, moment: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_at(moment + self._lost_s, callback)


@dataclass(eq=False)
class Connection:
    """One client connection and its twin to the server; `sinks` are the writers that a direction ends in."""

    readers: list[asyncio.StreamReader]  # held because asyncio aborts a connection whose reader was collected
    sinks: dict[Direction, asyncio.StreamWriter]
    client_may_turn: bool = True
    finished: set[Direction] = field(default_factory=set)
    is_open: bool = True

    def reset(self) -> None:
        self.is_open = False
        for sink in self.sinks.values():
            break_off(sink)

    def finish(self, direction: Direction) -> None:
        """Pass the end of one direction on; after both the connection is over."""
        self.finished.add(direction)
        sink = self.sinks[direction]
        if not sink.transport.is_closing():
            try:
                sink.write_eof()
            except OSError:  # the receiver is gone already, which is what we came to say
                sink.transport.abort()
        if len(self.finished) == len(self.sinks):
            self.is_open = False
            for writer in self.sinks.values():
                writer.close()


def break_off(writer: asyncio.StreamWriter) -> None:
    """Close with an RST, as a line that broke does it; data not yet sent is lost."""
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What is on its way on a lane, with the moment of its arrival on the line's clock."""

    due: float
    connection: Connection
    data: bytes | None  # empty: the sender closed its direction; None: the sender broke off


class Lane:
    """One direction of the line: first in, first out, for all connections together."""

    def __init__(
        self,
        clock: LineClock,
        *,
        direction: Direction,
        rate_bps: float | None,
        delay_s: float,
        jitter_s: float,
        queue_bytes: int,
        seed: int,
        deliver: Callable[[Direction, Parcel], None],
    ) -> None:
        self.direction: Direction = direction
        self.segment_bytes = _UNLIMITED_SEGMENT_BYTES
        self._seconds_a_byte = 0.0
        if rate_bps is not None:
            self.segment_bytes = max(SEGMENT_BYTES, int(rate_bps / 8 * _FAST_SEGMENT_S))
            self._seconds_a_byte = 8 / rate_bps
        self._queue_s = queue_bytes * self._seconds_a_byte
        self._delay_s = delay_s
        self._jitter_s = jitter_s
        self._random = random.Random(f"{seed} {direction}")
        self._clock = clock
        self._deliver = deliver
        self._turn = asyncio.Lock()  # a fair lock: waiting connections come round in order
        self._free_at = 0.0
        self._last_due = 0.0
        self._parcels: deque[Parcel] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, connection: Connection, data: bytes | None) -> None:
        """Put data on the line; returns when the queue has taken it."""
        async with self._turn:
            await self._clock.sleep_until(self._free_at - self._queue_s)
            if not connection.is_open:
                return
            self._free_at = max(self._free_at, self._clock.now()) + len(data or b"") * self._seconds_a_byte
            due = self._free_at + self._delay_s + self._random.uniform(0.0, self._jitter_s)
            self._last_due = max(self._last_due, due)
            self._parcels.append(Parcel(due=self._last_due, connection=connection, data=data))
        self.arm()

    def arm(self) -> None:
        """Wake up for the next parcel, unless that is arranged or the line stands still."""
        if self._parcels and self._timer is None and not self._clock.stopped:
            self._timer = self._clock.call_at(self._parcels[0].due - _HALF_TICK_S, self._hand_over)

    def disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def clear(self) -> None:
        """Lose everything on the way."""
        self.disarm()
        self._parcels.clear()
        self._free_at = self._last_due = self._clock.now()

    def _hand_over(self) -> None:
        self._timer = None
        until = self._clock.now() + _HALF_TICK_S
        while self._parcels and self._parcels[0].due <= until:
            parcel = self._parcels.popleft()
            if parcel.connection.is_open:
                self._deliver(self.direction, parcel)
        self.arm()
