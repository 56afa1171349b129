"""One live connection's talk: what it has said so far, and what there is to say to it now.

Who speaks is asked anew for every message and every look - the token, the device, its people and their positions - so
a right that was taken away ends the talk at the next word.
"""

import msgspec

from core.domain.ids import StreamId
from core.protocol.access import Shown
from core.protocol.live import LiveFrame, LiveRequest, Settled
from core.protocol.messages import Control, Data, Done, SyncRequest
from server.services.grants import Topic
from server.services.looking import Round
from server.services.sync import SyncService
from server.services.tokens import Caller, TokenService


class LiveTalk:
    """Serves one connection; one call at a time, each in whichever thread. RequestFault ends it."""

    def __init__(self, tokens: TokenService, sync: SyncService, shown: Shown) -> None:
        """Begin; RequestFault if nobody may speak with this token."""
        self._tokens = tokens
        self._sync = sync
        self._token = shown.token
        self.caller: Caller = tokens.admit(shown)
        self.topics: frozenset[Topic] = frozenset()
        self._said: SyncRequest | None = None
        self._paused = False

    def open(self, request: SyncRequest) -> tuple[LiveFrame, ...]:
        """Take the opening request; the answer tells all that is new."""
        # Whether a chain fits is found out by POST, and told there; here its numbers would be stale after one op.
        said = msgspec.structs.replace(request, next_seq=0, checks=(), buckets=())
        round_ = self._sync.receive(self._admit(), said)
        self._said = msgspec.structs.replace(said, ops=(), signature=b"", offers=(), needs=())
        return self._frames(round_, answered=True)

    def take(self, request: LiveRequest) -> tuple[LiveFrame, ...]:
        """Take one more request; () if it asks for no answer and there is nothing new."""
        said = self._said_so_far()
        if request.cursors:
            cursors = tuple(sorted({**dict(said.cursors), **dict(request.cursors)}.items()))
            said = msgspec.structs.replace(said, cursors=cursors)
        self._said = said
        self._paused = False
        asked = msgspec.structs.replace(
            said, ops=request.ops, signature=request.signature, offers=request.offers, needs=request.needs
        )
        return self._frames(self._sync.receive(self._admit(), asked), answered=request.is_answered)

    def look(self) -> tuple[LiveFrame, ...]:
        """What is new since the last word; () if nothing is, or the client has still to say where it stands."""
        caller = self._admit()
        round_ = self._sync.look_again(caller, self._said_so_far())
        self.topics = round_.topics
        return () if self._paused else self._frames(round_, answered=False)

    def _admit(self) -> Caller:
        self.caller = self._tokens.caller(self._token)
        return self.caller

    def _said_so_far(self) -> SyncRequest:
        assert self._said is not None  # noqa: S101  # `open` comes first
        return self._said

    def _frames(self, round_: Round, *, answered: bool) -> tuple[LiveFrame, ...]:
        said, control = self._said_so_far(), round_.control
        self.topics = round_.topics
        frames: list[LiveFrame] = []
        everyday = control.feed_epoch == said.feed_epoch and control.chain is None
        everyday = everyday and {one.sha256 for one in control.segments} == set(said.loading)
        if control.verdicts:
            # What became of held acts is told by a visit; it is not asked about here again.
            self._said = msgspec.structs.replace(said, held=())
            everyday = False
        if everyday and control.grants != said.grants:
            frames.append(Control(feed_epoch=said.feed_epoch, now_ms=0, grants=control.grants, granted=control.granted))
        if answered:
            frames.append(
                Settled(
                    results=control.results, leases=control.leases, offsets=control.offsets, durable=control.durable
                )
            )
        if everyday:
            frames += round_.first
            self._remember(control, round_.first)
        if not everyday or not round_.is_short:
            frames.append(Done(more=True))
            self._paused = True
        return tuple(frames)

    def _remember(self, control: Control, told: tuple[Data, ...]) -> None:
        said = self._said_so_far()
        cursors: dict[StreamId, int] = dict(said.cursors)
        if control.grants != said.grants:
            # A stream that is taken away and given again later is told from its beginning.
            held = {grant.stream for grant in control.granted}
            cursors = {stream: cursor for stream, cursor in cursors.items() if stream in held}
        cursors.update((data.stream, data.cursor) for data in told)
        self._said = msgspec.structs.replace(said, grants=control.grants, cursors=tuple(cursors.items()))
