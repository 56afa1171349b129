"""A PC dies at each commit, request and file step of whatever it does: nothing confirmed is lost, nothing is doubled.

The clerk's day has tests of its own (`test_power_cut_of_pc.py`, `test_power_loss_of_pc.py`); these are the other
stories of `tests.faults.victim`: acts of a secretary, one that is undone, answers of a clerk, a bundle each way, the
joining of an office.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from msgspec import structs

from core.domain.letters import IncomingLetter
from desktop.services.register import agenda_text
from desktop.storage.undoing import let_go
from tests.faults.conftest import Death, Scene, Victims
from tests.faults.failpoints import COMMIT_AFTER, COMMIT_BEFORE
from tests.faults.power.disk import Disk
from tests.faults.test_power_cut_of_pc import FAILPOINTS
from tests.faults.victim import Case
from tests.journey import stick
from tests.journey.office_pc import OfficePc, order, write_letter
from tests.support.server import PASSWORD

FEWEST = 50


def both(*names: str) -> tuple[str, ...]:
    """What comes before and after a commit."""
    return tuple(f"{when} {name}" for name in names for when in ("before", "after"))


def renaming(*names: str) -> tuple[str, ...]:
    """The steps that make a file last: it is synced, moved to its place, and its folder is synced."""
    return tuple(f"{step} {name}" for name in names for step in ("sync", "rename", "renamed"))


def asking(*names: str) -> tuple[str, ...]:
    """A request that may not have left, and one whose answer may be lost."""
    return tuple(f"{step} {name}" for name in names for step in ("ask", "answered"))


# What each story adds to those before it. What comes only once in a story has no later hit.
STORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "letters": FAILPOINTS,
        "desk": (
            *both("letters.amend", "letters.file", "archives.open", "dispositions.issue"),
            *both("numbers.void_letter", "numbers.void_number", "upkeep.step"),
            *renaming("blobs._store"),
            *asking("POST v1/sync", "upload"),
        ),
        "undo": both("undoing.undo", "undoing.let_go"),
        "inbox": both("dispositions.read", "dispositions.answer"),
        "stick": (
            *renaming("bundle_files._write_part", "blobs._placing"),
            *both("bundle_in._take_file", "bundle_out._note_copy"),
        ),
        "first": (
            *renaming("profile.write_whole", "blobs.finish"),
            *asking("POST v1/enrol", "POST v1/session", "GET v1/blob"),
            "before upgrade._migrate",
            *both("enrolment._remember", "enrolment.add_account", "enrolment.set_office", "comparing.shall_compare"),
            *both("enrolment.note_session"),
        ),
    }
)
ONCE = {
    *asking("POST v1/enrol", "POST v1/session"),
    "before upgrade._migrate",
    *both("enrolment._remember", "enrolment.set_office", "enrolment.note_session", "comparing.shall_compare"),
}
OTHERS = tuple(name for name in STORIES if name != "letters")
NAMED = [
    (story, moment, hit)
    for story in OTHERS
    for moment in STORIES[story]
    for hit in ((1,) if moment in ONCE else (1, 2))
]
# Each name is interrupted in every run, in turn at its first and at a later time; the rest takes longer.
QUICK = {(moment, 1 if moment in ONCE else 1 + place % 2) for place, (_, moment, _) in enumerate(NAMED)}
KILLS = [case if case[1:] in QUICK else pytest.param(case, marks=pytest.mark.long) for case in NAMED]
POWER = {("before letters.file", 2), ("renamed blobs._store", 1), ("rename bundle_files._write_part", 2)}
POWER |= {("after undoing.undo", 1)}
POWER |= {("sync profile.write_whole", 1), ("after enrolment._remember", 1), ("rename blobs.finish", 1)}
LOSSES = [case if case[1:] in POWER else pytest.param(case, marks=pytest.mark.long) for case in NAMED]


class Plot:
    """A story on the PC that it is about, which is closed while it is played."""

    def __init__(self, scene: Scene, story: str) -> None:
        self._scene = scene
        self._joins = story == "first"
        self.case = Case(profile="", story=story)
        self.pc = scene.second if story in ("desk", "undo") else scene.clerk
        if story == "inbox":
            self._dispose()
        elif story == "stick":
            self._lay_answer()
        self.begun_with = 0 if self._joins else scene.ops_made(self.pc)
        self.folder = scene.folder / "pc-camat" if self._joins else self.pc.folder
        if not self._joins:
            self.pc.opened.close()

    def play(self, victims: Victims, moment: str = "", hit: int = 1, *, log: str = "") -> Death:
        code, stick_ = self._scene.office.codes["camat"], str(self._scene.folder / "answers")
        profile, url = str(self.folder.resolve()), self._scene.server.url
        return victims.run(
            structs.replace(
                self.case, profile=profile, moment=moment, hit=hit, log=log, url=url, code=code, stick=stick_
            )
        )

    def check(self, death: Death) -> None:
        """Open the PC again, and find all that was confirmed, and nothing twice."""
        if self._joins:
            with OfficePc(self.folder) as pc:
                self._check(pc, death)
        else:
            self.pc.restart()
            self._check(self.pc, death)

    def _check(self, pc: OfficePc, death: Death) -> None:
        scene, confirmed = self._scene, death.acts + len(death.confirmed)
        made = scene.ops_made(pc) - self.begun_with
        # Between the commit and the word of it there may be one act that was not confirmed; never two.
        assert made - confirmed in {0, 1}
        numbers = {stored.record.id: stored.record.agenda_no for stored in pc.rows(IncomingLetter)}
        assert {one: agenda_text(numbers[one]) for one in death.confirmed} == death.confirmed
        if self._joins:
            # As a person does who finds the program at its first page again, or not; the code stays the same.
            pc.join(scene.server.url, scene.office.codes["camat"], password=PASSWORD)
        # The time to undo is over by then.
        let_go(pc.opened.store)
        scene.check_whole(pc)
        assert scene.ops_made(pc) - self.begun_with == made

    def _dispose(self) -> None:
        """Two letters with a disposition each come to the clerk."""
        scene = self._scene
        for subject in ("Undangan", "Edaran"):
            letter = write_letter(scene.second, "sekcam", subject).letter_id
            scene.second.seat("sekcam").dispositions.issue(order(letter, scene.office.positions["tu"]))
        scene.second.sync()
        scene.clerk.sync()

    def _lay_answer(self) -> None:
        """The clerk's question went to the server, and its answer lies on the stick."""
        scene = self._scene
        stick.write(scene.clerk, scene.folder / "questions")
        stick.hand_over(scene.server, scene.folder / "questions")
        stick.answer(scene.server, scene.clerk, scene.folder / "answers")


