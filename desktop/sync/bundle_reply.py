"""What of an answer that came by stick still holds.

On the line an answer follows its request at once. On a stick it may be days old, overtaken by the line or by a later
stick, or come twice. The frames that this PC has passed are left out here; the engine takes the rest as ever.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from core.domain.ids import StreamId
from core.protocol.bundle import Manifest
from core.protocol.messages import Control, Data, Frame, OpResult, Slice
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.sync.comparing import counts_in


class ReplyFilter:
    """Passes the frames of one answer that still hold; looks at the store anew for each of them.

    Afterwards `outdated` says that the answer belongs to another time, so that all of it was left out, and `compared`
    that it compared every stream to the end, as the server counted them in `feed_epoch`.
    """

    def __init__(self, store: Store, manifest: Manifest) -> None:
        """For the answer of the bundle with this manifest."""
        self._store = store
        self._manifest = manifest
        self._starts: dict[StreamId, int] = dict(manifest.cursors)
        # What was asked by a PC that had not heard, or that was put back since, compares nothing.
        self._compares = manifest.compares
        self.feed_epoch = 0
        self.outdated = False
        self.compared = False

    def frames(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames that hold, to be stored one by one before the next is asked for; always ends with Done."""
        for frame in frames:
            if isinstance(frame, Control):
                control = self._control(frame)
                if control is not None:
                    yield control
            elif isinstance(frame, Data):
                if not self.outdated and self._holds(frame):
                    yield frame
            elif isinstance(frame, Slice):
                if self._compares:
                    yield frame
            else:
                self.compared = self._compares
                yield frame

    def _control(self, control: Control) -> Control | None:
        with self._store.read() as uow:
            facts = uow.meta.sync()
            overtaken = control.now_ms < facts.told_ms
            self.outdated = (overtaken and control.feed_epoch != counts_in(facts)) or not _same_history(
                uow, self._manifest
            )
            results = _still_open(uow, control.results, self._manifest)
            self._compares = (
                self._compares
                and facts.compare
                and not (overtaken or self.outdated)
                and control.feed_epoch == counts_in(facts)
            )
            self.feed_epoch = control.feed_epoch
        if self.outdated:
            return None
        if not overtaken:
            return msgspec.structs.replace(control, results=results)
        # What may be held, and how things stand, has been told since. Numbers and results are for good.
        return Control(
            feed_epoch=control.feed_epoch,
            now_ms=control.now_ms,
            grants=facts.grants,
            results=results,
            leases=control.leases,
            durable=control.durable,
            verdicts=control.verdicts,
            next_s=control.next_s,
        )

    def _holds(self, data: Data) -> bool:
        """Whether the frame goes on from what was read of its stream, and further than that."""
        start = self._starts.get(data.stream, 0)
        self._starts[data.stream] = data.cursor
        with self._store.read() as uow:
            held = dict(uow.streams.cursors()).get(data.stream)
        if held is not None and held >= data.cursor:
            return False  # all of it was read, now or in a later version
        # A row that was sent in a frame left out before is not repeated here; it comes when that stream is read again,
        # and says itself that it lies in this one as well.
        return held is not None and start <= held


def _same_history(uow: UnitOfWork, manifest: Manifest) -> bool:
    """Whether the ops that are answered are still those of this store: it may have been put back since."""
    identity, chain = uow.meta.identity(), uow.meta.chain()
    if identity is None or identity.epoch != manifest.epoch:
        return False
    entries = uow.outbox.of_epoch(manifest.epoch, [span.last for span in manifest.spans])
    return all(
        span.last < chain.next_seq and (span.last not in entries or entries[span.last].head == span.head)
        for span in manifest.spans
    )


def _still_open(uow: UnitOfWork, results: Sequence[OpResult], manifest: Manifest) -> tuple[OpResult, ...]:
    """The results of ops that were asked about and that nobody has answered since."""
    asked = [one for one in results if any(span.first <= one.seq <= span.last for span in manifest.spans)]
    entries = uow.outbox.of_epoch(manifest.epoch, [one.seq for one in asked])
    return tuple(one for one in asked if one.seq in entries and entries[one.seq].state is OpState.WAITING)
