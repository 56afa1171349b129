"""Bytes are read beside whoever works on them: all of them, in order, no more than asked ahead, the error last."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import closing

import pytest

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.workers.read_ahead import read_ahead

WAIT_S = 5.0


def counted(count: int, read: list[int], *, fault: bool = False) -> Generator[bytes]:
    """Pieces of 100 bytes that say which they are; `read` hears of each that was asked for."""
    for number in range(count):
        read.append(number)
        yield bytes([number]) * 100
    if fault:
        raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")


def until(reached: list[int], count: int) -> None:
    end = time.monotonic() + WAIT_S
    while len(reached) < count and time.monotonic() < end:
        time.sleep(0.002)


def readers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "read ahead"]


def test_all_bytes_come_in_their_order() -> None:
    assert b"".join(read_ahead(counted(200, []))) == b"".join(counted(200, []))
    assert readers() == []


def test_what_came_while_nobody_took_is_taken_at_once() -> None:
    read: list[int] = []
    first_taken = threading.Event()

    def pausing() -> Generator[bytes]:
        yield b"first"
        assert first_taken.wait(WAIT_S)
        yield from counted(20, read)

    with closing(read_ahead(pausing())) as pieces:
        assert next(pieces) == b"first"
        first_taken.set()
        until(read, 20)
        assert len(next(pieces)) >= 1_900


def test_no_more_is_read_ahead_than_may_wait() -> None:
    read: list[int] = []
    with closing(read_ahead(counted(200, read), most=1_000)) as pieces:
        next(pieces)
        until(read, 11)
        time.sleep(0.05)
        assert len(read) <= 1 + 20 + 2


def test_what_ended_the_reading_is_raised_after_all_that_came_before() -> None:
    got = bytearray()

    def take() -> None:
        for piece in read_ahead(counted(30, [], fault=True)):
            time.sleep(0.02)
            got.extend(piece)

    with pytest.raises(EnvironmentFault, match="cut"):
        take()
    assert bytes(got) == b"".join(counted(30, []))


def test_who_leaves_ends_the_reading() -> None:
    read: list[int] = []
    pieces = read_ahead(counted(200, read), most=100)
    next(pieces)
    pieces.close()

    assert readers() == []
    assert len(read) < 10
