"""A proxy that takes only so much at a time: scans go through it in smaller pieces, no byte twice."""

from __future__ import annotations

from core.domain.ids import BlobHash
from desktop.sync.client import LEAST_PIECE, SyncClient
from desktop.sync.rounds import OK
from tests.faults.conftest import Scene
from tests.faults.test_cut_scans import big_scan
from tests.journey.office_pc import write_letter
from tests.support.narrow_proxy import narrow_proxy

CAP = 300_000
SIZE = 900_000


def hand_in(scene: Scene) -> BlobHash:
    """A letter with a scan that waits to be sent."""
    scan = big_scan(scene.clerk, SIZE)
    write_letter(scene.clerk, "tu", "Dengan pindaian", scans=(scan,))
    return scan.sha256


def test_a_scan_passes_a_proxy_that_takes_only_so_much_at_a_time(scene: Scene) -> None:
    hand_in(scene)

    with narrow_proxy(("127.0.0.1", scene.server.port), most=CAP) as proxy:
        client = scene.clerk.client(url=proxy.url)
        report = scene.clerk.visits().visit(client, lambda: False)
        client.close()

    assert report.outcome == OK
    assert scene.clerk.overview().files_waiting == 0
    assert proxy.refused, "the whole was tried first"
    pieces = [length for length in proxy.passed if length >= LEAST_PIECE]
    assert max(pieces) <= CAP
    assert sum(pieces) <= SIZE
    scene.check_whole()


def test_the_next_scan_goes_in_small_pieces_at_once(scene: Scene) -> None:
    with narrow_proxy(("127.0.0.1", scene.server.port), most=CAP) as proxy:
        client = scene.clerk.client(url=proxy.url)
        hand_in(scene)
        assert scene.clerk.visits().visit(client, lambda: False).outcome == OK
        refused = len(proxy.refused)
        hand_in(scene)
        assert scene.clerk.visits().visit(client, lambda: False).outcome == OK
        client.close()

    assert refused > 0
    assert len(proxy.refused) == refused, "it was known by then"
    scene.check_whole()


def test_a_proxy_that_takes_nothing_is_no_line_and_nothing_is_lost(scene: Scene) -> None:
    sha256 = hand_in(scene)

    with narrow_proxy(("127.0.0.1", scene.server.port), most=LEAST_PIECE - 1) as proxy:
        client: SyncClient = scene.clerk.client(url=proxy.url)
        report = scene.clerk.visits().visit(client, lambda: False)
        client.close()

    assert report.outcome in {"portal", "no_network", OK}
    assert scene.clerk.overview().files_waiting == 1
    assert not scene.has_whole_file(sha256)
    scene.check_whole()
    assert scene.has_whole_file(sha256)
