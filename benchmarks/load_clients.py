"""The load on a server, in a process of its own: devices that push as fast as they are answered, or wait for news.

Reads what to do from the file named on the command line, prints what it found as one JSON line.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from benchmarks.load_devices import LoadDevice, Push, make_pushes
from benchmarks.measuring import cpu_seconds, memory, percentile
from core.domain.ids import StreamId
from core.protocol.access import Access
from core.protocol.frames import Wire
from core.protocol.messages import MAX_HOLD_S, PROTOCOL, SCHEMA, Control, Data, Outcome, SyncRequest
from server.app import shipped_dictionary

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_OK = b"HTTP/1.1 200"
# The load shares the processors with the server: its requests are packed cheaply, its connections opened slowly.
_LEVEL = 1
_IDLE_CPU_S = 0.1
_ANSWER_WITHIN_S = 60.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Push with each device, `size` ops at a time, until the time is over or the `pushes` of each are used up.

    `minimal` speaks to the yardstick. `hold` lets all devices but the first wait for what that one pushes.
    """

    url: str
    devices: list[LoadDevice]
    size: int = 1
    pushes: int = 1
    seconds: float = 3.0
    minimal: bool = False
    hold: bool = False
    server_pid: int = 0


class Talk(Protocol):
    """What one device says and hears."""

    def next(self) -> bytes | None:
        """The next request's body, or None at the end."""

    def take(self, body: bytes) -> None:
        """Look at a reply."""


class SyncTalk:
    """A device that speaks the real protocol."""

    def __init__(self, wire: Wire, device: LoadDevice, pushes: list[Push]) -> None:
        self._wire = wire
        self._left = iter(pushes)
        self._size = 0
        self._feed_epoch = 0
        self._grants = 0
        self._cursors: dict[StreamId, int] = {}
        self.device = device

    def next(self) -> bytes | None:
        """The next push, or None at the end."""
        push = next(self._left, None)
        if push is None:
            return None
        self._size = len(push.ops)
        return self.request(ops=push.ops, signature=push.signature)

    def request(self, *, ops: tuple[bytes, ...] = (), signature: bytes = b"", hold: int = 0) -> bytes:
        """A request as a PC would send it now."""
        message = SyncRequest(
            protocol=PROTOCOL,
            schema=SCHEMA,
            epoch=1,
            feed_epoch=self._feed_epoch,
            sent_ms=time.time_ns() // 1_000_000,
            grants=self._grants,
            ops=ops,
            signature=signature,
            cursors=tuple(self._cursors.items()),
            hold=hold,
        )
        return self._wire.pack(message, level=_LEVEL)

    def take(self, body: bytes) -> None:
        """Take over grants and cursors; ValueError if an op was not accepted."""
        control: Control | None = None
        for frame in self._wire.reader().feed(body):
            if isinstance(frame, Control):
                control = frame
            elif isinstance(frame, Data):
                self._cursors[frame.stream] = frame.cursor
        if control is None or [one.outcome for one in control.results] != [Outcome.ACCEPTED] * self._size:
            raise ValueError(f"device {self.device.number}: {control}")
        self._feed_epoch, self._grants = control.feed_epoch, control.grants

    @property
    def place(self) -> tuple[int, int, dict[StreamId, int]]:
        """Where the device stands: the feed's epoch, its grants, its cursors."""
        return self._feed_epoch, self._grants, dict(self._cursors)

    def copy_place(self, other: SyncTalk) -> None:
        """Stand where another device of the same office stands."""
        self._feed_epoch, self._grants, self._cursors = other.place


class MinimalTalk:
    """The same ops for the yardstick."""

    def __init__(self, device: LoadDevice, pushes: list[Push]) -> None:
        self._left = iter(pushes)
        self._device = device
        self._key = device.key.public_key().public_bytes_raw()
        self._count = 0

    def next(self) -> bytes | None:
        """The next push, or None at the end."""
        push = next(self._left, None)
        if push is None:
            return None
        named = []
        for op in push.ops:
            self._count += 1
            named.append((self._device.id + self._count.to_bytes(8, "big"), op))
        return msgspec.msgpack.encode((self._key, push.payload, push.signature, named))

    def take(self, body: bytes) -> None:
        """ValueError if the ops were not stored."""
        if body != b"\x01":
            raise ValueError(body)


