"""The PC of the benchmark of stalls: the program's window, and hands that do the three jobs of every day.

    python -m benchmarks.stalls_pc FOLDER ROUNDS [where]

FOLDER holds `pc`, a profile, and `surat-N.pdf`, a scan for each round. Prints one JSON line: for each job what its
first time and the times after it showed. With `where`, each late beat is told on standard error with the place where
the thread was.
"""

import gc
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from benchmarks.heartbeat import Heartbeat, Onlooker, come_first
from benchmarks.journey_pc import JourneyFailed, SeatedPc, drop, focused, tap
from benchmarks.measuring import percentile
from desktop.app.entry import COLLECT_AFTER, SWITCH_S
from desktop.viewmodels.disposition_inbox import DispositionInbox
from desktop.viewmodels.letter_reader import LetterReader
from desktop.views.disposition_screen import DispositionScreen
from desktop.views.find_palette import FindPalette
from desktop.views.letter_form import LetterForm
from desktop.widgets.choice_chips import ChoiceChip
from desktop.widgets.focus_ring import FocusTracker
from desktop.widgets.theme import Theme
from desktop.workers.sweeping import Sweeper

KEY_MS = 40
LOOK_S = 0.01
LOOK_MS = 10
PATIENCE_S = 60.0
# What follows an act - lists that are read again, the message, its sending - belongs to the job.
AFTER_MS = 1200
# How long, each round, nobody does anything: what the window stands still then is the doing of the sync.
WATCH_MS = 1000
WORDS = ("undangan rapat", "bantuan sosial", "musrenbang")
CTRL = Qt.KeyboardModifier.ControlModifier


