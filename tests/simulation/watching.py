"""Looks at every byte that leaves the server: may this PC have it, at this moment?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.domain.ids import DeviceId
from core.protocol.brevity import ToldOp
from core.protocol.frames import Wire
from core.protocol.live import LiveFrame
from core.protocol.messages import Data
from core.protocol.records import KIND_BY_CODE
from core.protocol.rows import read_rows
from core.protocol.transfer import BLOB_PATH
from tests.simulation.call import Letter, Reply
from tests.simulation.pc_checks import CANARY
from tests.simulation.truth import Access, Truth

Look = Callable[[bytes], None]


class Guard:
    """Stands at the door of the server for one PC."""

    def __init__(
        self,
        name: str,
        truth: Callable[[], Truth],
        *,
        device: Callable[[], DeviceId],
        wire: Wire,
        clock: Callable[[], int],
    ) -> None:
        self._name = name
        self._clock = clock
        self._truth = truth
        self._device = device
        self._wire = wire
        self.looked = 0

    def watch(self, letter: Letter, reply: Reply) -> Look:
        """What looks at the pieces of a reply as they leave."""
        if reply.status not in (200, 206):
            return _look_away
        if letter.path == "/v1/sync":
            reader = self._wire.reader()
            return lambda piece: self.look_at([frame for frame in reader.feed(piece) if isinstance(frame, Data)])
        if letter.path.startswith(BLOB_PATH):
            return lambda _piece: self.look_at_file(bytes.fromhex(letter.path.removeprefix(BLOB_PATH)))
        return _look_away

    def look_at(self, frames: Sequence[Data]) -> None:
        """Frames that are on their way to the PC now."""
        if not frames:
            return
        truth = self._truth()
        access = truth.access_of(self._device(), now_ms=self._clock())
        for frame in frames:
            self._frame(frame, truth, access)

    def look_at_live(self, frames: Sequence[LiveFrame]) -> None:
        """What is on its way to the PC over a held connection; an op stands for the rows that it made."""
        self.look_at([frame for frame in frames if isinstance(frame, Data)])
        told = {frame.first_rev for frame in frames if isinstance(frame, ToldOp)}
        if not told:
            return
        truth = self._truth()
        access = truth.access_of(self._device(), now_ms=self._clock())
        for row in truth.rows.values():
            if row.rev in told:
                assert access.allows(row.record), f"{self._name} is told what made {row.record}"
                self.looked += 1

    def _frame(self, frame: Data, truth: Truth, access: Access) -> None:
        for block, rows in read_rows(frame.blocks):
            for record in (row.record for row in rows):
                self.looked += 1
                current = truth.record(block.kind, record.id)
                assert current is not None, f"{self._name} is sent {record}, which is not on the server"
                assert access.allows(current), f"{self._name} is sent {record}, which it may not hold now"
                words = CANARY.findall(repr(record).encode())
                assert access.allows(record) or not words, f"{self._name} is sent the words of {record}"

    def look_at_file(self, sha256: bytes) -> None:
        """A file that is on its way to the PC now."""
        truth = self._truth()
        access = truth.access_of(self._device(), now_ms=self._clock())
        referring = truth.ask("SELECT kind, row_id FROM blob_ref WHERE sha256 = ?", sha256)
        records = [truth.record(kind, bytes(row_id)) for kind, row_id in referring]
        assert any(
            record is not None and sha256 in KIND_BY_CODE[kind].attachments(record) and access.allows(record)
            for (kind, _), record in zip(referring, records, strict=True)
        ), f"{self._name} is given a file of letters that it may not hold now"
        self.looked += 1


def _look_away(_piece: bytes) -> None:
    return
