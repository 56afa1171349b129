"""What of a reply may be taken when the store went on since the request was made.

Two lanes work on one store, and segments bring whole streams beside the replies. A frame says what is new after the
cursor that the request named; where the store stands before that cursor now, or begins no more, taking it would
leave a gap, or miss what left the stream meanwhile. Such frames are dropped: the next round asks again.
"""

from collections.abc import Collection, Mapping, Sequence

from core.domain.ids import StreamId
from core.domain.letters import IncomingLetter
from core.domain.streams import StreamKind
from core.protocol.columns import unpack_column
from core.protocol.messages import Control, Data, OpResult, Slice
from core.protocol.records import KIND_OF
from core.protocol.rows import named_rows
from desktop.storage.membership import lying_in
from desktop.storage.replica import Replica
from desktop.storage.settling import server_rev
from desktop.storage.unit_of_work import RowKey, UnitOfWork
from desktop.sync.overtaking import forget_others

_LETTER = KIND_OF[IncomingLetter].code


class Admission:
    """Judges the frames of one reply."""

    def __init__(self, cursors: Mapping[StreamId, int] | None) -> None:
        """For the reply to a request that named these cursors; None admits what comes by another way than the line."""
        self._reached = dict(cursors or {})
        self._admits_all = cursors is None
        self._begun: set[StreamId] = set()
        self._refused: set[StreamId] = set()
        # The rows of streams of which nothing was read when the reply began, until those are begun; and what it named.
        self._before: dict[StreamId, set[RowKey]] | None = None
        self._named: set[RowKey] = set()

    def look(self, uow: UnitOfWork) -> None:
        """See what lies in streams that were never read, before the reply changes it; does nothing the second time.

        A row says itself in which streams it lies, and joins them all when it comes by one of them. What left another
        one before that is read is not told when it is read from its beginning.
        """
        if self._before is None:
            unread = () if self._admits_all else [number for number, cursor in uow.streams.cursors() if not cursor]
            found = {number: set(uow.streams.members(number)) for number in unread}
            self._before = {number: keys for number, keys in found.items() if keys}

    def settled(self, uow: UnitOfWork, keys: Collection[RowKey], results: Sequence[OpResult]) -> None:
        """Of rows that results have settled, those that got a number come in no frame: they lie where they say."""
        first = min((one.first_rev for one in results if one.first_rev), default=0)
        if self._before and first:
            self._named.update(key for key in keys if server_rev(uow, key) >= first)

    def admits(self, uow: UnitOfWork, data: Data) -> bool:
        """Whether to take a frame; within the transaction that takes it."""
        if self._admits_all:
            return True
        self.look(uow)
        stream = data.stream
        stored = uow.streams.cursor(stream)
        reached = self._reached.get(stream, 0)
        if stream in self._refused or stored is None or stored < reached or not self._may_begin(uow, data, stored):
            self._refused.add(stream)
            return False
        self._begun.add(stream)
        self._reached[stream] = max(reached, data.cursor)
        if self._before:
            if data.cursor:  # a glance says nothing of what it does not show
                before = self._before.pop(stream, set())
                uow.streams.leave(stream, before - lying_in(uow, stream, before & self._named))
            self._named |= named_rows(data.blocks)
        return True

    def _may_begin(self, uow: UnitOfWork, data: Data, stored: int) -> bool:
        """A stream told from its beginning leaves out what is gone: nothing but its own frames may be before it.

        While a segment brings the stream, only a glance at it, which moves no cursor, is welcome.
        """
        if data.stream in self._begun or self._reached.get(data.stream, 0):
            return True
        brought = any(data.stream in one.streams for one in uow.segments.loading())
        return stored == 0 and (not brought or data.cursor == 0)


def take_grants(uow: UnitOfWork, control: Control, told: dict[StreamId, int] | None) -> set[RowKey]:
    """Take the list of streams that a reply brings, if it does; the answer names the rows of those that were lost."""
    ended: set[RowKey] = set()
    if control.granted:
        forget_others(told, control.granted)
        for stream in uow.streams.grant(control.granted):
            give_up_stream(uow, stream)
            ended |= Replica(uow).purge(stream)
    return ended


def take_segments(uow: UnitOfWork, control: Control, loading: Collection[bytes]) -> None:
    """Begin with the segments that a reply names, and give up those that it does not confirm."""
    gone = set(loading) - {one.sha256 for one in control.segments}
    for one in uow.segments.loading() if gone else ():
        if one.sha256 in gone:
            give_up(uow, one.sha256)
    if not control.segments:
        return
    cursors = dict(uow.streams.cursors())
    wanted = [
        one
        for one in control.segments
        # Whoever brought one to its end since the request was made needs it no more.
        if cursors.keys() >= set(one.streams) and any(cursors[stream] == 0 for stream in one.streams)
    ]
    coming = {stream for one in uow.segments.loading() for stream in one.streams}
    for stream in {stream for one in wanted for stream in one.streams if not cursors[stream]} - coming:
        uow.streams.restart_one(stream)  # a segment says nothing either of what has left its streams
    uow.segments.add(wanted)


def give_up(uow: UnitOfWork, sha256: bytes, *, whole: bool = False) -> None:
    """Drop a segment and read its streams anew; those that it has brought to their end only if `whole`.

    What came of the others may have left them since, and nobody would tell: their rows are suspect until they come
    again.
    """
    for one in uow.segments.loading():
        if one.sha256 == sha256:
            for stream in one.streams:
                if whole or not uow.streams.cursor(stream):
                    uow.streams.restart_one(stream)
    uow.segments.drop(sha256)


def give_up_stream(uow: UnitOfWork, stream: StreamId) -> None:
    """The right to a stream ended. If a segment was bringing it, inboxes may rely on rows that never came."""
    hit = [one for one in uow.segments.loading() if stream in one.streams]
    for one in hit:
        give_up(uow, one.sha256)
    if hit:
        for key, number in uow.streams.ids().items():
            if key.kind == StreamKind.INBOX:
                uow.streams.restart_one(number)


def letters_in(uow: UnitOfWork, frame: Data | Slice) -> set[bytes]:
    """The letters of an inbox, also those that a register brought before their addressee worked at this PC."""
    inboxes = {number for key, number in uow.streams.ids().items() if key.kind == StreamKind.INBOX}
    if frame.stream not in inboxes:
        return set()
    # The first column holds the ids: `id` is the first field of every record.
    ids = [unpack_column(block.columns[0]) for block in frame.blocks if block.kind == _LETTER and block.columns]
    return {row_id for several in ids for row_id in several}
