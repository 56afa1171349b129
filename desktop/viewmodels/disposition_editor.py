"""The disposition sheet while it is filled in: to whom, what is asked, by when."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.attachments import Attachment
from core.domain.ids import DispositionId, LetterId, PositionId
from core.domain.offices import Position, Role
from desktop.services.attachments import AttachmentService
from desktop.services.disposition_suggestions import DispositionSuggestions, SuggestedOrder
from desktop.services.dispositions import DispositionService, Order
from desktop.services.instruction_choices import InstructionChoiceService, OfferedInstructions
from desktop.services.instructions import Instruction, InstructionList
from desktop.services.person_service import Together
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.workers.runner import Lane, TaskRunner, untold


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a sheet that was not issued yet."""

    recipients: tuple[PositionId, ...] = ()
    instructions: tuple[int, ...] = ()
    note: str = ""
    due_on: date | None = None
    on_behalf: PositionId = PositionId(0)
    sheets: tuple[Attachment, ...] = ()


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A disposition that is durably saved: whose letter it was and to which positions it went.

    Of a pile `count` letters were disposed; `refused` are the codes of those that could not be.
    """

    letter_id: LetterId
    sender: str
    to: tuple[str, ...]
    count: int = 1
    refused: tuple[str, ...] = ()


class EditorParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet may be helped with: proposals, a list of one's own, scans of what a leader wrote."""

    suggestions: DispositionSuggestions | None = None
    choices: InstructionChoiceService | None = None
    attachments: AttachmentService | None = None


