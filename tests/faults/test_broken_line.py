"""The line breaks at every kind of place, and the server goes away: nothing is lost, nothing is there twice."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Iterator

import pytest

from core.domain.letters import IncomingLetter
from core.protocol.records import KIND_OF
from desktop.sync.rounds import OK, VisitReport
from desktop.system.faults import EnvironmentFault
from tests.faults.conftest import Scene
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.line import CutDirection
from tests.support.link import Link, LinkProfile
from tests.support.scan_files import left_half, pdf_bytes

FAST = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
EVEN = LinkProfile(up_bps=8e6, down_bps=8e6, rtt_s=0.0)
# Where a reply or a request is cut: before its first byte, in its head, in its body, before its last byte.
PLACES = (1, 60, 120, 400, 700)
TURNS = 5
SCAN_BYTES, CUT_AT, PERSISTED_EVERY = 1_200_000, 900_000, 65_536
# What a cut may throw away beside it: delivered, but still in a socket's or the web server's buffer of a busy machine.
IN_BUFFERS = 300_000
LONG_LETTERS, LONG_BYTES, CUT_EVERY = 80, 2_200, 65_536


@pytest.fixture
def link(scene: Scene) -> Iterator[Link]:
    """The line of the clerk's PC."""
    with Link("127.0.0.1", scene.server.port, profile=FAST) as line:
        yield line


def register(scene: Scene, count: int = 3) -> list[str]:
    """Letters whose text cannot be squeezed, so that a request has a middle to be cut in."""
    summaries = [
        "".join(hashlib.sha256(bytes([number, part])).hexdigest() for part in range(9)) for number in range(count)
    ]
    return [write_letter(scene.clerk, "tu", "Surat", summary=summary).agenda for summary in summaries]


@pytest.mark.parametrize("place", PLACES)
def test_a_reply_that_is_lost_on_its_way_leads_to_nothing_twice(scene: Scene, link: Link, place: int) -> None:
    numbers = register(scene)
    link.cut_after(place, "down")

    cut = scene.clerk.visit(url=link.url)

    # Where rows came before the cut, the visit asks again by itself.
    assert cut.outcome in ("no_network", OK)
    assert link.counters.cuts == 1
    assert len(scene.server_ops(scene.clerk)) == 3, "the server has committed before it answered"
    scene.check_whole()
    assert sorted(scene.own_letters().values()) == numbers


@pytest.mark.parametrize("place", PLACES)
def test_a_request_that_is_cut_is_sent_again_as_a_whole(scene: Scene, link: Link, place: int) -> None:
    numbers = register(scene)
    link.cut_after(place, "up")

    cut = scene.clerk.visit(url=link.url)

    assert cut.outcome == "no_network"
    assert scene.clerk.overview().waiting == 3
    assert scene.server_ops(scene.clerk) == {}
    scene.check_whole()
    assert sorted(scene.own_letters().values()) == numbers


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_scan_goes_on_where_it_was_cut(scene: Scene, direction: CutDirection) -> None:
    path = scene.folder / "pindaian.pdf"
    path.write_bytes(pdf_bytes([left_half("0 1 0") + " %" + "x" * SCAN_BYTES]))
    if direction == "up":
        scan = scene.clerk.take_scan(path)
        write_letter(scene.clerk, "tu", "Dengan pindaian", scans=(scan,))
    else:
        scan = scene.second.take_scan(path)
        write_letter(scene.second, "sekcam", "Untuk TU", scans=(scan,), addressee=scene.office.positions["tu"])
        scene.second.sync()
    with Link("127.0.0.1", scene.server.port, profile=EVEN) as link:
        link.cut_after(CUT_AT, direction)
        cut = scene.clerk.visit(url=link.url)
        counters = link.counters

    assert (cut.outcome, counters.cuts) == (OK, 1), "a cut after progress is followed by another try at once"
    delivered = counters.up if direction == "up" else counters.down
    assert delivered < SCAN_BYTES + PERSISTED_EVERY + IN_BUFFERS, "only what was not persisted is sent again"
    assert scene.clerk.opened.files.verify(scan.sha256)
    scene.check_whole()


def test_a_server_that_is_away_costs_nothing_but_time(scene: Scene) -> None:
    numbers = register(scene)
    scene.server.stop()

    away = scene.clerk.visit()
    more = register(scene, count=1)
    still_away = scene.clerk.visit()
    scene.server.start()

    assert (away.outcome, still_away.outcome) == ("no_network", "no_network")
    assert scene.clerk.overview().offline_since is not None
    scene.check_whole()
    assert sorted(scene.own_letters().values()) == sorted(numbers + more)
    assert scene.clerk.overview().offline_since is None


