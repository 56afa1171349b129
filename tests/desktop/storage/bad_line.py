"""PCs of an office around the model server, and a line on which anything can happen to a request."""

from __future__ import annotations

import copy
import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.domain.ids import DispositionId, LetterId, PositionId
from core.protocol.messages import Control, Data, Frame, SyncRequest
from desktop.services.clock import millis
from desktop.storage.blobs import BlobFiles
from desktop.storage.opening import open_store
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.desktop.storage.model_server import Device, ModelServer
from tests.factories import (
    HEAD,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SECRETARY,
    SECTION,
    TODAY,
    directory,
    disposition,
    letter,
    record_file,
)
from tests.support.stores import KEY, office_store

#                                    who works there       how wrong its clock is
PLACES: tuple[tuple[tuple[PositionId, ...], int], ...] = (
    ((REGISTRAR, HEAD), 0),
    ((SECRETARY, SECTION), 95_400),
    ((OTHER_SECTION,), -7_300),
)


def never() -> bool:
    return False


@dataclass
class Clock:
    """The one true time."""

    moment: datetime = NOW

    def tick(self, ms: int) -> None:
        self.moment += timedelta(milliseconds=ms)


@dataclass
class Line:
    """What happens to one request on its way. Lost and cut: the request itself; lost alone: the whole reply."""

    lost: bool = False
    cut_after: int | None = None
    frame_rows: int = 50
    mixed: int = 0
    doubled: bool = False
    meanwhile: Callable[[], None] | None = None
    at_frame: int = 0

    def carry(self, frames: list[Frame]) -> Iterator[Frame]:
        """The frames that arrive, until the line is cut."""
        for place, frame in enumerate(self._mixed(frames)):
            if place == self.at_frame and self.meanwhile is not None:
                self.meanwhile()
            if self.cut_after is not None and place >= self.cut_after:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
            yield frame

    def _mixed(self, frames: list[Frame]) -> list[Frame]:
        """Frames of one stream keep their order; those of different streams may come in any."""
        control = [frame for frame in frames if isinstance(frame, Control)]
        data = [frame for frame in frames if isinstance(frame, Data)]
        if self.mixed:
            order = [frame.stream for frame in data]
            random.Random(self.mixed).shuffle(order)
            waiting: dict[int, list[Data]] = {}
            for frame in data:
                waiting.setdefault(frame.stream, []).append(frame)
            data = [waiting[stream].pop(0) for stream in order]
        if self.doubled:
            data = [frame for frame in data for _ in range(2)]
        return [*control, *data, frames[-1]]


@dataclass
class Pc:
    """One PC with its people; as a client of its own engine it is the line to the server."""

    store: Store
    engine: SyncEngine
    device: Device
    server: ModelServer
    wrong_ms: int
    time: Clock
    line: Line = field(default_factory=Line)

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        line = self.line
        if line.lost and line.cut_after is not None:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "request lost")
        frames = self.server.answer(
            self.device, request, millis(self.time.moment), frame_rows=line.frame_rows, whole=bool(line.mixed)
        )
        if line.lost:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "reply lost")
        yield from line.carry(frames)

    def clock(self) -> datetime:
        return self.time.moment + timedelta(milliseconds=self.wrong_ms)

    def round(self, line: Line, *, push: bool = True) -> None:
        """One round over `line`; a line that fails is nobody's fault."""
        self.time.tick(700)
        self.line = line
        try:
            if push:
                self.engine.run_round(self, never)
            else:
                self.engine.wait_for_news(self, 0, never)
        except EnvironmentFault as fault:
            if fault.code != FaultOf.NO_NETWORK:
                raise


@functools.cache
def _first_morning() -> tuple[ModelServer, list[Device], list[bytes]]:
    """The server and all PCs after the first round: everybody knows the offices, three letters and a file."""
    server = ModelServer()
    server.administer(directory())
    papers = [
        letter(id=LetterId(bytes([number]) * 16), agenda_no=number, scans=(), involved=(HEAD, OTHER_SECTION))
        for number in (1, 2, 3)
    ]
    sheet = disposition(id=DispositionId(bytes(16)), letter_id=papers[0].id, recipients=disposition().recipients[:1])
    server.administer([*papers, record_file(), sheet])
    devices = [Device(positions) for positions, _ in PLACES]
    files = []
    with TemporaryDirectory() as folder:
        for place, device in enumerate(devices):
            path = Path(folder) / f"{place}.db"
            office_store(path, users=device.positions).close()
            pc = _pc(path, place, device=device, server=server, time=Clock())
            pc.round(Line())
            pc.store.close()
            files.append(path.read_bytes())
    return server, devices, files


def open_the_offices(folder: Path) -> tuple[ModelServer, Clock, list[Pc]]:
    """A server and its PCs on their first morning, with stores in `folder`."""
    server, devices, files = copy.deepcopy(_first_morning())
    time = Clock()
    pcs = []
    for place, content in enumerate(files):
        path = folder / f"{place}.db"
        path.write_bytes(content)
        pcs.append(_pc(path, place, device=devices[place], server=server, time=time))
    return server, time, pcs


def _pc(path: Path, place: int, *, device: Device, server: ModelServer, time: Clock) -> Pc:
    wrong_ms = PLACES[place][1]

    def wall_ms() -> int:
        return millis(time.moment) + wrong_ms

    def today() -> date:
        return TODAY

    store = open_store(path, KEY, NOW)
    files = BlobFiles(path.with_suffix(""), KEY)
    engine = SyncEngine(store, files, DeviceKeys(bytes([place] * 32), bytes(32)), wall_ms, today=today)
    return Pc(store, engine, device, server, wrong_ms, time)
