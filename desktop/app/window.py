"""The window of the program, and what it can be asked for when it is started.

    pesagi [--profile DIR] [--dark] [--scale 130] [--as USERNAME] [--measure]

`--as` signs a person of a practice profile in without asking; `--measure` prints one JSON line when the register is
filled, and quits: the benchmarks start the program so.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop.app.crash import CrashLog
from desktop.app.program import Program
from desktop.system.profile import default_folder
from desktop.system.settings import read_settings, write_settings
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import FUSION, SCALES, Appearance, Theme
from desktop.workers.sweeping import Sweeper

POLL_MS = 2


def main(arguments: Sequence[str]) -> int:
    """Open the window; the exit code."""
    options = _parser().parse_args(arguments)
    application = QApplication(["pesagi", *FUSION])
    application.setApplicationName("Pesagi")
    Sweeper(application).begin()
    crash_log = CrashLog(options.profile)
    crash_log.install()
    theme = Theme(application, **chosen_look(options.profile, options))
    theme.install(with_sheet=False, with_style=False)
    FocusTracker(theme, application)
    guides = not (options.measure or options.sign_in_as)
    program = Program(application, theme, options.profile, sign_in_as=options.sign_in_as, guides=guides)
    program.runner.unexpected.connect(crash_log.on_unexpected)
    look = _LookKeeper(program, theme, options.profile)
    meter = _Meter(program) if options.measure else None
    program.begin()
    theme.wear_sheet()
    program.window.show()
    code = application.exec()
    program.close()
    del meter, look
    return code


def chosen_look(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What was asked for now, else what was chosen last."""
    kept = read_settings(folder)
    known = {one.value for one in Appearance}
    appearance = Appearance(kept.appearance) if kept.appearance in known else Appearance.LIGHT
    scale = kept.scale if kept.scale in SCALES else SCALES[0]
    return {"appearance": Appearance.DARK if options.dark else appearance, "scale": options.scale or scale}


class _LookKeeper(QObject):
    """Keeps the theme and the size that a person chose."""

    def __init__(self, program: Program, theme: Theme, folder: Path) -> None:
        super().__init__(program)
        self._theme = theme
        self._folder = folder
        program.window.look_changed.connect(self._keep)

    @Slot()
    def _keep(self) -> None:
        kept = read_settings(self._folder)
        write_settings(self._folder, replace(kept, appearance=self._theme.appearance.value, scale=self._theme.scale))


class _Meter(QObject):
    """Waits until the register shows rows, says when that was, and ends the program."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._program = program
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        program.workspace_shown.connect(self._timer.start)

    @Slot()
    def _look(self) -> None:
        desk = self._program.desk
        if desk is None or not desk.register_filled:
            return
        self._timer.stop()
        QTimer.singleShot(0, self._say)

    @Slot()
    def _say(self) -> None:
        self._program.window.repaint()
        sys.stdout.write(json.dumps({"filled_monotonic_ns": time.monotonic_ns()}) + "\n")
        sys.stdout.flush()
        # Whoever measures reads our memory now, and then closes our standard input.
        sys.stdin.read()
        self._program.window.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pesagi", description="Surat, disposisi, dan arsip kantor")
    parser.add_argument("--profile", type=Path, default=default_folder(), help="folder profil")
    parser.add_argument("--dark", action="store_true", help="tampilan gelap")
    parser.add_argument("--scale", type=int, choices=SCALES, default=0, help="ukuran tampilan dalam persen")
    parser.add_argument("--as", dest="sign_in_as", default="", help=argparse.SUPPRESS)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser
