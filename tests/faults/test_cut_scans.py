"""Scans over a line that is cut: what arrived is not sent again, and no more is asked than once a cut."""

from __future__ import annotations

import dataclasses
import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash
from core.protocol.transfer import AHEAD_BYTES, Ahead, read_length
from desktop.storage.blob_table import BlobState
from desktop.sync.client import SyncClient
from desktop.sync.flow import FreeFlow
from desktop.sync.transfer import TransferReport, Transfers
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.views.messages import sentence_for
from server.web import blobs
from tests.faults.conftest import Scene
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.link import OFFICE_LINE, Link, LinkProfile

SIZE = 1024 * 1024
PART = 320 * 1024
RTT_S = 0.02


def big_scan(pc: OfficePc, size: int) -> Attachment:
    """Bytes that no compression makes fewer, in the folder of files of a PC."""
    sha256, size = pc.opened.files.add_bytes(os.urandom(size))
    return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="besar.pdf")


def transfers_of(pc: OfficePc) -> Transfers:
    return Transfers(pc.opened.store, pc.opened.files, step=lambda _name: None)


def move(pc: OfficePc, client: SyncClient, scan: Attachment) -> TransferReport:
    """One scan, whichever way it has to go."""
    with pc.opened.store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    report = TransferReport()
    transfers_of(pc).move(client, row, FreeFlow(), report)
    return report


def cost(scene: Scene, pc: OfficePc, scan: Attachment, profile: LinkProfile) -> tuple[int, int, int]:
    """(bytes on the line, requests, cuts) of moving one scan over a line like that."""
    with Link("127.0.0.1", scene.server.port, profile=profile) as link:
        client = pc.client(url=link.url)
        try:
            report = move(pc, client, scan)
        finally:
            client.close()
        requests, counters = client.traffic.requests, link.counters
    assert report.sent + report.fetched == 1, report
    return counters.total, requests, counters.cuts


def ready(scene: Scene, size: int = SIZE) -> Attachment:
    """The letter is on the server and on the second PC; its scan is not."""
    scan = big_scan(scene.clerk, size)
    secretary = scene.office.positions["sekcam"]
    write_letter(scene.clerk, "tu", "Dengan pindaian besar", scans=(scan,), addressee=secretary)
    for pc in (scene.clerk, scene.second):
        client = pc.client()
        pc.visits().visit(client, lambda: False, files=False)
        client.close()
    return scan


def forget(scene: Scene, scan: Attachment) -> None:
    """As if the second PC had never had the scan."""
    scene.second.opened.files.delete(scan.sha256)
    with scene.second.opened.store.begin() as uow:
        uow.blobs.set_state(scan.sha256, BlobState.WANTED)


def test_a_line_that_is_cut_every_64_kb_carries_a_scan_both_ways_almost_at_no_extra_cost(scene: Scene) -> None:
    scan = ready(scene, PART)
    calm = LinkProfile(up_bps=None, down_bps=None, rtt_s=RTT_S)
    # The rate of an office line: what is lost at a cut is what the server has not read yet, and it has to keep up.
    rough = LinkProfile(up_bps=1e6, down_bps=1e6, rtt_s=RTT_S, cut_every_bytes=64_000)

    up = cost(scene, scene.clerk, scan, rough)
    down = cost(scene, scene.second, scan, rough)
    forget(scene, scan)
    uncut = cost(scene, scene.second, scan, calm)

    assert uncut[1:] == (1, 0)
    for total, requests, cuts in (up, down):
        assert cuts >= PART // 64_000
        assert total <= 1.05 * uncut[0]
        assert requests == cuts + 1
    assert scene.has_whole_file(scan.sha256)
    assert scene.second.opened.files.verify(scan.sha256)


def test_between_cuts_a_scan_goes_on_with_the_question_and_no_byte_goes_twice(scene: Scene) -> None:
    """With the round trip of an office line, in which a sender that only asks leaves the line empty."""
    scan = ready(scene, PART)
    taken: list[Ahead] = []
    rough = dataclasses.replace(OFFICE_LINE, cut_every_bytes=64_000, cut_direction="up")

    with watched_lengths(taken):
        total, requests, cuts = cost(scene, scene.clerk, scan, rough)

    assert taken, "nothing went ahead"
    assert requests == cuts + 1
    assert total <= 1.05 * PART
    assert scene.has_whole_file(scan.sha256)


