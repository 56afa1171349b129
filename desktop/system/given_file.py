"""A file as the page process has it: bytes that the program gives through the pipe when they are asked for."""

import io
import os
from collections import OrderedDict
from typing import BinaryIO, Final

from desktop.system.page_messages import MAX_PIECE, Wanted, read_piece, write_message

# Libraries go back and forth in a file: so many pieces are kept.
KEPT: Final = 64


class PlacedFile(io.RawIOBase):
    """Content of a known size that is read from any place on; a subclass reads."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place; before the beginning there is none."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def tell(self) -> int:
        """The place."""
        return self._place


class _GivenFile(PlacedFile):
    """Asks for pieces and keeps the newest."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO, size: int) -> None:
        super().__init__(size)
        self._requests = requests
        self._replies = replies
        self._pieces: OrderedDict[int, bytes] = OrderedDict()

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # of what BufferedReader hands over
        if self._place >= self._size or not len(buffer):
            return 0
        number, start = divmod(self._place, MAX_PIECE)
        piece = self._piece(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _piece(self, number: int) -> bytes:
        known = self._pieces.get(number)
        if known is None:
            write_message(self._replies, Wanted(offset=number * MAX_PIECE, count=MAX_PIECE))
            known = self._pieces[number] = read_piece(self._requests)
            if len(self._pieces) > KEPT:
                self._pieces.popitem(last=False)
        else:
            self._pieces.move_to_end(number)
        return known


def given_file(requests: BinaryIO, replies: BinaryIO, size: int) -> BinaryIO:
    """The file of `size` bytes that the request under way is about; it lasts until the answer."""
    return io.BufferedReader(_GivenFile(requests, replies, size))
