"""Tells the journey: each step with its seconds and the bytes of the lines, and a picture of each screen."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.journey_pc import settle
from tests.support.link import Link


class Story:
    """Tells each step with its seconds and the bytes of the lines, and takes pictures."""

    def __init__(self, folder: Path, *, application: QApplication) -> None:
        """Pictures go to `folder`."""
        self.folder = folder
        self._application = application
        self._links: list[Link] = []
        self._number = 0
        self.lines: list[dict[str, Any]] = []

    def watch(self, link: Link) -> None:
        """Count the bytes of a line."""
        self._links.append(link)

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """One step."""
        before = sum(link.counters.total for link in self._links)
        begun = time.monotonic()
        yield
        took = time.monotonic() - begun
        size = sum(link.counters.total for link in self._links) - before
        self._number += 1
        self.lines.append({"step": text, "seconds": round(took, 2), "bytes": size})
        sys.stdout.write(f"{self._number:2d}. {text:<84} {took:6.2f} s {size:>8} B\n")
        sys.stdout.flush()

    def picture(self, window: QWidget, name: str) -> None:
        """Keep what a person sees now."""
        settle(self._application, 0.5)
        window.grab().save(str(self.folder / f"{len(list(self.folder.glob('*.png'))) + 1:02d}_{name}.png"))