class Line(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._got = bytearray()
        self._need = 0
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # a TCP connection is one; tells mypy
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Fail the request that waits for its answer."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server hung up"))

    def ask(self, body: bytes) -> asyncio.Future[bytes]:
        """Send a request; the body of its answer."""
        assert self._transport is not None  # noqa: S101  # connected by whoever made it; tells mypy
        self._answer = asyncio.get_running_loop().create_future()
        shown = self._access.shown("POST", "/v1/sync")
        head = f"POST /v1/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {shown}\r\nContent-Length: {len(body)}"
        self._transport.write(head.encode() + _HEAD_END + body)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Collect the answer."""
        self._got += data
        if not self._need:
            end = self._got.find(_HEAD_END)
            if end < 0:
                return
            head = bytes(self._got[:end]).lower()
            if not head.startswith(_OK.lower()):
                self._fail(bytes(self._got))
                return
            at = head.index(_LENGTH) + len(_LENGTH)
            self._need = end + len(_HEAD_END) + int(head[at:].split(b"\r\n", 1)[0])
        if len(self._got) >= self._need and self._answer is not None:
            body = bytes(self._got[self._got.find(_HEAD_END) + len(_HEAD_END) : self._need])
            del self._got[: self._need]
            self._need = 0
            self._answer.set_result(body)

    def _fail(self, answer: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(repr(answer[:300])))


async def connect(job: Job, device: LoadDevice) -> Line:
    """A connection for a device."""
    address = urlsplit(job.url)
    _, line = await asyncio.get_running_loop().create_connection(
        lambda: Line(device.access()), address.hostname or "", address.port or 0
    )
    return line


def catch_up(job: Job, talk: SyncTalk) -> None:
    """Let a device take all there is, before anything is measured: the first round only tells the feed's epoch."""
    address = urlsplit(job.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_ANSWER_WITHIN_S)
    before = None
    while before != talk.place:
        before = talk.place
        connection.request(
            "POST",
            "/v1/sync",
            body=talk.request(),
            headers={"Authorization": talk.device.access().shown("POST", "/v1/sync")},
        )
        talk.take(connection.getresponse().read())
    connection.close()


async def push_all(job: Job, talks: list[Talk]) -> dict[str, float]:
    """Every device pushes, one request after the other, all at the same time."""
    lines = [await connect(job, device) for device in job.devices]
    taken_s: list[float] = []
    end = time.perf_counter() + job.seconds

    async def run(line: Line, talk: Talk) -> None:
        while time.perf_counter() < end and (body := talk.next()) is not None:
            begun = time.perf_counter()
            answer = await asyncio.wait_for(line.ask(body), _ANSWER_WITHIN_S)
            taken_s.append(time.perf_counter() - begun)
            talk.take(answer)

    begun, begun_cpu_s = time.perf_counter(), cpu_seconds(job.server_pid) or 0.0
    await asyncio.gather(*(run(line, talk) for line, talk in zip(lines, talks, strict=True)))
    seconds, cpu_s = time.perf_counter() - begun, (cpu_seconds(job.server_pid) or 0.0) - begun_cpu_s
    return {
        "cpu_us_per_op": round(cpu_s * 1e6 / len(taken_s) / job.size),
        "ops_per_s": round(len(taken_s) * job.size / seconds),
        "requests": len(taken_s),
        "p50_ms": round(percentile(taken_s, 50) * 1000, 1),
        "p99_ms": round(percentile(taken_s, 99) * 1000, 1),
    }


async def until_idle(pid: int) -> None:
    """Wait until the server has next to nothing to do, or half the time of a hold is over."""
    used, end = -1.0, time.perf_counter() + MAX_HOLD_S / 2
    while time.perf_counter() < end and (now := cpu_seconds(pid) or 0.0) - used > _IDLE_CPU_S:
        used = now
        await asyncio.sleep(1.0)


async def hold_all(job: Job, talks: list[SyncTalk]) -> dict[str, float]:
    """All but the first wait; the first pushes one op: memory each, and how long until the last has heard."""
    first, *waiting = talks
    before = memory(job.server_pid)
    lines = [await connect(job, talk.device) for talk in waiting]
    answers = [line.ask(talk.request(hold=MAX_HOLD_S)) for line, talk in zip(lines, waiting, strict=True)]
    line = await connect(job, first.device)
    await until_idle(job.server_pid)
    held = memory(job.server_pid)
    early = sum(answer.done() for answer in answers)
    body = first.next()
    if body is None or before is None or held is None or early:
        raise ValueError(f"{early} were answered before there was news")
    begun = time.perf_counter()
    heard_s: list[float] = []
    for answer in answers:
        answer.add_done_callback(lambda _answer: heard_s.append(time.perf_counter() - begun))
    first.take(await line.ask(body))
    own_s = time.perf_counter() - begun
    bodies = await asyncio.wait_for(asyncio.gather(*answers), _ANSWER_WITHIN_S)
    return {
        "clients": len(waiting),
        "bytes_each": round((held.pss_bytes - before.pss_bytes) / len(waiting)),
        "pushed_ms": round(own_s * 1000, 1),
        "median_ms": round(percentile(heard_s, 50) * 1000, 1),
        "last_ms": round(max(heard_s) * 1000, 1),
        "reply_bytes": max(len(body) for body in bodies),
    }


def main(path: Path) -> None:
    """Do the job in the file."""
    job = msgspec.json.decode(path.read_bytes(), type=Job)
    wire = Wire(shipped_dictionary())
    pushes = {
        device.number: make_pushes(device, count=job.pushes, size=job.size)
        for device in (job.devices[:1] if job.hold else job.devices)
    }
    if job.minimal:
        found = asyncio.run(push_all(job, [MinimalTalk(device, pushes[device.number]) for device in job.devices]))
    else:
        talks = [SyncTalk(wire, device, pushes.get(device.number, [])) for device in job.devices]
        for talk in talks[:2] if job.hold else talks:
            catch_up(job, talk)
        for talk in talks[2:] if job.hold else []:
            talk.copy_place(talks[1])
        found = asyncio.run(hold_all(job, talks) if job.hold else push_all(job, list[Talk](talks)))
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
