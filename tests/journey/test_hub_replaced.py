"""A hub over TLS whose certificate changes, that is copied, or that another one takes the place of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from core.domain.letters import IncomingLetter
from desktop.services.sync_center import Care
from desktop.storage.outbox import OpState
from desktop.system.settings import Settings, write_settings
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import RunningHub, running_hub
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server


@dataclass
class Place:
    """A server with TLS, its office, and one PC of it."""

    server: RunningServer
    office: OfficeInTest
    desk: OfficePc
    folder: Path

    def hub(self, stack: ExitStack, name: str) -> RunningHub:
        hub = stack.enter_context(running_hub(self.folder / name, self.server, self.office))
        hub.in_touch()
        hub.filled(self.server)
        hub.knows(self.desk.device)
        return hub

    def use(self, hub: RunningHub) -> None:
        write_settings(self.desk.folder, Settings(hub=hub.url))

    def by_hub(self) -> bool:
        """Whether a letter that is written now goes by the hub."""
        before = self._held()
        write_letter(self.desk, "tu", "Surat")
        self.desk.sync()
        with self.desk.opened.store.read() as uow:
            assert uow.outbox.count(OpState.WAITING) == 0, "it arrives in any case"
        return self._held() > before

    def _held(self) -> int:
        with self.desk.opened.store.read() as uow:
            return uow.meta.hub().seq


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running_server(tmp_path, tls=True) as server, OfficePc(tmp_path / "pc") as desk:
        office = make_office(server)
        desk.join(server.url, office.codes["tu"])
        yield Place(server=server, office=office, desk=desk, folder=tmp_path)


def test_a_hub_with_a_new_certificate_of_the_server_goes_on(place: Place) -> None:
    with ExitStack() as stack:
        hub = place.hub(stack, "hub")
        place.use(hub)
        assert place.by_hub()
        store = place.desk.opened.store
        with store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(uow.meta.hub(), altered=3, altered_ms=1))
        assert place.desk.overview().trouble.care is Care.HUB_WRONG
    with ExitStack() as stack:
        again = place.hub(stack, "hub-baru")  # a new code, a new key, a new certificate
        place.use(again)
        assert place.by_hub()
        assert place.desk.overview().trouble.care is Care.NONE, "the new one has changed nothing"


def test_a_certificate_of_another_authority_gets_nothing(place: Place) -> None:
    with ExitStack() as stack:
        hub = place.hub(stack, "hub")
        other = stack.enter_context(running_server(place.folder / "lain", tls=True))
        strange = stack.enter_context(running_hub(place.folder / "hub-lain", other, make_office(other)))
        hub.stop()
        for name in ("hub.pem", "hub.key"):
            shutil.copy(place.folder / "hub-lain" / name, place.folder / "hub" / name)
        strange.stop()
        hub.start()
        place.use(hub)

        assert not place.by_hub()
        assert len(place.desk.rows(IncomingLetter)) == 1


def test_of_two_hubs_a_pc_believes_the_later_one_even_where_the_earlier_answers(place: Place) -> None:
    with ExitStack() as stack:
        earlier = place.hub(stack, "hub")
        place.use(earlier)
        assert place.by_hub()
        later = stack.enter_context(running_hub(place.folder / "hub-baru", place.server, place.office))
        later.in_touch()
        later.filled(place.server)
        place.use(later)
        assert place.by_hub()

        place.use(earlier)
        write_letter(place.desk, "tu", "Surat")
        place.desk.sync()
        with place.desk.opened.store.read() as uow:
            assert uow.meta.hub().address == later.url, "the earlier one was asked who it is, and nothing else"
