"""Dispositions: what a leader orders on a letter, to whom, and what came of it.

The fields are those of the customary lembar disposisi: diteruskan kepada, dengan hormat harap, catatan, batas waktu.
The state is kept for each recipient, so the answers of two recipients never meet; a second answer of the same
recipient amends the first.
"""

from datetime import date, datetime
from enum import IntEnum

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import Attachment
from core.domain.errors import Refusal, RefusalCode
from core.domain.good_faith import could_not_know, was_addressed
from core.domain.ids import DispositionId, LetterId, OfficeId, PositionId, RowId, UserId, small_row_id
from core.domain.leading import require_entering_for
from core.domain.letters import (
    IncomingLetter,
    LetterStatus,
    SecurityLevel,
    carrier_of,
    lines_of,
    register_visible,
)
from core.domain.offices import NO_DELEGATION, Position
from core.domain.permissions import Power, has_power, is_within_scope, require
from core.domain.receipts import Receipt
from core.domain.secrecy import (
    SealedKey,
    is_sealed,
    is_too_long,
    require_same_key,
    require_same_seal,
    require_sealed,
    with_keys,
)

MAX_NOTE = 2000
MAX_RESULT = 4000
MAX_RECIPIENTS = 40
# A recipient's newest answers before the last; the log of the server has all of them.
KEPT_ANSWERS = 10
MAX_FILES = 10


class RecipientState(IntEnum):
    """How far one recipient has come. Who has read it and reported something already is at work on it."""

    UNREAD = 0
    READ = 1
    ANSWERED = 2
    WITHDRAWN = 3  # nothing is asked of him any more


OPEN_STATES = (RecipientState.UNREAD, RecipientState.READ)


