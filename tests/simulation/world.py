"""The world of one seed: a server, PCs, what is done, and what must hold when all is still."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.domain.errors import Refusal
from core.domain.numbering import NumberClaim
from core.domain.offices import Person
from core.protocol.faults import FaultCode
from core.protocol.messages import OpResult
from desktop.storage.blob_table import BlobState
from desktop.storage.own_held import asked_about
from desktop.sync.rounds import OK, SIGNED_OUT, VisitReport
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation import pc_checks, server_checks
from tests.simulation.chance import OfficeClock, Source, TrueTime
from tests.simulation.disk import Image
from tests.simulation.engines import Engines
from tests.simulation.hub import HubActor, holds_what_it_may, morning_with_hub, rest
from tests.simulation.keyed import keyed_morning
from tests.simulation.limits import SMALL
from tests.simulation.link import Carrier, Line
from tests.simulation.loop import SimulatedLoop
from tests.simulation.office import first_morning, wire
from tests.simulation.opening import Opener
from tests.simulation.pc import Pc, Profile, content_of, end_undo
from tests.simulation.replay import Administered, Beginning, compare, made_by_ops, replay
from tests.simulation.sealing import Sealing
from tests.simulation.server import ServerActor, surviving
from tests.simulation.stick import Stick
from tests.simulation.stillness import Mark, until_still
from tests.simulation.truth import Access, Truth
from tests.simulation.watching import Guard

STICKS = 2
IDLE_BYTES = 400
HELD_BYTES = 18  # each act that a superior is still to decide is asked about by its name
OLD_PROGRAMS = 0.25
# What may stop a visit on a bad line; everything else is a failure of the product.
TROUBLES = frozenset(
    {
        FaultOf.NO_NETWORK.value,
        FaultOf.PORTAL.value,
        FaultOf.FILE_DAMAGED.value,
        FaultCode.SIGNED_OUT.value,
        FaultCode.WRONG_OFFSET.value,
        FaultCode.DEVICE_REVOKED.value,
    }
)


@dataclass(frozen=True)
class Powers:
    """What may happen in this world. Off would be what the product cannot live with yet.

    `late_letters`: a request that left before a server was put back arrives after it (docs/adr/0020).
    """

    pcs: int = 4
    hub: bool = False
    seals: bool = False
    late_letters: bool = True
    clones: bool = True
    restores: bool = True
    server_restores: bool = True


@dataclass(frozen=True)
class Backup:
    """A backup of the server, and how much of what the administrator did it holds."""

    image: Image
    administered: int


@dataclass
class World:
    """Everything there is. A step is told by its number; all chance of it comes from seed and number."""

    seed: int
    folder: Path
    source: Source
    loop: SimulatedLoop
    engines: Engines
    powers: Powers = field(default_factory=Powers)
    story: list[str] = field(default_factory=list)
    # Acts of people, visits by each carrier, connections, turns of a hub and what the administrator does; those by
    # which a world comes to rest are not among them.
    deeds: int = 0

    def __post_init__(self) -> None:
        morning = keyed_morning() if self.powers.seals else first_morning()
        self.time = TrueTime(now_ms=morning.now_ms)
        self.server = ServerActor(self.folder / "server", self.time, self.loop, engines=self.engines)
        with_hub = morning_with_hub(seals=self.powers.seals) if self.powers.hub else None
        self.server.lay((with_hub or morning).server)
        self.server.start()
        self.hub: HubActor | None = None
        if with_hub is not None:
            self.hub = HubActor(self.folder / "hub", self.server, self.loop, engines=self.engines)
            self.hub.lay(with_hub.hub)
            self.hub.start()
        self.positions = morning.positions
        self.users = morning.users
        self.pcs: list[Pc] = []
        self.guards: dict[str, Guard] = {}
        self.sticks = [Stick(self.folder / f"stick{number}") for number in range(STICKS)]
        self.copies: dict[str, Profile] = {}
        self.server_backup: Backup | None = None
        self.server_losses = 0
        self.put_backs = 0
        self.logged: set[bytes] = set()
        self.made_in: dict[bytes, int] = {}
        self.given_again: set[NumberClaim] = set()
        self.lost_answers: dict[bytes, list[OpResult]] = {}
        self.people_changed: set[int] = set()
        self.sealing = Sealing(self) if self.powers.seals else None
        chance = random.Random(f"{self.seed}/world")
        places = [0, *sorted(chance.sample(range(1, len(morning.profiles)), self.powers.pcs - 1))]
        for place in places:
            skew_ms = chance.choice((0, 0, 95_400, -7_300, 40 * 86_400_000))
            pc = self.add_pc(f"pc{place}", morning.profiles[place], skew_ms=skew_ms)
            pc.speaks_old = chance.random() < OLD_PROGRAMS
        self.administered: list[Administered] = []
        truth = self.server.truth()
        self.beginning = Beginning(truth.rows, truth.head[0])

    def add_pc(self, name: str, profile: Profile, *, skew_ms: int) -> Pc:
        """One more PC, with the disk of a profile."""
        carrier = Carrier(self.server)
        pc = Pc(name, self.folder / name, clock=OfficeClock(self.time, skew_ms), carrier=carrier, engines=self.engines)
        pc.begin(profile)
        guard = Guard(
            name,
            self.server.truth,
            device=lambda: pc.device,
            wire=wire(),
            clock=self.time.of_server,
        )
        self.guards[name], carrier.watch = guard, guard.watch
        pc.on_restart = self._restarted
        if self.sealing is not None:
            self.sealing.furnish(pc)
        self.pcs.append(pc)
        return pc

    def close(self) -> None:
        self.engines.forget()
        for pc in self.pcs:
            pc.close()
        if self.hub is not None:
            self.hub.stop()
        self.server.stop()

    # -- doing -----------------------------------------------------------------------------------------------

    def say(self, what: str) -> None:
        """Tell the story, for whoever has to read it."""
        self.story.append(what)

    def act(self, pc: Pc, doing: Callable[[], None], name: str) -> None:
        """Somebody does something; what the program then confirms is written down outside of it."""
        self.deeds += 1
        try:
            pc.work(lambda: self._confirmed(pc, doing))
        except Refusal as refusal:
            self.say(f"{pc.name} {name}: {refusal}")
            return
        self.say(f"{pc.name} {name}")

    def _confirmed(self, pc: Pc, doing: Callable[[], None]) -> None:
        doing()
        ops, epoch = pc.new_ops()
        fresh = [op.data for op in ops]
        pc.told += fresh
        self.made_in.update(dict.fromkeys(map(content_of, fresh), epoch))

    def visit(self, pc: Pc) -> None:
        """A PC visits the server, on whatever line it has."""
        pc.work(lambda: self.check_visit(pc, pc.visit()))

    def check_visit(self, pc: Pc, report: VisitReport) -> None:
        """Tell of a visit; only a bad line may have stopped it."""
        self.deeds += 1
        self.say(f"{pc.name} visit: {report.outcome} ops={report.ops} rows={report.rows}")
        if self.sealing is not None:
            self.sealing.heard(pc, report.outcome)
        assert report.outcome == OK or report.outcome in TROUBLES, f"{pc.name}: a visit ended with {report.outcome}"

    def hold(self, pc: Pc, seconds: int) -> None:
        """A PC waits for news."""
        self.deeds += 1

        def wait() -> None:
            try:
                pc.wait_for_news(seconds)
            except (EnvironmentFault, ServerFault) as fault:
                if fault.code.value not in TROUBLES:
                    raise

        pc.work(wait)

    def change_directory(self, change: Callable[[], None]) -> None:
        """The administrator does something; the records it made are written down."""
        self.deeds += 1
        truth = self.server.truth()
        before = truth.head[0]
        try:
            with surviving(self.server):
                change()
        finally:  # what was committed before it died stands
            truth = self.server.truth()
            fresh = [row for row in truth.rows.values() if row.rev > before]
            by_ops = made_by_ops(truth)
            self.administered += [Administered(row.rev, row.record) for row in fresh if row.rev not in by_ops]
            self.people_changed |= {int(row.record.number) for row in fresh if isinstance(row.record, Person)}

    def back_up_server(self) -> None:
        """The operator's backup."""
        image = self.server.back_up(self.folder / "backup")
        self.server_backup = Backup(image, len(self.administered))
        self.put_backs = 0

    def lose_server(self) -> None:
        """The server's disk breaks; it comes back from its backup, without what came after it."""
        if self.server_backup is None:
            return
        backup = self.server_backup
        truth = self.server.truth()
        for content, lines in server_checks.by_content(truth).items():
            self.lost_answers.setdefault(content, []).extend(line.result for line in lines)
        self.put_backs += 1
        self.server.come_back_from(backup.image, times=self.put_backs)
        self.administered = self.administered[: backup.administered]
        self.logged = set()
        self.server_losses += 1
        if not self.powers.late_letters:
            for pc in self.pcs:
                pc.carrier.old.clear()

    def _restarted(self, pc: Pc) -> None:
        """P8: what was confirmed before the kill is there after it, to be sent or already on the server."""
        kept = {content_of(op.data) for op in pc.own_ops()}
        missing = [content for content in map(content_of, pc.told) if content not in kept]
        if missing:
            truth = self.server.truth()
            log = server_checks.by_content(truth)
            lost = [content for content in missing if content not in log]
            assert not lost, f"{pc.name} lost {len(lost)} confirmed acts with the power, first {lost[0]!r}"
        self.say(f"{pc.name} is back")

    # -- being still -----------------------------------------------------------------------------------------

    def settle(self, *, last: bool = False) -> None:
        """Everybody syncs on good lines until nothing moves; then everything is looked at.

        Whether each row is proved is asked at the last time only: a proof that is wrong does not become right again
        unless the row is written again, and to read every page of every PC takes as long as all other checks.
        """
        self.server.spare()
        self.still_at: dict[str, Mark] = {}
        if self.sealing is not None:
            self.sealing.let_go(on_good_lines=True)
            self.sealing.let_in()
        for pc in self.pcs:
            pc.fuse = None
            pc.carrier.line = Line()
        if self.hub is not None:
            rest(self.hub)
        for pc in self.pcs:
            # A visit before would find nothing to send, and nothing but the time asks for another one.
            while left := end_undo(pc):
                self.time.pass_by(left)
        until_still(self)
        if self.hub is not None:
            rest(self.hub)
        for pc in self.pcs[:1]:
            if not self._has_twin(pc):
                self._costs_nothing(pc)
        self.check(last=last)

    def round(self) -> bool:
        """Everybody visits who may have to; whether anything moved."""
        moved = [self._moves(pc) for pc in tuple(self.pcs) if self._may_move(pc)]
        return any(moved) or any(self._may_move(pc) for pc in self.pcs)

    def _may_move(self, pc: Pc) -> bool:
        """Whether something can have come for a PC since its last visit."""
        return self.still_at.get(pc.name) != self._mark(pc)

    def _moves(self, pc: Pc) -> bool:
        """Let a PC visit; whether others, or another visit, are needed after it."""
        self.time.pass_by(1000)
        before = self._head()
        report = pc.visit()
        head = self._head()
        if self.sealing is not None and self.sealing.heard(pc, report.outcome):
            self.sealing.let_go(on_good_lines=True)
            return True
        if report.outcome == SIGNED_OUT:
            truth = self.server.truth()
            assert not truth.access_of(pc.device, now_ms=self.time.of_server()).active, f"{pc.name} is kept out"
        else:
            assert report.outcome == OK, f"{pc.name}: {report.outcome} on a good line"
        files = report.files_sent or report.files_fetched
        if not files:
            self.still_at[pc.name] = self._mark(pc)
        return bool(head != before or files)

    def _mark(self, pc: Pc) -> Mark:
        """What can bring news to a PC: the newest number, whole files if it wants any, and what it may do by now."""
        truth = self.server.truth()
        ((files,),) = truth.ask("SELECT count(*) FROM blob WHERE completed_ms IS NOT NULL")
        access = truth.access_of(pc.device, now_ms=self.time.of_server())
        return truth.head[0], files if self._wanted(pc) else 0, access.positions

    def _has_twin(self, pc: Pc) -> bool:
        """Whether two PCs live on one device: each visit of one is a surprise to the other."""
        return sum(one.device == pc.device for one in self.pcs) > 1

    def _head(self) -> int:
        truth = self.server.truth()
        return truth.head[0]

    def _costs_nothing(self, pc: Pc) -> None:
        """P13: where there is nothing to say, one small request says it."""
        report = pc.visit()
        if report.outcome == OK:
            with pc.store.read() as uow:
                bound = IDLE_BYTES + HELD_BYTES * len(asked_about(uow, now_ms=0))
            assert report.requests == 1 + self._wanted(pc), f"{pc.name}: {report.requests} requests to say nothing"
            assert report.bytes_up + report.bytes_down <= bound, f"{pc.name}: {report} to say nothing"

    def _wanted(self, pc: Pc) -> int:
        """Files that are asked for in each visit, because their author has not sent them."""
        with pc.store.read() as uow:
            return min(uow.blobs.totals(BlobState.WANTED)[0], SMALL["desktop.sync.transfer.AT_ONCE"])

    def check(self, *, last: bool) -> None:
        """P1-P11 on the server and on every PC."""
        truth = self.server.truth()
        server_checks.chains_verify(truth)
        server_checks.proves_itself(self.server.handle)
        opener = Opener() if self.sealing is None else self.sealing.opener
        if self.sealing is not None:
            self.sealing.read_log(truth)
        compare(truth, replay(truth, self.beginning, self.administered), alike=opener.alike)
        server_checks.feed_holds_what_records_say(truth)
        server_checks.numbers_have_a_fate(truth, passed_over=self.server_losses > 0)
        server_checks.numbers_from_leases_hold(truth, self.made_in, self.given_again)
        server_checks.lost_values_are_kept(truth, opener)
        log = server_checks.by_content(truth)
        server_checks.effects_once(log)
        server_checks.held_acts_are_kept(truth, opener)
        if self.sealing is not None:
            self.sealing.check(truth, log)
        gone = self.logged - log.keys()
        assert not gone, f"{len(gone)} ops that were in the log are there no more"
        self.logged = set(log)
        if self.hub is not None:
            holds_what_it_may(self.hub, truth)
        for pc in self.pcs:
            access = truth.access_of(pc.device, now_ms=self.time.of_server())
            if access.active and not truth.devices[pc.device].revoked:
                self._check_pc(pc, truth, access)
                if last:
                    pc_checks.is_as_written(pc)
                server_checks.nothing_lost(log, pc.told, shown=pc_checks.shown_as_refused(pc))
                moved = self.server_losses > 0 or bool(self.people_changed & truth.users_of(pc.device))
                pc_checks.refusals_are_shown(pc, log, self.lost_answers, rights_moved=moved)
                pc_checks.decisions_are_told(pc, truth)
                server_checks.scans_arrived(truth, pc.told, access, held_back=pc_checks.held_back(pc))

    @staticmethod
    def _check_pc(pc: Pc, truth: Truth, access: Access) -> None:
        here = pc_checks.rows_of(pc)
        pc_checks.still(pc)
        pc_checks.converged(pc, truth, access, here)
        pc_checks.own_conflicts_are_here(pc, truth, access, here)
        pc_checks.files_are_here(pc, truth, access)
        pc_checks.holds_no_word_of(pc, truth, access)
        pc_checks.holds_no_file_of(pc, truth, access)

    def print_of_all(self) -> str:
        """A hash of the story and of everything on the server: two runs of one seed agree in it."""
        digest = hashlib.sha256("\n".join(self.story).encode())
        truth = self.server.truth()
        digest.update(truth.head[1] + str(truth.head[0]).encode())
        return digest.hexdigest()[:16]