class Hands:
    """Works in the window at a person's pace, in the event loop of Qt itself."""

    def __init__(self, pc: SeatedPc) -> None:
        self._pc = pc

    def pause(self, milliseconds: int) -> None:
        """Let the window work."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop, loop.quit)
        loop.exec()

    def until(self, there: Callable[[], bool], what: str) -> None:
        """Let the window work until something is there."""
        begun = time.monotonic()
        while not there():
            if time.monotonic() - begun > PATIENCE_S:
                raise JourneyFailed(what)
            self.pause(LOOK_MS)

    def write(self, text: str) -> None:
        """Type, key by key."""
        if not isinstance(focused(), QLineEdit | QTextEdit | QPlainTextEdit):
            raise JourneyFailed(f"nobody types into {type(focused()).__name__}")
        for sign in text:
            QTest.keyClicks(focused(), sign)
            self.pause(KEY_MS)

    def press(self, *keys: Qt.Key) -> None:
        """Press keys one after the other."""
        for key in keys:
            tap(key)
            self.pause(KEY_MS)

    def first(self, kind: type[Any]) -> Any:
        """The widget of a kind that is shown; `None` if there is none."""
        return next((one for one in self._pc.window.findChildren(kind) if one.isVisible()), None)

    def register(self, number: int, scan: Path) -> None:
        """Ctrl+N, a scan, five fields, Ctrl+Enter."""
        self._pc.come_forward()
        tap(Qt.Key.Key_N, CTRL)
        self.pause(KEY_MS)  # nobody drops a scan within the same turn
        self.until(lambda: self.first(LetterForm) is not None and isinstance(focused(), QLineEdit), "the form")
        drop(self.first(LetterForm), scan)
        subject = f"Undangan rapat koordinasi persiapan kegiatan ke-{number}"
        for text in (f"005/{number}/III.09/2026", "18/11", "Badan Kepegawaian", subject, "000.1.5"):
            self.write(text)
            tap(Qt.Key.Key_Tab)
            self.pause(KEY_MS)
        tap(Qt.Key.Key_Return, CTRL)
        self.until(lambda: self.first(LetterForm) is None, "the letter is saved")
        self.pause(AFTER_MS)

    def dispose(self, _number: int, _scan: Path) -> None:
        """D, a recipient, Enter, an instruction, Ctrl+Enter."""
        inbox = self._inbox()
        self.until(lambda: inbox.entry is not None, "a letter is open")
        before = inbox.entry.key
        tap(Qt.Key.Key_D)
        self.until(lambda: isinstance(focused(), ChoiceChip), "the sheet")
        self.press(Qt.Key.Key_3, Qt.Key.Key_Return, Qt.Key.Key_1)
        tap(Qt.Key.Key_Return, CTRL)
        self.until(lambda: inbox.entry is not None and inbox.entry.key != before, "the next letter")
        self.pause(AFTER_MS)

    def find(self, number: int, _scan: Path) -> None:
        """Ctrl+K, words, Enter, and the letter is read."""
        tap(Qt.Key.Key_K, CTRL)
        self.until(lambda: self.first(FindPalette) is not None, "the search")
        palette = self.first(FindPalette)
        self.write(WORDS[number % len(WORDS)])
        self.until(lambda: palette.list.marked().startswith("letter "), "a letter is found")
        tap(Qt.Key.Key_Return)
        self.until(lambda: self.first(FindPalette) is None and self._reads(), "the letter is read")
        self.pause(AFTER_MS)

    def watch(self, _number: int, _scan: Path) -> None:
        """Nothing: the lists are on the screen, and letters come."""
        self.pause(WATCH_MS)

    def _reads(self) -> bool:
        return any(one.view is not None for one in self._pc.window.findChildren(LetterReader))

    def _inbox(self) -> Any:
        self._pc.window.show_place("dispositions")
        self.until(lambda: self.first(DispositionScreen) is not None, "the screen of dispositions")
        return self._pc.window.findChild(DispositionInbox)


def main(folder: Path, rounds: int, *, where: bool) -> int:
    """Sign in as clerk, register; as head, dispose; as either, find."""
    first = come_first(2)
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    theme.install()
    FocusTracker(theme, application)
    gc.freeze()  # this and what follows as the program's own start does
    gc.set_threshold(COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    Sweeper(application).begin()
    pc = SeatedPc("pc", folder, application=application, theme=theme)
    heart = Heartbeat(application)
    onlooker = Onlooker(heart) if where else None
    if onlooker is not None:
        onlooker.start()
    over = threading.Event()
    if first:
        threading.Thread(target=rank_threads, args=(over,), daemon=True).start()
    heart.begin("start")
    pc.open()
    hands, came = Hands(pc), {}
    work = {"register": hands.register, "dispose": hands.dispose, "find": hands.find, "watch": hands.watch}
    for title, jobs in (("Tata Usaha", ("watch", "register", "find")), ("Camat", ("dispose",))):
        heart.begin("sign_in")
        pc.sign_in(title)
        hands.until(lambda: pc.program is not None and pc.program.desk is not None, "the workspace")
        hands.pause(4 * AFTER_MS)
        for job in jobs:
            heart.begin("between")
            if job == "dispose":
                pc.window.show_place("dispositions")
                hands.pause(AFTER_MS)
            before = letters(pc)
            for number in range(rounds + 1):
                heart.begin(f"{job}_first" if number == 0 else job)
                work[job](number, folder / f"surat-{number}.pdf")
            heart.begin("between")
            came[job] = letters(pc) - before - (rounds + 1) * (job == "register")
        pc.window.switch_wanted.emit()
        hands.pause(AFTER_MS)
    heart.begin("end")
    over.set()
    if onlooker is not None:
        onlooker.ended = True
    pc.close()
    print(
        json.dumps({"seen": {name: figures(heart, name) for name in heart.seen}, "came": came, "first": first}),
        flush=True,
    )
    return 0


def rank_threads(ended: threading.Event) -> None:
    """Threads of the program go behind that of the window and before all other processes; until the end.

    Of one rank they would take turns of 100 ms with the window, which no office's PC does; without a rank whoever has
    the interpreter would stand behind all that runs on this machine. What the program starts has no rank.
    """
    window, tasks = os.getpid(), Path("/proc/self/task")
    while not ended.wait(LOOK_S):
        for thread in tasks.iterdir() if tasks.exists() else ():
            with suppress(ProcessLookupError, FileNotFoundError):  # it, or what it started, ended meanwhile
                if int(thread.name) != window:
                    os.sched_setscheduler(int(thread.name), os.SCHED_RR, os.sched_param(1))
                for started in (thread / "children").read_text(encoding="ascii").split():
                    os.sched_setscheduler(int(started), os.SCHED_OTHER, os.sched_param(0))


def letters(pc: SeatedPc) -> int:
    """Letters on the PC; not within a job."""
    with pc.store.read() as uow:
        return int(uow.connection.exec_driver_sql("SELECT count(*) FROM letter").scalar_one())


def figures(heart: Heartbeat, phase: str) -> dict[str, Any]:
    """What was seen under a name, in milliseconds."""
    gaps = heart.seen[phase]
    return {
        "longest_ms": round(gaps.longest.seconds * 1000, 1),
        "p99_ms": round(percentile(gaps.lengths, 99) * 1000, 1),
        "worked_ms": round(gaps.longest.worked * 1000, 1),
        "over_50_ms": len(gaps.stalls),
        "beats": gaps.beats,
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), where="where" in sys.argv))
