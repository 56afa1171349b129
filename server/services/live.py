"""One live connection's talk: what it has said so far, and what there is to say to it now.

Who speaks is asked anew for every message and every look - the token, the device, its people and their positions - so
a right that was taken away ends the talk at the next word.
"""

from collections.abc import Sequence

import msgspec

from core.domain.ids import StreamId
from core.protocol.access import Shown
from core.protocol.brevity import without_rows
from core.protocol.faults import FaultCode
from core.protocol.live import DIALECT, LiveFrame, LiveRequest, Settled
from core.protocol.messages import Control, Data, Done, SyncRequest
from server.services.faults import RequestFault
from server.services.fitting import in_one_message
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
        self.caller: Caller = tokens.admit(shown)
        self.topics: frozenset[Topic] = frozenset()
        self._said: SyncRequest | None = None
        self._paused = False
        self._durable = 0

    @property
    def is_brief(self) -> bool:
        """Whether the client takes what an earlier program does not know."""
        return self._said is not None and self._said.dialect > 0

    def open(self, request: SyncRequest) -> tuple[LiveFrame, ...]:
        """Take the opening request; the answer tells all that is new."""
        # Whether a chain fits is found out by POST, and told there; here its numbers would be stale after one op.
        said = msgspec.structs.replace(request, next_seq=0, checks=(), buckets=())
        round_ = self._sync.receive(self._admit(), said)
        self._said = msgspec.structs.replace(said, ops=(), signature=b"", offers=(), needs=())
        return self._frames(round_, answered=True, dialect=DIALECT if request.dialect else 0)

    def take(self, request: LiveRequest) -> tuple[LiveFrame, ...]:
        """Take one more request; () if it asks for no answer and there is nothing new."""
        said = self._said_so_far()
        if request.cursors:
            cursors = tuple(sorted({**dict(said.cursors), **dict(request.cursors)}.items()))
            said = msgspec.structs.replace(said, cursors=cursors)
        self._said = said
        self._paused = False
        asked = msgspec.structs.replace(
            said,
            ops=request.ops,
            signature=request.signature,
            offers=request.offers,
            needs=request.needs,
            dialect=0 if request.in_rows else said.dialect,
        )
        self.caller = caller = self._tokens.heard(self.caller)
        if not request.brief:
            return self._frames(self._sync.receive(caller, asked), answered=request.is_answered)
        try:
            ops = (*request.ops, *self._sync.whole_ops(caller, said.epoch, request.brief))
            round_ = self._sync.receive(caller, msgspec.structs.replace(asked, ops=ops))
        except RequestFault as fault:
            if fault.fault.code != FaultCode.MALFORMED:
                raise
            # Most likely the chain stands elsewhere than its author thought. It is found out with the ops themselves.
            self._paused = True
            return Settled(), Done(more=True)
        return self._frames(round_, answered=True)

    def look(self) -> tuple[LiveFrame, ...]:
        """What is new since the last word; () if nothing is, or the client has still to say where it stands."""
        caller = self._admit()
        round_ = self._sync.look_again(caller, self._said_so_far())
        self.topics = round_.topics
        return () if self._paused else self._frames(round_, answered=False)

    def _admit(self) -> Caller:
        self.caller = self._tokens.still(self.caller)
        return self.caller

    def _said_so_far(self) -> SyncRequest:
        assert self._said is not None  # noqa: S101  # `open` comes first
        return self._said

    def _frames(self, round_: Round, *, answered: bool, dialect: int = 0) -> tuple[LiveFrame, ...]:
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
            # Who has not heard that the server was put back would take for safe what was lost with it.
            durable = control.durable if control.feed_epoch == said.feed_epoch else 0
            frames.append(
                Settled(
                    results=control.results,
                    leases=control.leases,
                    offsets=control.offsets,
                    durable=durable if durable != self._durable else 0,
                    dialect=dialect,
                )
            )
            self._durable = durable
        fitting = len(round_.first) if round_.told else in_one_message(round_.first)
        if everyday:
            frames += self._news(round_, round_.first[:fitting])
            self._remember(control, round_.first[:fitting])
        if not everyday or not round_.is_short or fitting < len(round_.first):
            frames.append(Done(more=True))
            self._paused = True
        return tuple(frames)

    def _news(self, round_: Round, first: Sequence[Data]) -> Sequence[LiveFrame]:
        """What is new, as shortly as the client takes it."""
        if round_.told:
            # The stream that the records belong in is named first.
            ordered = sorted(first, key=lambda data: not data.blocks)
            return *round_.told, *without_rows(ordered, first_rev=round_.told[-1].first_rev)
        results = round_.control.results
        if not self.is_brief or not results or any(data.blocks for data in first):
            return first
        return without_rows(first, first_rev=results[-1].first_rev)

    def _remember(self, control: Control, told: Sequence[Data]) -> None:
        said = self._said_so_far()
        cursors: dict[StreamId, int] = dict(said.cursors)
        if control.grants != said.grants:
            # A stream that is taken away and given again later is told from its beginning.
            held = {grant.stream for grant in control.granted}
            cursors = {stream: cursor for stream, cursor in cursors.items() if stream in held}
        cursors.update((data.stream, data.cursor) for data in told)
        self._said = msgspec.structs.replace(said, grants=control.grants, cursors=tuple(cursors.items()))
