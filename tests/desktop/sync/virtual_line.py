"""A line and a day in virtual time: hours pass in milliseconds, and every figure is exact.

It stands for server and network because a test of a night cannot wait for one; the same transfers over the real client,
the real server and an emulated line are in `tests/faults/test_cut_scans.py` and `benchmarks/file_budget.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from core.protocol.faults import Fault, FaultCode
from core.protocol.small_files import SmallFileReader
from desktop.sync.flow import Flow
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

PIECE = 16 * 1024


class VirtualDay:
    """A clock that only work and waiting move on."""

    def __init__(self, begin_hour: int) -> None:
        self._begin_s = begin_hour * 3600.0
        self.now = 0.0

    def seconds(self) -> float:
        return self.now

    def hour(self) -> int:
        return int((self._begin_s + self.now) // 3600) % 24

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def wait_until(self, hour: int) -> None:
        while self.hour() != hour:
            self.now += 60


class VirtualLine:
    """Gives and takes files at a rate in bytes a second; `asked` are the downloads in their order."""

    def __init__(self, day: VirtualDay, rate: float, *, rtt_s: float = 0.3) -> None:
        self._day = day
        self._rate = rate
        self._rtt_s = rtt_s
        self.there: dict[bytes, bytes] = {}
        self.asked: list[tuple[bytes, int]] = []
        self.down = self.small_requests = 0
        self.on_piece: Callable[[int], None] = lambda _down: None
        self.cut_after: int | None = None

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        raise NotImplementedError(sha256, size, content, flow)

    def small_files(self, hashes: Sequence[bytes], reader: SmallFileReader) -> Iterator[tuple[bytes, bytes]]:
        assert (reader.under_way, reader.start) == ((b"", b""), 0), "nothing was cut"
        self._day.sleep(self._rtt_s)
        self.small_requests += 1
        for sha256 in hashes:
            if sha256 in self.there:
                self._day.sleep(len(self.there[sha256]) / self._rate)
                self.asked.append((sha256, 0))
                yield sha256, self.there[sha256]

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        self._day.sleep(self._rtt_s)
        if sha256 not in self.there:
            raise ServerFault(Fault(code=FaultCode.NOT_FOUND))
        self.asked.append((sha256, offset))
        whole = self.there[sha256]
        end = len(whole) if count is None else offset + count
        while offset < end:
            piece = whole[offset : min(end, offset + PIECE)]
            if self.cut_after is not None and self.down + len(piece) > self.cut_after:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
            self._day.sleep(len(piece) / self._rate)
            offset += len(piece)
            self.down += len(piece)
            self.on_piece(self.down)
            yield piece
