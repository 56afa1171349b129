"""Three PCs and a bad line: whatever is done, lost, cut, doubled and mixed up, in the end all agree with the server.

The PCs are real: stores, services and the sync engine. Only the server is a model, and the line is made up.
"""

from __future__ import annotations

import functools
import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import func, select

from core.domain.archives import RecordFile
from core.domain.conflicts import Conflict
from core.domain.dispositions import Disposition
from core.domain.errors import Refusal
from core.domain.ids import PositionId, small_row_id
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor, Position, Role
from core.protocol.messages import Outcome
from core.protocol.ops import read_op
from core.protocol.records import KIND_OF
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.conflicts import ConflictService
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService
from desktop.storage.base import SyncMark
from desktop.storage.checking import chain_problems, count_problems
from desktop.storage.outbox import OpState
from desktop.storage.outbox_table import touch
from desktop.storage.streams import shadow
from tests.desktop.storage.bad_line import Line, Pc, open_the_offices
from tests.factories import HEAD, OTHER_SECTION, REGISTRAR, SECRETARY, SECTION, TODAY, actor
from tests.support.stores import every

KINDS = (IncomingLetter, Disposition, RecordFile, Conflict)
MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made there is private; without it the disk serves as well
POSITIONS = (HEAD, SECRETARY, SECTION, OTHER_SECTION, REGISTRAR)
ROLES = (Role.REGISTRAR, Role.SECRETARY, Role.INSPECTOR, Role.OFFICE_ADMIN)
WHAT = ("register", "amend", "amend", "amend", "file", "open", "issue", "issue", "read", "answer", "answer", "decide")
number = st.integers(0, 2**16)
lines = st.builds(
    Line,
    lost=st.sampled_from([False, False, False, True]),
    cut_after=st.sampled_from([None, None, 0, 1, 2, 3, 5]),
    frame_rows=st.integers(1, 4),
    mixed=st.integers(0, 3),
    doubled=st.booleans(),
    at_frame=st.integers(0, 4),
)
places = st.sampled_from([0, 0, 1, 1, 2])


