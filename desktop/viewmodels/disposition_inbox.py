"""The lists of the disposition screen, and the letter that is looked at."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.dispositions import Disposition
from core.domain.errors import RefusalCode
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor, Position
from desktop.services.clock import Clock, local_date
from desktop.services.dispositions import Assignment, DispositionService
from desktop.services.register import LetterView, RegisterService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.inbox_entries import InboxEntry, assignment_entry, letter_entry
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

LOOKED_AT_MS = 1000
# A sync that brings many letters commits many times a second; nobody reads a list so fast.
CHANGES_MS = 80


class InboxTab(Enum):
    """The lists a person can look at."""

    TO_DECIDE = "to_decide"
    FOR_ME = "for_me"
    SENT = "sent"


class _Lists(msgspec.Struct, frozen=True, kw_only=True):
    to_decide: tuple[IncomingLetter, ...]
    for_me: tuple[Assignment, ...]
    done: tuple[Assignment, ...]
    sent: tuple[Assignment, ...]
    asked_for: LetterView | None = None


class DispositionInbox(QObject):
    """Keeps the lists fresh and opens the letter of the chosen card.

    Signals: `changed()` when tab, counts or rows changed; `letter_changed()` when `entry` or `letter` is another;
    `found(int)` with the row of the letter that `show_letter` asked for; `failed(str, str)` with code and field when
    something could not be read.
    """

    changed = Signal()
    letter_changed = Signal()
    found = Signal(int)
    failed = Signal(str, str)

    def __init__(
        self,
        service: DispositionService,
        register: RegisterService,
        *,
        actor: Actor,
        clock: Clock,
        runner: TaskRunner,
        feed: ChangeFeed,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._register = register
        self._actor = actor
        self._clock = clock
        self._runner = runner
        self._lists = _Lists(to_decide=(), for_me=(), done=(), sent=())
        self._words: tuple[str, ...] = ()
        self._looked_at: set[bytes] = set()
        self._asked_for: LetterId | None = None
        self._guest: IncomingLetter | None = None
        self._loading = self._stale = False
        self._opening: CancelToken | None = None
        self._looking = Coalescer(LOOKED_AT_MS, restart=True, parent=self)
        self._looking.due.connect(self._on_looked_at)
        self.tabs = tuple(InboxTab) if service.decides else (InboxTab.FOR_ME, InboxTab.SENT)
        self.tab = self.tabs[0]
        self.rows: RowList[InboxEntry] = RowList(_key_of, parent=self)
        self.entry: InboxEntry | None = None
        self.letter: LetterView | None = None
        self.loaded = False
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)

    @property
    def counts(self) -> Mapping[InboxTab, int]:
        """What stands behind the name of each tab: letters to decide, dispositions still open, dispositions sent."""
        lists = self._lists
        return {
            InboxTab.TO_DECIDE: len(lists.to_decide),
            InboxTab.FOR_ME: len(lists.for_me),
            InboxTab.SENT: len(lists.sent),
        }

    @property
    def waiting(self) -> int:
        """How much waits for this person, as the navigation says it."""
        counts = self.counts
        return counts[InboxTab.FOR_ME] + (counts[InboxTab.TO_DECIDE] if self._service.decides else 0)

    @property
    def today(self) -> date:
        """The day where the office is."""
        return local_date(self._clock())

    @property
    def filtered(self) -> bool:
        """Whether words narrow the list."""
        return bool(self._words)

    def show_tab(self, tab: InboxTab) -> None:
        """Look at another list."""
        if tab is not self.tab and tab in self.tabs:
            self._go_to(tab)
            self._guest = None
            self._fill()

    def show_letter(self, letter_id: LetterId) -> None:
        """Go to the card of a letter, in whichever list it stands; `found` follows.

        Who decides may dispose any letter he sees: one that waits for nobody is put on top of his list as a guest.
        """
        self._asked_for = letter_id
        self._words = ()
        self.refresh()

    def forget_guest(self, letter_id: LetterId) -> None:
        """Take a guest away, such as after it was disposed."""
        if self._guest is not None and self._guest.id == letter_id:
            self._guest = None
            self._fill()

    def set_words(self, text: str) -> None:
        """Keep only cards that hold all these words in sender, subject or number."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._fill()

    def open(self, entry: InboxEntry | None) -> None:
        """Look at the letter of a card; `letter` follows a moment later."""
        if entry is not None and self.entry is not None and entry.key == self.entry.key:
            return
        self.entry, self.letter = entry, None
        self._looking.ask()
        self._load_letter()
        self.letter_changed.emit()

    @Slot()
    def refresh(self) -> None:
        """Read the lists again; several wishes while one reading is under way become one."""
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        asked_for = self._asked_for
        work = partial(_read_lists, self._service, self._register, letter_id=asked_for)
        done = partial(self._on_lists, letter_id=asked_for)
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed)

    @Slot(object)
    def _on_change(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter, Disposition, Position):
            self._changes.ask()

    @Slot()
    def _on_looked_at(self) -> None:
        if self.entry is not None and self.entry.key not in self._looked_at:
            self._looked_at.add(self.entry.key)
            self._fill()

    def _on_lists(self, lists: _Lists, *, letter_id: LetterId | None) -> None:
        self._loading, self.loaded = False, True
        self._lists = lists
        answers = letter_id is not None and letter_id == self._asked_for
        key = self._find(letter_id, lists.asked_for) if letter_id is not None and answers else None
        self._fill()
        self._load_letter()
        if answers:
            self._asked_for = None
            if key is None:
                self.failed.emit(RefusalCode.UNKNOWN_LETTER.value, "")
            else:
                self.found.emit(self.rows.place_of(key))
        if self._stale:
            self.refresh()

    def _find(self, letter_id: LetterId, view: LetterView | None) -> bytes | None:
        """The key of the card of a letter, with its list shown; None if this person has none for it."""
        lists = self._lists
        waits = any(one.id == letter_id for one in lists.to_decide)
        given = _on_letter((*lists.for_me, *lists.done), letter_id)
        sent = _on_letter(lists.sent, letter_id)
        if waits or (given is None and view is not None and self._service.decides):
            self._go_to(InboxTab.TO_DECIDE)
            self._guest = None if waits or view is None else view.letter
            return letter_id
        if given is not None:
            self._go_to(InboxTab.FOR_ME)
            return given
        if sent is not None:
            self._go_to(InboxTab.SENT)
        return sent

    def _go_to(self, tab: InboxTab) -> None:
        if tab is not self.tab:
            self.tab = tab
            self.rows.reset([])

    def _fill(self) -> None:
        self.rows.replace([entry for entry in self._entries() if entry.holds(self._words)])
        if self.entry is not None:
            place = self.rows.place_of(self.entry.key)
            self.entry = self.rows.row(place) if place >= 0 else self.entry
        self.changed.emit()

    def _entries(self) -> list[InboxEntry]:
        lists, actor = self._lists, self._actor
        match self.tab:
            case InboxTab.TO_DECIDE:
                waiting = list(lists.to_decide)
                if self._guest is not None and self._guest.id not in {letter.id for letter in waiting}:
                    waiting.insert(0, self._guest)
                # Nobody notes when a leader looked at a letter; new is what was not looked at since the start.
                return [letter_entry(one, actor, unread=one.id not in self._looked_at) for one in waiting]
            case InboxTab.FOR_ME:
                return [assignment_entry(one, actor) for one in (*lists.for_me, *lists.done)]
            case InboxTab.SENT:
                return [assignment_entry(one, actor) for one in lists.sent]

    def _load_letter(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
        if self.entry is None:
            return
        work = partial(_read_letter, self._register, self.entry.letter_id)
        self._opening = self._runner.run(Lane.STORE, work, done=self._on_letter, failed=self._on_failed)

    def _on_letter(self, letter: LetterView | None) -> None:
        self._opening = None
        if letter != self.letter:
            self.letter = letter
            self.letter_changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._loading = False
        self.failed.emit(*failure_of(error))


def _key_of(entry: InboxEntry) -> bytes:
    return entry.key


def _on_letter(assignments: tuple[Assignment, ...], letter_id: LetterId) -> bytes | None:
    """The key of the newest of these dispositions that is on a letter."""
    found = (one.disposition.id for one in assignments if one.disposition.letter_id == letter_id)
    return next(found, None)


def _read_lists(
    service: DispositionService, register: RegisterService, _token: CancelToken, *, letter_id: LetterId | None
) -> _Lists:
    return _Lists(
        to_decide=service.to_decide() if service.decides else (),
        for_me=service.for_me(),
        done=service.for_me(answered=True),
        sent=service.sent(),
        asked_for=None if letter_id is None else register.letter(letter_id),
    )


def _read_letter(register: RegisterService, letter_id: LetterId, _token: CancelToken) -> LetterView | None:
    return register.letter(letter_id)
