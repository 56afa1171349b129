"""Takes a picture of every screen in every look, and says what a program can see of a bad one.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.screens FOLDER [PERSON ...]

Each screen is shown light and dark, at 100 and 150 %, at 1366 x 768 and 1920 x 1080 less the task bar. The pictures lie
in FOLDER; what is wrong with a screen is printed, and the exit code is 1 then.
"""

import os
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from unittest import mock

from PySide6.QtWidgets import QApplication, QWidget

from benchmarks import screen_checks
from benchmarks.guide_seat import Seat, StandingMoment
from benchmarks.journey_pc import JourneyFailed
from benchmarks.screen_tour import PEOPLE, stops_of
from desktop.app.setting_up import SetUp
from desktop.services import clock
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import Appearance, Theme
from desktop.workers.sweeping import Sweeper

SIZES = ((1366, 728), (1920, 1040))
CHECKS = (
    *(screen_checks.cut_texts, screen_checks.out_of_sight, screen_checks.narrow_columns),
    *(screen_checks.faint, screen_checks.small, screen_checks.english),
    *(screen_checks.nameless, screen_checks.beyond_the_keys),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a screen is shown: colours, size of text in percent, and the size of the window."""

    appearance: Appearance
    scale: int
    size: tuple[int, int]

    @property
    def name(self) -> str:
        """As a part of a file's name."""
        return f"{self.appearance.value}_{self.scale}_{self.size[0]}"


LOOKS = tuple(
    tuple(Look(appearance, scale, size) for size in SIZES)
    for appearance, scale in product((Appearance.LIGHT, Appearance.DARK), (100, 150))
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A screen in one look: its name as a file's name, and the window or dialog that shows it."""

    name: str
    shown: QWidget


def faults_of(top: QWidget) -> list[str]:
    """What is wrong with a screen as it is shown now."""
    return [fault for check in CHECKS for fault in check(top)]


def visit(
    person: str,
    *,
    application: QApplication,
    theme: Theme,
    profile: Path,
    looks: Sequence[Look],
    opened: set[str] | None = None,
) -> Iterator[Seen]:
    """Show every screen of a person in looks that differ in the size of the window alone; `opened` as in `stops_of`.

    The program is dressed before it starts: to dress a window that stands costs a second.
    """
    theme.set_appearance(looks[0].appearance)
    theme.set_scale(looks[0].scale)
    seat = Seat(application, theme, profile, sign_in_as=person)
    for stop in stops_of(seat, person, opened):
        for look in looks:
            seat.window.resize(*look.size)
            seat.rest()
            yield Seen(f"{stop.name}_{look.name}", stop.shown)
    seat.close()


@contextmanager
def practice_office() -> Iterator[Path]:
    """The profile of an invented office that is new on a day that stands."""
    with (
        tempfile.TemporaryDirectory(prefix="pesagi-layar-") as scratch,
        mock.patch.object(clock, "datetime", StandingMoment),
    ):
        SetUp(Path(scratch) / "latihan").practise(lambda *_: None)
        yield Path(scratch) / "latihan"


def main(folder: Path, people: Collection[str] = PEOPLE) -> int:
    """Go through all screens of these people; 0 when nothing is wrong with any."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication.instance() or QApplication(["pesagi"])
    if not isinstance(application, QApplication):
        raise JourneyFailed("no application")
    Sweeper(application).begin()
    theme = Theme(application)
    theme.install()
    FocusTracker(theme, application)
    wrong = pictures = 0
    with practice_office() as profile:
        for person, looks in product(people, LOOKS):
            for seen in visit(person, application=application, theme=theme, profile=profile, looks=looks):
                seen.shown.grab().save(str(folder / f"{seen.name}.png"))
                pictures += 1
                for fault in faults_of(seen.shown):
                    wrong += 1
                    print(f"{seen.name}: {fault}", flush=True)
    print(f"{pictures} pictures in {folder}, {wrong} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or PEOPLE))
