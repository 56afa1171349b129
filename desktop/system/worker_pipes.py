"""What every helper process does first: keep its two pipes for messages, limit itself, and say that it is ready."""

import faulthandler
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from desktop.system.limits import limit_this_process
from desktop.system.page_messages import Ready, Reply, write_message


class Pipes(NamedTuple):
    """Where requests come from and replies go to; and a file that nobody reads, for what must be written somewhere."""

    requests: BinaryIO
    replies: BinaryIO
    nowhere: BinaryIO

    def answer_each(
        self,
        read: Callable[[BinaryIO], Any],
        answer: Callable[[Any], Reply],
        *,
        orphan_seconds: int,
    ) -> None:
        """Answer what `read` finds until the pipe ends.

        A request that takes so long ends the process: whoever asked is gone.
        """
        while (request := read(self.requests)) is not None:
            faulthandler.dump_traceback_later(orphan_seconds, exit=True, file=self.nowhere)
            reply = answer(request)
            faulthandler.cancel_dump_traceback_later()
            write_message(self.replies, reply)


def served(work: Callable[[Pipes], None], *, memory_bytes: int) -> int:
    """Let `work` answer until the pipe ends; the exit code.

    Standard output is kept for replies: stray prints go nowhere.
    """
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("r+b") as nowhere:
        for number in (0, 1, 2):
            os.dup2(nowhere.fileno(), number)
        limited = limit_this_process(memory_bytes=memory_bytes)
        try:
            write_message(replies, Ready(limited=limited))
            work(Pipes(requests, replies, nowhere))
        except OSError:  # the program is gone
            return 1
    return 0
