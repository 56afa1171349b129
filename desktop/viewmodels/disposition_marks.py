"""Dispositions, or letters that wait for a decision, that are marked so that one act is done with all of them."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from core.domain.ids import DispositionId
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.dispositions import DispositionService
from desktop.services.following_up import FollowUpService
from desktop.services.person_service import Together
from desktop.viewmodels.disposition_editor import SheetOf
from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.viewmodels.follow_up import may_be_confirmed
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.viewmodels.letter_marks import MOST_MARKED
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import TaskRunner

DISPOSE, REPORT, FORWARD, REMIND, CONFIRM = "dispose", "report", "forward", "remind", "confirm"
_OFFERS = {
    InboxTab.TO_DECIDE: {DISPOSE: Power.DISPOSE},
    InboxTab.FOR_ME: {REPORT: Power.ANSWER, FORWARD: Power.DISPOSE},
    InboxTab.SENT: {REMIND: Power.DISPOSE, CONFIRM: Power.DISPOSE},
}


class DispositionMarks(OneAtATime):
    """What is marked in the list of an inbox; the entries, never the places.

    Signals besides those of OneAtATime: `changed()` when others are marked; after the commit `done(str, int, object)`
    with the name of the act, of how many something was changed, and the codes of those that were refused.
    """

    changed = Signal()
    done = Signal(str, int, object)

    def __init__(
        self,
        service: DispositionService,
        following: FollowUpService,
        runner: TaskRunner,
        *,
        inbox: DispositionInbox,
        actor: Actor,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is marked."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._following = following
        self._inbox = inbox
        self._actor = actor
        self.entries: tuple[InboxEntry, ...] = ()

    @property
    def count(self) -> int:
        """How many are marked."""
        return len(self.entries)

    @property
    def too_many(self) -> bool:
        """Whether more are marked than are worked on at once."""
        return self.count > MOST_MARKED

    @property
    def ready(self) -> bool:
        """Whether an act can begin."""
        return 0 < self.count <= MOST_MARKED and not self.busy

    @property
    def offers(self) -> tuple[str, ...]:
        """What can be done with all that are marked in this list."""
        allowed = [name for name, power in _OFFERS[self._inbox.tab].items() if has_power(self._actor, power)]
        if CONFIRM in allowed and not any(map(self._may_confirm, self.entries)):
            allowed.remove(CONFIRM)
        return tuple(allowed)

    def take(self, rows: Sequence[int]) -> None:
        """The entries in these rows are marked now, and no others."""
        found = (self._inbox.rows.row(row) for row in rows)
        entries = tuple(one for one in found if one is not None)
        if entries != self.entries:
            self.entries = entries
            self.changed.emit()

    def sheet(self, name: str) -> SheetOf:
        """What a sheet for all of them is about: disposing the letters, or passing the dispositions on."""
        letters = tuple(one.letter_id for one in self.entries)
        parents = self._dispositions() if name == FORWARD else ()
        return SheetOf(letter_id=letters[0], sender="", pile=letters, parents=parents)

    def report(self, result: str) -> None:
        """Report one result for all; `done` or `refused` follows."""
        if self.ready:
            work = partial(self._service.answer_all, self._dispositions(), result)
            self._begin(work, partial(self._tell, REPORT))

    def remind(self) -> None:
        """Remind all who have not answered; `done` or `refused` follows. What nobody is waited for does not count."""
        waiting = {
            one.disposition.id: tuple(to.position for to in one.disposition.recipients if to.is_open)
            for one in self.entries
            if one.disposition is not None
        }
        if self.ready:
            open_ones = {one: to for one, to in waiting.items() if to}
            self._begin(partial(self._following.remind_all, open_ones), partial(self._tell, REMIND))

    def confirm(self) -> None:
        """Confirm those that were entered for this position; `done` or `refused` follows."""
        if self.ready:
            wanted = [one.disposition.id for one in self.entries if one.disposition and self._may_confirm(one)]
            self._begin(partial(self._following.confirm_all, wanted), partial(self._tell, CONFIRM))

    def _dispositions(self) -> tuple[DispositionId, ...]:
        return tuple(one.disposition.id for one in self.entries if one.disposition is not None)

    def _may_confirm(self, entry: InboxEntry) -> bool:
        return entry.disposition is not None and may_be_confirmed(entry.disposition, self._actor.position)

    def _tell(self, name: str, together: Together) -> None:
        self.done.emit(name, together.done, together.refused)
