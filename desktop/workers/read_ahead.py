"""Reads from a line beside whoever works on what came: bytes wait here, in a buffer that is bounded, not in a socket.

When a line is cut, what waits in the socket of a slow reader may be lost with it; and a reader that works cannot set
out anew. The thread lives as long as one run of bytes.
"""

import threading
from collections.abc import Generator
from contextlib import closing

MOST_WAITING = 256 * 1024
_LEAVE_S = 1.0


class _Ahead:
    """The bytes between the thread that reads and the one that takes them."""

    def __init__(self, pieces: Generator[bytes], most: int) -> None:
        self._pieces = pieces
        self._most = most
        self._waiting = bytearray()
        self._ended = self._left = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        # A line that is silent is given up after its own time; the end of the program does not wait for that.
        self._thread = threading.Thread(target=self._read, name="read ahead", daemon=True)
        self._thread.start()

    def take(self) -> bytes:
        """All that waits, once something does; nothing at the end. Raises what ended the reading, after all bytes."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            taken = bytes(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
        if not taken and self._error is not None:
            raise self._error
        return taken

    def leave(self) -> None:
        """Nobody takes any more."""
        with self._changed:
            self._left = True
            self._changed.notify_all()
        self._thread.join(_LEAVE_S)

    def _read(self) -> None:
        try:
            with closing(self._pieces) as pieces:
                for piece in pieces:
                    if not self._give(piece):
                        return
        except BaseException as err:  # noqa: BLE001  # raised again by whoever takes
            self._error = err
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _give(self, piece: bytes) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._left or len(self._waiting) < self._most)
            self._waiting += piece
            self._changed.notify_all()
            return not self._left


def read_ahead(pieces: Generator[bytes], *, most: int = MOST_WAITING) -> Generator[bytes]:
    """The same bytes in the same order, read on a thread of their own, `most` of them ahead; errors come after them."""
    ahead = _Ahead(pieces, most)
    try:
        while taken := ahead.take():
            yield taken
    finally:
        ahead.leave()
