"""The server on each database, an office in it, and devices of its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.admitting import Admit
from tests.support.device import Join, ScriptedDevice
from tests.support.server import (
    PASSWORD,
    ManualClock,
    OfficeInTest,
    RunningServer,
    make_office,
    running_server,
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database; the empty text is SQLite in the server's own folder."""
    return str(request.getfixturevalue("lent_postgres")) if request.param == "postgresql" else ""


@pytest.fixture(autouse=True)
def tables_are_prepared(prepared: None) -> None:
    """Begin with prepared tables."""


@pytest.fixture
def server(tmp_path: Path, database_url: str, clock: ManualClock) -> Iterator[RunningServer]:
    with running_server(tmp_path, database_url=database_url, clock=clock) as running:
        yield running


@pytest.fixture
def office(server: RunningServer) -> OfficeInTest:
    """The kecamatan of the template: camat, sekcam, tu, kesos, ..."""
    return make_office(server)


@pytest.fixture
def join(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Join:
    """Let people of the office in, each on a new PC, which then knows what it may know."""

    def joined(handle: str) -> ScriptedDevice:
        device = ScriptedDevice(server.url, server.wire, clock=clock)
        device.enrol(office.codes[handle], password=PASSWORD)
        device.sync()
        return device

    return joined


@pytest.fixture
def admit(server: RunningServer, office: OfficeInTest, clock: ManualClock) -> Admit:
    """Let an administrator in, on a new PC."""
    return Admit(server, office, clock)
