"""What of a file may go up behind a cut before the server said how far it is: the line is empty for a round trip else.

After a cut the sender does not know what of its last bytes arrived, but it knows what it never sent. From there on it
gives a little with its question. What was lost on the way follows with the answer, so no byte goes twice - unless the
next cut comes before that, and what went ahead is lost. So no more goes than was lost and the try before had room for.
"""

from typing import BinaryIO

from core.protocol.transfer import AHEAD_BYTES, COUNT_BYTES, Ahead
from desktop.storage.blobs import disk_fault
from desktop.system.faults import EnvironmentFault, FaultOf


class GoingAhead:
    """What goes ahead of the files of one connection that is made again and again."""

    def __init__(self) -> None:
        """Nothing was sent yet, and the server is believed to take what goes ahead."""
        self._taken = True
        self._sha256 = b""
        # Of the file: where it went on last, and from where on nothing was sent.
        self._have = self._sent = 0
        # What the newest try of which that is known brought over, and what of it was lost.
        self._brought = self._lost = 0
        self._asked = False

    def plan(self, sha256: bytes, size: int, *, window: int) -> Ahead | None:
        """What may go with the question about a file, if the line may hold `window` bytes; None: ask first."""
        if sha256 != self._sha256:
            self._sha256, self._have, self._sent = sha256, 0, 0
        if self._asked:  # and no answer came
            self._asked, self._brought = False, 0
        room = self._brought * 15 // 16 - self._lost
        count = min(AHEAD_BYTES, window // 2, room, size - self._sent) // COUNT_BYTES * COUNT_BYTES
        if not self._taken or not self._sent or count <= 0:
            return None
        self._asked = True
        return Ahead(start=self._sent, count=count)

    def began(self, have: int) -> None:
        """Hear that the server had so much when the file went on."""
        if self._sent:
            self._brought, self._lost = have - self._have, max(0, self._sent - have)
        self._have = have
        self._asked = False

    def ended(self, sent: int) -> None:
        """Hear from where on the server was given nothing of the file."""
        self._sent = sent

    def refused(self) -> None:
        """Hear that the server takes nothing ahead."""
        self._taken = False


class OutgoingFile:
    """The file of one upload, in the order in which its bytes go."""

    def __init__(self, sha256: bytes, size: int, content: BinaryIO, ahead: Ahead | None) -> None:
        """`ahead` of the answer goes so much; it may be taken back before anything goes."""
        self.sha256 = sha256
        self.size = size
        self.ahead = ahead
        # Where the file goes on, up to where the server has it, and how many of the bytes ahead are new to it.
        self.at = self.have = self.early = 0
        self._content = content

    def opening(self) -> bytes:
        """What goes with the question."""
        if self.ahead is None:
            return b""
        return chunk(self._read(self.ahead.start, self.ahead.count))

    def go_on(self, offset: int) -> None:
        """Hear where the server wants the file to go on."""
        self.at = self.have = offset
        self.early = 0 if self.ahead is None else self.ahead.count - self.ahead.known(offset)
        self._pass_over()

    @property
    def piece(self) -> int:
        """How many bytes go next; 0 at the end."""
        end = self.size if self.ahead is None or self.at >= self.ahead.start else self.ahead.start
        return min(COUNT_BYTES, end - self.at)

    def take(self) -> bytes:
        """The next of them."""
        data = self._read(self.at, self.piece)
        self.at += len(data)
        self._pass_over()
        return data

    def counted(self, count: int) -> None:
        """Hear how many bytes the server has; those that went ahead may stand alone."""
        whole = self.ahead is None or count >= self.ahead.end
        self.have = min(self.size, count if whole else count - self.early)

    def _pass_over(self) -> None:
        if self.ahead is not None and self.ahead.start <= self.at < self.ahead.end:
            self.at = self.ahead.end

    def _read(self, start: int, count: int) -> bytes:
        try:
            self._content.seek(start)
            data = self._content.read(count)
        except OSError as err:
            raise disk_fault(err) from err
        if len(data) != count:
            raise EnvironmentFault(FaultOf.FILE_DAMAGED, "short")
        return data


def chunk(data: bytes) -> bytes:
    """One piece of a body that does not say how long it is."""
    return b"%x\r\n%b\r\n" % (len(data), data)
