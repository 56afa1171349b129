"""One live connection: what is done here goes up at once, what is new comes down unasked.

The same engine makes the requests and takes the replies as for `POST /v1/sync`; here is only what a connection may
leave out because it was said before. State lives in the store: a connection may be cut at any byte, and the next one
opens from what was stored.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from time import monotonic

import msgspec

from core.domain.ids import StreamId
from core.protocol.brevity import BriefOp, Moved, ToldOp, moved_to, shorten
from core.protocol.codec import CodecError, trimmed
from core.protocol.frames import Wire
from core.protocol.live import DIALECT, LIVE_BYTES, LiveFrame, LiveRequest, Settled
from core.protocol.messages import MAX_HOLD_S, Control, Data, Done, Frame, SyncRequest
from desktop.storage.unit_of_work import Store
from desktop.sync.client import STALL_S
from desktop.sync.engine import Asked, RoundReport, SyncEngine
from desktop.sync.live_client import LiveLine
from desktop.sync.told_ops import NotTheSame, rows_of
from desktop.system.faults import EnvironmentFault, FaultOf

LOOK_S = 20.0
GATE_S = 0.2


class LiveEvent(Enum):
    """What happened on the connection."""

    UP = "up"  # the server has answered: from here on news come by themselves
    MOVED = "moved"  # own acts were answered, or rows came
    VISIT = "visit"  # something waits that only a visit can carry: a long reply, many acts, a chain to be mended


Tell = Callable[[LiveEvent], None]


class LiveSession:
    """Talks over one line, in one thread; `poke` and `interrupt` come from others."""

    def __init__(self, store: Store, engine: SyncEngine, line: LiveLine, *, wire: Wire, tell: Tell) -> None:
        """`tell` is called in the session's thread."""
        self._store = store
        self._engine = engine
        self._line = line
        self._wire = wire
        self._tell = tell
        self._gate = engine.gate
        self._opening: SyncRequest | None = None
        self._said = Control(feed_epoch=0, now_ms=0, grants=0)
        self._told: dict[StreamId, int] = {}
        self._known_files: set[bytes] = set()
        self._poked = True
        self._behind = False
        self._more = False  # more acts wait than went with what is under way
        self._visited = False
        self._waiting_since = 0.0
        self._has_turn = False
        self._dialect = 0
        self._in_step = False  # the server knows how far the chain has come
        self._in_rows = False  # what was told as ops has to be told as rows
        self._ended = False
        self._beats = 0
        self.report = RoundReport()

    def poke(self, *, visited: bool = False) -> None:
        """Something may wait to be sent, or a visit has just ended; from any thread."""
        self._visited = self._visited or visited
        self._poked = True
        self._line.wake()

    def end(self) -> None:
        """Let `run` return soon; from any thread."""
        self._ended = True
        self._line.wake()

    def interrupt(self) -> None:
        """End at once, as on a lost line; from any thread."""
        self._ended = True
        self._line.interrupt()

    @property
    def beats(self) -> int:
        """Rises as long as the session's thread is alive."""
        return self._beats + self._line.down

    def run(self) -> None:
        """Talk until it is ended or raised out of it: EnvironmentFault, ServerFault, LiveRefused."""
        try:
            self._line.open()
            self._open()
            while not self._ended:
                self._beats += 1
                if self._poked and not self._waiting_since:
                    self._push()
                message = self._line.receive(GATE_S if self._poked else LOOK_S)
                if message is not None:
                    self._take(message)
                elif self._waiting_since and monotonic() - self._waiting_since > STALL_S:
                    raise EnvironmentFault(FaultOf.TIMED_OUT, "stall")
        except CodecError as err:
            raise EnvironmentFault(FaultOf.SERVER_FAILED, str(err)[:80]) from err
        finally:
            self._end_turn()
            self._line.close()

    def _open(self) -> None:
        request, _ = self._engine.make_request(push=False, hold=MAX_HOLD_S)
        request = msgspec.structs.replace(request, dialect=DIALECT)
        self._opening = request
        # Who answers acts counts as this PC has heard; of any other server it hears no answers here.
        self._said = Control(feed_epoch=request.heard, now_ms=0, grants=request.grants)
        self._told = dict(request.cursors)
        self._line.send(self._wire.pack(request))
        message = self._line.receive(STALL_S)
        if message is None:
            raise EnvironmentFault(FaultOf.TIMED_OUT, "opening")
        self._tell(LiveEvent.UP)
        self._take(message)

    def _push(self) -> None:
        """Send what the connection does not know yet, if it is our turn and not too much."""
        if not self._gate.try_take():
            return  # the answer to a request that is under way comes first; `receive` looks again soon
        self._has_turn = True
        self._poked = False
        request, more = self._engine.make_request(push=True, hold=MAX_HOLD_S)
        if self._opening is None or _ground(request) != _ground(self._opening):
            self._end_turn()
            self._ended = True  # what was said at the opening is no longer true: the next connection says it anew
            return
        caught_up = self._visited or not self._behind
        self._visited = False
        message = self._anew(request, cursors=caught_up)
        if sum(map(len, request.ops)) > LIVE_BYTES:
            self._end_turn()
            self._tell(LiveEvent.VISIT)
            return
        if not (message.is_answered or message.cursors or (self._behind and caught_up)):
            self._end_turn()
            return
        self._behind = self._behind and not caught_up
        self._more = more
        pack = self._wire.brief if self._dialect else self._wire.squeeze
        self._line.send(pack(trimmed(message)))
        if message.is_answered:
            self._waiting_since = monotonic()
        else:
            self._end_turn()

    def _anew(self, request: SyncRequest, *, cursors: bool) -> LiveRequest:
        """What of a request the connection does not know; where a visit is to come first, cursors wait for it."""
        offers = tuple(one for one in request.offers if one[0] not in self._known_files)
        self._known_files.update(sha256 for sha256, _ in offers)
        moved = [(stream, at) for stream, at in request.cursors if self._told.get(stream, 0) != at] if cursors else []
        self._told.update(moved)
        in_rows = self._in_rows and cursors
        self._in_rows = self._in_rows and not cursors
        brief = self._shortened(request.ops)
        return LiveRequest(
            ops=() if brief else request.ops,
            signature=request.signature,
            cursors=tuple(moved),
            offers=offers,
            needs=request.needs,
            brief=brief,
            in_rows=in_rows,
        )

    def _shortened(self, ops: tuple[bytes, ...]) -> tuple[BriefOp, ...]:
        """The ops without what the server knows; () where it does not, or one of them would not come back."""
        if not (self._dialect and self._in_step):
            return ()
        brief = [shorten(data) for data in ops]
        return tuple(one for one in brief if one is not None) if all(brief) else ()

    def _take(self, message: bytes) -> None:
        frames: tuple[LiveFrame, ...] = self._wire.expand(message, tuple[LiveFrame, ...])
        ops, before = self.report.ops, self.report.ops + self.report.rows
        answer = next((frame for frame in frames if isinstance(frame, Settled)), None)
        told = [frame for frame in frames if isinstance(frame, ToldOp)]
        if answer is not None:
            self._dialect = max(self._dialect, answer.dialect)
            self._in_step = self._in_step or bool(answer.results)
        spoken_of = told[-1:] or (answer.results[-1:] if answer else ())
        reply = self._reply_in(frames, first_rev=spoken_of[0].first_rev if spoken_of else 0)
        self._in_step = self._in_step and not self._behind
        if told:
            reply = self._with_rows(told, reply)
        epoch = self._opening.epoch if self._opening else 0
        asked = Asked(epoch=epoch, cursors=dict(self._told), told=self._told, loading=())
        self._engine.take_reply([*reply, Done()], self.report, _never, asked=asked)
        # A frame was left out that would have made a gap: the server has to hear where this PC really stands. Where a
        # visit comes first the end of the visit says so: until then each answer would only call for the next request.
        ahead, comparing = self._where_it_stands()
        self._poked = self._poked or (not self._behind and ahead)
        if answer is not None:
            # What did not fit goes when what did was settled: until then it would be the same again, to no other end.
            self._poked = self._poked or (self._more and self.report.ops > ops)
            self._more = False
            self._waiting_since = 0.0
            self._end_turn()
        if self.report.ops + self.report.rows != before:
            self._tell(LiveEvent.MOVED)
        if self._behind or comparing:
            self._tell(LiveEvent.VISIT)

    def _reply_in(self, frames: Sequence[LiveFrame], *, first_rev: int) -> list[Frame]:
        """What was said as a reply to a request would say it, but for ops that were told."""
        reply: list[Frame] = []
        for frame in frames:
            if isinstance(frame, Settled):
                reply.append(self._control(frame))
            elif isinstance(frame, Control):
                self._said = msgspec.structs.replace(self._said, grants=frame.grants)
                reply.append(frame)
            elif isinstance(frame, Data):
                reply.append(frame)
            elif isinstance(frame, Moved):
                reply += moved_to(frame, first_rev=first_rev)
            elif isinstance(frame, Done):
                self._behind = self._behind or frame.more
        return reply

    def _with_rows(self, told: Sequence[ToldOp], reply: Sequence[Frame]) -> list[Frame]:
        """A reply with the rows that the ops made; without its news where others came of them here."""
        news = [frame for frame in reply if isinstance(frame, Data)]
        others: list[Frame] = [frame for frame in reply if not isinstance(frame, Data)]
        try:
            blocks = rows_of(self._store, told)
        except NotTheSame:
            # The server believes that this PC has them: it has to hear where this PC really stands.
            self._told.update((data.stream, data.cursor) for data in news)
            self._in_rows = True
            return others
        return [
            *others,
            *(msgspec.structs.replace(one, blocks=() if place else blocks) for place, one in enumerate(news)),
        ]

    def _where_it_stands(self) -> tuple[bool, bool]:
        """Whether the server believes this PC to be further than it is, and whether both sides are to be compared."""
        with self._store.read() as uow:
            ahead = any(self._told.get(stream, 0) > cursor for stream, cursor in uow.streams.cursors())
            return ahead, uow.meta.sync().compare

    def _control(self, settled: Settled) -> Control:
        return msgspec.structs.replace(
            self._said,
            results=settled.results,
            leases=settled.leases,
            offsets=settled.offsets,
            durable=settled.durable,
        )

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._gate.give_back()


def _ground(request: SyncRequest) -> tuple[int, int, int, tuple[bytes, ...]]:
    """What only an opening says, and only a visit changes."""
    return request.epoch, request.feed_epoch, request.heard, request.loading


def _never() -> bool:
    return False
