"""The real server in this thread: its application is called, its database lies in a folder of its own."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

from argon2 import PasswordHasher
from starlette.applications import Starlette

from core.domain.ids import TenantId
from core.protocol.access import Access
from server.app import DATABASE_FILE, ServerConfig, ServerHandle
from server.services.directory import DirectoryService
from server.storage.engine import sqlite_url
from tests.simulation.call import Call, Letter, Reply
from tests.simulation.chance import TrueTime
from tests.simulation.conversation import Conversation, Look
from tests.simulation.disk import Image
from tests.simulation.engines import Engines
from tests.simulation.loop import SimulatedLoop
from tests.simulation.opening import Opener
from tests.simulation.truth import Eyes, Truth
from tests.support.server import dictionary_for_tests

TENANT = TenantId(1)


class ServerDied(BaseException):
    """The power of a machine went."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(type(machine).__name__)
        self.machine = machine


class Machine:
    """A program with a database in a folder; it can die in the middle of anything, come back, and be put back."""

    def __init__(self, folder: Path, file: str, time: TrueTime, loop: SimulatedLoop, *, engines: Engines) -> None:
        self._url = sqlite_url(folder / file)
        self._engines = engines
        self.folder = folder
        self._drives = engines.drives
        self.database = folder / file
        self.time = time
        self._loop = loop
        self._calls: list[Call | Conversation] = []
        self._fuse: int | None = None
        self._died: Image | None = None
        self.deaths = 0

    @property
    def app(self) -> Starlette:
        """What answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start on the folder."""
        raise NotImplementedError

    def _shut(self) -> None:
        """Close the database."""
        raise NotImplementedError

    def stop(self) -> None:
        """Let everybody go and close the database."""
        for call in self._calls:
            call.stop()
        self._calls.clear()
        self._shut()

    def open(self, letter: Letter, *, pieces: Sequence[bytes] = ()) -> Call:
        """Begin a request."""
        call = Call(self._loop, self.app, letter, pieces=pieces)
        self._calls.append(call)
        return call

    def converse(self, access: Access, look: Look) -> Conversation:
        """Begin a held connection; `look` is shown each message that leaves."""
        talk = Conversation(self._loop, self.app, access, look)
        self._calls.append(talk)
        return talk

    def close(self, call: Call | Conversation) -> None:
        """The client has done with a request, or has gone."""
        if call in self._calls:
            self._calls.remove(call)
            call.hang_up()

    def holds(self, call: Call | Conversation) -> bool:
        """Whether a request is still under way: the program did not go down meanwhile."""
        return call in self._calls

    def answer(self, letter: Letter) -> tuple[Reply, bytes]:
        """A whole request and its reply."""
        call = self.open(letter)
        try:
            return call.read()
        finally:
            self.close(call)

    # -- what can happen to it -------------------------------------------------------------------------------

    def die_after(self, statements: int) -> None:
        """Let the power go after so many further statements and commits of the database."""
        self._fuse = statements
        self._engines.listen(self._url, statement=self._burn, commit=self._burn)

    def spare(self) -> None:
        """It does not happen after all."""
        self._fuse = None
        self._engines.leave(self._url)

    def come_back(self) -> None:
        """After `ServerDied`: start on what the disk held at that moment."""
        assert self._died is not None
        self.put_back(self._died)
        self._died = None

    def put_back(self, image: Image) -> None:
        """Start on another state of the disk."""
        self.stop()
        self.lay(image)
        self.start()

    def lay(self, image: Image) -> None:
        """Make its folder what it was; it does not run."""
        self._drives.put_back(image, self.folder)

    def image(self) -> Image:
        """A copy of the disk, as a backup takes it."""
        return Image.of(self.folder)

    def _burn(self) -> None:
        if self._fuse is None:
            return
        self._fuse -= 1
        if self._fuse < 0:
            self.spare()
            self.deaths += 1
            self._died = self.image()
            raise ServerDied(self)


class ServerActor(Machine):
    """The server."""

    def __init__(self, folder: Path, time: TrueTime, loop: SimulatedLoop, *, engines: Engines) -> None:
        super().__init__(folder, DATABASE_FILE, time, loop, engines=engines)
        self._handle: ServerHandle | None = None
        self._eyes = Eyes(self.database)

    @property
    def handle(self) -> ServerHandle:
        assert self._handle is not None
        return self._handle

    @property
    def app(self) -> Starlette:
        return self.handle.app

    @property
    def admin(self) -> DirectoryService:
        return self.handle.admin

    def start(self, *, fresh: bool = False) -> None:
        """Start on the folder. Tables are brought up to date the first time only: it is slow, and not the question."""
        config = ServerConfig(
            data=self.folder,
            dictionary=dictionary_for_tests(),
            clock=self.time.of_server,
            password_memory_kib=64,
        )
        hasher = functools.partial(PasswordHasher, time_cost=1, parallelism=1)
        with (
            contextlib.nullcontext() if fresh else mock.patch("server.storage.database.upgrade"),
            mock.patch("server.services.passwords.PasswordHasher", hasher),
        ):
            self._handle = ServerHandle(config)
        self._loop.run(self._attach())

    async def _attach(self) -> None:
        self.handle.announcer.attach()

    def truth(self) -> Truth:
        """What really lies in the database at this moment."""
        return self._eyes.look()

    def look_with(self, opener: Opener) -> None:
        """From now on the truth shows what lies under covers, too."""
        self._eyes.opener = opener

    def _shut(self) -> None:
        self._eyes.close()
        self.handle.close()

    def back_up(self, folder: Path) -> Image:
        """A backup as the operator makes it; what is in it is called safe from now on."""
        self.handle.continuity.back_up(folder)
        return Image.of(folder)

    def come_back_from(self, backup: Image, *, times: int) -> None:
        """The disk broke: put the backup in its place, and say so, and how often it was put back by now."""
        self.put_back(backup)
        self.handle.continuity.put_back(times=times)


@contextlib.contextmanager
def surviving(machine: Machine) -> Iterator[None]:
    """A machine that died in here is back afterwards; the ServerDied goes on to whoever waited for it."""
    try:
        yield
    except ServerDied as died:
        if died.machine is machine:
            machine.come_back()
        raise
