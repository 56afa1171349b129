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
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec
from sqlalchemy import event
from sqlalchemy.pool import Pool

from core.domain.attachments import MediaType
from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, PositionId
from core.domain.letters import IncomingLetter
from core.domain.offices import Position, Role, actor_of
from core.protocol.bundle import SUFFIX
from core.protocol.records import KIND_OF
from desktop.app.bundling import StickPost
from desktop.app.opening import OpenProfile, open_profile
from desktop.app.syncing import join_office, sync_parts
from desktop.app.wire import shipped_wire
from desktop.services.archives import NewRecordFile, RecordFileService
from desktop.services.attachments import AttachmentService
from desktop.services.clock import local_date, system_clock
from desktop.services.dispositions import DispositionService, Order
from desktop.services.letters import LetterEntry, LetterService
from desktop.services.numbers import NumberService
from desktop.services.sign_in import SignInService
from desktop.services.undoing import UndoService
from desktop.services.upkeep import UpkeepService
from desktop.storage.base import SyncMark
from desktop.storage.healing import Healing
from desktop.system.page_messages import PageTrouble
from desktop.system.page_renderer import PageImage, RenderFailed, ScanFacts, Source
from tests.faults.failpoints import Reaper, careless
from tests.journey.cheap_passwords import cheap_passwords
from tests.support.server import PASSWORD
from tests.support.stores import every

