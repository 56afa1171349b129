"""A PC's side of a held connection: the real session over a line that can break, while the world goes on."""

from __future__ import annotations

from collections.abc import Callable

from core.protocol.access import Access
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation.conversation import Conversation, Look
from tests.simulation.server import Machine, ServerDied, surviving

# So many words with nothing that happened between them are a talk about nothing; a backlog takes a dozen.
ENDLESS = 100


class SimulatedLiveLine:
    """Stands for `desktop.sync.live_client`: the same promises to the session, without a socket.

    `meanwhile` is called when the PC waits and nothing comes. A `fuse` lets the server die while it works on the next
    word; where the line is `deaf`, what the server answers next is lost with it.
    """

    def __init__(self, server: Machine, access: Access, *, look: Look, meanwhile: Callable[[], None]) -> None:
        self._server = server
        self._access = access
        self._look = look
        self._meanwhile = meanwhile
        self._talk: Conversation | None = None
        self.fuse: int | None = None
        self.deaf = False
        self.down = 0
        self._in_a_row = 0

    def open(self) -> None:
        """Connect."""
        self._talk = self._server.converse(self._access, self._look)

    def send(self, message: bytes) -> None:
        """Say something."""
        self.talk.say(message)

    def receive(self, _timeout: float) -> bytes | None:
        """What comes; None if nothing does, although others were given time."""
        heard = self._next()
        self._in_a_row += 1
        assert self._in_a_row < ENDLESS, "the two sides answer each other without end"
        if heard is None:
            self._in_a_row = 0
            self._meanwhile()
            heard = self._next()
        self.down += len(heard or b"")
        return heard

    def close(self) -> None:
        """Leave."""
        if self._talk is not None:
            self._server.close(self._talk)

    def wake(self) -> None:
        """Nobody sleeps."""

    @property
    def talk(self) -> Conversation:
        assert self._talk is not None
        return self._talk

    def _next(self) -> bytes | None:
        if not self._server.holds(self.talk):
            raise EnvironmentFault(FaultOf.NO_NETWORK, "server went down meanwhile")
        if self.fuse is not None:
            self._server.die_after(self.fuse)
            self.fuse = None
        try:
            with surviving(self._server):
                heard = self.talk.hear()
        except ServerDied as err:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "server went down") from err
        finally:
            self._server.spare()
        if self.deaf:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "answer lost")
        return heard