def test_there_are_as_many_failpoints_as_were_asked_for() -> None:
    names = [moment for moments in STORIES.values() for moment in moments]

    assert len(set(names)) == len(names) >= FEWEST


@pytest.mark.parametrize("story", OTHERS)
def test_every_failpoint_of_a_story_is_reached_and_no_other(scene: Scene, victims: Victims, story: str) -> None:
    plot = Plot(scene, story)

    life = plot.play(victims)

    assert life.ended == 0
    known = {moment for moments in STORIES.values() for moment in moments} | {COMMIT_BEFORE, COMMIT_AFTER}
    assert set(life.moments) - known == set()
    assert {moment: life.moments.get(moment, 0) for moment in STORIES[story] if moment in ONCE} == dict.fromkeys(
        (moment for moment in STORIES[story] if moment in ONCE), 1
    )
    assert [moment for moment in STORIES[story] if moment not in ONCE and life.moments.get(moment, 0) < 2] == []
    plot.check(life)


@pytest.mark.parametrize("death_at", KILLS, ids=lambda at: "-".join(map(str, at)))
def test_what_was_confirmed_survives_a_kill(scene: Scene, victims: Victims, death_at: tuple[str, str, int]) -> None:
    story, moment, hit = death_at
    plot = Plot(scene, story)

    death = plot.play(victims, moment, hit)

    assert death.ended == signal.SIGKILL
    plot.check(death)


@pytest.mark.parametrize("death_at", LOSSES, ids=lambda at: "-".join(map(str, at)))
def test_what_was_confirmed_survives_a_loss_of_power(
    scene: Scene, watched: Victims, death_at: tuple[str, str, int]
) -> None:
    story, moment, hit = death_at
    plot, log = Plot(scene, story), scene.folder / "power.log"
    disk = Disk(plot.folder.resolve())

    death = plot.play(watched, moment, hit, log=str(log.resolve()))

    assert death.ended == signal.SIGKILL
    disk.replay(log)
    disk.lose_power(f"{story}/{moment}/{hit}")
    plot.check(death)
