"""Long requests over a line that is cut: all of a body arrives once, whatever went with the questions."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from core.protocol.faults import Fault, FaultCode
from core.protocol.long_bodies import BODY_HEADER, read_part
from desktop.sync.long_request import MOST_AHEAD, LongRequests
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

BODY = bytes(range(251)) * 1_000
REPLY = [b"answer", b"in pieces"]


class Line:
    """A line that is cut each so many bytes, to a server that holds what came, or is of an older version."""

    def __init__(self, every: int, *, older: bool = False, forgets_ends: bool = False, dead: bool = False) -> None:
        self.every, self.older, self.forgets_ends, self.dead = every, older, forgets_ends, dead
        self.data, self.end = b"", b""
        self.carried = 0
        self.asked: list[tuple[int, int]] = []
        self.taken: list[bytes] = []

    def send(self, given: bytes, *, headers: dict[str, str]) -> Generator[bytes]:
        part = read_part(headers[BODY_HEADER])
        assert part is not None
        assert given == BODY[part.offset : part.offset + len(given)]
        self.asked.append((part.offset, len(given)))
        room = self.every - self.carried % self.every
        came = given[:room]
        self.carried += len(came)
        have = len(self.data)
        if self.dead:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        if part.offset > have:
            if len(came) < len(given):
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
            if self.older:
                raise ServerFault(Fault(code=FaultCode.WRONG_OFFSET, number=have))
            self.end = b"" if self.forgets_ends else given + self.end
            raise ServerFault(Fault(code=FaultCode.WRONG_OFFSET, number=have, behind=part.offset))
        self.data += came[have - part.offset :]
        if len(came) < len(given):
            raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
        if len(self.data) == len(BODY) - len(self.end):
            self.data += self.end
        if len(self.data) < len(BODY):
            behind = len(BODY) - len(self.end) if self.end else 0
            raise ServerFault(Fault(code=FaultCode.WRONG_OFFSET, number=len(self.data), behind=behind))
        self.taken.append(self.data)
        yield from REPLY


def go(line: Line, requests: LongRequests | None = None) -> list[bytes]:
    return list((requests or LongRequests()).go(line.send, BODY, lambda: False))


@pytest.mark.parametrize("every", [20_000, 50_000, 64_000, 100_000, 10_000_000])
def test_a_body_arrives_once_over_a_line_that_is_cut(every: int) -> None:
    line = Line(every)

    assert go(line) == REPLY
    assert line.taken == [BODY]
    assert line.carried <= 1.05 * len(BODY) + MOST_AHEAD // 3


def test_each_question_brings_some_of_the_end() -> None:
    line = Line(64_000)
    go(line)

    questions = line.asked[1::2]
    assert all(count >= MOST_AHEAD // 4 for _, count in questions), questions
    assert [offset for offset, _ in questions] == sorted((offset for offset, _ in questions), reverse=True)


def test_an_older_server_is_given_nothing_with_the_question_from_then_on() -> None:
    line, requests = Line(64_000, older=True), LongRequests()

    assert go(line, requests) == REPLY
    assert line.taken == [BODY]
    assert [count for offset, count in line.asked if offset + count == len(BODY)][1:2] == [MOST_AHEAD], line.asked
    assert sum(1 for _, count in line.asked if not count) >= 2


def test_an_end_that_the_server_has_lost_is_sent_again() -> None:
    line = Line(150_000, forgets_ends=True)

    assert go(line) == REPLY
    assert line.taken == [BODY]


def test_a_question_that_is_cut_as_well_gives_nothing_the_next_time_and_is_the_last() -> None:
    line = Line(64_000, dead=True)

    with pytest.raises(EnvironmentFault):
        go(line)

    assert [count for _, count in line.asked] == [len(BODY), MOST_AHEAD, 0]


def test_what_was_broken_off_on_purpose_is_not_asked_about() -> None:
    line = Line(64_000)

    with pytest.raises(EnvironmentFault):
        list(LongRequests().go(line.send, BODY, lambda: True))

    assert len(line.asked) == 1


def test_a_server_that_knows_nothing_of_it_ends_it() -> None:
    """It was started anew: less is sent next time."""
    line = Line(64_000)

    def restarted(given: bytes, *, headers: dict[str, str]) -> Generator[bytes]:
        if len(line.asked) == 3:
            line.data = line.end = b""
        yield from line.send(given, headers=headers)

    with pytest.raises(EnvironmentFault):
        list(LongRequests().go(restarted, BODY, lambda: False))
