"""Lampirkan ke surat: choosing the registered letter that gets a scan of Pindaian."""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.attachments import Attachment
from core.domain.ids import LetterId
from desktop.services.letters import LetterService
from desktop.services.register import LetterRow, RegisterService
from desktop.services.scan_inbox import ScanInboxService
from desktop.system.scan_item import ScanItem
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import CancelToken, Lane, TaskRunner, untold

MOST = 30


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that got the pages of an item."""

    letter: LetterRow
    item: int
    pages: int


class ScanAttaching(OneAtATime):
    """Finds letters as the search does, the newest where nothing is typed, and gives one of them the scan.

    Signals besides those of OneAtATime: `changed()` when other letters are listed; `attached(object)` with an Attached
    after the commit.
    """

    changed = Signal()
    attached = Signal(object)

    def __init__(
        self,
        inbox: ScanInboxService,
        letters: LetterService,
        *,
        register: RegisterService,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        """Without an item."""
        super().__init__(runner, parent=parent)
        self._inbox, self._letters, self._register = inbox, letters, register
        self._token: CancelToken | None = None
        self._words = ""
        self._listed_for: str | None = None
        self.item: ScanItem | None = None
        self.rows: RowList[LetterRow] = RowList(_key_of, columns=3, parent=self)

    def open(self, item: ScanItem) -> None:
        """Begin with an item; `changed` follows with the newest letters."""
        self.item, self._listed_for = item, None
        self.rows.reset([])
        self.look_for("")

    def look_for(self, typed: str) -> None:
        """List the letters for what was typed."""
        if self._token is not None:
            self._token.cancel()
        self._words = typed.strip()
        work = untold(partial(self._register.find, self._words, limit=MOST))
        done = partial(self._on_found, self._words)
        self._token = self._runner.run(Lane.FIND, work, done=done, failed=self._refuse)

    def attach_to(self, row: LetterRow) -> None:
        """Give a letter the scan; `attached` or `refused` follows. Nothing while the list is not that of the words."""
        if self.item is None or self._listed_for != self._words:
            return
        done = Attached(letter=row, item=self.item.id, pages=len(self.item.pages))
        made = partial(self._inbox.attachment, self.item)
        work = partial(_attach, made, self._letters, letter_id=row.id, item=self.item.id)
        self._begin(work, partial(self._on_attached, done), lane=Lane.FILES)

    def _on_found(self, words: str, found: tuple[LetterRow, ...]) -> None:
        self._listed_for = words
        self.rows.replace(found)
        self.changed.emit()

    def _on_attached(self, done: Attached, _value: object) -> None:
        self.attached.emit(done)


def _key_of(row: LetterRow) -> bytes:
    return row.id


def _attach(made: Callable[[], Attachment], letters: LetterService, *, letter_id: LetterId, item: int) -> None:
    letters.attach(letter_id, (made(),), item=item)
