"""A held connection without a server: what a PC says on it when acts wait, and when it is silent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.protocol.frames import Wire
from core.protocol.live import LiveRequest, Settled
from core.protocol.messages import Done, Frame, OpResult, SyncRequest
from core.protocol.ops import read_op
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.live import LiveEvent, LiveSession
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.factories import REGISTRAR, TODAY
from tests.support.desks import Desk, entry
from tests.support.server import dictionary_for_tests
from tests.support.stores import KEY

WALL_MS = 1_773_628_200_000
ACTS = 8
MOST_WORDS = 30


class AnsweringLine:
    """Answers the opening, and settles the acts of each request; with `wants_visit` none before a visit was made.

    When nothing is left to hear, the visit ends, where one is wanted; then the window is closed.
    """

    def __init__(self, *, wants_visit: bool = False) -> None:
        self.wire = Wire(dictionary_for_tests())
        self.sent: list[list[int]] = []
        self.down = 0
        self.session: LiveSession | None = None
        self._wants_visit = wants_visit
        self._heard: deque[bytes] = deque()
        self._opened = False

    def open(self) -> None:
        """Connected."""

    def send(self, message: bytes) -> None:
        """Hear a word of the PC, and answer it."""
        if not self._opened:
            self._opened = True
            self.wire.unpack(message, SyncRequest)
            self._say(Settled())
            return
        request: LiveRequest = self.wire.expand(message, LiveRequest)
        if not request.is_answered:
            return
        self.sent.append([read_op(op).seq for op in request.ops])
        assert len(self.sent) < MOST_WORDS, "it talks without end"
        results = tuple(OpResult(seq=seq, first_rev=1_000 + seq) for seq in self.sent[-1])
        self._say(*((Settled(), Done(more=True)) if self._wants_visit else (Settled(results=results),)))

    def receive(self, _timeout: float) -> bytes | None:
        """The next word, if any."""
        if self._heard:
            return self._heard.popleft()
        assert self.session is not None
        if self._wants_visit:
            self._wants_visit = False
            self.session.poke(visited=True)
        else:
            self.session.end()
        return None

    def close(self) -> None:
        """Gone."""

    def wake(self) -> None:
        """Nobody sleeps."""

    def _say(self, *frames: Settled | Frame) -> None:
        self._heard.append(self.wire.squeeze(frames))


class DroppingLine:
    """Drops whatever is sent."""

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        del request
        raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")


def talk(store: Store, tmp_path: Path, line: AnsweringLine) -> list[LiveEvent]:
    """Hold a connection on which only the first of the acts that wait go at once; what it told."""
    desk = Desk(store, REGISTRAR)
    first = desk.letters.register(entry())
    for number in range(ACTS - 1):
        desk.letters.amend(first.letter_id, {"summary": f"{number} " + "isi " * 900})
    engine = SyncEngine(
        store,
        BlobFiles(tmp_path / "berkas", KEY),
        DeviceKeys(bytes(32), bytes(32)),
        lambda: WALL_MS,
        today=lambda: TODAY,
    )
    told: list[LiveEvent] = []
    with pytest.raises(EnvironmentFault):
        engine.run_round(DroppingLine(), lambda: False)  # so less goes at once
    # The line stands for the real one.
    line.session = LiveSession(store, engine, line, wire=line.wire, tell=told.append)  # type: ignore[arg-type]
    line.session.run()
    return told


def test_acts_that_do_not_fit_into_one_message_follow_each_answer(store: Store, tmp_path: Path) -> None:
    line = AnsweringLine()

    talk(store, tmp_path, line)

    assert len(line.sent) > 1
    assert [seq for seqs in line.sent for seq in seqs] == list(range(1, ACTS + 1))


def test_acts_that_a_server_takes_by_a_visit_alone_are_not_said_again_until_it_was(
    store: Store, tmp_path: Path
) -> None:
    line = AnsweringLine(wants_visit=True)

    told = talk(store, tmp_path, line)

    assert LiveEvent.VISIT in told
    assert line.sent[0] == line.sent[1], "once before the visit, and once after it"
    assert [seq for seqs in line.sent[1:] for seq in seqs] == list(range(1, ACTS + 1))
