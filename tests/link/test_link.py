"""The emulated line keeps what it promises, measured against the arithmetic of the line it stands for.

Nothing may ever come sooner than the line allows, by 5 % or 30 ms (the line is exact to about 2 ms). That something
comes late may be the fault of the machine, which has other work: then the test is tried again, and again.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from tests.link.order_server import Server
from tests.link.timing import BUSY_S, about, in_time, on_a_busy_machine, seconds
from tests.support.link import Link, LinkProfile

KIB = 1024
MBIT = 1e6
PLAIN = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.0)
FAR = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.3)
FAST = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)


@pytest.fixture
def server() -> Iterator[Server]:
    with closing(Server()) as server:
        yield server


def connect(link: Link) -> socket.socket:
    return socket.create_connection(link.address, timeout=10)


def exchange(client: socket.socket, *, send: int = 0, receive: int = 1) -> int:
    """One turn; returns the bytes received, which are fewer when the line was cut."""
    order = f"{receive} {send}\n".encode()
    received = 0
    try:
        client.sendall(order + bytes(send))
        while received < receive and (data := client.recv(65_536)):
            received += len(data)
    except ConnectionError:
        pass
    return received


def is_served(link: Link) -> bool:
    """Whether a new connection gets an answer; a refused one may be reset as early as in `connect`."""
    try:
        with connect(link) as client:
            return exchange(client) == 1
    except ConnectionError:
        return False


def bits(bytes_: int) -> float:
    return 8 * bytes_ / MBIT


@on_a_busy_machine
def test_a_download_takes_the_time_of_its_bytes(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=PLAIN) as link, connect(link) as client:
        assert seconds(lambda: exchange(client, receive=128 * KIB)) == about(bits(128 * KIB))


@on_a_busy_machine
def test_a_new_connection_adds_two_round_trips_to_a_download(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAR) as link:

        def fetch() -> None:
            with connect(link) as client:
                assert exchange(client, receive=128 * KIB) == 128 * KIB

        assert seconds(fetch) == about(bits(128 * KIB) + 2 * 0.3)


@on_a_busy_machine
def test_an_upload_on_a_kept_connection_adds_one_round_trip(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAR) as link, connect(link) as client:
        exchange(client)
        server.taken = 0
        assert seconds(lambda: exchange(client, send=128 * KIB)) == about(bits(128 * KIB) + 0.3)
        assert server.taken == 128 * KIB


@on_a_busy_machine
def test_one_byte_costs_two_round_trips_on_a_new_connection_and_then_one(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAR) as link:
        start = time.monotonic()
        with connect(link) as client:
            exchange(client)
            assert time.monotonic() - start == about(0.6)
            assert seconds(lambda: exchange(client)) == about(0.3)


@on_a_busy_machine
def test_parallel_downloads_share_one_line_and_come_round_in_turn(server: Server) -> None:
    shallow = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.3, queue_bytes=4 * KIB)
    with Link("127.0.0.1", server.port, profile=shallow) as link, ThreadPoolExecutor(4) as pool:

        def fetch(_: int) -> float:
            with connect(link) as client:
                return seconds(lambda: exchange(client, receive=32 * KIB))

        durations = list(pool.map(fetch, range(4)))
        assert max(durations) == about(bits(128 * KIB) + 2 * 0.3)
        # One after the other they would end 0.8 s apart.
        in_time(max(durations) - min(durations) < 0.4)
        assert link.counters.down == 128 * KIB


@on_a_busy_machine
def test_the_two_directions_do_not_share_their_rate(server: Server) -> None:
    slow_up = LinkProfile(up_bps=MBIT / 4, down_bps=MBIT, rtt_s=0.0)
    with Link("127.0.0.1", server.port, profile=slow_up) as link, connect(link) as client:
        assert seconds(lambda: exchange(client, receive=32 * KIB)) == about(bits(32 * KIB))
        assert seconds(lambda: exchange(client, send=32 * KIB)) == about(4 * bits(32 * KIB))


@on_a_busy_machine
def test_a_small_turn_beside_a_big_upload_waits_for_the_queue_of_the_modem(server: Server) -> None:
    shallow = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.0, queue_bytes=32 * KIB)
    with (
        Link("127.0.0.1", server.port, profile=shallow) as link,
        connect(link) as small,
        connect(link) as big,
    ):
        exchange(small)
        upload = threading.Thread(target=exchange, args=(big,), kwargs={"send": 128 * KIB})
        upload.start()
        time.sleep(0.2)  # the queue is full from the first moment on
        took = seconds(lambda: exchange(small))
        beside = upload.is_alive()
        upload.join()
        in_time(beside)
        assert took == about(bits(32 * KIB))


@on_a_busy_machine
def test_jitter_delays_and_repeats_with_its_seed(server: Server) -> None:
    def durations() -> list[float]:
        profile = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.02, jitter_s=0.1, seed=5)
        with Link("127.0.0.1", server.port, profile=profile) as link, connect(link) as client:
            exchange(client)
            return [seconds(lambda: exchange(client)) for _ in range(6)]

    first, second = durations(), durations()
    in_time(all(abs(one - other) < BUSY_S / 2 for one, other in zip(first, second, strict=True)))
    assert all(duration >= 0.02 - 0.002 for duration in first)
    in_time(all(duration <= 0.02 + 2 * 0.1 + BUSY_S for duration in first))
    assert max(first) - min(first) > 0.03


@pytest.mark.parametrize("direction", ["down", "both"])
def test_a_line_cut_every_64_kib_delivers_exactly_65536_bytes(server: Server, direction: str) -> None:
    profile = LinkProfile(
        up_bps=None,
        down_bps=4 * MBIT,
        rtt_s=0.02,
        cut_every_bytes=64 * KIB,
        cut_direction="down" if direction == "down" else "both",
    )
    with Link("127.0.0.1", server.port, profile=profile) as link:
        for cuts in (1, 2, 3):
            with connect(link) as client:
                received = exchange(client, receive=200 * KIB)
            counters = link.counters
            assert counters.cuts == counters.connections == cuts
            assert (counters.down if direction == "down" else counters.total) == cuts * 65_536
            assert received == 65_536 - (0 if direction == "down" else counters.up // cuts)


def test_a_cut_leaves_what_was_delivered_to_a_client_that_was_slow_to_read(server: Server) -> None:
    # More than the window that a client who reads nothing opens, so that the last bytes must wait for him.
    profile = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0, cut_every_bytes=512 * KIB, cut_direction="down")
    with Link("127.0.0.1", server.port, profile=profile) as link:
        with connect(link) as client:
            client.sendall(f"{600 * KIB} 0\n".encode())
            deadline = time.monotonic() + 20
            while not link.counters.cuts and time.monotonic() < deadline:
                time.sleep(0.01)
            received = 0
            with suppress(ConnectionResetError):
                while data := client.recv(65_536):
                    received += len(data)
        assert received == link.counters.down == 512 * KIB
        assert link.counters.cuts == 1


def test_marks_cut_once_each_at_their_byte(server: Server) -> None:
    profile = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0, cut_direction="down", cut_at_bytes=(1000, 51_001))
    with Link("127.0.0.1", server.port, profile=profile) as link:
        got = []
        for _ in range(3):
            with connect(link) as client:
                got.append(exchange(client, receive=80 * KIB))
        assert got == [1000, 50_001, 80 * KIB]
        assert link.counters.cuts == 2


def test_a_cut_can_be_set_for_bytes_that_go_up(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        with connect(link) as client:
            exchange(client)
            link.reset_counters()
            link.cut_after(10_000, "up")
            assert exchange(client, send=80 * KIB) == 0
        assert (link.counters.up, link.counters.cuts) == (10_000, 1)
        with connect(link) as client:
            assert exchange(client, send=80 * KIB) == 1


def test_a_cut_breaks_every_connection_and_the_next_goes_through(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        with connect(link) as one, connect(link) as other:
            exchange(one)
            exchange(other)
            link.cut()
            for client in (one, other):
                with pytest.raises(ConnectionResetError):
                    client.recv(1)
        assert is_served(link)


@on_a_busy_machine
def test_cuts_can_be_set_by_the_clock(server: Server) -> None:
    by_clock = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.0, cut_at_s=(0.2,))

    def download_until_cut() -> None:
        with connect(link) as client:
            assert exchange(client, receive=512 * KIB) < 512 * KIB

    begun = time.monotonic()
    with Link("127.0.0.1", server.port, profile=by_clock) as link:
        download_until_cut()
        assert time.monotonic() - begun == about(0.2)
        begun = time.monotonic()
        link.cut_after_seconds(0.3)
        download_until_cut()
        assert time.monotonic() - begun == about(0.3)
        assert link.counters.cuts == 2


def test_a_line_that_is_down_breaks_and_refuses_until_it_is_up(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        with connect(link) as client:
            exchange(client)
            link.down()
            with pytest.raises(ConnectionResetError):
                client.recv(1)
        assert not is_served(link)
        assert link.counters.refused == 1
        link.up()
        assert is_served(link)


@on_a_busy_machine
def test_a_blackout_stops_a_download_for_its_length_and_loses_nothing(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=PLAIN) as link, connect(link) as client:
        exchange(client)
        begun = time.monotonic()
        link.down_for(0.7, hang=True)
        exchange(client, receive=64 * KIB)
        assert time.monotonic() - begun == about(bits(64 * KIB) + 0.7)

        down_at: list[float] = []

        def take_away() -> None:
            link.down_for(0.5, hang=True)
            down_at.append(time.monotonic())

        timer = threading.Timer(0.2, take_away)
        timer.start()
        begun = time.monotonic()
        took = seconds(lambda: exchange(client, receive=64 * KIB))
        timer.join()
        in_time(down_at[0] - begun < bits(64 * KIB))
        assert took == about(bits(64 * KIB) + 0.5)
        assert link.counters.cuts == 0


@on_a_busy_machine
def test_a_connection_begun_in_a_blackout_waits_for_its_end(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAR) as link:
        link.down(hang=True)
        with connect(link) as client:
            client.sendall(b"1 0\n")
            client.settimeout(0.4)
            with pytest.raises(TimeoutError):
                client.recv(1)
            client.settimeout(10)
            begun = time.monotonic()
            link.up()
            client.recv(1)
            assert time.monotonic() - begun == about(0.6)


def test_turns_connections_and_bytes_are_counted_for_all_together(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=FAST) as link:
        for _ in range(2):
            with connect(link) as client:
                exchange(client, receive=10)
                exchange(client, receive=10)
                exchange(client, receive=3000)
        counters = link.counters
        assert (counters.connections, counters.turns, counters.down) == (2, 6, 2 * 3020)
        assert counters.up == 2 * (len("10 0\n") * 2 + len("3000 0\n"))
        assert counters.total == counters.up + counters.down
        link.reset_counters()
        assert link.counters.total == 0
    assert link.counters.total == 0


def test_the_end_of_one_direction_leaves_the_other_open(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=PLAIN) as link, connect(link) as client:
        client.sendall(b"20000 0\n")
        client.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: client.recv(65_536), b""))
        assert len(received) == 20_000


def test_a_server_that_is_not_there_is_a_broken_connection(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = closed.getsockname()[1]
    with Link("127.0.0.1", nobody, profile=FAST) as link:
        assert not is_served(link)
        link.retarget("127.0.0.1", server.port)
        assert is_served(link)


@on_a_busy_machine
def test_two_lines_to_one_server_do_not_slow_each_other(server: Server) -> None:
    with (
        Link("127.0.0.1", server.port, profile=PLAIN) as first,
        Link("127.0.0.1", server.port, profile=PLAIN) as second,
        ThreadPoolExecutor(2) as pool,
        connect(first) as one,
        connect(second) as other,
    ):
        durations = list(pool.map(lambda client: seconds(lambda: exchange(client, receive=64 * KIB)), (one, other)))
        assert all(duration == about(bits(64 * KIB)) for duration in durations)


def test_a_busy_line_costs_little_of_the_processor(server: Server) -> None:
    with Link("127.0.0.1", server.port, profile=PLAIN) as link, connect(link) as client:
        before = time.process_time()
        elapsed = seconds(lambda: exchange(client, receive=128 * KIB))
        assert time.process_time() - before < 0.2 * elapsed


def test_the_link_answers_only_while_it_is_open(server: Server) -> None:
    link = Link("127.0.0.1", server.port, profile=FAST)
    with pytest.raises(RuntimeError):
        link.cut()
    with link, connect(link) as client:
        exchange(client)
    link.close()
    assert link.counters.down == 1
    with pytest.raises(ConnectionRefusedError):
        connect(link)
    assert not [thread for thread in threading.enumerate() if thread.name == "link"]


def test_no_turn_is_quicker_than_the_delay(server: Server) -> None:
    near = LinkProfile(up_bps=MBIT, down_bps=MBIT, rtt_s=0.04)
    with Link("127.0.0.1", server.port, profile=near) as link, connect(link) as client:
        exchange(client)
        assert min(seconds(lambda: exchange(client)) for _ in range(20)) > 0.04 - 0.001
