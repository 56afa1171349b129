"""The power fails: what was not synced is lost in part. Every letter that the screen confirmed is there, once."""

from __future__ import annotations

import signal

import pytest

from desktop.system.faults import EnvironmentFault
from tests.faults.conftest import Death, Scene, Victims
from tests.faults.failpoints import COMMIT_AFTER, COMMIT_BEFORE
from tests.faults.power.disk import Disk, Kind
from tests.faults.test_power_cut_of_pc import COMMITS, NAMED
from tests.faults.victim import Case

STORE = {"pesagi.db", "pesagi.db-wal"}  # the -shm is memory that SQLite builds anew
QUICK = {("round-finished", 2), ("after letters.register", 2), ("blob-stored", 1), ("before transfer._send", 2)}
CASES = [case if case in QUICK else pytest.param(*case, marks=pytest.mark.long) for case in NAMED]


def play(scene: Scene, watched: Victims, moment: str, hit: int, *, synchronous: str = "") -> tuple[Death, Disk]:
    """Let the clerk's PC, which is closed then, work until the moment; and what its disk was told."""
    folder, log = scene.clerk.folder.resolve(), scene.folder / "power.log"
    scene.clerk.opened.close()
    disk = Disk(folder)
    case = Case(profile=str(folder), moment=moment, hit=hit, log=str(log.resolve()), synchronous=synchronous)
    death = watched.run(case)
    disk.replay(log)
    return death, disk


@pytest.mark.parametrize(("moment", "hit"), CASES)
def test_what_the_screen_confirmed_survives_a_loss_of_power(
    scene: Scene, watched: Victims, moment: str, hit: int
) -> None:
    death, disk = play(scene, watched, moment, hit)
    assert death.ended == signal.SIGKILL
    disk.lose_power(f"{moment}/{hit}")

    scene.clerk.restart()

    found = scene.own_letters()
    assert {letter_id: found.get(letter_id) for letter_id in death.confirmed} == death.confirmed
    assert len(found) - len(death.confirmed) in {0, 1}
    scene.check_whole()
    assert scene.own_letters() == found


@pytest.mark.parametrize("hit", [COMMITS // 2, COMMITS])
def test_after_a_commit_nothing_of_the_store_waits_to_be_synced(scene: Scene, watched: Victims, hit: int) -> None:
    """Some commits wrote nothing, so there are fewer syncs than commits."""
    _, disk = play(scene, watched, COMMIT_AFTER, hit)

    assert disk.counts[Kind.WRITE] > hit
    assert disk.counts[Kind.SYNC] > hit // 2
    assert not disk.unsynced() & STORE
    scene.clerk.restart()


def test_a_store_that_does_not_sync_loses_letters(scene: Scene, watched: Victims) -> None:
    death, disk = play(scene, watched, COMMIT_BEFORE, COMMITS, synchronous="OFF")
    assert disk.unsynced() & STORE
    lost = disk.lose_power("careless")
    try:
        scene.clerk.restart()
        found = scene.own_letters()
    except EnvironmentFault:
        found = {}
    else:
        scene.clerk.opened.close()

    assert lost
    assert set(death.confirmed) - set(found)
