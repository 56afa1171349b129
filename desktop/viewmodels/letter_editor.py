"""The form of a letter: entering new ones, correcting old ones. What was typed is never lost by a refusal."""

from collections.abc import Callable
from datetime import date
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.amending import AMENDABLE
from core.domain.ids import LetterId
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.joining import JoiningService
from desktop.services.letters import LetterEntry, LetterService, Registered
from desktop.services.register import LetterView, RegisterService
from desktop.services.twins import Twin, TwinService, face_of
from desktop.viewmodels.draft_keeper import DraftKeeper
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_draft import (
    USUALLY_STICKY,
    LetterDraft,
    amendable_texts,
    copied,
    draft_from,
    draft_of,
    entry_of,
)
from desktop.viewmodels.letter_hints import LetterHints
from desktop.viewmodels.letter_twins import LetterTwins
from desktop.viewmodels.scan_intake import ScanIntake
from desktop.viewmodels.scan_proposals import ScanProposals
from desktop.workers.runner import CancelToken, Lane, OnDone, TaskRunner, Work


class EditorHelp(msgspec.Struct, frozen=True):
    """What helps while a letter is entered; no other screen uses these."""

    hints: LetterHints
    intake: ScanIntake
    keeper: DraftKeeper
    twins: LetterTwins
    joining: JoiningService
    proposals: ScanProposals | None = None


class LetterEditor(QObject):
    """The letter that is being entered or corrected.

    `kept` is a new letter whose form was put away. While a pile is entered (`in_batch`), saving stays in the form and
    keeps the fields of `sticky`.

    Signals: `draft_replaced()` when the form must be filled anew; `edited()` after a field was; `busy_changed(bool)`;
    `refused(str, str)` with code and field; `saved(object, bool)` with a Registered and whether the next letter
    follows; `amended(bool)` with whether anything was changed.
    """

    draft_replaced = Signal()
    edited = Signal()
    busy_changed = Signal(bool)
    refused = Signal(str, str)
    saved = Signal(object, bool)
    amended = Signal(bool)

    def __init__(
        self,
        letters: LetterService,
        register: RegisterService,
        *,
        runner: TaskRunner,
        help_with: EditorHelp,
        actor: Actor,
        today: Callable[[], date],
        parent: QObject | None = None,
    ) -> None:
        """Takes over what helps."""
        super().__init__(parent)
        self._letters = letters
        self._register = register
        self._runner = runner
        self._actor = actor
        self.kept: LetterDraft | None = None
        self.previous: LetterDraft | None = None
        self._letter: LetterView | None = None
        self._unread: dict[str, None] = {}
        self._saving = False
        self.hints, self.intake = help_with.hints, help_with.intake
        self.keeper, self.twins, self.proposals = help_with.keeper, help_with.twins, help_with.proposals
        self._joining = help_with.joining
        self.today = today
        self.in_batch = False
        self.sticky = USUALLY_STICKY
        self.may_register = has_power(actor, Power.REGISTER_LETTER)
        self.draft = self._base = self._fresh()
        self.hints.changed.connect(self._on_facts)
        self.intake.scans_changed.connect(self._on_scans)
        self.intake.busy_changed.connect(self._tell_busy)
        self.keeper.found.connect(self._on_found)

    @property
    def correcting(self) -> bool:
        """Whether a registered letter is being corrected."""
        return self._letter is not None

    @property
    def agenda(self) -> str:
        """The number of the letter that is being corrected, or the one that the next letter will get."""
        return self.hints.next_agenda(self.draft.book) if self._letter is None else self._letter.agenda

    @property
    def busy(self) -> bool:
        """Whether a letter is being saved or a file looked at."""
        return self._saving or self.intake.busy

    @property
    def touched(self) -> bool:
        """Whether anything was filled in."""
        return self.draft != self._base

    def may_change(self, field: str) -> bool:
        """Whether a field can be changed now: of a registered letter not all can, and not everybody inserts one."""
        if field == "insert_after" and not has_power(self._actor, Power.INSERT_NUMBER):
            return False
        return not self.correcting or field in AMENDABLE

    def start_new(self) -> None:
        """Open the form for a new letter; what was filled in before is still there."""
        self._letter = None
        self._base = self._fresh()
        self._replace(self.kept or self._base)
        self.hints.load()
        self.keeper.look()

    def start_correcting(self, letter_id: LetterId) -> None:
        """Open the form for a registered letter; `draft_replaced` follows."""
        self.leave()
        work = partial(_view_of, self._register, letter_id=letter_id)
        self._runner.run(Lane.STORE, work, done=self._on_letter, failed=self._on_failed, priority=1)

    def leave(self) -> None:
        """The form is put away; a new letter stays as it is until one comes back to it."""
        if not self.correcting:
            self.kept = self.draft if self.touched else None
            self.keeper.keep_now()
        self._letter = None

    @Slot()
    def discard(self) -> None:
        """Empty the form; what stood in it and is not saved can be had back from the trash."""
        if not self.correcting and self.touched:
            self.keeper.throw_away(_entry(self.draft, self.today(), self.intake))
        self.kept = None
        self._base = self._fresh()
        self.twins.forget()
        self._replace(self._base)
        self._note()

    def edit(self, field: str, value: object) -> None:
        """Take what was typed into one field."""
        self._unread.pop(field, None)
        self.draft = msgspec.structs.replace(self.draft, **{field: value})
        self.edited.emit()
        self._note()

    def note_unread(self, field: str) -> None:
        """What stands in a field is not understood, so it cannot be saved as it is."""
        self._unread[field] = None

    def copy_previous(self) -> None:
        """Take over what letters of one delivery have in common."""
        if self.previous is not None and not self.correcting:
            self._replace(copied(self.draft, self.previous))
            self._note()

    def save(self, *, then_next: bool = False, into: LetterId | None = None) -> None:
        """Save; `saved`, `amended` or `refused` follows. A second wish meanwhile is ignored.

        With `into` it is no letter of its own but one more arrival of that one, with its scans, its day and its way.

        What is in the register already is shown first, and saved at the next wish. While a scan is looked at or cleaned
        the wish waits for it, but not for one that is refused: its letter shall not be saved without it.
        """
        if self._saving:
            return
        if self.intake.busy:
            self.intake.when_ready(partial(self.save, then_next=then_next, into=into))
            return
        if self._unread:
            field = next(iter(self._unread))
            number = field == "insert_after"
            code = EntryCode.NUMBER_NOT_UNDERSTOOD if number else EntryCode.DATE_NOT_UNDERSTOOD
            self.refused.emit(code.value, field)
            return
        if self._letter is None:
            entry = _entry(self.draft, self.today(), self.intake)
            self.keeper.stop()
            work: Work = partial(
                _register, self._letters, entry=entry, twins=self.twins.service, known=self.twins.known
            )
            if into is not None:
                work = partial(_join, self._joining, into=into, entry=entry)
            done: OnDone = partial(self._on_registered, then_next or self.in_batch)
        else:
            letter = self._letter.letter
            changes = LetterService.differences(letter, amendable_texts(self.draft))
            work = partial(_amend, self._letters, letter_id=letter.id, changes=changes, view=self._letter)
            done = self._on_amended
        self._saving = True
        self._tell_busy()
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed, priority=1)

    def _fresh(self) -> LetterDraft:
        fresh = LetterDraft(received_on=self.today(), addressee=self.hints.usual_addressee)
        if self.in_batch and self.previous is not None:
            return copied(fresh, self.previous, self.sticky)
        return fresh

    def _replace(self, draft: LetterDraft) -> None:
        self._unread.clear()
        self.draft = draft
        self.draft_replaced.emit()
        self.intake.replace(draft.scans)

    def _on_registered(self, then_next: bool, outcome: Registered | tuple[Twin, ...]) -> None:  # noqa: FBT001  # bound by partial
        self._saving = False
        if isinstance(outcome, tuple):
            self.twins.ask(outcome)
            self._note()
            self._tell_busy()
            self.refused.emit(EntryCode.TWIN_FOUND.value, "")
            return
        self.previous = self.draft
        self.intake.forget_others(self.draft.scans)
        self._base = self.draft  # saved: nothing of it is thrown away
        self.discard()
        self.hints.load()
        self._tell_busy()
        self.saved.emit(outcome, then_next)

    def _on_amended(self, changed: bool) -> None:  # noqa: FBT001  # the value of the work
        self._saving = False
        self._tell_busy()
        self.amended.emit(changed)

    def _on_letter(self, view: LetterView | None) -> None:
        if view is None:
            self.refused.emit("unknown_letter", "")
            return
        self._letter = view
        self._base = draft_of(view.letter)
        self._replace(self._base)
        if not self.hints.positions:
            self.hints.load()

    def _on_found(self, entry: LetterEntry) -> None:
        """An earlier run of the program ended with this in the form."""
        if not self.correcting and not self.touched:
            self.intake.recall(entry.items)
            self._replace(draft_from(entry))
            self._note()

    def _note(self) -> None:
        """Keep what is typed, and look whether it is in the register already."""
        if not self.correcting:
            entry = _entry(self.draft, self.today(), self.intake)
            self.keeper.note(entry if self.touched else None)
            self.twins.watch(entry)

    def _on_failed(self, error: Exception) -> None:
        self._saving = False
        self._note()
        self._tell_busy()
        self.refused.emit(*failure_of(error))

    @Slot()
    def _on_facts(self) -> None:
        if not self.correcting and not self.touched:
            self._base = self._fresh()
            self._replace(self._base)

    @Slot()
    def _on_scans(self) -> None:
        if self.proposals is not None:
            self.proposals.follow(() if self.correcting else self.intake.scans)
        if self.intake.scans != self.draft.scans:
            self.draft = msgspec.structs.replace(self.draft, scans=self.intake.scans)
            self._note()

    @Slot()
    def _tell_busy(self) -> None:
        self.busy_changed.emit(self.busy)


