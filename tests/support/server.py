"""The real server, in this process: a thread, a socket on loopback, a folder that survives a stop and a start."""

from __future__ import annotations

import functools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette

from core.domain.ids import OfficeId, PositionId, TenantId, UserId
from core.domain.offices import Office
from core.protocol.frames import Wire
from resources.loading import ResourceMissingError
from server.app import ServerConfig, ServerHandle, shipped_dictionary, wall_clock_ms
from server.services.directory import DirectoryService
from server.services.templates import TEMPLATES
from server.services.tokens import Clock

START_SECONDS = 20.0
STOP_SECONDS = 20.0
PASSWORD = "kopi robusta liwa"


class ManualClock:
    """A clock, in milliseconds, that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now_ms = int(datetime(2026, 3, 2, 2, 0, tzinfo=UTC).timestamp() * 1000)

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, *, days: float = 0, seconds: float = 0) -> None:
        self.now_ms += int((days * 86_400 + seconds) * 1000)


class RunningServer:
    """A server that can be stopped and started again on the same folder and the same port."""

    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self.port = 0
        self._handle: ServerHandle | None = None
        self._thread: threading.Thread | None = None

    @property
    def handle(self) -> ServerHandle:
        """The server as it runs now."""
        assert self._handle is not None
        return self._handle

    @property
    def app(self) -> Starlette:
        """The web application."""
        return self.handle.app

    @property
    def admin(self) -> DirectoryService:
        """The administrator's desk."""
        return self.handle.admin

    @property
    def wire(self) -> Wire:
        """Packs and unpacks as the server does."""
        return Wire(self.config.dictionary)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.config.tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, on the port of before if there was one; returns when requests are taken."""
        self._handle = ServerHandle(self.config)
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(listener.getsockname()[1])
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self._handle.run, args=(listener,), kwargs={"ready": ready.set}, name="test server"
        )
        self._thread.start()
        assert ready.wait(START_SECONDS), "the server did not start"

    def stop(self) -> None:
        """Stop; nothing that was confirmed is lost, and the thread is gone."""
        if self._thread is None or self._handle is None:
            return
        self._handle.stop()
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive(), "the server did not stop"
        self._handle.close()
        self._thread = None

    def reconfigure(self, **changes: object) -> None:
        """Change the set-up for the next start."""
        self.config = replace(self.config, **changes)  # type: ignore[arg-type]  # names of fields of the config


@dataclass(frozen=True, kw_only=True)
class OfficeInTest:
    """An office made from a template; positions, users and codes by the handle of the template (`camat`, `tu`)."""

    tenant: TenantId
    office: OfficeId
    positions: dict[str, PositionId]
    users: dict[str, UserId]
    codes: dict[str, str]
    usernames: dict[str, str]


def make_office(
    server: RunningServer, *, name: str = "Sukau", template: str = "kecamatan", tenant: TenantId | None = None
) -> OfficeInTest:
    """Set up an office as `admin setup` does."""
    if tenant is None:
        known = server.admin.tenants()
        tenant = known[0].id if known else server.admin.add_tenant("Lampung Barat", "Kabupaten Lampung Barat")
    office = Office(
        number=OfficeId(0),
        name=f"Kantor Kecamatan {name}",
        short_name=f"Kec. {name}",
        region="Kabupaten Lampung Barat",
    )
    plans = TEMPLATES[template]
    report = server.admin.set_up_office(tenant, office, positions=plans)
    handles = [plan.handle for plan in plans]
    return OfficeInTest(
        tenant=tenant,
        office=report.office,
        positions={plan.handle: report.positions[plan.title] for plan in plans},
        users={handle: person.user for handle, person in zip(handles, report.people, strict=True)},
        codes={handle: person.code for handle, person in zip(handles, report.people, strict=True)},
        usernames={handle: person.username for handle, person in zip(handles, report.people, strict=True)},
    )


@functools.cache
def dictionary_for_tests() -> bytes:
    """The shipped dictionary, or none as long as none is shipped."""
    try:
        return shipped_dictionary()
    except ResourceMissingError:
        return b""


@functools.cache
def wire_for_tests() -> Wire:
    """One with that dictionary, for all PCs of a process, as each program has one for as long as it runs."""
    return Wire(dictionary_for_tests())


@contextmanager
def running_server(
    tmp_path: Path,
    *,
    database_url: str | None = None,
    tls: bool = False,
    clock: Clock = wall_clock_ms,
    dictionary: bytes | None = None,
    password_memory_kib: int = 64,
) -> Iterator[RunningServer]:
    """Run a server on a free port of loopback with its data in `tmp_path/server`; stops it at the end.

    Passwords cost little by default: a test that lets people in has other things to show.
    """
    config = ServerConfig(
        data=tmp_path / "server",
        database_url=database_url or "",
        tls=tls,
        dictionary=dictionary_for_tests() if dictionary is None else dictionary,
        clock=clock,
        password_memory_kib=password_memory_kib,
    )
    server = RunningServer(config)
    server.start()
    try:
        yield server
    finally:
        server.stop()
