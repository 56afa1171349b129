"""A PC tells of itself with a visit it makes anyway, and an administrator's PC keeps what it hears of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from core.domain.ids import DeviceId, UserId
from core.protocol.devices import EVERYTHING, HOUR_MS, Aside, DeviceNote, DevicesTold
from desktop.storage.unit_of_work import Store
from desktop.sync.device_reports import ALL_EVERY_MS, ASK_EVERY_MS, DeviceReports, take_devices
from tests.factories import OFFICE_ADMIN, REGISTRAR
from tests.support.desks import Desk, entry
from tests.support.sticks import WALL_MS
from tests.support.stores import office_store

REPORTS = DeviceReports("0.1.0", lambda: 9_000 * 1024 * 1024)
NOTE = DeviceNote(device=DeviceId(bytes(16)), name="PC-TU", users=(UserId(173),), seen_ms=WALL_MS)


@pytest.fixture
def clerks(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR,))
    yield opened
    opened.close()


@pytest.fixture
def admins(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(OFFICE_ADMIN,))
    yield opened
    opened.close()


def aside(store: Store, *, sent: int = 0, at: int = WALL_MS) -> Aside | None:
    with store.read() as uow:
        return REPORTS.aside(uow, sent=sent, wall_ms=at)


def take(store: Store, told: DevicesTold | None, said: Aside | None, *, at: int = WALL_MS) -> None:
    with store.begin() as uow:
        take_devices(uow, told, said, at)


def test_a_pc_tells_its_version_its_disk_and_what_waits_behind_the_request(clerks: Store) -> None:
    for _ in range(3):
        Desk(clerks, REGISTRAR).letters.register(entry())

    said = aside(clerks, sent=2)

    assert said is not None
    assert said.state is not None
    assert (said.state.version, said.state.waiting, said.state.free_mb) == ("0.1.0", 1, 9_000)


def test_it_is_told_again_only_when_an_hour_is_over_and_something_has_changed(clerks: Store) -> None:
    take(clerks, None, aside(clerks))
    assert aside(clerks, at=WALL_MS + HOUR_MS) is None
    Desk(clerks, REGISTRAR).letters.register(entry())

    assert aside(clerks, at=WALL_MS + HOUR_MS - 1) is None
    said = aside(clerks, at=WALL_MS + HOUR_MS)

    assert said is not None
    assert said.state is not None
    assert said.state.waiting == 1


def test_what_a_cut_line_swallowed_is_told_again(clerks: Store) -> None:
    assert aside(clerks) == aside(clerks) is not None


def test_only_a_pc_of_an_administrator_asks_about_others(clerks: Store) -> None:
    said = aside(clerks)

    assert said is not None
    assert said.since < EVERYTHING


def test_an_administrators_pc_asks_for_all_and_then_for_what_changed(admins: Store) -> None:
    said = aside(admins)
    assert said is not None
    assert said.since == EVERYTHING
    other = msgspec.structs.replace(NOTE, device=DeviceId(bytes(15) + b"\x01"))
    take(admins, DevicesTold(until=500, whole=True, notes=(NOTE, other)), said)

    assert aside(admins, at=WALL_MS + ASK_EVERY_MS - 1) is None
    again = aside(admins, at=WALL_MS + ASK_EVERY_MS)
    assert again == Aside(state=None, since=500)
    renamed = msgspec.structs.replace(NOTE, name="PC-TU-2")
    take(admins, DevicesTold(until=900, whole=False, notes=(renamed,)), again)

    with admins.read() as uow:
        assert uow.meta.devices().notes == (renamed, other)
    whole = aside(admins, at=WALL_MS + ALL_EVERY_MS)
    assert whole is not None
    assert whole.since == EVERYTHING
    take(admins, DevicesTold(until=1_000, whole=True, notes=(other,)), whole)
    with admins.read() as uow:
        assert uow.meta.devices().notes == (other,)