def test_a_server_that_takes_nothing_ahead_is_asked_first(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of an older version finds the header malformed, and has taken no byte until then."""
    scan = ready(scene, PART)
    refused: list[str] = []

    def as_it_was(text: str) -> tuple[int, None] | None:
        if text.isdecimal():
            return int(text), None
        refused.append(text)
        return None

    monkeypatch.setattr(blobs, "read_length", as_it_was)
    rough = dataclasses.replace(OFFICE_LINE, cut_every_bytes=64_000, cut_direction="up")

    total, _, _ = cost(scene, scene.clerk, scan, rough)

    assert len(refused) == 1, "it is not tried again"
    assert total <= 1.05 * PART + AHEAD_BYTES
    assert scene.has_whole_file(scan.sha256)


@contextmanager
def watched_lengths(taken: list[Ahead]) -> Iterator[None]:
    """Hear what goes ahead of the answers of the server."""

    def heard(text: str) -> tuple[int, Ahead | None] | None:
        announced = read_length(text)
        if announced is not None and announced[1] is not None:
            taken.append(announced[1])
        return announced

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blobs, "read_length", heard)
        yield


@pytest.mark.parametrize("way", ["up", "down"])
def test_one_cut_costs_one_request_more(scene: Scene, way: str) -> None:
    scan = ready(scene)
    pc = scene.clerk
    if way == "down":
        cost(scene, scene.clerk, scan, LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0))
        pc = scene.second

    rough = LinkProfile(up_bps=8e6, down_bps=8e6, rtt_s=RTT_S, cut_at_bytes=(SIZE // 2,))
    total, requests, cuts = cost(scene, pc, scan, rough)

    assert (requests, cuts) == (2, 1)
    assert total <= 1.05 * SIZE


def test_a_line_that_brings_nothing_is_given_up_at_once(scene: Scene) -> None:
    scan = ready(scene)
    with Link("127.0.0.1", scene.server.port, profile=LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)) as link:
        link.down()
        client = scene.clerk.client(url=link.url)
        with pytest.raises(EnvironmentFault) as fault:
            move(scene.clerk, client, scan)
        client.close()
        assert link.counters.refused == 1
    assert fault.value.code is FaultOf.NO_NETWORK


def test_a_sender_whose_line_died_without_a_word_gives_way_to_its_next_request(scene: Scene) -> None:
    """The server still waits for the first request when the second comes, and asks for no byte twice."""
    scan = ready(scene)
    with Link("127.0.0.1", scene.server.port, profile=LinkProfile(up_bps=4e6, down_bps=4e6, rtt_s=RTT_S)) as dead:
        stuck = scene.clerk.client(url=dead.url)
        reached = threading.Event()

        class Halfway(FreeFlow):
            def moved(self, have: int) -> None:
                if have > SIZE // 2 and not reached.is_set():
                    dead.down(hang=True)
                    reached.set()

        with scene.clerk.opened.files.content(scan.sha256) as content:
            first = threading.Thread(target=send_into_the_void, args=(stuck, scan, content, Halfway()))
            first.start()
            assert reached.wait(60)
            profile = LinkProfile(up_bps=None, down_bps=None, rtt_s=RTT_S)
            total, requests, _ = cost(scene, scene.clerk, scan, profile)
            stuck.interrupt()
            first.join(60)
            stuck.close()
    assert requests == 1
    assert total <= 0.6 * SIZE
    assert scene.has_whole_file(scan.sha256)


def send_into_the_void(client: SyncClient, scan: Attachment, content: object, flow: FreeFlow) -> None:
    with pytest.raises(EnvironmentFault):
        client.upload(scan.sha256, scan.size, content, flow=flow)  # type: ignore[arg-type]  # an open file


def test_two_visits_of_one_pc_do_not_spoil_each_others_scan(scene: Scene) -> None:
    """Of two visits one fetches a file; the other passes on instead of appending to what the first one writes."""
    scan = ready(scene)
    calm = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
    cost(scene, scene.clerk, scan, calm)
    reports: list[TransferReport] = []

    class Nested(FreeFlow):
        def moved(self, have: int) -> None:
            if 0 < have < SIZE and not reports:
                other = scene.second.client()
                reports.append(move(scene.second, other, scan))
                other.close()

    with scene.second.opened.store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    client, report = scene.second.client(), TransferReport()
    transfers_of(scene.second).move(client, row, Nested(), report)
    client.close()

    assert (report.fetched, [one.left for one in reports]) == (1, [1])
    assert scene.second.opened.files.verify(scan.sha256)


def test_a_disk_that_fills_up_in_the_middle_leaves_a_scan_that_goes_on_later(scene: Scene) -> None:
    scan = ready(scene)
    calm = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
    cost(scene, scene.clerk, scan, calm)
    files = scene.second.opened.files

    class Full(FreeFlow):
        full = False

        def moved(self, have: int) -> None:
            if have >= SIZE // 2 and not self.full:
                self.full = True
                raise OSError(errno.ENOSPC, "No space left on device")

    with scene.second.opened.store.read() as uow:
        row = uow.blobs.get(scan.sha256)
    assert row is not None
    client = scene.second.client()
    with pytest.raises(EnvironmentFault) as fault:
        transfers_of(scene.second).move(client, row, Full(), TransferReport())
    client.close()
    assert fault.value.code is FaultOf.DISK_FULL
    assert "Kosongkan ruang" in sentence_for(fault.value.code.value)
    there = files.grown(scan.sha256)
    assert SIZE // 2 <= there < SIZE

    total, requests, _ = cost(scene, scene.second, scan, calm)

    assert requests == 1
    assert total <= SIZE - there + 2_000
    assert files.verify(scan.sha256)
