"""A PC of an office: the real store, services and sync engine over a folder that can be torn, copied and put back."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

from core.domain.ids import DeviceId, PositionId, UserId
from core.domain.offices import Actor, Person, Position, actor_at, chairs_at
from core.protocol.access import Access, Bearer, Pass, pair_key
from core.protocol.messages import NONCE_BYTES, PROTOCOL, SessionRequest, session_payload
from core.protocol.ops import read_op
from core.protocol.person_keys import KeyRing
from core.protocol.records import KIND_OF
from desktop.storage.blobs import BlobFiles
from desktop.storage.opening import open_store
from desktop.storage.undoing import let_go_if_over
from desktop.storage.unit_of_work import RowKey, Store, UnitOfWork
from desktop.sync.device_reports import DeviceReports
from desktop.sync.engine import SyncEngine
from desktop.sync.rounds import SIGNED_OUT, VisitReport, Visits
from desktop.sync.server_fault import ServerFault
from desktop.sync.signing import DeviceKeys
from desktop.sync.transfer import Transfers
from desktop.system.faults import EnvironmentFault
from tests.simulation.chance import OfficeClock
from tests.simulation.client import SimulatedClient
from tests.simulation.disk import Image
from tests.simulation.engines import Engines
from tests.simulation.link import Carrier
from tests.support.server import PASSWORD, wire_for_tests
from tests.support.stores import KEY

STORE = "pesagi.db"


class Cabinet(Protocol):
    """What people of a PC have in it: their passwords, and the keys that these open (`tests.simulation.cabinet`)."""

    def give_password(self, user: UserId) -> bool:
        """Somebody signs in at the server; whether it said yes."""

    def sit_down(self, user: UserId) -> None:
        """Somebody signs in at the PC."""

    def ring_of(self, user: UserId) -> KeyRing:
        """The keys that the person's password opens here."""


DIRECTORY = frozenset({KIND_OF[Person].code, KIND_OF[Position].code})


@dataclass(frozen=True)
class OwnOp:
    """An op as it lies in the outbox of its PC; `entry` is its place there."""

    entry: int
    data: bytes


@dataclass(frozen=True)
class Profile:
    """What a PC is, beside its clock and its line: all of it goes with a copy of the disk."""

    image: Image
    device: DeviceId
    keys: DeviceKeys
    tokens: dict[UserId, str]
    told: tuple[bytes, ...] = ()
    handed_in: frozenset[bytes] = frozenset()
    secrets: dict[str, bytes] = field(default_factory=dict)


class Killed(BaseException):
    """A PC stopped in the middle of something."""

    def __init__(self, pc: Pc, image: Image) -> None:
        super().__init__(pc.name)
        self.pc = pc
        self.image = image


@dataclass
class Fuse:
    """How a PC is to stop: after so many steps, statements or commits; `torn` tears the log of that commit."""

    steps: int | None = None
    statements: int | None = None
    commits: int | None = None
    torn: bool = False
    burning: Image | None = field(default=None, repr=False)


