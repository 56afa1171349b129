"""The seat before which the pictures of the user guide are taken: one start of the program, and a clock that stands."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Self

from PIL import Image
from PySide6.QtCore import QBuffer, QEvent, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.journey_pc import JourneyFailed, settle
from desktop.app.program import Program
from desktop.widgets.theme import Appearance, Theme

AFTERNOON = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
SIZE = (1366, 728)
LARGEST_FILE = 120_000
PATIENCE_S = 60.0
QUIET_TURNS = 12
VIVID, RARE, MOST_DOTS = 60, 3, 400


class StandingMoment(datetime):
    """A datetime whose `now` is the moment that was set: put in the place of the clock's own."""

    moment: ClassVar[datetime] = AFTERNOON

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """The moment that was set."""
        return cls.fromtimestamp(cls.moment.timestamp(), tz)


class Seat:
    """One start of the program, and what a person does before it."""

    def __init__(self, application: QApplication, theme: Theme, profile: Path, *, sign_in_as: str = "") -> None:
        self._application = application
        self.theme = theme
        self.program = Program(application, theme, profile, sign_in_as=sign_in_as)
        self.program.begin()
        self.window: Any = self.program.window
        self.window.resize(*SIZE)
        self.window.show()
        self.come_forward()
        self.rest()

    @property
    def desk(self) -> Any:
        """The workspace of the signed-in person."""
        return self.program.desk

    def come_forward(self) -> None:
        """Make the window the active one: keys go there."""
        begun = time.monotonic()
        while not self.window.isActiveWindow():
            if time.monotonic() - begun > PATIENCE_S:
                raise JourneyFailed("the window does not become active")
            self.window.activateWindow()
            settle(self._application, 0.05)

    def rest(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let the program work until something is so and nothing is under way."""
        begun, quiet = time.monotonic(), 0
        while quiet < QUIET_TURNS or not until():
            if time.monotonic() - begun > PATIENCE_S:
                raise JourneyFailed("the program does not come to rest")
            settle(self._application, 0.03)
            quiet = 0 if self.program.runner.busy else quiet + 1

    def show(self, place: str, *, letters: bool = True) -> None:
        """Go to a screen, of a person who has `letters` once those are listed."""
        self.rest(lambda: self.desk is not None and (self.desk.register_filled or not letters))
        self.window.show_place(place)
        self.come_forward()
        # What the program says of itself at its start goes by.
        self.rest(lambda: self.desk.workspace.toasts.shown() is None)
        settle(self._application, 0.5)

    def shoot(self, target: Path, *, appearance: Appearance = Appearance.LIGHT, dialog: QWidget | None = None) -> None:
        """Keep what a person sees now, of the window or of a dialog before it, and go back to the light look."""
        self.theme.set_appearance(appearance)
        self.rest()
        settle(self._application, 0.3)
        keep((dialog or self.window).grab(), target)
        self.theme.set_appearance(Appearance.LIGHT)

    def close(self) -> None:
        """End the program, and let nothing of it live on."""
        self.window.close()
        settle(self._application)
        for thing in (self.window, self.program):
            thing.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def keep(picture: QPixmap, target: Path) -> None:
    """Write a picture of few bytes."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    target.write_bytes(smaller(bytes(buffer.data().data())))


def smaller(png: bytes) -> bytes:
    """The picture with as many colours as the limit on its size allows; a screen needs few."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    sample = with_more_of_what_is_vivid(picture)
    for colours in (256, 192, 128, 96, 64, 48, 32):
        packed = BytesIO()
        palette = sample.quantize(colours, method=Image.Quantize.MEDIANCUT)
        picture.quantize(palette=palette, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST_FILE:
            return packed.getvalue()
    raise JourneyFailed("a picture stays too large")


def with_more_of_what_is_vivid(picture: Image.Image) -> Image.Image:
    """The picture with its vivid colours again and again below it: they are rare, and they carry a meaning."""
    counted = picture.getcolors(picture.width * picture.height) or []
    vivid = [(count, colour) for count, colour in counted if max(colour) - min(colour) > VIVID and count >= RARE]  # type: ignore[arg-type]  # of RGB a tuple
    dots = [colour for count, colour in vivid for _ in range(min(count, MOST_DOTS) * 10)]
    rows = -(-len(dots) // picture.width)
    below = Image.new("RGB", (picture.width, max(1, rows)), "white")
    below.putdata(dots)
    sample = Image.new("RGB", (picture.width, picture.height + below.height))
    sample.paste(picture, (0, 0))
    sample.paste(below, (0, picture.height))
    return sample
