"""The hub of an office: the real program, its two lines to the server taken in turns, and PCs that meet it."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import msgspec
from starlette.applications import Starlette

from core.domain.ids import UserId
from core.domain.letters import SecurityLevel
from core.domain.numbering import NumberLease
from core.protocol.access import Access, Bearer
from core.protocol.codec import CodecError, decode, decode_record
from core.protocol.faults import FaultCode, read_fault
from core.protocol.frames import Wire
from core.protocol.hub import (
    HUB_ENROL_PATH,
    KEY_PATH,
    RELAY_BLOB_PATH,
    RELAY_PATH,
    RELAY_SEGMENT_PATH,
    HubEnrolReply,
    HubEnrolRequest,
    RelayReply,
    RelayRequest,
)
from core.protocol.messages import Data
from desktop.sync.client import SyncClient
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_files import FilesByHub
from desktop.sync.hub_rounds import HubRounds
from desktop.sync.nearby import HubNearby
from desktop.system.faults import EnvironmentFault
from server.hub import DATABASE_FILE, HubConfig, HubHandle
from server.services.hub_line import LineDown, ServerSaidNo, read_headed
from server.storage.hub_items import ItemKind
from tests.simulation.call import Letter, Reply
from tests.simulation.chance import Source, TrueTime, chance_from
from tests.simulation.client import SimulatedClient
from tests.simulation.disk import Image
from tests.simulation.engines import Engines
from tests.simulation.keyed import keyed_morning
from tests.simulation.link import Carrier, Line
from tests.simulation.loop import SimulatedLoop, one_thread
from tests.simulation.office import first_morning, memory_folder
from tests.simulation.pc import Pc
from tests.simulation.server import TENANT, Machine, ServerActor, ServerDied, surviving
from tests.simulation.truth import Truth
from tests.support.server import dictionary_for_tests

ADDRESS = "hub.invalid:8471"
_OK = 200


class HubActor(Machine):
    """A hub that works when it is told to, and can die, be put back and be left alone for days."""

    def __init__(
        self, folder: Path, server: ServerActor, loop: SimulatedLoop, *, engines: Engines, code: str = ""
    ) -> None:
        super().__init__(folder, DATABASE_FILE, server.time, loop, engines=engines)
        self._code = code
        self._handle: HubHandle | None = None
        self.road = Carrier(server)
        self.kept: Image | None = None

    @property
    def handle(self) -> HubHandle:
        assert self._handle is not None
        return self._handle

    @property
    def app(self) -> Starlette:
        return self.handle.app

    def start(self, *, fresh: bool = False) -> None:
        """Start on the folder; a `fresh` one joins its office."""
        config = HubConfig(
            data=self.folder,
            upstream="server.invalid",
            code=self._code,
            dictionary=dictionary_for_tests(),
            clock=self.time.of_server,
        )
        with (
            contextlib.nullcontext() if fresh else mock.patch("server.storage.database.upgrade"),
            mock.patch("server.hub.HubLine", self._line),
        ):
            self._handle = HubHandle(config)
        # Whoever asks while a request is under way would wait for the server: it is asked at the hub's next turn.
        self._asked = False
        self.handle.uplink.ask_for_statements = self._note_asked  # type: ignore[method-assign]
        self._loop.run(self._attach())

    async def _attach(self) -> None:
        self.handle.announcer.attach()

    def _note_asked(self, seconds: float) -> None:
        del seconds
        self._asked = True

    def _shut(self) -> None:
        self.handle.close()

    def _line(self, _url: str, wire: Wire, *, access: Access | None = None, authority: Path | None = None) -> RoadLine:
        assert authority is None
        return RoadLine(self, wire, Bearer("") if access is None else access)

    def send(self) -> str:
        """Take what PCs left here to the server, once; how it went."""
        uplink = self.handle.uplink
        uplink._to_send.set()  # noqa: SLF001  # the turn that its thread would take
        if self._asked:
            uplink._vouch.set()  # noqa: SLF001  # as above
        self._asked = False
        return self._turn(uplink._send)  # noqa: SLF001  # as above

    def listen(self) -> str:
        """Hear what is new at the server, once; how it went."""
        return self._turn(self.handle.uplink._listen)  # noqa: SLF001  # as above

    def _turn(self, work: Callable[[], None]) -> str:
        uplink = self.handle.uplink
        try:
            with surviving(self):
                work()
        except (LineDown, ServerSaidNo) as err:
            uplink._up = False  # noqa: SLF001  # as its loop does
            return str(err)
        except ServerDied:
            return "died"
        uplink._up = True  # noqa: SLF001  # as above
        return "ok"


class RoadLine:
    """Stands for `server.services.hub_line.HubLine`: the same promises over a carrier instead of a socket."""

    def __init__(self, hub: HubActor, wire: Wire, access: Access) -> None:
        self._hub = hub
        self._wire = wire
        self._access = access
        self.length = 0

    def close(self) -> None:
        """There is no connection to drop."""

    def enrol(self, request: HubEnrolRequest) -> HubEnrolReply:
        """Take up the place of an office's hub."""
        body = b"".join(self._request("POST", HUB_ENROL_PATH, self._wire.pack(request)))
        reply: HubEnrolReply = self._wire.unpack(body, HubEnrolReply)
        return reply

    def key(self) -> bytes:
        """The key that the server signs with."""
        return b"".join(self._request("GET", KEY_PATH))

    def relay(self, request: RelayRequest) -> Iterator[RelayReply | Data]:
        """One round; nobody waits for news in a world of turns."""
        body = self._wire.pack(msgspec.structs.replace(request, hold=0, stay=0))
        try:
            yield from read_headed(self._wire, self._request("POST", RELAY_PATH, body), RelayReply)
        except CodecError as err:
            raise LineDown("not ours") from err

    def file(self, sha256: bytes, *, start: int) -> Iterator[bytes]:
        """A file from `start` on."""
        return self._request("GET", f"{RELAY_BLOB_PATH}{sha256.hex()}?from={start}")

    def segment(self, sha256: bytes, *, start: int) -> Iterator[bytes]:
        """A segment from `start` on."""
        return self._request("GET", f"{RELAY_SEGMENT_PATH}{sha256.hex()}?from={start}")

    def _request(self, method: str, path: str, body: bytes = b"", *, again: bool = False) -> Iterator[bytes]:
        headers = (("Content-Length", str(len(body))),) if body else ()
        letter = Letter(method=method, path=path, headers=headers, body=body, access=self._access)
        try:
            parts = self._hub.road.carry(letter)
            head = next(parts)
            assert isinstance(head, Reply)
            if head.status != _OK:
                fault = read_fault(b"".join(part for part in parts if isinstance(part, bytes))[:4096])
                if fault is not None and fault.code is FaultCode.STALE and not again:
                    self._access.learn_time(fault.number)
                    yield from self._request(method, path, body, again=True)
                    return
                raise LineDown(str(head.status)) if fault is None else ServerSaidNo(fault)
            self.length = int(head.headers.get("content-length", "0"))
            for part in parts:
                assert isinstance(part, bytes)
                yield part
        except EnvironmentFault as err:
            raise LineDown(err.code.value) from err


