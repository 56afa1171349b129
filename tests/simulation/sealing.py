"""What a world of people with keys has beside the others: their keys, what is sealed late, and what must hold of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from core.domain.dispositions import IssueDisposition
from core.domain.ids import DeviceId, RowId, UserId
from core.domain.offices import Actor, Person
from core.domain.permissions import Power, has_power
from core.domain.registering import RegisterLetter
from core.domain.resealing import ResealLetter, SealLetter
from core.domain.revoking import OpenSealed, Revocation
from core.protocol.codec import decode
from core.protocol.person_keys import KeyRing
from core.protocol.records import ACT_OF, KIND_OF
from desktop.services.late_sealing import LateSealing
from desktop.storage.blob_table import BlobState
from desktop.storage.replica import Replica
from desktop.sync.rounds import REVOKED, SIGNED_OUT
from desktop.system.pair_wraps import unwrap_pair
from server.services.desk import DirectoryError
from tests.simulation import seal_checks, server_checks
from tests.simulation.cabinet import PcCabinet
from tests.simulation.chance import TrueTime
from tests.simulation.farewells import Gone, hand_in, has_sealed, leave, obey
from tests.simulation.link import BAD, Fate, Line
from tests.simulation.opening import Opener
from tests.simulation.pc import Pc
from tests.simulation.server import TENANT, ServerActor, ServerDied
from tests.simulation.truth import Logged, Truth
from tests.support.server import PASSWORD

_WITH_KEYS = {ACT_OF[act].code for act in (RegisterLetter, IssueDisposition, ResealLetter, SealLetter)}


class Home(Protocol):
    """The world, as far as it is needed here."""

    server: ServerActor
    time: TrueTime
    pcs: list[Pc]

    def say(self, what: str) -> None:
        """Tell the story."""

    def act(self, pc: Pc, doing: Callable[[], None], name: str) -> None:
        """Somebody does something."""

    def change_directory(self, change: Callable[[], None]) -> None:
        """Something is done that makes records without an op."""


class Sealing:
    """The keys of everybody in one world."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.opener = Opener()
        self.passwords: dict[UserId, list[str]] = {}
        self._read: set[bytes] = set()
        self._leaving: set[str] = set()
        self.gone: list[Gone] = []
        self.shut: set[DeviceId] = set()
        home.server.look_with(self.opener)
        # Also of people none of whose PCs are in this world: the server keeps their pairs for them.
        for user, wraps in home.server.truth().ask("SELECT user, key_wraps FROM account WHERE key_wraps IS NOT NULL"):
            for _, wrap in decode(wraps, tuple[tuple[bytes, bytes], ...]):
                pair = unwrap_pair(wrap, PASSWORD, user=user)
                assert pair is not None
                self.opener.learn_ring(UserId(user), KeyRing((pair,)))

    def furnish(self, pc: Pc) -> None:
        """Put a cabinet into a PC; what lies in it is known from now on."""
        cabinet = PcCabinet(
            pc, passwords=self.passwords, recorded=self._home.change_directory, learn=self.opener.learn_ring
        )
        pc.cabinet = cabinet
        for user in pc.users():
            cabinet.ring_of(user)

    # -- PCs that are shut out -------------------------------------------------------------------------------

    def heard(self, pc: Pc, outcome: str) -> bool:
        """What a visit came to: whoever is let in no more asks for the server's word; whether it is to leave."""
        if outcome in (REVOKED, SIGNED_OUT):
            self._leaving.add(pc.name)
        return outcome == REVOKED or (outcome == SIGNED_OUT and self._is_revoked(pc))

    def let_go(self, chance: random.Random | None = None, *, on_good_lines: bool = False) -> None:
        """Let those leave who were told to, and hand in what is sealed; anything may break, but on good lines."""
        for pc in [one for one in self._home.pcs if one.name in self._leaving]:
            self._leave(pc, chance, on_good_lines=on_good_lines)
        for gone in self.gone:
            if on_good_lines:
                gone.carrier.line = Line()
                left = hand_in(gone)
                assert not left or not self._knows(gone), f"{gone.name} cannot hand in {left} files"
            elif chance is not None and self._is_to_be_handed_in(gone) and chance.random() < 0.3:
                gone.carrier.line = Line(fates=[chance.choice((*BAD, Fate.GOOD, Fate.GOOD))], chance=chance)
                self._home.say(f"{gone.name} hands in, and keeps {hand_in(gone)}")

    def _knows(self, gone: Gone) -> bool:
        """Whether the server knows that a PC was shut out: one that was put back may have to hear it anew."""
        return self._home.server.truth().devices[gone.device].revoked

    @staticmethod
    def _is_to_be_handed_in(gone: Gone) -> bool:
        return any(gone.folder.glob("*/*.psgb"))

    def _leave(self, pc: Pc, chance: random.Random | None, *, on_good_lines: bool) -> None:
        if on_good_lines or chance is None:
            pc.carrier.line = Line()
        ends_at = chance.choice(("", "", "", "shut", "sealed", "noted")) if chance is not None else ""

        def step(name: str) -> None:
            if name == ends_at:
                pc.die()

        if not has_sealed(pc):
            pc.work(lambda: self._home.say(f"{pc.name} is shut out: {obey(pc, step)}"))
        if has_sealed(pc):
            self.gone.append(leave(pc))
            self._home.pcs.remove(pc)
            self._home.say(f"{pc.name} erased itself")
        if has_sealed(pc) or not self._is_revoked(pc):
            self._leaving.discard(pc.name)

    def _is_revoked(self, pc: Pc) -> bool:
        return self._home.server.truth().devices[pc.device].revoked

    def what_is_left(self) -> set[str]:
        """As `seal_late`; and what PCs had sealed that were shut out comes before superiors."""
        return self.seal_late() | self._open_sealed()

    def _open_sealed(self) -> set[str]:
        truth = self._home.server.truth()
        shut = [row.record for row in truth.rows.values() if isinstance(row.record, Revocation)]
        people = (row.record for row in truth.rows.values() if isinstance(row.record, Person))
        active = {person.number for person in people if person.active}
        busy: set[str] = set()
        for one in (one for one in shut if one.opened_at is None):
            able = [
                (pc, actor)
                for pc in self._home.pcs
                # What is said where nobody is let in any more comes to nobody.
                if truth.access_of(pc.device, now_ms=self._home.time.of_server()).active
                for actor in pc.actors()
                if actor.user in active and actor.office == one.office and has_power(actor, Power.ADMINISTER)
            ]
            if not able:
                continue
            pc, actor = able[0]
            assert pc.cabinet is not None
            pc.cabinet.sit_down(actor.user)
            if pc.cabinet.ring_of(actor.user).pairs:
                before = len(pc.told)
                self._home.act(pc, partial(_open, pc, actor, one.id), "lets be opened")
                if len(pc.told) > before:
                    busy.add(pc.name)
        self.let_go(on_good_lines=True)
        if self._home.server.handle.sealed.open_due():
            busy |= {pc.name for pc in self._home.pcs}
        return busy

    # -- people who forgot their passwords -------------------------------------------------------------------

    def let_in(self) -> None:
        """Whoever has no password any more, since a code was lost on the way, is given another one."""
        statement = "SELECT user FROM account WHERE password_hash IS NULL"
        for (user,) in self._home.server.truth().ask(statement):
            home = next((pc for pc in self._home.pcs if user in pc.users()), None)
            if home is not None:
                home.carrier.line = Line()
                self.choose(home, UserId(user))

    def choose(self, pc: Pc, user: UserId) -> str:
        """An administrator resets a password, and its person chooses another one at a PC; what there is to tell."""
        assert isinstance(pc.cabinet, PcCabinet)
        code: list[str] = []
        admin = self._home.server.admin
        try:
            self._home.change_directory(lambda: code.append(admin.new_code(TENANT, user, reset_password=True).code))
        except (ServerDied, DirectoryError) as no:
            return type(no).__name__
        known = self.passwords.setdefault(user, [PASSWORD])
        known.append(f"kebun lada hitam {len(known)} {user}")
        return str(pc.cabinet.choose_password(user, code[0], known[-1]))

    # -- what comes late -------------------------------------------------------------------------------------

    def seal_late(self) -> set[str]:
        """Everybody sits down once at each PC, and what can be sealed there is; the PCs where something was done."""
        busy: set[str] = set()
        for pc in self._home.pcs:
            for actor in pc.actors():
                assert pc.cabinet is not None
                pc.cabinet.sit_down(actor.user)
                service = LateSealing(pc.store, actor, pc.clock.moment, pc.files)
                before = len(pc.told), _wanted(pc)
                self._home.act(pc, lambda service=service: _forget(service.seal()), "seals late")  # type: ignore[misc]  # bound for the loop
                if (len(pc.told), _wanted(pc)) != before:  # it sealed, or asks for what it is to seal
                    busy.add(pc.name)
        return busy

    def read_log(self, truth: Truth) -> None:
        """Learn the keys that acts brought: those of a letter that lies in the clear now stand nowhere else."""
        for line in truth.log:
            if line.op.act in _WITH_KEYS and line.data not in self._read:
                self._read.add(line.data)
                act = line.op.read_act()
                if act.keys:
                    self.opener.learn_keys(act.letter_id, act.keys)

    def check(self, truth: Truth, log: Mapping[bytes, Sequence[Logged]]) -> None:
        """What is sealed can be opened by those to whom it is, and by nobody else; what PCs took with them is here."""
        for gone in self.gone:
            row = truth.rows.get((KIND_OF[Revocation].code, gone.device))
            if row is not None and row.record.opened_at is not None:
                server_checks.nothing_lost(log, gone.told, shown=gone.shown)
        seal_checks.everything_opens(truth, self.opener)
        words = seal_checks.sealed_words(truth, self.opener)
        self._home.server.handle.leavings.clear()
        self._home.server.handle.database.write_anew()
        seal_checks.nowhere_in_the_clear(self._home.server.folder, words, "the server")
        for pc in self._home.pcs:
            seal_checks.readers_can_open(pc, truth)


def _open(pc: Pc, actor: Actor, revocation_id: RowId) -> None:
    with pc.store.begin() as uow:
        Replica(uow).perform(OpenSealed(revocation_id=revocation_id), actor, pc.clock.moment())


def _wanted(pc: Pc) -> int:
    with pc.store.read() as uow:
        return uow.blobs.totals(BlobState.WANTED)[0]


def _forget(_answer: object) -> None:
    return
