"""Urungkan: puts what may be undone into the window, and the sheet back when it was."""

from collections import Counter

from PySide6.QtCore import QObject, Slot

from desktop.app.session_services import SessionServices
from desktop.services.clock import system_clock
from desktop.services.undoing import Undone, UndoService
from desktop.viewmodels.undo_desk import UndoDesk
from desktop.views.main_window import MainWindow
from desktop.views.messages import sentence_for
from desktop.views.undo_words import undone_text
from desktop.views.workspace import Workspace
from desktop.workers.runner import Lane, untold

# Long enough to see a slip, short enough that nobody waits for what was sent.
UNDO_MS = 10_000


class Undoing(QObject):
    """What one signed-in person may undo."""

    def __init__(self, parts: SessionServices, window: MainWindow, workspace: Workspace) -> None:
        """From now on acts of this person that can be undone are held back."""
        super().__init__(parts.owner)
        store = parts.ground.opened.store
        store.let_undo(UNDO_MS)
        self._workspace = workspace
        self._runner = parts.ground.runner
        self._service = UndoService(store, parts.session.actor, system_clock)
        self.desk = UndoDesk(self._service, self._runner, parent=self)
        workspace.act_done.connect(self.desk.tell)
        workspace.undo_wanted.connect(self.desk.undo)
        window.undo_wanted.connect(self.desk.undo)
        self.desk.available_changed.connect(window.set_can_undo)
        self.desk.offered.connect(workspace.show_undoable)
        self.desk.undone.connect(self._on_undone)
        self.desk.refused.connect(self._on_refused)

    def leave(self) -> None:
        """The person leaves: nothing can be undone any more."""
        self._runner.run(Lane.STORE, untold(self._service.leave), failed=_nothing)

    @Slot(object)
    def _on_undone(self, undone: Undone) -> None:
        kinds = Counter(kind for kind, _ in undone.rows)
        text = undone_text(undone.act, undone.stays, count=max(kinds.values(), default=1))
        self._workspace.show_undone(text, undone.rows)

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self._workspace.end_undo()
        self._workspace.show_trouble(sentence_for(code))


def _nothing(_error: Exception) -> None:
    """The hold ends by itself with the next visit."""
