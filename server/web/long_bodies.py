"""What came of long requests that a line cut, in memory: whoever sends one goes on where it stopped.

Of each device the newest one is kept, until the device asks for something else; in all no more than `MOST_BYTES`, the
oldest make room. What is forgotten is sent once more as a whole, so nothing depends on it.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator

from core.domain.ids import DeviceId, TenantId
from core.protocol.faults import FaultCode
from core.protocol.long_bodies import BodyPart
from server.services.faults import RequestFault

MOST_BYTES = 64 * 1024 * 1024

Sender = tuple[TenantId, DeviceId]


class _Begun:
    """A body as far as it came; of two requests that bring it the newer one does."""

    def __init__(self, part: BodyPart) -> None:
        self.name = part.name
        self.size = part.size
        self.data = bytearray()
        self.turn = 0


class LongBodies:
    """The bodies that devices began to send. Belongs to the event loop."""

    def __init__(self, *, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._begun: OrderedDict[Sender, _Begun] = OrderedDict()
        self._held = 0

    def forget(self, sender: Sender) -> None:
        """The device asks for something else."""
        begun = self._begun.pop(sender, None)
        if begun is not None:
            begun.turn += 1
            self._held -= len(begun.data)

    async def take(self, sender: Sender, part: BodyPart, pieces: AsyncIterator[bytes]) -> bytes:
        """The whole body; WRONG_OFFSET with how much is here if it is not complete yet.

        MALFORMED if what came together is not the body that was named; TOO_LARGE if it is longer.
        """
        begun = self._of(sender, part)
        begun.turn += 1
        turn = begun.turn
        if part.offset > len(begun.data):
            raise RequestFault(FaultCode.WRONG_OFFSET, len(begun.data))
        at = part.offset
        async for piece in pieces:
            if begun.turn != turn:
                break
            fresh = len(begun.data) - at
            at += len(piece)
            if at > part.size:
                self.forget(sender)
                raise RequestFault(FaultCode.TOO_LARGE)
            begun.data += piece[fresh:]
            self._held += max(0, len(piece) - fresh)
            self._make_room(sender)
        if len(begun.data) < part.size:
            raise RequestFault(FaultCode.WRONG_OFFSET, len(begun.data))
        if not part.names(begun.data):
            self.forget(sender)
            raise RequestFault(FaultCode.MALFORMED)
        return bytes(begun.data)

    def _of(self, sender: Sender, part: BodyPart) -> _Begun:
        begun = self._begun.get(sender)
        if begun is None or (begun.name, begun.size) != (part.name, part.size):
            self.forget(sender)
            begun = self._begun[sender] = _Begun(part)
        self._begun.move_to_end(sender)
        return begun

    def _make_room(self, sender: Sender) -> None:
        while self._held > self._most and (oldest := next(iter(self._begun))) != sender:
            self.forget(oldest)
