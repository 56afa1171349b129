"""A server on each database, an office in it, and PCs that join it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server


@dataclass
class Kantor:
    """The office: its server, and `pc("tu", "pmp")` for a PC at which these people work."""

    server: RunningServer
    office: OfficeInTest
    pc: Callable[..., OfficePc]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server on SQLite."""
    with running_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def office(server: RunningServer) -> OfficeInTest:
    """An office with nobody in it yet."""
    return make_office(server)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database; the empty text is SQLite in the server's own folder."""
    return str(request.getfixturevalue("lent_postgres")) if request.param == "postgresql" else ""


@pytest.fixture
def kantor(tmp_path: Path, database_url: str) -> Iterator[Kantor]:
    """An office with nobody in it yet; its PCs are closed at the end."""
    with running_server(tmp_path, database_url=database_url) as server, ExitStack() as stack:
        office = make_office(server)

        def pc(*handles: str) -> OfficePc:
            made = stack.enter_context(OfficePc(tmp_path / f"pc-{handles[0]}"))
            for handle in handles:
                assert made.join(server.url, office.codes[handle]).outcome == "ok"
            return made

        yield Kantor(server=server, office=office, pc=pc)


@pytest.fixture(autouse=True)
def tables_are_prepared(prepared: None) -> None:
    """Begin with prepared tables."""


@pytest.fixture(autouse=True)
def hashes_cost_little() -> Iterator[None]:
    """Hash passwords quickly."""
    with cheap_passwords():
        yield
