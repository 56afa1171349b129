"""Long requests over a line that drops: what came of one is not sent again, and the line is not empty meanwhile.

After a cut nobody here knows how much of a body arrived, so the server is asked. The question gives a piece of the end
of the body, which the server cannot have; when the answer is here, what lies between the two follows behind it.
"""

from collections.abc import Callable, Generator

import msgspec

from core.protocol.faults import FaultCode
from core.protocol.long_bodies import BODY_HEADER, LONG_BYTES, BodyPart, body_name
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

MOST_AHEAD = 32 * 1024
# Less is not worth the bytes that say what it is.
LEAST_AHEAD = 4 * 1024

Send = Callable[..., Generator[bytes]]


class LongRequests:
    """Sends the requests of one client; keeps what their cuts told of the line and of the server."""

    def __init__(self) -> None:
        """Nothing is known: the server is believed to take what is given ahead."""
        self._taken = True
        # What a try brought over before it was cut. Of that half may go ahead: so much comes before the next cut.
        self._brought = 2 * MOST_AHEAD

    def go(self, send: Send, body: bytes, broken: Callable[[], bool]) -> Generator[bytes]:
        """The pieces of the reply; a long request goes on where the line dropped, if more of it came.

        `broken` says whether it was broken off on purpose.
        """
        if len(body) <= LONG_BYTES:
            yield from send(body)
            return
        part = _Part(body)
        while True:
            replied = False
            try:
                for piece in send(part.given, headers={BODY_HEADER: part.header}):
                    replied = True
                    yield piece
                return
            except EnvironmentFault as fault:
                if replied or fault.code is not FaultOf.NO_NETWORK or broken() or part.asked_barely:
                    raise
                # A question that was cut is asked once more with nothing that could be lost.
                part.ask(fault, ahead=0 if part.cut else self._ahead(part.left))
            except ServerFault as err:
                asked_with = part.ahead if part.cut else 0
                brought = part.go_on(err)
                if asked_with and not err.fault.behind:
                    self._taken = False  # the server is an older one, and has thrown it away
                self._brought = brought or self._brought

    def _ahead(self, left: int) -> int:
        count = min(MOST_AHEAD, self._brought // 2, left // 3)
        return count if self._taken and count >= LEAST_AHEAD else 0


class _Part:
    """What of a body goes with the next request."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._whole = BodyPart(name=body_name(body), size=len(body))
        # What lies from `offset` to `end` is not known to be at the server.
        self._offset, self._end = 0, len(body)
        self.cut: EnvironmentFault | None = None
        self.ahead = 0

    @property
    def left(self) -> int:
        """How much may be missing at the server."""
        return self._end - self._offset

    @property
    def asked_barely(self) -> bool:
        """Whether it is a question that gives nothing."""
        return self.cut is not None and not self.ahead

    @property
    def given(self) -> bytes:
        """The bytes."""
        return (
            self._body[self._offset : self._end] if self.cut is None else self._body[self._end - self.ahead : self._end]
        )

    @property
    def header(self) -> str:
        """Which they are."""
        offset = self._end - self.ahead if self.cut is not None and self.ahead else self._offset
        return msgspec.structs.replace(self._whole, offset=offset).header()

    def ask(self, cut: EnvironmentFault, *, ahead: int) -> None:
        """Hear that the line was cut: the server is asked, and is given so many bytes of the end."""
        self.cut, self.ahead = cut, ahead

    def go_on(self, err: ServerFault) -> int:
        """Hear where the server is; how much more it has of the beginning, if that is what was asked.

        Raises the cut where it has not become more, or the server knows nothing of such bodies: less is sent next time.
        """
        offset, behind, wrong = err.fault.number, err.fault.behind, err.code is FaultCode.WRONG_OFFSET
        if self.cut is None:
            # The end that it had is forgotten: then that is what is missing.
            if not wrong or not self._offset < offset == self._end < len(self._body):
                raise err
            brought = 0
        else:
            brought = offset - self._offset
            if not wrong or not ((brought > 0 and offset < len(self._body)) or brought == 0 < behind):
                raise self.cut from err
        self._offset, self._end, self.cut = offset, behind or len(self._body), None
        return brought