class Pc:
    """One PC. Everything it does goes through `work`, which brings it back after a kill."""

    def __init__(self, name: str, folder: Path, *, clock: OfficeClock, carrier: Carrier, engines: Engines) -> None:
        self._engines = engines
        self._drives = engines.drives
        self.name = name
        self.folder = folder
        self.clock = clock
        self.carrier = carrier
        self._fuse: Fuse | None = None
        self.told: list[bytes] = []
        self.handed_in: set[bytes] = set()
        self._seen = 0
        self.kills = 0
        self.speaks_old = False
        self.cabinet: Cabinet | None = None
        self.on_restart: Callable[[Pc], None] = _nothing
        self.tear: Callable[[Image, Image], Image] = lambda before, _after: before
        self._wire = wire_for_tests()
        self._depth = 0
        self._profile: Profile | None = None
        self._store: Store | None = None
        self._users: tuple[UserId, ...] = ()
        self._people: list[Person] | None = None
        self._pair: bytes | None = None
        self._places: dict[PositionId, Position | None] = {}

    # -- switching on and off --------------------------------------------------------------------------------

    def begin(self, profile: Profile) -> None:
        """Become the PC of a profile."""
        if self._store is not None:
            self._store.close()
        self._profile = replace(profile, tokens=dict(profile.tokens), secrets=dict(profile.secrets))
        self.told = list(profile.told)
        self.handed_in = set(profile.handed_in)
        self._drives.put_back(profile.image, self.folder)
        self._open()

    def copy(self) -> Profile:
        """All of the profile as a copy of the disk takes it."""
        tokens = dict(self.profile.tokens)
        return replace(
            self.profile,
            image=Image.of(self.folder),
            tokens=tokens,
            told=tuple(self.told),
            handed_in=frozenset(self.handed_in),
            secrets=dict(self.profile.secrets),
        )

    def close(self, *, for_good: bool = False) -> None:
        self.store.close()
        if for_good:
            self._drives.forget(self.folder / STORE)

    @property
    def fuse(self) -> Fuse | None:
        """How it is to stop, if it is to."""
        return self._fuse

    @fuse.setter
    def fuse(self, fuse: Fuse | None) -> None:
        self._fuse = fuse
        database = str(self.folder / STORE)
        if fuse is None:
            self._engines.leave(database)
        else:
            self._engines.listen(database, statement=self._statement, commit=self._commit)

    @property
    def profile(self) -> Profile:
        assert self._profile is not None
        return self._profile

    @property
    def store(self) -> Store:
        assert self._store is not None
        return self._store

    @property
    def device(self) -> DeviceId:
        return self.profile.device

    def _open(self) -> None:
        keys = self.profile.keys
        self._store = open_store(self.folder / STORE, KEY, self.clock.moment())
        self.files = BlobFiles(self.folder / "berkas", KEY, reserve=0)
        self.engine = SyncEngine(
            self._store,
            self.files,
            keys,
            self.clock.wall_ms,
            today=self.clock.today,
            step=self._step,
            reports=DeviceReports("1.0.0", lambda: 0),
        )
        self.transfers = Transfers(self._store, self.files, step=self._step)
        self.visits = Visits(self._store, self.engine, self.transfers, self.clock.wall_ms)
        self._store.listen(self._committed)
        self._users, self._people, self._pair = (), None, None
        ops = self.own_ops()
        self._seen = ops[-1].entry if ops else 0

    # -- working ---------------------------------------------------------------------------------------------

    def work(self, what: Callable[[], None]) -> None:
        """Do something; a kill on the way ends it, and the PC starts again on what its disk holds."""
        self._depth += 1
        try:
            what()
        except Killed as killed:
            if killed.pc is not self or self._depth > 1:
                raise
            self.kills += 1
            self.carrier.abandon()
            self.begin(replace(self.copy(), image=killed.image))
            self.on_restart(self)
        finally:
            self._depth -= 1

    def visit(self, *, files: bool = True) -> VisitReport:
        """A visit to the server; signs in again where the token has run out."""
        visit = partial(self.visits.visit, files=files)
        report = visit(self.client(), _never)  # type: ignore[arg-type]  # stands for it
        tries = 2 * len(self.users()) + 1
        while report.outcome == SIGNED_OUT and tries:
            # As the program does: the token is forgotten, and another person of this PC may have a good one.
            self.profile.tokens.pop(next(iter(self.profile.tokens), UserId(0)), None)
            if not self.profile.tokens:
                self.sign_in()
            tries -= 1
            report = visit(self.client(), _never)  # type: ignore[arg-type]  # as above
        return report

    def wait_for_news(self, hold: int) -> None:
        """Hold a request until there is news."""
        self.visits.wait_for_news(self.client(), hold, _never)  # type: ignore[arg-type]  # stands for it

    def client(self) -> SimulatedClient:
        """A client with the token of the first user who has one."""
        return SimulatedClient(self.carrier, self._wire, self.access(), server_is_newer=self.speaks_old)

    def access(self) -> Access:
        """What shows the token of the first user who has one."""
        token = next(iter(self.profile.tokens.values()), "")
        if self._pair is None:
            with self.store.read() as uow:
                identity = uow.meta.identity()
            assert identity is not None
            self._pair = _pair_key(self.profile.keys, identity.server_seal)
        key = self._pair
        return Pass(token, key, wall_ms=self.clock.time.of_server) if token else Bearer("")

    def sign_in(self) -> None:
        """Every user gives the password again."""
        now_ms = self.clock.wall_ms()
        for user in self.users():
            if self.cabinet is not None:
                self.cabinet.give_password(user)
                continue
            nonce = os.urandom(NONCE_BYTES)
            request = SessionRequest(
                protocol=PROTOCOL,
                device=self.device,
                user=user,
                password=PASSWORD,
                sent_ms=now_ms,
                signature=self.profile.keys.sign(session_payload(self.device, user, now_ms, nonce=nonce)),
                nonce=nonce,
            )
            try:
                reply = SimulatedClient(self.carrier, self._wire).open_session(request)
            except (EnvironmentFault, ServerFault):
                continue
            self.profile.tokens[user] = reply.token

    def users(self) -> tuple[UserId, ...]:
        """Who may sign in here: nobody joins while a world runs."""
        if not self._users:
            with self.store.read() as uow:
                self._users = uow.accounts.users()
        return self._users

    def actors(self) -> list[Actor]:
        """Everybody who can act here, as this PC knows them; read again when its directory has changed."""
        if self._people is None:
            with self.store.read() as uow:
                known = [uow.directory.person(user) for user in self.users()]
                self._people = [one for one in known if one is not None]
                chairs = {place for one in self._people for place in one.positions}
                chairs |= {acting.position for one in self._people for acting in one.acting}
                self._places = {place: uow.directory.position(place) for place in sorted(chairs)}
        now = self.clock.moment()
        held = [(one, self._places[place]) for one in self._people for place in chairs_at(one, now)]
        found = [actor_at(person, position, now) for person, position in held if position is not None]
        return [one for one in found if one is not None]

    def own_ops(self, *, after: int = 0) -> list[OwnOp]:
        """The ops in the outbox behind an entry, read past the product."""
        with self.store.read() as uow:
            return _ops_behind(uow, after)

    def new_ops(self) -> tuple[list[OwnOp], int]:
        """The ops that were made since it was last asked, and the epoch of the chain that they continue."""
        with self.store.read() as uow:
            found, identity = _ops_behind(uow, self._seen), uow.meta.identity()
        assert identity is not None
        if found:
            self._seen = found[-1].entry
        return found, identity.epoch

    # -- stopping in the middle ------------------------------------------------------------------------------

    def _step(self, _name: str) -> None:
        if self.fuse is not None and self.fuse.steps is not None:
            self.fuse.steps -= 1
            if self.fuse.steps < 0:
                self.die()

    def _statement(self) -> None:
        if self.fuse is not None and self.fuse.statements is not None:
            self.fuse.statements -= 1
            if self.fuse.statements < 0:
                self.die()

    def _commit(self) -> None:
        if self.fuse is not None and self.fuse.commits is not None:
            self.fuse.commits -= 1
            if self.fuse.commits < 0:
                if not self.fuse.torn:
                    self.die()
                self.fuse.burning = Image.of(self.folder)
                self.fuse.commits = None

    def _committed(self, changed: AbstractSet[RowKey]) -> None:
        if any(kind in DIRECTORY for kind, _ in changed):
            self._people = None
        if self.fuse is not None and self.fuse.burning is not None:
            before, self.fuse = self.fuse.burning, None
            raise Killed(self, self.tear(before, Image.of(self.folder)))

    def die(self) -> None:
        """Stop now."""
        self.fuse = None
        raise Killed(self, Image.of(self.folder))


@lru_cache(maxsize=64)
def _pair_key(keys: DeviceKeys, server_seal: bytes) -> bytes:
    """What a PC works out once while it runs; here it says who it is with each request."""
    return pair_key(keys, server_seal)


def _ops_behind(uow: UnitOfWork, after: int) -> list[OwnOp]:
    rows = uow.connection.exec_driver_sql("SELECT id, op FROM outbox WHERE id > ? ORDER BY id", (after,)).all()
    return [OwnOp(number, bytes(op)) for number, op in rows]


def end_undo(pc: Pc) -> int:
    """As the window does when the time to undo should be over; milliseconds that are left of it."""
    now_ms = pc.clock.wall_ms()
    let_go_if_over(pc.store, now_ms)
    with pc.store.read() as uow:
        hold = uow.meta.undo()
    return max(0, hold.until_ms - now_ms) if hold.entry else 0


def content_of(data: bytes) -> bytes:
    """What an op says, whatever its place in a chain: an act that is chained anew says the same."""
    op = read_op(data)
    parts = (op.user, op.position, op.act, bytes(op.args), op.wall_ms)
    return repr(parts).encode()


def _never() -> bool:
    return False


def _nothing(_pc: Pc) -> None:
    """Nobody wants to know."""