class SheetOf(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet is about: a letter, and the disposition that is passed on with it, if any.

    A `pile` of letters is disposed in the same way as one step; `parents` are, one for each of them, the dispositions
    that are passed on with it.
    """

    letter_id: LetterId
    sender: str
    parent: DispositionId | None = None
    pile: tuple[LetterId, ...] = ()
    parents: tuple[DispositionId, ...] = ()


class DispositionEditor(OneAtATime):
    """Holds one draft for each letter, so that looking at another letter loses nothing, and issues it.

    Signals besides those of OneAtATime: `choices_changed()` when the possible recipients are another; `opened()` when
    another sheet is shown; `issued(object)` with an Issued after the commit; `suggestion_changed()`;
    `list_kept()` after the list of instructions was changed.
    """

    choices_changed = Signal()
    opened = Signal()
    issued = Signal(object)
    suggestion_changed = Signal()
    list_kept = Signal()

    def __init__(
        self,
        service: DispositionService,
        instructions: InstructionList,
        *,
        role: Role,
        runner: TaskRunner,
        help_with: EditorParts | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Without a letter; `load` reads the recipients. Nothing is helped with that is not there."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._drafts: dict[tuple[bytes, bytes | None], Draft] = {}
        self._last: tuple[bytes, SheetOf, Draft] | None = None
        self._instructions = instructions
        self._help = help_with or EditorParts()
        self.everyone: tuple[Position, ...] = ()
        self._role = role
        self.suggestion: SuggestedOrder | None = None
        self.sheet: SheetOf | None = None
        self.draft = Draft()
        self.leaders: tuple[Position, ...] = ()
        self.usual: tuple[Instruction, ...] = instructions.usual_for(role)
        self.instructions: tuple[Instruction, ...] = tuple(instructions)

    @property
    def recipients(self) -> tuple[Position, ...]:
        """To whom the sheet can go: everybody but whoever orders."""
        giver = self.draft.on_behalf or self._service.position
        return tuple(one for one in self.everyone if one.number != giver)

    @property
    def may_list(self) -> bool:
        """Whether this person can choose which instructions are offered."""
        return self._help.choices is not None

    def text_of(self, number: int) -> str:
        """The words of an instruction."""
        return self._instructions.text_of(number)

    @Slot()
    def load(self) -> None:
        """Read the possible recipients; nothing changes on the sheet where they are the same."""
        work = partial(_read_choices, self._service, self._help.choices)
        self._runner.run(Lane.STORE, untold(work), done=self._on_choices, failed=self._refuse)

    def set_list(self, lines: Sequence[str]) -> None:
        """Offer these instructions from now on, one a line; `list_kept` or `refused` follows."""
        if self._help.choices is not None:
            work = partial(self._help.choices.set_lines, tuple(lines), self._instructions)
            self._begin(work, self._on_list)

    def attach(self, paths: Sequence[Path]) -> None:
        """Take in scans of what a leader wrote; `opened` or `refused` follows."""
        attachments = self._help.attachments
        if attachments is not None and self.sheet is not None and paths:
            work = partial(_take_all, attachments, tuple(paths))
            self._begin(work, partial(self._on_taken, self.sheet), lane=Lane.FILES)

    def write_for(self, leader: PositionId) -> None:
        """The sheet is what this leader wrote by hand; 0: one's own."""
        self.keep(msgspec.structs.replace(self.draft, on_behalf=leader, sheets=()))
        self.choices_changed.emit()
        self.opened.emit()

    def open(self, sheet: SheetOf | None) -> None:
        """Show the sheet of a letter with what was filled in before."""
        if sheet == self.sheet:
            return
        self.sheet = sheet
        self.draft = self._drafts.get(_key(sheet), Draft()) if sheet else Draft()
        self.opened.emit()
        self._on_suggested(sheet, None)
        if sheet is not None and sheet.parent is None and self._help.suggestions is not None:
            work = untold(partial(self._help.suggestions.of, sheet.letter_id))
            self._runner.run(Lane.STORE, work, done=partial(self._on_suggested, sheet), failed=self._refuse)

    @Slot()
    def take_suggestion(self) -> None:
        """Fill the sheet as proposed; nothing is issued by that."""
        proposed = self.suggestion
        if proposed is not None and self.sheet is not None:
            taken = msgspec.structs.replace(
                self.draft, recipients=proposed.recipients, instructions=proposed.instructions
            )
            self.keep(taken)
            self.opened.emit()

    def keep(self, draft: Draft) -> None:
        """Remember what is filled in now."""
        if self.sheet is not None:
            self.draft = draft
            self._drafts[_key(self.sheet)] = draft

    def issue(self) -> None:
        """Dispose the letter as the draft says; `issued` or `refused` follows. A second wish meanwhile is ignored."""
        sheet = self.sheet
        if sheet is None:
            return
        order = Order(
            letter_id=sheet.letter_id,
            recipients=self.draft.recipients,
            instructions=self.draft.instructions,
            note=self.draft.note,
            due_on=self.draft.due_on,
            parent=sheet.parent,
            on_behalf=self.draft.on_behalf,
            sheets=self.draft.sheets,
        )
        if sheet.pile:
            parents = sheet.parents or [None] * len(sheet.pile)
            orders = [
                msgspec.structs.replace(order, letter_id=one, parent=parent)
                for one, parent in zip(sheet.pile, parents, strict=True)
            ]
            self._begin(partial(self._service.issue_all, orders), partial(self._on_pile, sheet, self._titles()))
        else:
            self._begin(partial(self._service.issue, order), partial(self._on_issued, sheet, self._titles()))

    def _titles(self) -> tuple[str, ...]:
        return tuple(one.title for one in self.recipients if one.number in self.draft.recipients)

    def _on_suggested(self, sheet: SheetOf | None, proposed: SuggestedOrder | None) -> None:
        if sheet == self.sheet:
            self.suggestion = proposed
            self.suggestion_changed.emit()

    def _on_choices(self, read: "_Choices") -> None:
        self._instructions.learn(read.offered.added)
        chosen = tuple(Instruction(number=one, text=self.text_of(one)) for one in read.offered.chosen)
        usual = chosen or self._instructions.usual_for(self._role)
        own = {one.number for one in chosen} - {one.number for one in self._instructions}
        everything = (*self._instructions, *(one for one in chosen if one.number in own))
        known = (self.everyone, self.leaders, self.usual, self.instructions)
        if (read.positions, read.leaders, usual, everything) != known:
            self.everyone, self.leaders = read.positions, read.leaders
            self.usual, self.instructions = usual, everything
            self.choices_changed.emit()

    def _on_list(self, _value: object) -> None:
        self.list_kept.emit()
        self.load()

    def _on_taken(self, sheet: SheetOf, taken: tuple[Attachment, ...]) -> None:
        if sheet == self.sheet:
            self.keep(msgspec.structs.replace(self.draft, sheets=(*self.draft.sheets, *taken)))
            self.opened.emit()

    def restore(self, row_ids: Collection[bytes]) -> SheetOf | None:
        """If what was issued last is among these, bring its draft back; the sheet that it stands on."""
        if self._last is None or self._last[0] not in row_ids:
            return None
        (_, sheet, draft), self._last = self._last, None
        self._drafts[_key(sheet)] = draft
        if sheet == self.sheet:
            self.draft = draft
            self.opened.emit()
        return sheet

    def _on_pile(self, sheet: SheetOf, titles: tuple[str, ...], together: Together) -> None:
        self._put_away(sheet)
        self.issued.emit(
            Issued(
                letter_id=sheet.letter_id,
                sender=sheet.sender,
                to=titles,
                count=together.done,
                refused=together.refused,
            )
        )

    def _on_issued(self, sheet: SheetOf, titles: tuple[str, ...], disposition: DispositionId) -> None:
        self._last = (disposition, sheet, self._put_away(sheet))
        self.issued.emit(Issued(letter_id=sheet.letter_id, sender=sheet.sender, to=titles))
        self.opened.emit()

    def _put_away(self, sheet: SheetOf) -> Draft:
        """A sheet was issued; what stood on it. Another that was opened meanwhile stays."""
        if sheet == self.sheet:
            self.draft, self.sheet = Draft(), None
        return self._drafts.pop(_key(sheet), Draft())


def _key(sheet: SheetOf) -> tuple[bytes, bytes | None]:
    return sheet.letter_id, sheet.parent


class _Choices(msgspec.Struct, frozen=True, kw_only=True):
    positions: tuple[Position, ...]
    leaders: tuple[Position, ...]
    offered: OfferedInstructions


def _read_choices(service: DispositionService, choices: InstructionChoiceService | None) -> _Choices:
    return _Choices(
        positions=service.positions(),
        leaders=service.leaders(),
        offered=OfferedInstructions(chosen=(), added=()) if choices is None else choices.offered(),
    )


def _take_all(attachments: AttachmentService, paths: tuple[Path, ...]) -> tuple[Attachment, ...]:
    return tuple(attachments.take(path) for path in paths)