class HubWay(SimulatedClient):
    """Stands for the `SyncClient` that a `HubClient` talks through."""

    access: Access

    def send(self, path: str, body: bytes, *, hold: int = 0) -> Iterator[bytes]:
        """One POST."""
        del hold
        self._access = self.access
        yield from self._body(self._letter("POST", path, body))

    def fetch(self, path: str) -> bytes:
        """One GET."""
        self._access = getattr(self, "access", Bearer(""))
        return b"".join(self._body(self._letter("GET", path, b"")))

    def close(self) -> None:
        """There is no connection to drop."""


class RowsByHub(HubNearby):
    """Files go straight: a hub would have to ask its server in the middle of a request of a PC."""

    def fetching(self, server: SyncClient) -> SyncClient | FilesByHub:
        return server


def nearby(pc: Pc, way: Carrier, wire: Wire) -> HubNearby:
    """The hub as this PC finds it in the network of the office."""
    rounds = HubRounds(pc.store, pc.engine, pc.profile.keys, pc.clock.wall_ms)

    def line(*_address: object, **_how: object) -> HubWay:
        return HubWay(way, wire)

    def make(address: str) -> HubClient:
        with mock.patch("desktop.sync.hub_client.SyncClient", line):
            return HubClient(address, wire)

    def user() -> UserId | None:
        return next(iter(pc.profile.tokens), None)

    return RowsByHub(rounds, addresses=lambda: (ADDRESS,), make=make, user=user)


@dataclass(frozen=True)
class HubMorning:
    """The disks of the server and of a hub that has just joined the first office."""

    server: Image
    hub: Image


@functools.cache
def morning_with_hub(*, seals: bool = False) -> HubMorning:
    """The first morning, with a hub; where somebody `seals`, that of people with keys."""
    morning = keyed_morning() if seals else first_morning()
    engines = Engines()
    with memory_folder() as folder, contextlib.closing(engines), chance_from(Source()), one_thread(), engines.used():
        loop = SimulatedLoop()
        server = ServerActor(Path(folder) / "server", TrueTime(now_ms=morning.now_ms), loop, engines=engines)
        server.lay(morning.server)
        server.start()
        code = server.handle.hubs.new_code(TENANT, min(morning.positions.values()))
        hub = HubActor(Path(folder) / "hub", server, loop, engines=engines, code=code)
        hub.folder.mkdir(parents=True)
        try:
            hub.start(fresh=True)
            rest(hub)
        finally:
            hub.stop()
            server.stop()
            loop.close()
        return HubMorning(server=server.image(), hub=hub.image())


def rest(hub: HubActor) -> None:
    """Let a hub work on a good line until it has brought and heard everything."""
    hub.spare()
    hub.road.line = Line()
    for _ in range(3):
        told = (hub.send(), hub.listen())
        assert told == ("ok", "ok"), f"the hub on a good line: {told}"


def blocks_of(hub: HubActor) -> list[NumberLease]:
    """What a hub has left of each block of numbers."""
    with contextlib.closing(sqlite3.connect(f"file:{hub.database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT body FROM hub_item WHERE kind = ?", (int(ItemKind.BLOCK),)).fetchall()
    return [decode(body, NumberLease) for (body,) in rows]


def holds_what_it_may(hub: HubActor, truth: Truth) -> None:
    """A hub that has heard everything holds rows as the server has them, and none that is secret."""
    with contextlib.closing(sqlite3.connect(f"file:{hub.database}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT kind, id, rev, payload FROM record").fetchall()
    for kind, row_id, rev, payload in rows:
        here, there = decode_record(kind, payload), truth.rows.get((kind, bytes(row_id)))
        assert there is not None, f"the hub holds what the server has not: {here}"
        assert (there.rev, there.record) == (rev, here), f"the hub holds {here} at {rev}, the server {there}"
        level = getattr(here, "security", SecurityLevel.OPEN)
        assert level < SecurityLevel.SECRET, f"the hub holds something secret: {here}"
