"""The line behind a `Link`: carries connections over two lanes, counts, cuts, and can be gone for a while."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from dataclasses import dataclass
from typing import Literal

from tests.support.lane import Connection, Direction, Lane, LineClock, Parcel, break_off

if sys.platform == "linux":
    import fcntl
    import termios

CutDirection = Literal["up", "down", "both"]

_TAKEN_WITHIN_S = 5.0  # a receiver that reads nothing for so long has lost what it was sent
_LOOK_S = 0.001


@dataclass(frozen=True, kw_only=True)
class LinkProfile:
    """What a line is like. Rates in bits a second (`None`: no limit), times in seconds.

    `jitter_s` is the most that a chunk may come late; chunks never overtake each other. `queue_bytes` is what
    the modem holds for each direction before senders must wait. `cut_every_bytes` cuts each time that so many
    more bytes were delivered in `cut_direction`; `cut_at_bytes` (of the same direction) and `cut_at_s` cut
    once each, counted from the start.
    """

    up_bps: float | None
    down_bps: float | None
    rtt_s: float
    jitter_s: float = 0.0
    seed: int = 0
    queue_bytes: int = 65_536
    cut_every_bytes: int | None = None
    cut_direction: CutDirection = "both"
    cut_at_bytes: tuple[int, ...] = ()
    cut_at_s: tuple[float, ...] = ()


OFFICE_LINE = LinkProfile(up_bps=1e6, down_bps=1e6, rtt_s=0.3)


@dataclass(frozen=True, kw_only=True)
class LinkCounters:
    """What went over the line: bytes delivered up and down, connections, turns, cuts.

    A turn is the client speaking first or after it heard the server. `refused` counts the connections that
    came while the line was down.
    """

    up: int = 0
    down: int = 0
    connections: int = 0
    turns: int = 0
    cuts: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """Bytes delivered in both directions."""
        return self.up + self.down


class Line:
    """The line itself; lives in the loop of the link's thread."""

    def __init__(self, target: tuple[str, int], profile: LinkProfile) -> None:
        loop = asyncio.get_running_loop()
        self.target = target
        self.finish = asyncio.Event()
        self._profile = profile
        self._clock = LineClock(loop)
        self._up = self._lane("up")
        self._down = self._lane("down")
        self._connections: set[Connection] = set()
        self._breaking: set[Connection] = set()  # cut, and about to be told so
        self._refusing = False
        self._return: asyncio.TimerHandle | None = None
        self._counts = dict.fromkeys(("up", "down", "connections", "turns", "cuts", "refused"), 0)
        self._travelled: dict[CutDirection, int] = {"up": 0, "down": 0, "both": 0}
        self._marks = [(profile.cut_direction, mark) for mark in profile.cut_at_bytes]
        for seconds in profile.cut_at_s:
            loop.call_later(seconds, self.cut)

    def _lane(self, direction: Direction) -> Lane:
        return Lane(
            self._clock,
            direction=direction,
            rate_bps=self._profile.up_bps if direction == "up" else self._profile.down_bps,
            delay_s=self._profile.rtt_s / 2,
            jitter_s=self._profile.jitter_s,
            queue_bytes=self._profile.queue_bytes,
            seed=self._profile.seed,
            deliver=self._deliver,
        )

    def counters(self) -> LinkCounters:
        return LinkCounters(**self._counts)

    def reset_counters(self) -> None:
        self._counts = dict.fromkeys(self._counts, 0)

    def cut(self) -> None:
        self._counts["cuts"] += 1
        self._drop_all()

    def cut_after(self, bytes_: int, direction: CutDirection) -> None:
        self._marks.append((direction, self._travelled[direction] + bytes_))

    def cut_after_seconds(self, seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, self.cut)

    def down(self, *, hang: bool) -> None:
        self._forget_return()
        if hang:
            self._clock.stop()
            self._up.disarm()
            self._down.disarm()
        else:
            self._refusing = True
            self._drop_all()

    def up(self) -> None:
        self._forget_return()
        self._refusing = False
        self._clock.go()
        self._up.arm()
        self._down.arm()

    def down_for(self, seconds: float, *, hang: bool) -> None:
        self.down(hang=hang)
        self._return = asyncio.get_running_loop().call_later(seconds, self.up)

    def _forget_return(self) -> None:
        if self._return is not None:
            self._return.cancel()
            self._return = None

    async def accept(self, client_reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Carry one connection until both sides are done with it."""
        if self._refusing:
            self._counts["refused"] += 1
            break_off(client)
            return
        self._counts["connections"] += 1
        connection = Connection([client_reader], {"down": client})
        self._connections.add(connection)
        await self._clock.sleep_until(self._clock.now() + self._profile.rtt_s)
        if connection not in self._connections:  # cut meanwhile
            return
        try:
            server_reader, server = await self._open_to_server()
        except OSError:
            connection.reset()
            self._connections.discard(connection)
            return
        connection.readers.append(server_reader)
        connection.sinks["up"] = server
        if not connection.is_open:  # cut while we were connecting
            break_off(server)
            return
        await asyncio.gather(
            self._pump(self._up, connection, source=client_reader, sink=server),
            self._pump(self._down, connection, source=server_reader, sink=client),
        )

    async def _open_to_server(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        # The family is fixed so that no name look-up or second attempt spoils the timing.
        socket_ = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        socket_.setblocking(False)
        limit_buffer(socket_)
        try:
            await asyncio.get_running_loop().sock_connect(socket_, self.target)
            return await asyncio.open_connection(sock=socket_, limit=self._down.segment_bytes)
        except OSError:
            socket_.close()
            raise

    async def _pump(
        self, lane: Lane, connection: Connection, *, source: asyncio.StreamReader, sink: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await source.read(lane.segment_bytes):
                if lane is self._up and connection.client_may_turn:
                    connection.client_may_turn = False
                    self._counts["turns"] += 1
                await lane.send(connection, data)
                await sink.drain()
        except OSError:
            await lane.send(connection, None)
        else:
            await lane.send(connection, b"")

    def _deliver(self, direction: Direction, parcel: Parcel) -> None:
        connection, data = parcel.connection, parcel.data
        if data is None:
            connection.reset()
        elif not data:
            connection.finish(direction)
        elif not connection.sinks[direction].transport.is_closing():
            room = self._bytes_until_cut(direction)
            piece = data[:room]
            connection.sinks[direction].write(piece)
            connection.client_may_turn |= direction == "down"
            self._counts[direction] += len(piece)
            self._travelled[direction] += len(piece)
            self._travelled["both"] += len(piece)
            if room is not None and len(data) >= room:
                self._cut_late(self._clock.now() - parcel.due)
        if not connection.is_open:
            self._connections.discard(connection)

    def _bytes_until_cut(self, direction: Direction) -> int | None:
        travelled = self._travelled
        self._marks = [(which, mark) for which, mark in self._marks if mark > travelled[which]]
        rooms = [mark - travelled[which] for which, mark in self._marks if which in {direction, "both"}]
        every, which = self._profile.cut_every_bytes, self._profile.cut_direction
        if every is not None and which in {direction, "both"}:
            rooms.append(every - travelled[which] % every)
        return min(rooms, default=None)

    def _cut_late(self, late_s: float) -> None:
        """Cut; where this thread woke up late, so that the receiver has what he would have had on a real line.

        Several packets are then handed over at once, and an RST behind them would take away what was there long before.
        """
        self._counts["cuts"] += 1
        silenced = set(self._connections)
        for connection in silenced:
            connection.is_open = False
        self._up.clear()
        self._down.clear()
        self._connections.clear()
        self._breaking |= silenced
        loop = asyncio.get_running_loop()
        loop.call_later(late_s, self._break, silenced, loop.time() + late_s + _TAKEN_WITHIN_S)

    def _break(self, connections: set[Connection], until: float) -> None:
        """Reset each connection when the kernel of its receivers has what was delivered, or at that time at the latest.

        Until then it waits in our own buffers, where an RST discards it: a receiver that was slow to read has
        closed its window. What the receiver's kernel has can still be read after the RST.
        """
        loop = asyncio.get_running_loop()
        waiting = connections & self._breaking
        ripe = {one for one in waiting if loop.time() >= until or not any(map(_is_under_way, one.sinks.values()))}
        for connection in ripe:
            connection.reset()
        self._breaking -= ripe
        if waiting - ripe:
            loop.call_later(_LOOK_S, self._break, waiting - ripe, until)

    def _drop_all(self) -> None:
        self._up.clear()
        self._down.clear()
        for connection in self._connections | self._breaking:
            connection.reset()
        self._connections.clear()
        self._breaking.clear()


def _is_under_way(sink: asyncio.StreamWriter) -> bool:
    """Whether something that was written is not yet in the hands of the receiver's kernel."""
    if sink.transport.is_closing():
        return False
    if sink.transport.get_write_buffer_size():
        return True
    if sys.platform != "linux":
        return False  # cannot be known there
    unacknowledged = fcntl.ioctl(sink.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    return bool(struct.unpack("i", unacknowledged)[0])


def limit_buffer(socket_: socket.socket) -> None:
    # Left alone, loopback buffers swallow megabytes and a sender believes a slow upload done at once.
    socket_.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
