"""The agenda that is looked at: whose, of which days; and the letters that want an answer."""

from datetime import date, timedelta
from enum import Enum

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import PositionId
from core.domain.letters import IncomingLetter
from desktop.services.agenda import AgendaChair, AgendaItem, AgendaService, week_of
from desktop.services.replies import AwaitedReply, ReplyService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import TaskRunner

CHANGES_MS = 300
AGENDA_COLUMNS, REPLY_COLUMNS = 5, 5


class AgendaSpan(Enum):
    """Which days are looked at; the last is no days but the letters that want an answer."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    NEXT_WEEK = "next_week"
    UNANSWERED = "unanswered"


class AgendaDesk(QObject):
    """One position's days.

    Signals: `changed()` when rows, days or chairs are others; `failed(str, str)` with code and field.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(
        self,
        service: AgendaService,
        replies: ReplyService,
        runner: TaskRunner,
        *,
        feed: ChangeFeed,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is read before `refresh`."""
        super().__init__(parent)
        self._service = service
        self._replies = replies
        self.span = AgendaSpan.TODAY
        self.chairs: tuple[AgendaChair, ...] = ()
        self.position: PositionId | None = None
        self.rows: RowList[AgendaItem] = RowList(_letter_of, columns=AGENDA_COLUMNS, parent=self)
        self.awaited: RowList[AwaitedReply] = RowList(_letter_of, columns=REPLY_COLUMNS, parent=self)
        self._reading = Reading(runner, self._read, parent=self)
        self._reading.done.connect(self._take)
        self._reading.failed.connect(self.failed)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self._reading.ask)
        feed.changed.connect(self._on_changed)

    @property
    def today(self) -> date:
        """The day at the office."""
        return self._service.today

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are looked at."""
        today = self.today
        tomorrow = today + timedelta(days=1)
        return {
            AgendaSpan.TODAY: (today, today),
            AgendaSpan.TOMORROW: (tomorrow, tomorrow),
            AgendaSpan.WEEK: week_of(today),
            AgendaSpan.NEXT_WEEK: week_of(today + timedelta(days=7)),
            AgendaSpan.UNANSWERED: (today, today),
        }[self.span]

    @property
    def print_days(self) -> tuple[date, date]:
        """The days of the page that is printed: tomorrow's from today's list, else those that are looked at."""
        tomorrow = self.today + timedelta(days=1)
        return (tomorrow, tomorrow) if self.span is AgendaSpan.TODAY else self.days

    def refresh(self) -> None:
        """Read everything again."""
        self._reading.ask()

    def choose_span(self, span: AgendaSpan) -> None:
        """Look at other days."""
        self.span = span
        self._reading.ask()
        self.changed.emit()

    def choose_position(self, position: PositionId) -> None:
        """Look at another position's agenda."""
        self.position = position
        self._reading.ask()

    def _read(self) -> tuple[tuple[AgendaChair, ...], PositionId, tuple[AgendaItem, ...], tuple[AwaitedReply, ...]]:
        chairs = self._service.chairs()
        position = self.position or chairs[0].position
        return chairs, position, self._service.between(position, *self.days), self._replies.unanswered()

    @Slot(object)
    def _take(
        self, read: tuple[tuple[AgendaChair, ...], PositionId, tuple[AgendaItem, ...], tuple[AwaitedReply, ...]]
    ) -> None:
        self.chairs, self.position, rows, awaited = read
        self.rows.replace(rows)
        self.awaited.replace(awaited)
        self.changed.emit()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter):
            self._changes.ask()


def _letter_of(row: AgendaItem | AwaitedReply) -> bytes:
    return row.letter
