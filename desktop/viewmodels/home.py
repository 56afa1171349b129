"""Beranda: what waits, kept fresh while it is looked at."""

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.home import HomeFacts, HomeService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.reading import Reading
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner

CHANGES_MS = 400


class Home(QObject):
    """The facts of the first page.

    Signals: `changed()` when `facts` are others; `failed(str, str)` with code and field.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(
        self, service: HomeService, runner: TaskRunner, feed: ChangeFeed, *, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `set_watched`."""
        super().__init__(parent)
        self._service = service
        self._watched = False
        self.facts: HomeFacts | None = None
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_changed)
        self._reading = Reading(runner, service.look, parent=self)
        self._reading.done.connect(self._on_facts)
        self._reading.failed.connect(self.failed)

    @property
    def decides(self) -> bool:
        """Whether letters come to this person for a first decision."""
        return self._service.decides

    def set_watched(self, *, watched: bool) -> None:
        """Read what is shown; while nobody looks, changes cost nothing."""
        self._watched = watched
        if watched:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        self._reading.ask()

    @Slot(object)
    def _on_changed(self, _changes: object) -> None:
        if self._watched:
            self._changes.ask()

    @Slot(object)
    def _on_facts(self, facts: HomeFacts) -> None:
        self.facts = facts
        self.changed.emit()
