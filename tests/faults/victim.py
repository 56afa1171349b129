"""A PC that dies: it works in a real profile and kills itself, without any warning, at a named moment.

    python -m tests.faults.victim

Each line of standard input is a case, `{"profile": ..., "moment": ..., "hit": ...}`. It is played in a process of its
own, forked from this one so that it need not load the program again. Before it dies it prints, line by line, each
letter that was confirmed, which is when the screen would have shown its number; `ended` tells the signal of its death,
or 0 if it came to its end, and then `moments` tells how often each moment came.

SIGKILL leaves nothing to the program: no handler, no `finally`, no flushing.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import Pool

from core.domain.attachments import MediaType
from core.domain.letters import IncomingLetter
from core.domain.offices import actor_of
from core.protocol.records import KIND_OF
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.attachments import AttachmentService
from desktop.services.clock import local_date, system_clock
from desktop.services.letters import LetterEntry, LetterService
from desktop.storage.base import SyncMark
from desktop.storage.healing import Healing
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageImage, RenderFailed, ScanFacts
from tests.support.stores import every

COMMIT_BEFORE, COMMIT_AFTER = "commit-before", "commit-after"
ROUNDS = 2
LETTERS_A_ROUND = 2


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Where to work, and where to die: at the `hit`-th time of a moment; without a moment not at all.

    `log` is where `power/shim.c` tells what happens to the files, if it is loaded; `synchronous` makes
    the store careless.
    """

    profile: str
    moment: str = ""
    hit: int = 1
    log: str = ""
    synchronous: str = ""


class Reaper:
    """Counts moments, and ends the process at the chosen one."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.counts: Counter[str] = Counter()

    def step(self, name: str) -> None:
        self.counts[name] += 1
        if name == self._case.moment and self.counts[name] == self._case.hit:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_commit(self, _connection: Connection) -> None:
        self.step(COMMIT_BEFORE)
        self.step(f"before {committing()}")

    def after_commit(self, _rows: object) -> None:
        self.step(COMMIT_AFTER)
        self.step(f"after {committing()}")


def committing() -> str:
    """Which part of the program commits: the module and function whose block ends here, a name that stays."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the only way to the callers
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if "desktop" in path.parts and path.name != "unit_of_work.py":
            return f"{path.stem}.{frame.f_code.co_name}"
        if path == Path(__file__) and frame.f_code.co_name == doubt.__name__:
            return doubt.__name__
        frame = frame.f_back
    return "elsewhere"


def careless(mode: str) -> Callable[[Any, Any], None]:
    """A listener that lets each new connection sync as `mode` says."""

    def listener(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA synchronous = {mode}")

    return listener


class OnePage:
    """Stands for the page process, which has tests of its own: every file is a scan of one page."""

    def inspect(self, path: Path) -> ScanFacts:
        return ScanFacts(media=MediaType.PDF, pages=1, size=path.stat().st_size)

    def render(self, path: Path, *, page: int, width: int, rotate: int = 0) -> PageImage:
        raise NotImplementedError

    def thumbnail(self, path: Path) -> bytes:
        raise RenderFailed(PageTrouble.FAILED, path.name)


def main() -> None:
    for line in sys.stdin:
        case = msgspec.json.decode(line, type=Case)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            play(case)
            return
        _, status = os.waitpid(child, 0)
        say(ended=os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def play(case: Case) -> None:
    """Work as a clerk's PC does: two letters and a visit to the server, then a visit that compares; and once more."""
    reaper = Reaper(case)
    if case.log:
        os.environ.update(POWER_ROOT=case.profile, POWER_LOG=case.log)
    if case.synchronous:
        event.listen(Pool, "connect", careless(case.synchronous))
    event.listen(Engine, "commit", reaper.before_commit)
    opened = open_profile(Path(case.profile))
    opened.store.listen(reaper.after_commit)
    desk = Desk(opened)
    parts = sync_parts(opened, shipped_wire(), step=reaper.step)
    client = parts.make_client()
    for number in range(ROUNDS):
        for letter in range(LETTERS_A_ROUND):
            desk.register(f"Surat {number}.{letter}", with_scan=not letter)
        parts.visits.visit(client, lambda: False)
        doubt(opened)
        parts.visits.visit(client, lambda: False)
    client.close()
    opened.close()
    say(moments=dict(reaper.counts))


def doubt(opened: OpenProfile) -> None:
    """Let the next visit compare, and find an old version of one letter here."""
    settled = [stored for stored in every(opened.store, IncomingLetter) if stored.mark == SyncMark.ON_SERVER]
    with opened.store.begin() as uow:
        table = uow.table(KIND_OF[IncomingLetter].code)
        table.settle(uow.connection, settled[0].record.id, rev=1, mark=SyncMark.ON_SERVER)
        Healing(uow).ask_to_compare()


class Desk:
    """The clerk of the profile: whoever was let in there."""

    def __init__(self, opened: OpenProfile) -> None:
        with opened.store.read() as uow:
            person = uow.directory.person(uow.accounts.users()[0])
            assert person is not None
            position = uow.directory.position(person.positions[0])
            assert position is not None
        self._folder = opened.profile.folder
        self._letters = LetterService(opened.store, actor_of(person, position), system_clock, os.urandom)
        self._attachments = AttachmentService(opened.store, opened.files, OnePage(), system_clock)

    def register(self, subject: str, *, with_scan: bool) -> None:
        scans = (self._attachments.take(self._scan(subject)),) if with_scan else ()
        today: date = local_date(system_clock())
        entry = LetterEntry(
            received_on=today, letter_no="5", letter_date=None, sender="Bappeda", subject=subject, scans=scans
        )
        registered = self._letters.register(entry)
        say(confirmed=registered.letter_id.hex(), agenda=registered.agenda)

    def _scan(self, subject: str) -> Path:
        path = self._folder / "pindaian.pdf"
        path.write_bytes(b"%PDF-1.7 " + subject.encode() * 9_000)
        return path


def say(**facts: object) -> None:
    """One line at once: a line that lingers in a buffer would die with the process."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
