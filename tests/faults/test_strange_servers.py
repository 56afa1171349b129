"""Whatever answers in the place of the server: nothing of it is used, and what was done here waits untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain.offices import Office
from desktop.services.sync_center import LineState
from desktop.storage.meta import SyncFacts
from desktop.sync.engine import no_step
from desktop.sync.rounds import OK
from desktop.sync.transfer import Transfers
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.views.messages import sentence_for
from tests.faults.conftest import Scene
from tests.faults.strange_server import LOGIN_PAGE, strange_server
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.scan_files import left_half, pdf_bytes

PORTALS = (
    pytest.param(200, LOGIN_PAGE, {}, id="a login page"),
    pytest.param(302, b"", {"Location": "http://wifi.kantor/masuk"}, id="the way to a login page"),
    pytest.param(511, LOGIN_PAGE, {}, id="network authentication required"),
    pytest.param(200, b"", {}, id="nothing"),
    pytest.param(200, b'{"ok": true}', {}, id="some other service"),
    pytest.param(503, LOGIN_PAGE, {}, id="the error page of a proxy"),
    pytest.param(404, b"<html>not found", {}, id="a page that is not there"),
    pytest.param(407, LOGIN_PAGE, {"Proxy-Authenticate": "Basic"}, id="a proxy that wants a password"),
    pytest.param(413, LOGIN_PAGE, {}, id="a proxy that takes little"),
    pytest.param(403, b"Blocked by policy", {}, id="a proxy that forbids"),
    pytest.param(200, b"PSG", {}, id="our first bytes and no more"),
    pytest.param(200, b"\x1f\x8b" + bytes(40), {"Content-Encoding": "gzip"}, id="a proxy that packs what it passes on"),
    pytest.param(200, LOGIN_PAGE, {"Content-Type": "application/octet-stream"}, id="a page under another name"),
    pytest.param(307, b"", {"Location": "https://127.0.0.1:9/v1/sync"}, id="the way to another server"),
)


def state_of(pc: OfficePc) -> tuple[object, ...]:
    """Everything that a round could have changed but for the note that it was tried."""
    with pc.opened.store.read() as uow:
        facts: SyncFacts = uow.meta.sync()
        return (
            uow.outbox.waiting(100),
            uow.meta.chain(),
            uow.meta.clock(),
            uow.streams.cursors(),
            (facts.feed_epoch, facts.grants, facts.last_success_ms),
            [stored.record for stored in pc.rows(Office)],
        )


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("status", "body", "headers"), PORTALS)
def test_a_portal_counts_as_no_network(scene: Scene, status: int, body: bytes, headers: dict[str, str]) -> None:
    write_letter(scene.clerk, "tu", "Surat yang menunggu")
    before = state_of(scene.clerk)

    with strange_server(status, body, **headers) as strange:
        report = scene.clerk.visit(url=strange.url)

    assert strange.asked == ["POST /v1/sync"]
    assert report.outcome in {"portal", "no_network"}
    assert state_of(scene.clerk) == before
    assert scene.clerk.overview().line is LineState.OFFLINE
    assert "tersimpan di komputer ini" in sentence_for(report.outcome)
    scene.check_whole()


@pytest.mark.parametrize("status", [200, 302])
def test_a_portal_that_comes_up_between_the_round_and_the_files_takes_no_scan(scene: Scene, status: int) -> None:
    """A login page says yes to everything; the scan is sent all the same, to the server."""
    path = scene.folder / "pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half("0 1 0")]))
    write_letter(scene.clerk, "tu", "Dengan pindaian", scans=(scene.clerk.take_scan(path),))
    client = scene.clerk.client()
    report = scene.clerk.visits().visit(client, lambda: False, files=False)
    client.close()
    assert report.outcome == OK
    before = scene.clerk.overview()
    assert (before.files_waiting, before.files_wanted) == (1, 2)

    transfers = Transfers(scene.clerk.opened.store, scene.clerk.opened.files, step=no_step)
    with strange_server(status, LOGIN_PAGE, Location="http://wifi.kantor/masuk") as strange:
        portal = scene.clerk.client(url=strange.url)
        with pytest.raises(EnvironmentFault) as fault:
            transfers.run(portal, lambda: False)
        portal.close()

    assert fault.value.code is FaultOf.PORTAL
    assert scene.clerk.overview().files_waiting == 1
    scene.check_whole()


def test_a_portal_gives_no_scan(scene: Scene) -> None:
    client = scene.clerk.client()
    assert scene.clerk.visits().visit(client, lambda: False, files=False).outcome == OK
    client.close()
    transfers = Transfers(scene.clerk.opened.store, scene.clerk.opened.files, step=no_step)

    with strange_server(200, LOGIN_PAGE, Content_Type="text/html") as strange:
        portal = scene.clerk.client(url=strange.url)
        with pytest.raises(EnvironmentFault) as fault:
            transfers.run(portal, lambda: False)
        portal.close()

    assert strange.asked[0].startswith("GET /v1/blob/")
    assert fault.value.code is FaultOf.PORTAL
    assert scene.clerk.overview().files_wanted == 2
    scene.check_whole()


def test_a_server_in_trouble_is_no_portal(scene: Scene) -> None:
    write_letter(scene.clerk, "tu", "Surat yang menunggu")
    before = state_of(scene.clerk)

    with strange_server(500, b"Internal Server Error") as strange:
        report = scene.clerk.visit(url=strange.url)

    assert report.outcome == "server_failed"
    assert state_of(scene.clerk) == before
    assert scene.clerk.overview().line is LineState.PROBLEM
    scene.check_whole()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(200, LOGIN_PAGE, "portal"), (500, b"Internal Server Error", "server_failed"), (200, b"", "portal")],
)
def test_joining_through_a_portal_leaves_a_pc_as_it_was(tmp_path: Path, status: int, body: bytes, code: str) -> None:
    with OfficePc(tmp_path / "pc") as pc, strange_server(status, body) as strange:
        with pytest.raises(EnvironmentFault) as fault:
            pc.join(strange.url, "AAAA-AAAA-AAAA")
        with pc.opened.store.read() as uow:
            assert uow.meta.identity() is None
            assert uow.accounts.users() == ()

    assert fault.value.code == code
    assert strange.asked == ["POST /v1/enrol"]
