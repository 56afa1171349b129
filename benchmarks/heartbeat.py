"""How evenly an event loop turns: a beat every two milliseconds, and what lay between the beats that came late.

Run as `python -m benchmarks.heartbeat` it is the yardstick: a bare window that does nothing else. It says `ready`,
beats until its standard input ends, and prints the longest gap and the gaps over the limit as one JSON line.
"""

import json
import os
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QTableWidget

BEAT_MS = 2
LIMIT_S = 0.05
LOOK_S = 0.004
LATE_S = 0.03
ROWS = 200


@dataclass(slots=True)
class Gap:
    """Between two beats: under which name it fell, how long it took, and the processor's share of this thread."""

    phase: str
    seconds: float
    worked: float


@dataclass(slots=True)
class Gaps:
    """What was seen while a name held."""

    beats: int = 0
    lengths: list[float] = field(default_factory=list)
    longest: Gap = field(default_factory=lambda: Gap("", 0.0, 0.0))
    stalls: list[Gap] = field(default_factory=list)

    def add(self, gap: Gap) -> None:
        """One more beat came."""
        self.beats += 1
        self.lengths.append(gap.seconds)
        if gap.seconds > self.longest.seconds:
            self.longest = gap
        if gap.seconds > LIMIT_S:
            self.stalls.append(gap)


class Heartbeat(QObject):
    """Beats on the thread that it is made on, from now on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = ""
        self.seen: dict[str, Gaps] = {}
        self.last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def begin(self, phase: str) -> None:
        """What comes from here on falls under this name."""
        self._on_beat()
        self.phase = phase

    @Slot()
    def _on_beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        gap = Gap(self.phase, max(0.0, now - self.last - BEAT_MS / 1000), worked - self._worked)
        self.last, self._worked = now, worked
        self.seen.setdefault(self.phase, Gaps()).add(gap)


class Onlooker(threading.Thread):
    """Writes down where the thread of a heartbeat is when a beat is late, once a gap: for those who mend it."""

    def __init__(self, heart: Heartbeat) -> None:
        super().__init__(daemon=True)
        self._heart = heart
        self._thread = threading.get_ident()
        self._told = 0.0
        self.ended = False

    def run(self) -> None:
        """Until the heart stops."""
        while not self.ended:
            time.sleep(LOOK_S)
            last, frame = self._heart.last, sys._current_frames().get(self._thread)  # noqa: SLF001  # documented
            if time.perf_counter() - last > LATE_S and last != self._told and frame is not None:
                self._told = last
                where = "".join(traceback.format_stack(frame)[-12:])
                sys.stderr.write(f"--- {self._heart.phase}\n{where}")


def come_first(rank: int) -> bool:
    """Let this process go before all others of the machine, where the system allows it; whether it does.

    What else runs here would otherwise be measured, and not the program: a window that waits for a processor looks
    just like one that works. The higher rank goes before the lower.
    """
    setter = getattr(os, "sched_setscheduler", None)
    if setter is None:
        return False
    try:
        setter(0, os.SCHED_RR, os.sched_param(rank))
    except PermissionError:
        return False
    return True


def main() -> int:
    """A bare window that beats."""
    come_first(3)
    application = QApplication(sys.argv[:1])
    window = QTableWidget(ROWS, 4)
    window.resize(1366, 728)
    window.show()
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(application.quit)
    heart = Heartbeat(window)
    print("ready", flush=True)
    application.exec()
    gaps = heart.seen[""]
    print(json.dumps({"beats": gaps.beats, "longest": gaps.longest.seconds, "stalls": len(gaps.stalls)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