def _entry(draft: LetterDraft, today: date, intake: ScanIntake) -> LetterEntry:
    """What stands in the form, with the items of Pindaian that its scans come from."""
    scans = {one.sha256 for one in draft.scans}
    items = tuple(one for one in intake.lent if one[0] in scans)
    return msgspec.structs.replace(entry_of(draft, today), items=items)


def _view_of(register: RegisterService, _token: CancelToken, *, letter_id: LetterId) -> LetterView | None:
    return register.letter(letter_id)


def _register(
    letters: LetterService,
    _token: CancelToken,
    *,
    entry: LetterEntry,
    twins: TwinService,
    known: frozenset[LetterId],
) -> Registered | tuple[Twin, ...]:
    """Enter a letter, unless it surely is in the register and nobody was asked about that."""
    found = twins.of(face_of(entry))
    if any(one.is_sure and one.letter_id not in known for one in found):
        return found
    return letters.register(entry)


def _join(joining: JoiningService, _token: CancelToken, *, into: LetterId, entry: LetterEntry) -> Registered:
    return joining.join(into, entry)


def _amend(
    letters: LetterService, _token: CancelToken, *, letter_id: LetterId, changes: dict[str, str], view: LetterView
) -> bool:
    """Correct what differs from the letter as it was opened; whether anything did."""
    if changes:
        letters.amend(letter_id, changes, seen=view.rev, had=view.letter)
    return bool(changes)