class EarlierAnswer(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An answer that was amended since."""

    result: str
    answered_by: UserId | None
    answered_at: datetime | None
    signature: bytes = b""
    signed_ms: int = 0
    files: tuple[Attachment, ...] = ()
    done: bool = True


class Recipient(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One position that a disposition is addressed to, and what it did; `earlier` are its answers before the last.

    `under` names the delegation, if not its holder answered. The signature is over the answer. An answer of who is not
    in the state ANSWERED tells how far he is. `files` are those of the answer. `read_at` of a withdrawn one says
    whether he had seen it.
    """

    position: PositionId
    state: RecipientState = RecipientState.UNREAD
    read_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: UserId | None = None
    result: str = ""
    read_by: UserId | None = None
    earlier: tuple[EarlierAnswer, ...] = ()
    under: RowId = NO_DELEGATION
    signature: bytes = b""
    signed_ms: int = 0
    files: tuple[Attachment, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawn_by: UserId = UserId(0)
    withdrawn_reason: str = ""
    reminded_at: datetime | None = None
    reminded_by: UserId = UserId(0)
    reminders: int = 0

    @property
    def is_open(self) -> bool:
        """Whether an answer is still waited for."""
        return self.state in OPEN_STATES

    @property
    def never_saw_it(self) -> bool:
        """Whether it was withdrawn before he had read it: then it is as if it had never been addressed to him."""
        return self.state == RecipientState.WITHDRAWN and self.read_at is None


class Disposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One lembar disposisi. `year` and `security` are those of its letter: they decide where it travels.

    `under` names the delegation, if `from_user` did not hold `from_position` but acted in it.
    `signature` is that of `from_user` over the act, made at `signed_ms` (`core.protocol.act_signing`); empty where the
    order came by the decision of a superior over a held act, or before its author had a key. `recast`: note and results
    were sealed, or put into the clear, since they were signed; the signatures of then are over the form of then.
    `entered_as`: `from_position` wrote it by hand, `from_user` entered it in this position, and `sheets` are the scans
    of what was written; 0 where who orders entered it himself. `confirmed_by` says that who wrote it saw it here.
    """

    id: DispositionId
    letter_id: LetterId
    office: OfficeId
    year: int
    security: SecurityLevel
    parent: DispositionId | None
    from_position: PositionId
    from_user: UserId
    recipients: tuple[Recipient, ...]
    instructions: tuple[int, ...]
    note: str
    due_on: date | None
    issued_at: datetime
    under: RowId = NO_DELEGATION
    signature: bytes = b""
    signed_ms: int = 0
    recast: bool = False
    entered_as: PositionId = PositionId(0)
    sheets: tuple[Attachment, ...] = ()
    confirmed_by: UserId = UserId(0)
    confirmed_at: datetime | None = None
    receipts: tuple[Receipt, ...] = ()

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Every file that belongs to it."""
        answered = (file for one in self.recipients for file in (*one.files, *_earlier_files(one)))
        return (*self.sheets, *answered)

    def recipient(self, position: PositionId) -> Recipient | None:
        """The entry of `position`, if the disposition is addressed to it."""
        return next((one for one in self.recipients if one.position == position), None)


class IssueDisposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Dispose a letter to one or more positions. `instructions` are numbers of the office's instruction list.

    `keys` let the recipients into a secret letter. With `on_behalf` it is entered for the position that wrote it by
    hand, and `sheets` are the scans of what was written. `seal` names the seal of the letter under which note, sheets
    and keys are (`core.domain.secrecy.seal_of`).
    """

    disposition_id: DispositionId
    letter_id: LetterId
    parent: DispositionId | None
    recipients: tuple[PositionId, ...]
    instructions: tuple[int, ...]
    note: str
    due_on: date | None
    keys: tuple[SealedKey, ...] = ()
    on_behalf: PositionId = PositionId(0)
    sheets: tuple[Attachment, ...] = ()
    seal: bytes = b""


class ReadDisposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Note that the recipient has opened the disposition."""

    disposition_id: DispositionId


class AnswerDisposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Report the result of what was ordered, with files; not `done`: how far one is. `seal` is as that of an order."""

    disposition_id: DispositionId
    result: str
    files: tuple[Attachment, ...] = ()
    done: bool = True
    seal: bytes = b""


def issue_disposition(act: IssueDisposition, context: Context) -> Decision:
    """Address the letter to the recipients; the letter enters their inboxes.

    What is ordered on a line that was merged meanwhile is ordered on the letter that stands for it, under its own seal.
    """
    actor = context.actor
    line = context.records.get(IncomingLetter, act.letter_id)
    if line is None or not (register_visible(actor, line) or was_addressed(context, line)):
        raise Refusal(RefusalCode.UNKNOWN_LETTER)
    giver = _giver(act, line, context)
    known = context.records.get(Disposition, act.disposition_id)
    if known is not None:
        # Sent again by a PC whose chain was mended: it has been done.
        if (known.from_user, known.from_position) == (actor.user, giver):
            return Decision(records=())
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    letter = carrier_of(line, context)
    if letter.status == LetterStatus.VOID:
        raise Refusal(RefusalCode.LETTER_VOID)
    _check_recipients(act, giver, context)
    if not act.instructions and not act.note.strip():
        raise Refusal(RefusalCode.NO_INSTRUCTION, "instructions")
    if is_too_long(act.note, MAX_NOTE):
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "note")
    if act.parent is not None:
        parent = context.records.get(Disposition, act.parent)
        if parent is None or parent.letter_id not in {act.letter_id, *lines_of(letter)}:
            raise Refusal(RefusalCode.UNKNOWN_DISPOSITION, "parent")
    disposition = Disposition(
        id=act.disposition_id,
        letter_id=act.letter_id,
        office=letter.office,
        year=letter.agenda_year,
        security=letter.security,
        parent=act.parent,
        from_position=giver,
        from_user=actor.user,
        recipients=tuple(Recipient(position=position) for position in act.recipients),
        instructions=act.instructions,
        note=act.note,
        due_on=act.due_on,
        issued_at=context.now,
        under=actor.delegation,
        signature=context.signed.signature,
        signed_ms=context.signed.at_ms,
        entered_as=actor.position if act.on_behalf else PositionId(0),
        sheets=act.sheets,
    )
    keys = _let_in(act, line, context)  # bound to the letter for which they were made
    named = {*act.recipients, giver, actor.position}
    status = LetterStatus.DISPOSED if letter.status != LetterStatus.FOLLOWED_UP else letter.status
    disposed = msgspec.structs.replace(
        letter,
        status=status,
        involved=tuple(sorted({*letter.involved, *named})),
        open_answers=letter.open_answers + len(act.recipients),
    )
    if letter.id == line.id:
        return Decision(records=(disposition, msgspec.structs.replace(disposed, keys=keys)))
    ordered_on = msgspec.structs.replace(line, involved=tuple(sorted({*line.involved, *named})), keys=keys)
    return Decision(records=(disposition, disposed, *((ordered_on,) if ordered_on != line else ())))


def read_disposition(act: ReadDisposition, context: Context) -> Decision:
    """Note the first reading; later readings change nothing."""
    disposition, own = _require_own(act.disposition_id, context)
    if not is_within_scope(context.actor, Power.ANSWER):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if own.state != RecipientState.UNREAD:
        return Decision(records=())
    read = msgspec.structs.replace(own, state=RecipientState.READ, read_at=context.now, read_by=context.actor.user)
    return Decision(records=(_with_recipient(disposition, read),))


def answer_disposition(act: AnswerDisposition, context: Context) -> Decision:
    """Store the result; when nobody is left to answer, the letter is done.

    What somebody did of what was withdrawn meanwhile is kept: nothing that was done is lost.
    """
    disposition, own = _require_own(act.disposition_id, context)
    require(context.actor, Power.ANSWER, disposition.office)
    if act.done and not act.result.strip():
        raise Refusal(RefusalCode.RESULT_MISSING, "result")
    if is_too_long(act.result, MAX_RESULT):
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "result")
    line = context.records.get(IncomingLetter, disposition.letter_id)
    letter = None if line is None else carrier_of(line, context)
    _check_files(act.files, line, context, field="files")
    was_done = own.state == RecipientState.ANSWERED
    if was_done and not act.done:
        raise Refusal(RefusalCode.ALREADY_ANSWERED)
    same = (own.result, own.files, own.answered_by) == (act.result, act.files, context.actor.user)
    if same and own.answered_at is not None and was_done == act.done:
        return Decision(records=())
    state = RecipientState.ANSWERED if act.done else max(own.state, RecipientState.READ)
    answered = msgspec.structs.replace(
        own,
        state=state,
        read_at=own.read_at or context.now,
        read_by=own.read_by if own.read_at else context.actor.user,
        answered_at=context.now,
        answered_by=context.actor.user,
        result=act.result,
        earlier=_with_earlier(own),
        under=context.actor.delegation,
        signature=context.signed.signature,
        signed_ms=context.signed.at_ms,
        files=act.files,
    )
    changed = _with_recipient(disposition, answered)
    if line is not None and (is_sealed(act.result) or act.files):
        require_same_seal(line.keys, act.seal)
    if is_sealed(act.result) and line is not None and not line.keys:
        raise Refusal(RefusalCode.SEAL_CHANGED)  # as in `_let_in`
    if line is not None and line.is_secret and line.keys and not could_not_know(context, line.id):
        require_sealed({"result": act.result})
    if letter is None or not own.is_open or letter.status == LetterStatus.VOID:
        return Decision(records=(changed,))
    left = max(0, letter.open_answers - act.done)
    status = LetterStatus.FOLLOWED_UP if left else LetterStatus.DONE
    return Decision(records=(changed, msgspec.structs.replace(letter, status=status, open_answers=left)))


def _with_earlier(own: Recipient) -> tuple[EarlierAnswer, ...]:
    if own.answered_at is None:
        return own.earlier
    last = EarlierAnswer(
        result=own.result,
        answered_by=own.answered_by,
        answered_at=own.answered_at,
        signature=own.signature,
        signed_ms=own.signed_ms,
        files=own.files,
        done=own.state == RecipientState.ANSWERED,
    )
    return (*own.earlier, last)[-KEPT_ANSWERS:]


def _earlier_files(own: Recipient) -> tuple[Attachment, ...]:
    return tuple(file for one in own.earlier for file in one.files)


def _giver(act: IssueDisposition, letter: IncomingLetter, context: Context) -> PositionId:
    """The position that orders: the actor's own, or that of a leader of the office who wrote it by hand.

    Who may not dispose himself shows what was written.
    """
    actor = context.actor
    _check_files(act.sheets, letter, context, field="sheets")
    if not act.on_behalf:
        require(actor, Power.DISPOSE, letter.office)
        return actor.position
    require_entering_for(act.on_behalf, letter.office, context)
    if not act.sheets and not has_power(actor, Power.DISPOSE):
        raise Refusal(RefusalCode.SHEET_MISSING, "sheets")
    return act.on_behalf


def _check_files(files: tuple[Attachment, ...], letter: IncomingLetter | None, context: Context, *, field: str) -> None:
    """Few enough; and of a sealed letter under no name of their own, as they are where they were sealed too."""
    if len(files) > MAX_FILES:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, field)
    told = any(file.name or file.thumbnail for file in files)
    if told and letter is not None and letter.is_secret and letter.keys and not could_not_know(context, letter.id):
        raise Refusal(RefusalCode.FILE_NOT_SEALED, field)


def _let_in(act: IssueDisposition, letter: IncomingLetter, context: Context) -> tuple[SealedKey, ...]:
    """The keys of a secret letter with those of the recipients; Refusal if the note of a sealed one is in the clear."""
    if is_sealed(act.note) and not (letter.keys or (letter.is_secret and act.keys)):
        raise Refusal(RefusalCode.SEAL_CHANGED)  # the seal was opened meanwhile: nobody has the key any more
    brought = act.keys if letter.is_secret else ()
    if act.note or act.sheets or brought:
        require_same_seal(letter.keys or brought, act.seal)
    if not letter.is_secret:
        return letter.keys
    require_same_key(letter.keys, act.keys)
    keys = with_keys(letter.keys, act.keys, by=context.actor.user, at=context.now)
    if keys and not could_not_know(context, letter.id):
        require_sealed({"note": act.note})
    return keys


def _check_recipients(act: IssueDisposition, giver: PositionId, context: Context) -> None:
    if not act.recipients:
        raise Refusal(RefusalCode.NO_RECIPIENT, "recipients")
    if len(set(act.recipients)) != len(act.recipients) or len(act.recipients) > MAX_RECIPIENTS:
        raise Refusal(RefusalCode.RECIPIENT_REPEATED, "recipients")
    if giver in act.recipients:
        raise Refusal(RefusalCode.RECIPIENT_IS_SENDER, "recipients")
    for number in act.recipients:
        position = context.records.get(Position, small_row_id(number))
        if position is None or position.office != context.actor.office:
            raise Refusal(RefusalCode.UNKNOWN_POSITION, "recipients")


def _require_own(disposition_id: DispositionId, context: Context) -> tuple[Disposition, Recipient]:
    disposition = context.records.get(Disposition, disposition_id)
    if disposition is None:
        raise Refusal(RefusalCode.UNKNOWN_DISPOSITION)
    own = disposition.recipient(context.actor.position)
    if own is None:
        raise Refusal(RefusalCode.NOT_ADDRESSED_TO_YOU)
    return disposition, own


def _with_recipient(disposition: Disposition, changed: Recipient) -> Disposition:
    recipients = tuple(changed if one.position == changed.position else one for one in disposition.recipients)
    return msgspec.structs.replace(disposition, recipients=recipients)