def test_a_server_that_is_started_again_in_the_middle_takes_up_the_thread(scene: Scene) -> None:
    register(scene)
    client = scene.clerk.client()
    visits = scene.clerk.visits()

    assert visits.visit(client, lambda: False).outcome == OK
    register(scene)
    scene.server.stop()
    scene.server.start()
    after = visits.visit(client, lambda: False)
    client.close()

    assert after.outcome == OK
    assert after.ops == 3
    scene.check_whole()


def test_two_lanes_work_on_one_store_at_the_same_time(scene: Scene) -> None:
    """A visit, the held request for news, and a person who registers letters meanwhile."""
    outcomes: list[str] = []
    stop = threading.Event()
    lanes = [
        threading.Thread(target=keep_visiting, args=(scene.clerk, outcomes, stop), kwargs={"files": True}),
        threading.Thread(target=keep_visiting, args=(scene.clerk, outcomes, stop), kwargs={"files": False}),
        threading.Thread(target=keep_holding, args=(scene.clerk, outcomes, stop)),
    ]
    for lane in lanes:
        lane.start()
    numbers = []
    for turn in range(TURNS):
        numbers += register(scene, count=2)
        write_letter(scene.second, "sekcam", f"Dari sekretaris {turn}")
        assert scene.second.visit().outcome == OK
    stop.set()
    for lane in lanes:
        lane.join(20)

    assert outcomes
    assert set(outcomes) == {OK}
    scene.check_whole()
    assert sorted(scene.own_letters().values()) == numbers
    assert len(scene.server_letters()) == 2 + TURNS * 3


def keep_visiting(pc: OfficePc, outcomes: list[str], stop: threading.Event, *, files: bool) -> None:
    client, visits = pc.client(), pc.visits()
    report: VisitReport | None = None
    while not stop.is_set() or report is None:
        report = visits.visit(client, lambda: False, files=files)
        outcomes.append(report.outcome)
    client.close()


def keep_holding(pc: OfficePc, outcomes: list[str], stop: threading.Event) -> None:
    client, visits = pc.client(), pc.visits()
    while not stop.is_set():
        try:
            visits.wait_for_news(client, 1, lambda: False)
        except EnvironmentFault as err:
            outcomes.append(err.code.value)
    client.close()


def test_the_scene_would_notice_a_letter_that_is_missing(scene: Scene) -> None:
    """The check that all of these tests rest on."""
    register(scene, count=1)
    scene.check_whole()
    with scene.clerk.opened.store.begin() as uow:
        letter = next(one.record for one in scene.clerk.rows(IncomingLetter))
        uow.table(KIND_OF[IncomingLetter].code).delete(uow.connection, [letter.id])

    with pytest.raises(AssertionError):
        scene.check_whole()


def test_a_long_request_goes_on_where_the_line_dropped(scene: Scene) -> None:
    """Over a line on which it never arrives as a whole; what came of it before a cut is not sent again."""
    sent = []
    for pc, who, cut_every in ((scene.second, "sekcam", None), (scene.clerk, "tu", CUT_EVERY)):
        for _ in range(LONG_LETTERS):
            write_letter(pc, who, "Laporan", summary=base64.b64encode(os.urandom(LONG_BYTES)).decode())
        line = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0, cut_every_bytes=cut_every, cut_direction="up")
        with Link("127.0.0.1", scene.server.port, profile=line) as link:
            assert (visit := pc.visit(url=link.url)).outcome == OK
            assert visit.ops == LONG_LETTERS
            sent.append(link.counters)

    whole, cut = sent
    # One more than the bytes ask for: on a busy machine what is on its way at a cut may be lost with it.
    assert 2 <= cut.cuts <= whole.up // CUT_EVERY + 1
    scene.check_whole()


def test_a_long_reply_of_what_hardly_gets_shorter_goes_on_where_the_line_dropped(scene: Scene) -> None:
    """As of a year of sealed letters: what came before a cut is here, and little of it comes once more."""
    for _ in range(LONG_LETTERS):
        write_letter(scene.second, "sekcam", "Laporan", summary=base64.b64encode(os.urandom(LONG_BYTES)).decode())
    scene.second.sync()
    line = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0, cut_every_bytes=CUT_EVERY, cut_direction="down")

    with Link("127.0.0.1", scene.server.port, profile=line) as link:
        for _ in range(2 * LONG_LETTERS * LONG_BYTES // CUT_EVERY):
            if scene.clerk.visit(url=link.url).outcome == OK:
                break
        came = link.counters.down

    assert scene.server_letters().keys() <= {one.record.id for one in scene.clerk.rows(IncomingLetter)}
    assert LONG_LETTERS * LONG_BYTES <= came <= 1.15 * LONG_LETTERS * LONG_BYTES
    scene.check_whole()
