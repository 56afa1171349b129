"""Worlds whose steps were chosen by hand: for what chance brings about too seldom."""

from __future__ import annotations

import random
from collections.abc import Sequence

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, UserId
from core.domain.permissions import Power, has_power
from core.domain.registering import RegisterLetter
from desktop.services.letters import LetterEntry
from desktop.storage.undoing import perform_undoably
from tests.simulation.actions import Action
from tests.simulation.acts import DOINGS, UNDO_MS, Person
from tests.simulation.pc import Fuse, end_undo
from tests.simulation.server import TENANT
from tests.simulation.world import World
from tests.support.acts import register


def _register(world: World, chance: random.Random) -> None:
    pc = world.pcs[0]
    actor = next(one for one in pc.actors() if has_power(one, Power.REGISTER_LETTER))
    for _ in range(3):
        world.act(pc, lambda: DOINGS[RegisterLetter].do(Person(pc, actor, chance)), "registers")


def _visit(world: World, _chance: random.Random) -> None:
    world.visit(world.pcs[0])


def _visit_until_the_rows_come(world: World, _chance: random.Random) -> None:
    """It hears what the server says of its chain, and stops before the first row."""
    world.pcs[0].fuse = Fuse(steps=3)
    world.visit(world.pcs[0])
    world.pcs[0].fuse = None


def _copy(world: World, _chance: random.Random) -> None:
    world.copies[world.pcs[0].name] = world.pcs[0].copy()


def _put_back(world: World, _chance: random.Random) -> None:
    world.pcs[0].begin(world.copies[world.pcs[0].name])


# A PC is put back, mends its chain, and registers letters before it has seen again those that it forgot.
MENDED_BUT_BLIND: Sequence[Action] = (
    _visit,
    _register,
    _visit,
    _copy,
    _register,
    _visit,
    _put_back,
    _visit_until_the_rows_come,
    _register,
    _visit,
)


def _send_a_scan_to_staff(world: World, chance: random.Random) -> None:
    desk, staff = world.pcs[0], world.pcs[2].actors()[0]
    clerk = next(one for one in desk.actors() if has_power(one, Power.REGISTER_LETTER) and one.office == staff.office)
    sha256, size = desk.files.add_bytes(chance.randbytes(3000))
    desk.handed_in.add(sha256)
    scan = Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1, name="pindaian.pdf")
    entry = LetterEntry(
        received_on=desk.clock.today(),
        letter_no="005/1",
        letter_date=None,
        sender="Bappeda",
        subject="Undangan",
        addressee=staff.position,
        scans=(scan,),
    )
    world.act(desk, lambda: _forget_answer(Person(desk, clerk, chance).desk.register(entry)), "registers")
    world.visit(desk)


def _staff_visits(world: World, _chance: random.Random) -> None:
    world.visit(world.pcs[2])


def _staff_leaves(world: World, _chance: random.Random) -> None:
    _take_positions_from(world, world.pcs[2].actors()[0].user)


def _take_positions_from(world: World, user: UserId) -> None:
    world.change_directory(lambda: _forget_answer(world.server.admin.change_person(TENANT, user, positions=[])))


def _forget_answer(_answer: object) -> None:
    return


# A letter and its scan come to somebody, who then holds no position any more.
RIGHT_ENDS: Sequence[Action] = (
    _visit,
    _send_a_scan_to_staff,
    _staff_visits,
    _staff_visits,
    _staff_leaves,
    _staff_visits,
)


def _register_as_the_power_fails(world: World, chance: random.Random) -> None:
    """All of it is on the disk, and nobody was told so."""
    pc = world.pcs[0]
    actor = next(one for one in pc.actors() if has_power(one, Power.REGISTER_LETTER))
    pc.fuse, pc.tear = Fuse(commits=0, torn=True), lambda _before, after: after
    world.act(pc, lambda: DOINGS[RegisterLetter].do(Person(pc, actor, chance)), "registers")
    assert pc.kills
    assert len(pc.own_ops()) > len(pc.told)


def _everybody_leaves(world: World, _chance: random.Random) -> None:
    for user in world.pcs[0].users():
        _take_positions_from(world, user)


# What somebody wrote here stays his after his right has ended, whether it was confirmed or not.
SAVED_UNSAID: Sequence[Action] = (_visit, _register_as_the_power_fails, _visit, _everybody_leaves, _visit)


def _register_and_think_it_over(world: World, chance: random.Random) -> None:
    """What was done may still be undone, and is not sent before."""
    pc = world.pcs[0]
    actor = next(one for one in pc.actors() if has_power(one, Power.REGISTER_LETTER))
    act = register(Person(pc, actor, chance).new_id())

    def do() -> None:
        with pc.store.begin() as uow:
            perform_undoably(uow, act, actor, pc.clock.moment())

    pc.store.let_undo(UNDO_MS)
    world.act(pc, do, "registers")
    pc.store.let_undo(0)
    assert end_undo(pc)


# The last act of somebody is held back as all becomes still: nothing calls its PC again but the time.
HELD_BACK: Sequence[Action] = (_visit, _register_and_think_it_over)