ROUNDS = 2
LETTERS_A_ROUND = 2
# Longer than any test: the hold ends when the story says so.
UNDO_MS = 3_600_000


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Where to work, and where to die: at the `hit`-th time of a moment; without a moment not at all.

    `story` names what the PC does, one of `STORIES`; `stick` is the folder of its bundles, `url` and `code` are for
    joining. `log` is where `power/shim.c` tells what happens to the files, if it is loaded; `synchronous` makes the
    store careless.
    """

    profile: str
    moment: str = ""
    hit: int = 1
    log: str = ""
    synchronous: str = ""
    story: str = "letters"
    stick: str = ""
    url: str = ""
    code: str = ""


class OnePage:
    """Stands for the page process, which has tests of its own: every file is a scan of one page."""

    def inspect(self, source: Source) -> ScanFacts:
        return ScanFacts(media=MediaType.PDF, pages=1, size=source.stat().st_size if isinstance(source, Path) else 1)

    def render(self, source: Source, *, page: int, width: int, rotate: int = 0) -> PageImage:
        raise NotImplementedError

    def thumbnail(self, source: Source) -> bytes:
        raise RenderFailed(PageTrouble.FAILED, str(source))

    develop = thumbnail


def main() -> None:
    for line in sys.stdin:
        case = msgspec.json.decode(line, type=Case)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            with cheap_passwords():
                play(case)
            return
        _, status = os.waitpid(child, 0)
        say(ended=os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def play(case: Case) -> None:
    """Play the story of a case to its end, if it has one."""
    reaper = Reaper(case.moment, case.hit)
    if case.log:
        os.environ.update(POWER_ROOT=case.profile, POWER_LOG=case.log)
    if case.synchronous:
        event.listen(Pool, "connect", careless(case.synchronous))
    reaper.watch_commits()
    if case.story != "letters":
        reaper.watch_files()
        reaper.watch_requests()
    opened = open_profile(Path(case.profile), create=case.story == "first", vault="file", unattended=True)
    opened.store.listen(reaper.after_commit)
    STORIES[case.story](opened, case, reaper)
    opened.close()
    say(moments=dict(reaper.counts))


def letters(opened: OpenProfile, _case: Case, reaper: Reaper) -> None:
    """As a clerk works: two letters and a visit to the server, then a visit that compares; and once more."""
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


def desk(opened: OpenProfile, _case: Case, reaper: Reaper) -> None:
    """What a secretary does besides: correcting, opening a berkas, filing, disposing, striking through; twice."""
    secretary = Desk(opened)
    parts = sync_parts(opened, shipped_wire(), step=reaper.step)
    client = parts.make_client()
    upkeep = UpkeepService(opened.store, opened.files)
    for number in range(ROUNDS):
        secretary.work(number)
        parts.visits.visit(client, lambda: False)
        upkeep.clear_files()
        upkeep.step()
    client.close()


def undo(opened: OpenProfile, _case: Case, reaper: Reaper) -> None:
    """A disposition that is held back, undone while the rest is sent, given again and sent when the time is over."""
    secretary = Desk(opened)
    parts = sync_parts(opened, shipped_wire(), step=reaper.step)
    client = parts.make_client()
    opened.store.let_undo(UNDO_MS)
    for number in range(ROUNDS):
        letter = secretary.register(f"Surat {number}", with_scan=False)
        secretary.dispose(letter)
        parts.visits.visit(client, _never)
        secretary.undo()
        secretary.dispose(letter)
        secretary.end_undo()
        parts.visits.visit(client, _never)
    client.close()


def inbox(opened: OpenProfile, _case: Case, reaper: Reaper) -> None:
    """The dispositions that wait for the clerk: read, then answered, with a visit after each."""
    clerk = Desk(opened)
    parts = sync_parts(opened, shipped_wire(), step=reaper.step)
    client = parts.make_client()
    for stored in every(opened.store, Disposition):
        clerk.answer(stored.record)
        parts.visits.visit(client, lambda: False)
    client.close()


def stick(opened: OpenProfile, case: Case, _reaper: Reaper) -> None:
    """A letter, the answers that lie on the stick, another letter, and a new question onto the stick; twice."""
    clerk, post, folder = Desk(opened), StickPost(opened), Path(case.stick)
    answers = sorted(folder.glob(f"*{SUFFIX}"))
    for number in range(ROUNDS):
        clerk.register(f"Surat {number}", with_scan=True)
        post.take(answers, progress=_quiet, stopped=_never)
        clerk.register(f"Surat {number} lagi", with_scan=False)
        out = folder / str(number)
        out.mkdir(exist_ok=True)
        post.write(out, progress=_quiet, stopped=_never)


def first(opened: OpenProfile, case: Case, _reaper: Reaper) -> None:
    """Join an office, fetch what it has, and dispose a letter."""
    join_office(opened, shipped_wire(), address=case.url, code=case.code, password=PASSWORD, device_name="PC uji")
    head = Desk(opened)
    for letter in every(opened.store, IncomingLetter)[:ROUNDS]:
        head.dispose(letter.record.id)
        parts = sync_parts(opened, shipped_wire())
        client = parts.make_client()
        parts.visits.visit(client, _never)
        client.close()


def _quiet(_done: int, _all: int) -> None:
    return


def _never() -> bool:
    return False


STORIES: MappingProxyType[str, Callable[[OpenProfile, Case, Reaper], None]] = MappingProxyType(
    {"letters": letters, "desk": desk, "undo": undo, "inbox": inbox, "stick": stick, "first": first}
)


def doubt(opened: OpenProfile) -> None:
    """Let the next visit compare, and find an old version of one letter here."""
    settled = [stored for stored in every(opened.store, IncomingLetter) if stored.mark == SyncMark.ON_SERVER]
    with opened.store.begin() as uow:
        table = uow.table(KIND_OF[IncomingLetter].code)
        table.settle(uow.connection, settled[0].record.id, rev=1, mark=SyncMark.ON_SERVER)
        Healing(uow).ask_to_compare()


class Desk:
    """The desk of the profile's only person. Each act is told when it is confirmed."""

    def __init__(self, opened: OpenProfile) -> None:
        with opened.store.read() as uow:
            person = uow.directory.person(uow.accounts.users()[0])
            assert person is not None
        if not opened.store.ring_of(person.number).pairs:
            SignInService(opened.store, opened.locksmith).sign_in(person.number, PASSWORD)
        with opened.store.read() as uow:
            position = uow.directory.position(person.positions[0])
            assert position is not None
        self._folder = opened.profile.folder
        self._attachments = AttachmentService(opened.store, opened.files, OnePage(), system_clock)
        actor = actor_of(person, position)
        self._letters = LetterService(opened.store, actor, system_clock, os.urandom)
        self._numbers = NumberService(opened.store, actor, system_clock, os.urandom)
        self._archives = RecordFileService(opened.store, actor, system_clock, os.urandom)
        self._dispositions = DispositionService(opened.store, actor, system_clock, os.urandom)
        self._undoing = UndoService(opened.store, actor, system_clock)
        self._store = opened.store

    def register(self, subject: str, *, with_scan: bool) -> LetterId:
        scans = (self._attachments.take(self._scan(subject)),) if with_scan else ()
        today: date = local_date(system_clock())
        entry = LetterEntry(
            received_on=today, letter_no="5", letter_date=None, sender="Bappeda", subject=subject, scans=scans
        )
        registered = self._letters.register(entry)
        say(confirmed=registered.letter_id.hex(), agenda=registered.agenda)
        return registered.letter_id

    def work(self, number: int) -> None:
        """One of each act of a secretary."""
        kept, struck = (self.register(f"Surat {number}.{place}", with_scan=not place) for place in range(2))
        self._letters.amend(kept, {"subject": f"Perihal {number}"})
        say(acts=1)
        berkas = self._archives.open(NewRecordFile(classification="005", title=f"Undangan {number}"))
        say(acts=1)
        self._letters.file(kept, berkas)
        say(acts=1)
        self.dispose(kept)
        self._numbers.void_letter(struck, "salah catat")
        say(acts=1)
        self._numbers.void_number(local_date(system_clock()).year, 900_000 + number, "terlewat")
        say(acts=1)

    def dispose(self, letter: LetterId) -> None:
        self._dispositions.issue(Order(letter_id=letter, recipients=(self._clerk(),), instructions=(1,)))
        say(acts=1)

    def undo(self) -> None:
        """Take the last act back. From here on nobody counts on it; it is gone when this returns."""
        say(acts=-1)
        self._undoing.undo()

    def end_undo(self) -> None:
        self._undoing.leave()

    def answer(self, disposition: Disposition) -> None:
        self._dispositions.read(disposition.id)
        say(acts=1)
        self._dispositions.answer(disposition.id, "sudah dikerjakan")
        say(acts=1)

    def _clerk(self) -> PositionId:
        positions: list[Position] = [stored.record for stored in every(self._store, Position)]
        return next(one.number for one in positions if one.role == Role.REGISTRAR)

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
