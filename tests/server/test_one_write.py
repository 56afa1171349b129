"""What is written to a connection in one turn of the loop goes to the system at once, in order, and is never left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.web.one_write import MOST_HELD, JoinedWrites


class Written(asyncio.Transport):
    """Notes what it is told to do."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")

    def get_write_buffer_size(self) -> int:
        return 0


def after_turns(*turns: Callable[[JoinedWrites], object]) -> list[bytes | str]:
    """What became of it when each of `turns` was a turn of the loop."""
    written = Written()

    async def take_turns() -> None:
        joined = JoinedWrites(written, asyncio.get_running_loop())
        for turn in turns:
            turn(joined)
            await asyncio.sleep(0)

    asyncio.run(take_turns())
    return written.done


def test_the_head_and_the_body_of_an_answer_are_one_write() -> None:
    def answer(line: JoinedWrites) -> None:
        line.write(b"head ")
        line.write(b"body")

    assert after_turns(answer, answer) == [b"head body", b"head body"]


def test_what_is_held_goes_out_before_the_line_is_closed() -> None:
    def part(line: JoinedWrites) -> None:
        line.write(b"last")
        line.close()

    assert after_turns(part) == [b"last", "closed"]


def test_an_aborted_line_gets_nothing_more() -> None:
    def abort(line: JoinedWrites) -> None:
        line.write(b"lost")
        line.abort()

    assert after_turns(abort) == ["aborted"]


def test_much_does_not_wait_for_the_end_of_the_turn() -> None:
    sizes: list[int] = []

    def write_much(line: JoinedWrites) -> None:
        line.write(b"a")
        sizes.append(line.get_write_buffer_size())
        line.write(bytes(MOST_HELD))
        sizes.append(line.get_write_buffer_size())
        line.write(b"b")

    assert after_turns(write_much) == [b"a" + bytes(MOST_HELD), b"b"]
    assert sizes == [1, 0]