class Offices(RuleBasedStateMachine):
    """Random acts on three PCs, random changes of who may do what, and random rounds of sync."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.server, self.time, self.pcs = open_the_offices(Path(self.folder.name))
        self.chance = random.Random(1)

    @rule(
        place=places,
        what=st.sampled_from(WHAT),
        line=st.none() | lines,
        push=st.sampled_from([True, True, False]),
        meanwhile=st.sampled_from([None, *WHAT]),
        numbers=st.tuples(number, number, number, number),
        appointed=st.sampled_from([None, None, None, *ROLES]),
    )
    def work(self, place: int, what: str, **others: Any) -> None:
        """Something is done, perhaps somebody is given other powers, perhaps there is a line and perhaps it holds.

        One rule for all of it, so that no run of it goes without any of it.
        """
        pc, (a, b, c, d) = self.pcs[place], others["numbers"]
        self.do(pc, what, a, b=b)
        if others["appointed"] is not None:
            self._appoint((REGISTRAR, SECRETARY)[c % 2], others["appointed"])
        line: Line | None = others["line"]
        if line is not None:
            if others["meanwhile"] is not None:
                line.meanwhile = functools.partial(self.do, pc, others["meanwhile"], c, b=d)
            pc.round(line, push=others["push"])

    def _appoint(self, position: PositionId, role: Role) -> None:
        """The administrator gives a position other powers; its PC learns of it with the next round."""
        holder = self.server.get(Position, small_row_id(position))
        assert holder is not None
        self.server.administer([msgspec.structs.replace(holder, role=role)])

    def do(self, pc: Pc, what: str, a: int, *, b: int) -> None:
        """Something that a person of this PC does, if the rules, as this PC knows them, let him."""
        self.time.tick(1_300)
        number = pc.device.positions[a % len(pc.device.positions)]
        with pc.store.read() as uow:
            position = uow.directory.position(number)
        assert position is not None
        who = msgspec.structs.replace(actor(number), role=position.role)
        letters = [one.record for one in every(pc.store, IncomingLetter)]
        sheets = [one.record for one in every(pc.store, Disposition)]
        try:
            if what == "register":
                self._desk(pc, who).register(_entry(a, b))
            elif what in ("amend", "file") and letters:
                self._change(pc, who, what, letter=letters[b % len(letters)], a=a)
            elif what == "open":
                wanted = NewRecordFile(classification="005", title=f"Berkas {a}", opened_on=TODAY)
                RecordFileService(pc.store, who, pc.clock, self.chance.randbytes).open(wanted)
            elif what == "issue" and letters:
                to = tuple({POSITIONS[a % 5], POSITIONS[b % 5]} - {who.position})
                order = Order(letter_id=letters[b % len(letters)].id, recipients=to, instructions=(1 + a % 9,))
                self._leader(pc, who).issue(order)
            elif what == "read" and sheets:
                self._leader(pc, who).read(sheets[b % len(sheets)].id)
            elif what == "answer" and sheets:
                self._leader(pc, who).answer(sheets[b % len(sheets)].id, f"Hasil {a % 3}")
            elif what == "decide":
                self._decide(ConflictService(pc.store, who, pc.clock), a, b=b)
        except Refusal:
            return

    def _decide(self, service: ConflictService, a: int, *, b: int) -> None:
        rows = service.listed()
        if not rows:
            return
        row = rows[b % len(rows)]
        if a % 3 == 0:
            service.keep(row)
        elif a % 3 == 1:
            service.take(row)
        else:
            service.change(row, "2026-02-04" if row.field == "due_on" else f"Lain {a % 5}")

    def _change(self, pc: Pc, who: Actor, what: str, *, letter: IncomingLetter, a: int) -> None:
        files = [one.record for one in every(pc.store, RecordFile)]
        if what == "file":
            target = files[a % len(files)].id if files and a % 3 else None
            self._desk(pc, who).file(letter.id, target)
            return
        changes = {"subject": f"Perihal {a % 3}"} if a % 2 else {"due_on": "2026-02-03", "summary": str(a % 5)}
        self._desk(pc, who).amend(letter.id, changes)

    def _desk(self, pc: Pc, who: Actor) -> LetterService:
        return LetterService(pc.store, who, pc.clock, self.chance.randbytes)

    def _leader(self, pc: Pc, who: Actor) -> DispositionService:
        return DispositionService(pc.store, who, pc.clock, self.chance.randbytes)

    def teardown(self) -> None:
        if not hasattr(self, "pcs"):
            return
        try:
            for _ in range(2):
                for pc in self.pcs:
                    pc.round(Line())
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
        self._nothing_lost(pc)
        with pc.store.read() as uow:
            assert uow.outbox.count(OpState.WAITING) == 0
            # Nothing that the server answered with less than a yes is hidden from its author.
            told = {entry.seq: entry.state for entry in uow.outbox.listed([OpState.REFUSED, OpState.CONFLICT], 1_000)}
            states = {Outcome.REFUSED: OpState.REFUSED, Outcome.CONFLICT: OpState.CONFLICT}
            less = {result.seq: states[result.outcome] for _, result, _ in pc.device.log if result.outcome in states}
            assert told == less
            assert uow.meta.chain().next_seq == len(pc.device.log) + 1
            assert uow.meta.chain().head == pc.device.head
            assert uow.connection.execute(select(func.count()).select_from(shadow)).scalar() == 0
            waits = select(func.count()).select_from(touch).where(touch.c.waiting.is_(True))
            assert uow.connection.execute(waits).scalar() == 0
            assert count_problems(uow.connection) == ()
            assert chain_problems(uow.connection) == ()

    def _nothing_lost(self, pc: Pc) -> None:
        """Each value that lost stands in a conflict; who holds it is compared above."""
        kept = {
            (one.record.letter_id, one.record.field, one.record.wanted)
            for one in self.server.rows.values()
            if isinstance(one.record, Conflict)
        }
        for data, result, _ in pc.device.log:
            act = read_op(data).read_act()
            for one in result.conflicts:
                assert (act.letter_id, one.field, one.wanted) in kept


def _entry(a: int, b: int) -> LetterEntry:
    return LetterEntry(
        received_on=TODAY - timedelta(days=b % 3),
        letter_no=str(a),
        letter_date=None,
        sender="Bappeda",
        subject=f"Perihal {b}",
        addressee=(None, HEAD, SECRETARY)[b % 3],
    )


Offices.TestCase.settings = settings(max_examples=settings().max_examples // 4, stateful_step_count=30)
TestThreePcsAndABadLine = Offices.TestCase
