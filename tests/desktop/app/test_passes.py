"""What a PC shows to its server: shared, proved by the server's clock, and turned once a day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app.passes import TURN_MS, Passes
from desktop.app.syncing import wall_ms
from desktop.app.wire import shipped_wire
from desktop.sync.client import SyncClient
from desktop.sync.enrolment import token_name
from tests.journey.office_pc import OfficePc
from tests.support.server import OfficeInTest, RunningServer


class Clock:
    """The clock of the PC, set by whoever likes."""

    ahead_ms = 0

    def __call__(self) -> int:
        return wall_ms() + self.ahead_ms


@pytest.fixture
def pc(server: RunningServer, office: OfficeInTest, tmp_path: Path) -> Iterator[OfficePc]:
    with OfficePc(tmp_path / "tu") as joined:
        joined.join(server.url, office.codes["tu"])
        yield joined


def test_a_token_is_turned_once_a_day_and_everybody_who_shows_it_goes_on(
    server: RunningServer, office: OfficeInTest, pc: OfficePc
) -> None:
    clock, wire, name = Clock(), shipped_wire(), token_name(office.users["tu"])
    passes = Passes(pc.opened, wall_ms=clock)
    first, second = (SyncClient(server.url, wire, access=passes.of()) for _ in range(2))
    begun = first.token

    passes.turn(first, wire)
    passes.turn(first, wire)
    assert first.token == begun
    clock.ahead_ms = TURN_MS
    passes.turn(first, wire)
    turned = first.token
    passes.turn(first, wire)

    assert turned not in ("", begun)
    assert first.token == second.token == turned
    assert pc.opened.vault.get(name) == turned.encode()
    assert pc.opened.vault.get(f"{name}-next") is None
    for client in (first, second):
        assert server.handle.tokens.caller(client.token).user == office.users["tu"]
        client.close()
    assert pc.visit().outcome == "ok"


def test_a_server_that_does_not_know_the_token_is_asked_with_the_one_before(
    server: RunningServer, office: OfficeInTest, pc: OfficePc
) -> None:
    """It was put back from last night's backup: nobody has to give the password for that."""
    clock, wire, name = Clock(), shipped_wire(), token_name(office.users["tu"])
    passes = Passes(pc.opened, wall_ms=clock)
    client = SyncClient(server.url, wire, access=passes.of())
    begun = client.token
    passes.turn(client, wire)
    clock.ahead_ms = TURN_MS
    passes.turn(client, wire)

    passes.forget(client)
    assert passes.of().token == begun
    passes.forget(SyncClient(server.url, wire, access=passes.of()))
    assert passes.of().token == ""
    assert pc.opened.vault.get(name) is None
    client.close()
