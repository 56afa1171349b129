"""A hub that is found by itself: announced in the office's network, looked for by PCs, believed only when proved."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from core.domain.ids import OfficeId, TenantId
from core.protocol.hub import NONCE_BYTES, HubFacts
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.storage.outbox import OpState
from desktop.sync.hub_client import HubClient
from desktop.sync.rounds import VisitReport
from desktop.system.settings import HUB_OFF, Settings, write_settings
from desktop.workers.hub_search import HubSearch
from server.services.hub_announcing import HubAnnouncement
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import RunningHub, running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
LOOPBACK = ("127.0.0.1",)
HEARD_S = 15.0


def heard(search: HubSearch, tenant: int, office: int, wanted: Callable[[Sequence[str]], bool]) -> Sequence[str]:
    until = time.monotonic() + HEARD_S
    while not wanted(found := search.addresses(tenant, office)):
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def facts(*, office: int = 1, hub: bytes = bytes(16)) -> HubFacts:
    return HubFacts(tenant=TenantId(1), office=OfficeId(office), hub=hub)


def test_a_hub_is_heard_until_it_ends_and_by_its_own_office_alone() -> None:
    with closing(HubSearch(LOOPBACK)) as search, socket.create_server(("127.0.0.1", 0)) as listener:
        announcement = HubAnnouncement(facts(), secure=False, interfaces=LOOPBACK)
        announcement.begin(listener)
        (address,) = heard(search, 1, 1, bool)
        assert address == f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert not search.addresses(1, 2)
        assert not search.addresses(2, 1)
        announcement.end()
        assert not heard(search, 1, 1, lambda found: not found)


# The library leaves a socket to the collector where it cannot use a network card.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_where_there_is_no_multicast_nothing_is_heard_and_nothing_fails() -> None:
    with closing(HubSearch(("192.0.2.1",))) as search:  # an address that this machine does not have
        assert search.addresses(1, 1) == ()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        announcement = HubAnnouncement(facts(), secure=False, interfaces=("192.0.2.1",))
        announcement.begin(listener)
        announcement.end()


@dataclass
class Place:
    """An office whose hub is announced at any address that a test says."""

    server: RunningServer
    office: OfficeInTest
    hub: RunningHub
    wan: Link
    pc: OfficePc
    announced: tuple[str, ...] = ()

    def addresses(self, tenant: int, office: int) -> Sequence[str]:
        del tenant, office
        return self.announced

    def visit(self) -> VisitReport:
        parts = sync_parts(self.pc.opened, shipped_wire(), search=self)
        with closing(parts.make_client()) as client:
            return parts.visits.visit(client, lambda: False)

    def at_hub(self) -> int:
        with self.pc.opened.store.read() as uow:
            return uow.meta.hub().seq

    def waiting(self) -> int:
        with self.pc.opened.store.read() as uow:
            return uow.outbox.count(OpState.WAITING)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        running_server(tmp_path) as server,
        Link("127.0.0.1", server.port, profile=QUICK) as wan,
        ExitStack() as stack,
    ):
        office = make_office(server)
        with running_hub(tmp_path / "hub", server, office, upstream=wan.url) as hub:
            hub.in_touch()
            pc = stack.enter_context(OfficePc(tmp_path / "pc-tu"))
            pc.join(wan.url, office.codes["tu"])
            hub.knows(pc.device)
            with stack:
                yield Place(server=server, office=office, hub=hub, wan=wan, pc=pc)


def test_a_hub_that_announces_itself_is_used_without_any_setting(place: Place) -> None:
    place.announced = (place.hub.url,)
    write_letter(place.pc, "tu", "Surat")

    place.visit()

    assert (place.at_hub(), place.waiting()) == (1, 0)
    with place.pc.opened.store.read() as uow:
        assert uow.meta.hub().address == place.hub.url


def test_who_turned_the_hub_off_uses_none(place: Place) -> None:
    place.announced = (place.hub.url,)
    write_settings(place.pc.folder, Settings(hub=HUB_OFF))
    write_letter(place.pc, "tu", "Surat")

    place.visit()

    assert (place.at_hub(), place.waiting()) == (0, 0)


def test_an_address_that_was_typed_goes_before_what_is_announced(place: Place) -> None:
    place.announced = ("http://127.0.0.1:9",)
    write_settings(place.pc.folder, Settings(hub=place.hub.url))
    write_letter(place.pc, "tu", "Surat")

    place.visit()

    assert place.at_hub() == 1


def test_a_forged_announcement_gets_nothing_and_is_passed_over(place: Place, tmp_path: Path) -> None:
    """Somebody with a server of his own makes a hub for the office of the same number."""
    with running_server(tmp_path / "forged") as other:
        their_office = make_office(other)
        with running_hub(tmp_path / "forged-hub", other, their_office) as forged:
            forged.in_touch()
            place.announced = (forged.url, place.hub.url)
            write_letter(place.pc, "tu", "Surat")

            place.visit()

            assert (place.at_hub(), place.waiting()) == (1, 0), "the true one was met behind it"
            tenant = forged.handle.facts.tenant
            assert not forged.handle.database.read(lambda unit: unit.of(tenant).items.listed(1)), "nothing was left"  # type: ignore[arg-type]  # parcels


class _Parrot:
    """Says word for word what the true hub said to somebody else."""

    def __init__(self, hub: RunningHub) -> None:
        with closing(HubClient(hub.url, shipped_wire())) as client:
            body = shipped_wire().pack(client.about(bytes(NONCE_BYTES)))
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append("GET")
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                asked.append("POST")
                self.send_error(500)

            def log_message(self, *_: object) -> None:
                return

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_what_repeats_the_words_of_the_true_hub_is_not_believed(place: Place) -> None:
    """The appointment can be fetched by anyone; the signature over the number thought up cannot be made by anyone."""
    with closing(_Parrot(place.hub)) as parrot:
        place.announced = (parrot.url,)
        write_letter(place.pc, "tu", "Surat")

        place.visit()

        assert parrot.asked == ["GET"], "it was asked who it is, and told nothing"
    assert (place.at_hub(), place.waiting()) == (0, 0)
