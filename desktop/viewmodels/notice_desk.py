"""The latest notices of one person: which were not seen, and which are told on the desktop, and when."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.domain.dispositions import Disposition
from core.domain.letters import IncomingLetter
from core.domain.notices import NoticeKind, QuietHours, is_quiet
from desktop.services.notices import Notice, NoticeService
from desktop.system.notice_file import NoticeChoice, NoticeFile
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import Lane, TaskRunner, untold

CHANGES_MS = 1_500
# Days come near and quiet hours end without anybody doing anything.
LOOK_MS = 5 * 60 * 1000
REMINDERS = frozenset(
    {
        *(NoticeKind.REMINDED, NoticeKind.DUE_SOON, NoticeKind.OVERDUE),
        *(NoticeKind.REPLY_SOON, NoticeKind.REPLY_OVERDUE),
        *(NoticeKind.EVENT_TODAY, NoticeKind.EVENT_TOMORROW),
    }
)


class NoticeDesk(QObject):
    """Looks at what there is to know.

    Signals: `changed()` when the notices, or what was seen of them, are others; `told(object)` with a list of notices
    that came since the last look and may be told now.
    """

    changed = Signal()
    told = Signal(object)

    def __init__(
        self,
        service: NoticeService,
        file: NoticeFile,
        runner: TaskRunner,
        *,
        feed: ChangeFeed,
        whose: str,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is read before `refresh`; `whose` names person and position in the memory of the PC."""
        super().__init__(parent)
        self._service = service
        self._file = file
        self._runner = runner
        self._whose = whose
        self._seen: frozenset[str] = frozenset()
        self._heard: frozenset[str] | None = None
        self._held: list[Notice] = []
        self.choice = NoticeChoice()
        self.rows: RowList[Notice] = RowList(_key_of, parent=self)
        self._reading = Reading(runner, self._read, parent=self)
        self._reading.done.connect(self._take)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self._reading.ask)
        feed.changed.connect(self._on_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self._reading.ask)

    @property
    def unseen(self) -> int:
        """How many were not seen."""
        return sum(one.key not in self._seen for one in self.rows.rows())

    def is_new(self, notice: Notice) -> bool:
        """Whether a notice was not seen."""
        return notice.key not in self._seen

    @Slot()
    def refresh(self) -> None:
        """Look now, and from time to time from now on."""
        self._clock.start()
        self._reading.ask()

    def mark_seen(self) -> None:
        """A person has looked at all of them."""
        keys = frozenset(one.key for one in self.rows.rows())
        if keys != self._seen:
            self._seen = keys
            self._runner.run(Lane.FILES, untold(lambda: self._file.keep_seen(self._whose, keys)))
            self.changed.emit()

    def choose(self, choice: NoticeChoice) -> None:
        """Other quiet hours, or none."""
        self.choice = choice
        self._runner.run(Lane.FILES, untold(lambda: self._file.choose(choice)))

    def _read(self) -> tuple[tuple[Notice, ...], frozenset[str], NoticeChoice]:
        return self._service.look(), self._file.seen(self._whose), self._file.choice()

    @Slot(object)
    def _take(self, read: tuple[tuple[Notice, ...], frozenset[str], NoticeChoice]) -> None:
        notices, seen, self.choice = read
        first = self._heard is None
        if first:
            self._seen = seen
        fresh = [one for one in notices if one.key not in (seen if first else self._heard or ())]
        self._heard = frozenset(one.key for one in notices)
        self.rows.replace(notices)
        self.changed.emit()
        # Whoever begins his day is reminded; what waits in his lists he sees there.
        self._tell([one for one in fresh if one.kind in REMINDERS] if first else fresh)

    def _tell(self, fresh: Sequence[Notice]) -> None:
        """What cannot wait at once, the rest when it is not quiet."""
        here = {one.key for one in self.rows.rows()}
        waiting = [one for one in self._held if one.key in here and self.is_new(one)] + list(fresh)
        choice = self.choice
        hours = QuietHours(start=choice.quiet_from, end=choice.quiet_until, weekends=choice.quiet_weekends)
        now = self._service.now
        told = [one for one in waiting if not is_quiet(now, hours, one.urgency)]
        self._held = [one for one in waiting if one not in told]
        if told and choice.shown:
            self.told.emit(told)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter, Disposition):
            self._changes.ask()


def _key_of(notice: Notice) -> str:
    return notice.key
