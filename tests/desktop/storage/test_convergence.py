"""Three PCs and a bad line: whatever is done, lost, cut, doubled and mixed up, in the end all agree with the server.

The PCs are real: stores, services and the sync engine. Only the server is a model, and the line is made up.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import func, select

from core.domain.archives import RecordFile
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal
from core.domain.letters import AMENDABLE, IncomingLetter
from core.protocol.messages import Control, Data, Frame, Outcome, SyncRequest
from core.protocol.records import KIND_OF
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.clock import millis
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService
from desktop.storage.base import SyncMark
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import chain_problems, count_problems
from desktop.storage.outbox import OpState, touch
from desktop.storage.streams import shadow
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.signing import DeviceKeys
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.desktop.storage.model_server import Device, ModelServer
from tests.factories import (
    HEAD,
    NOW,
    OTHER_SECTION,
    REGISTRAR,
    SECRETARY,
    SECTION,
    TODAY,
    actor,
    directory,
)
from tests.support.stores import every, office_store

KINDS = (IncomingLetter, Disposition, RecordFile)
POSITIONS = (HEAD, SECRETARY, SECTION, OTHER_SECTION, REGISTRAR)
#             who works there                  how wrong its clock is
PLACES = (((REGISTRAR, HEAD), 0), ((SECRETARY, SECTION), 95_400), ((OTHER_SECTION,), -7_300))
numbers = st.integers(0, 2**16)


def never() -> bool:
    return False


@dataclass
class Line:
    """What happens to one request on its way."""

    lost: bool = False
    cut_after: int | None = None
    frame_rows: int = 3
    mixed: int = 0
    doubled: bool = False
    meanwhile: Callable[[], None] | None = None
    at_frame: int = 0


@dataclass
class Pc:
    """One PC with its people."""

    store: Store
    engine: SyncEngine
    device: Device
    server: ModelServer
    wrong_ms: int
    now: Callable[[], datetime]
    line: Line = field(default_factory=Line)

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        line = self.line
        if line.lost and line.cut_after is None:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "request lost")
        frames = self.server.answer(self.device, request, millis(self.now()), frame_rows=line.frame_rows)
        if line.lost:
            raise EnvironmentFault(FaultOf.NO_NETWORK, "reply lost")
        for place, frame in enumerate(mix(frames, line)):
            if place == line.at_frame and line.meanwhile is not None:
                line.meanwhile()
            if line.cut_after is not None and place >= line.cut_after:
                raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")
            yield frame

    def clock(self) -> datetime:
        return self.now() + timedelta(milliseconds=self.wrong_ms)


def mix(frames: list[Frame], line: Line) -> list[Frame]:
    """Frames of one stream keep their order; those of different streams may come in any."""
    control = [frame for frame in frames if isinstance(frame, Control)]
    data = [frame for frame in frames if isinstance(frame, Data)]
    if line.mixed:
        chance = random.Random(line.mixed)
        order = [frame.stream for frame in data]
        chance.shuffle(order)
        waiting: dict[int, list[Data]] = {}
        for frame in data:
            waiting.setdefault(frame.stream, []).append(frame)
        data = [waiting[stream].pop(0) for stream in order]
    if line.doubled:
        data = [frame for frame in data for _ in range(2)]
    return [*control, *data, *frames[len(frames) - 1 :]]


class Offices(RuleBasedStateMachine):
    """Random acts on three PCs and random rounds of sync."""

    @initialize()
    def open_the_offices(self) -> None:
        self.folder = TemporaryDirectory()
        self.server = ModelServer()
        self.server.administer(directory())
        self.moment = NOW
        self.chance = random.Random(1)
        self.pcs = [self._pc(place) for place in range(len(PLACES))]
        for pc in self.pcs:
            self._round(pc, Line())

    def _pc(self, place: int) -> Pc:
        positions, wrong_ms = PLACES[place]
        folder = Path(self.folder.name)
        store = office_store(folder / f"{place}.db", users=positions)
        keys = DeviceKeys(bytes([place] * 32), bytes(32))

        def now() -> datetime:
            return self.moment

        engine = SyncEngine(
            store,
            BlobFiles(folder / f"files{place}"),
            keys,
            lambda: millis(self.moment) + wrong_ms,
            today=lambda: TODAY,
        )
        return Pc(store, engine, Device(positions), self.server, wrong_ms, now)

    @rule(place=st.integers(0, 2), kind=st.integers(0, 9), a=numbers, b=numbers)
    def act(self, place: int, kind: int, a: int, b: int) -> None:  # hypothesis gives names
        self.do(self.pcs[place], kind, a, b)

    @rule(
        place=st.integers(0, 2),
        push=st.sampled_from([True, True, True, False]),
        line=st.builds(
            Line,
            lost=st.sampled_from([False, False, False, True]),
            cut_after=st.sampled_from([None, None, 0, 1, 2, 3, 5]),
            frame_rows=st.integers(1, 4),
            mixed=st.integers(0, 3),
            doubled=st.booleans(),
            at_frame=st.integers(0, 4),
        ),
        busy=st.booleans(),
        kind=st.integers(0, 9),
        a=numbers,
        b=numbers,
    )
    def sync(self, place: int, line: Line, kind: int, **others: Any) -> None:
        pc = self.pcs[place]
        if others["busy"]:
            line.meanwhile = partial(self.do, pc, kind, others["a"], others["b"])
        self._round(pc, line, push=others["push"])

    def _round(self, pc: Pc, line: Line, *, push: bool = True) -> None:
        self.moment += timedelta(milliseconds=700)
        pc.line = line
        try:
            if push:
                pc.engine.run_round(pc, never)
            else:
                pc.engine.wait_for_news(pc, 0, never)
        except EnvironmentFault as fault:
            if fault.code != FaultOf.NO_NETWORK:
                raise

    def do(self, pc: Pc, kind: int, a: int, b: int) -> None:
        """Something that a person of this PC does, if the rules let him."""
        self.moment += timedelta(milliseconds=1_300)
        who = actor(pc.device.positions[a % len(pc.device.positions)])
        letters = [one.record for one in every(pc.store, IncomingLetter)]
        sheets = [one.record for one in every(pc.store, Disposition)]
        files = [one.record for one in every(pc.store, RecordFile)]
        desk = LetterService(pc.store, who, pc.clock, self.chance.randbytes)
        leader = DispositionService(pc.store, who, pc.clock, self.chance.randbytes)
        try:
            if kind <= 1 or not letters:
                received = TODAY - timedelta(days=b % 3)
                entry = LetterEntry(
                    received_on=received,
                    letter_no=str(a),
                    letter_date=None,
                    sender="Bappeda",
                    subject=f"Perihal {b}",
                    addressee=(None, HEAD, SECRETARY)[b % 3],
                )
                desk.register(entry)
            elif kind <= 3:
                field_name = AMENDABLE[b % len(AMENDABLE)]
                text = "2026-02-03" if field_name in ("letter_date", "due_on") else str(100 + a % 3)
                desk.amend(letters[b % len(letters)].id, {field_name: text, "summary": str(a % 5)})
            elif kind == 4:
                target = files[a % len(files)].id if files and b % 3 else None
                desk.file(letters[b % len(letters)].id, target)
            elif kind == 5:
                RecordFileService(pc.store, who, pc.clock, self.chance.randbytes).open(
                    NewRecordFile(classification="005", title=f"Berkas {a}", opened_on=TODAY)
                )
            elif kind <= 7 or not sheets:
                to = tuple({POSITIONS[a % 5], POSITIONS[b % 5]} - {who.position})
                leader.issue(Order(letter_id=letters[b % len(letters)].id, recipients=to, instructions=(1 + a % 9,)))
            elif kind == 8:  # one of ten
                leader.read(sheets[b % len(sheets)].id)
            else:
                leader.answer(sheets[b % len(sheets)].id, f"Hasil {a % 3}")
        except Refusal:
            return

    def teardown(self) -> None:
        if not hasattr(self, "pcs"):
            return
        try:
            for _ in range(3):
                for pc in self.pcs:
                    self._round(pc, Line(frame_rows=100))
            for pc in self.pcs:
                self.compare(pc)
        finally:
            for pc in self.pcs:
                pc.store.close()
            self.folder.cleanup()

    def compare(self, pc: Pc) -> None:
        expected = self.server.visible_to(pc.device)
        for kind in KINDS:
            here = every(pc.store, kind)
            wanted = {key[1]: value for key, value in expected.items() if key[0] == KIND_OF[kind].code}
            assert {one.record.id: (one.record, one.rev) for one in here} == wanted
            assert {one.mark for one in here} <= {SyncMark.ON_SERVER}
        with pc.store.read() as uow:
            assert uow.outbox.count(OpState.WAITING) == 0
            # Nothing that the server answered with less than a yes is hidden from its author.
            told = {entry.seq: entry.state for entry in uow.outbox.listed([OpState.REFUSED, OpState.CONFLICT], 1_000)}
            states = {Outcome.REFUSED: OpState.REFUSED, Outcome.CONFLICT: OpState.CONFLICT}
            less = {result.seq: states[result.outcome] for _, result, _ in pc.device.log if result.outcome in states}
            assert told == less
            assert uow.meta.chain().next_seq == len(pc.device.log) + 1
            assert uow.meta.chain().head == pc.device.head
            for left_over in (shadow, touch):
                assert uow.connection.execute(select(func.count()).select_from(left_over)).scalar() == 0
            assert count_problems(uow.connection) == ()
            assert chain_problems(uow.connection) == ()


Offices.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestThreePcsAndABadLine = Offices.TestCase
