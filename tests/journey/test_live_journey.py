"""Two windows that stand open: what one does is seen in the other, whatever the line and the proxies on it do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.protocol.messages import SyncRequest
from core.protocol.ops import read_op
from desktop.sync import live_client
from desktop.sync.live_client import LiveLine
from desktop.sync.rounds import OK
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.workers.runner import SHUTDOWN_MS
from server.services.looking import Round
from server.services.tokens import Caller
from server.web import serving
from tests.faults.strange_server import LOGIN_PAGE
from tests.journey.live_window import LiveWindow
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.link import Link, LinkProfile
from tests.support.picky_proxy import picky_proxy
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

LINE = LinkProfile(up_bps=1_000_000, down_bps=1_000_000, rtt_s=0.05)
PATIENCE_MS = 30_000


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningServer]:
    with running_server(tmp_path) as server:
        yield server


@pytest.fixture
def office(running: RunningServer) -> OfficeInTest:
    return make_office(running)


@pytest.fixture
def pcs(running: RunningServer, office: OfficeInTest, tmp_path: Path) -> Iterator[tuple[OfficePc, OfficePc]]:
    with OfficePc(tmp_path / "tu") as desk, OfficePc(tmp_path / "camat") as head:
        desk.join(running.url, office.codes["tu"])
        head.join(running.url, office.codes["camat"])
        yield desk, head


def until(qtbot: QtBot, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE_MS)


def letters(pc: OfficePc) -> int:
    return len(pc.rows(IncomingLetter))


def test_two_windows_follow_each_other_over_a_line_that_breaks(
    running: RunningServer, office: OfficeInTest, pcs: tuple[OfficePc, OfficePc], qtbot: QtBot
) -> None:
    desk, head = pcs
    with Link("127.0.0.1", running.port, profile=LINE) as line:
        for pc in pcs:
            pc.move_server(line.url)
        with LiveWindow(desk) as left, LiveWindow(head) as right:
            until(qtbot, lambda: left.is_live and right.is_live)
            before = line.counters.connections
            letter = write_letter(desk, "tu", "Surat", addressee=office.positions["camat"])
            until(qtbot, lambda: letters(head) == 1)
            head.seat("camat").dispositions.issue(order(letter.letter_id, office.positions["sekcam"]))
            until(qtbot, lambda: len(desk.rows(Disposition)) == 1 and not head.overview().waiting)
            assert line.counters.connections == before, "all of it went over what was open"

            line.cut()
            write_letter(desk, "tu", "Sesudah putus", addressee=office.positions["camat"])
            until(qtbot, lambda: letters(head) == 2 and left.is_live and right.is_live)
            until(qtbot, lambda: not desk.overview().waiting)
        assert head.settled(IncomingLetter) == desk.settled(IncomingLetter)
        assert left.ended
        assert right.ended


def test_nothing_travels_twice_while_a_backlog_goes_by_request(
    running: RunningServer, pcs: tuple[OfficePc, OfficePc], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, head = pcs
    taken: Counter[int] = Counter()
    order_: list[int] = []
    receive_all = running.handle.sync.receive_all  # requests come here, and so does what the connection brings

    def count(sent: Sequence[tuple[Caller, SyncRequest]], *, late: bool = False) -> list[Round | Exception]:
        seqs = [read_op(op).seq for _, request in sent for op in request.ops]
        taken.update(seqs)
        order_.extend(seqs)
        return receive_all(sent, late=late)

    monkeypatch.setattr(running.handle.sync, "receive_all", count)
    slow = LinkProfile(up_bps=200_000, down_bps=200_000, rtt_s=0.1)
    with Link("127.0.0.1", running.port, profile=slow) as line:
        desk.move_server(line.url)
        with LiveWindow(desk) as window:
            until(qtbot, lambda: window.is_live)
            first = write_letter(desk, "tu", "Surat")
            for number in range(100):
                desk.seat("tu").letters.amend(first.letter_id, {"subject": f"Perihal {number} " + "x" * 400})
                if number % 50 == 0:
                    window.scheduler.sync_now()
                    qtbot.wait(20)
            until(qtbot, lambda: not desk.overview().waiting)
    head.sync()

    assert order_ == sorted(order_)
    assert len(taken) > 100
    assert set(taken.values()) == {1}
    assert head.settled(IncomingLetter) == desk.settled(IncomingLetter)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", id="400"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(LOGIN_PAGE), LOGIN_PAGE), id="a page"),
    ],
)
def test_where_a_proxy_refuses_the_upgrade_a_held_request_brings_the_news(
    running: RunningServer, pcs: tuple[OfficePc, OfficePc], qtbot: QtBot, answer: bytes
) -> None:
    desk, head = pcs
    with picky_proxy(("127.0.0.1", running.port), answer) as proxy:
        head.move_server(proxy.url)
        with LiveWindow(head) as window:
            until(qtbot, lambda: running.handle.announcer.waiting == 1)
            write_letter(desk, "tu", "Surat")
            desk.sync()
            until(qtbot, lambda: letters(head) == 1)

            assert (proxy.refused, window.is_live, window.pacing.holds_instead) == (1, False, True)
            assert set(window.outcomes) == {OK}


@pytest.mark.parametrize("moment", ["live", "connecting"])
def test_a_window_closes_at_once_whatever_the_line_does(
    running: RunningServer, pcs: tuple[OfficePc, OfficePc], qtbot: QtBot, moment: str
) -> None:
    with Link("127.0.0.1", running.port, profile=LINE) as line:
        pcs[0].move_server(line.url)
        if moment == "connecting":
            line.down(hang=True)
        with LiveWindow(pcs[0]) as window:
            if moment == "live":
                until(qtbot, lambda: window.is_live)
                line.down(hang=True)
            else:
                qtbot.wait(100)

            assert window.close() < SHUTDOWN_MS / 2000
            assert window.ended


def test_both_ends_notice_a_dead_line(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PING_S", 0.2)
    monkeypatch.setattr(serving, "PONG_S", 0.5)
    with running_server(tmp_path) as server, OfficePc(tmp_path / "tu") as pc:
        pc.join(server.url, make_office(server).codes["tu"])
        with Link("127.0.0.1", server.port, profile=LINE) as line:
            pc.move_server(line.url)
            with LiveWindow(pc) as window:
                until(qtbot, lambda: window.is_live)
                monkeypatch.setattr(live_client, "SILENCE_S", 0.8)
                qtbot.wait(1100)
                assert window.is_live, "a line that answers pings is not silent"
                line.down(hang=True)
                until(qtbot, lambda: not window.is_live)
                until(qtbot, lambda: server.handle.announcer.waiting == 0)


def test_the_pinned_authority_holds_for_live_lines_as_well(tmp_path: Path) -> None:
    with (
        running_server(tmp_path / "asli", tls=True) as server,
        running_server(tmp_path / "palsu", tls=True) as impostor,
        OfficePc(tmp_path / "tu") as pc,
    ):
        pc.join(server.url, make_office(server).codes["tu"])
        authority = pc.opened.profile.authority_path
        access = pc.client().access
        line = LiveLine(server.url, access=access, authority=authority)
        line.open()
        line.close()

        for url, trusted in ((impostor.url, authority), (server.url, None)):
            stranger = LiveLine(url, access=access, authority=trusted)
            with pytest.raises(EnvironmentFault) as fault:
                stranger.open()
            stranger.close()
            assert fault.value.code is FaultOf.CERTIFICATE
            assert stranger.up == 0


def test_an_interrupt_ends_what_waits(running: RunningServer, pcs: tuple[OfficePc, OfficePc]) -> None:
    line = LiveLine(running.url, access=pcs[0].client().access)
    line.open()
    line.interrupt()
    with pytest.raises(EnvironmentFault) as fault:
        line.receive(60)
    line.close()
    line.interrupt()

    assert fault.value.code is FaultOf.NO_NETWORK
