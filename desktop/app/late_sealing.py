"""Seals behind the window what secret letters still have in the clear here: at the beginning and after visits."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from desktop.app.session_services import SessionServices
from desktop.services.clock import system_clock
from desktop.services.late_sealing import LateSealing
from desktop.workers.change_feed import Changes
from desktop.workers.runner import UNAWAITED, Lane, untold

# From so many changed letters on it is simpler to look at all secret ones.
_MANY = 1_000


class LateSeals(QObject):
    """For whoever is signed in, until the person leaves."""

    def __init__(self, parts: SessionServices) -> None:
        super().__init__(parts.owner)
        self._ground = parts.ground
        opened = parts.ground.opened
        self._service = LateSealing(opened.store, parts.session.actor, system_clock, opened.files)
        self._due: set[LetterId] | None = None
        self._ground.feed.changed.connect(self._on_changed)
        self._ground.relay.round_finished.connect(self._on_round)

    def begin(self) -> None:
        """Look at all secret letters that are here."""
        self._run()

    def _run(self) -> None:
        """Look at the letters that are due; None: at all."""
        among, self._due = self._due, set()
        work = untold(partial(self._service.seal, among))
        failed = partial(self._on_failed, among)
        self._ground.runner.run(Lane.STORE, work, done=self._add, failed=failed, priority=UNAWAITED)

    def _add(self, letters: set[LetterId] | None) -> None:
        if letters is None or self._due is None or len(self._due) + len(letters) > _MANY:
            self._due = None
        else:
            self._due |= letters

    def _on_failed(self, among: set[LetterId] | None, _error: Exception) -> None:
        # The next visit tries again; what is held back goes nowhere meanwhile.
        self._add(among)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        self._add({LetterId(row_id) for row_id in changes.of(IncomingLetter)})

    @Slot(str)
    def _on_round(self, _outcome: str) -> None:
        if self._due is None or self._due:
            self._run()
