"""What who gave a disposition does with it afterwards: withdraw it, remind of it, confirm what was entered for him."""

from collections.abc import Iterable

import msgspec

from core.domain.acting import Context, Decision
from core.domain.dispositions import Disposition, Recipient, RecipientState
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DispositionId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus, SecurityLevel, carrier_of, lines_of
from core.domain.offices import Role
from core.domain.permissions import Power, has_power, require

MAX_REASON = 500
# Who was reminded is not reminded again before so much time has passed.
REMIND_AFTER_S = 12 * 3600


class WithdrawDisposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Ask nothing more of some recipients; with a reason where one of them has read it."""

    disposition_id: DispositionId
    recipients: tuple[PositionId, ...]
    reason: str = ""


class RemindRecipients(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Remind those recipients of it who have not answered."""

    disposition_id: DispositionId
    recipients: tuple[PositionId, ...]


class ConfirmDisposition(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Say that what somebody else entered is what one wrote by hand."""

    disposition_id: DispositionId


def withdraw_disposition(act: WithdrawDisposition, context: Context) -> Decision:
    """Withdraw it from the recipients.

    Who had not read it is as if he had never been named; the letter leaves his inbox if nothing else lets it lie there.
    Of a letter that nobody is left to work on the first decision is open again. In a secret disposition no reason is
    written: it would be readable to those who may not read the rest.
    """
    disposition = _known(act.disposition_id, context)
    _require_giver(disposition, context)
    if len(act.reason) > MAX_REASON:
        raise Refusal(RefusalCode.TEXT_TOO_LONG, "reason")
    named = _named(disposition, act.recipients)
    if any(one.state == RecipientState.ANSWERED for one in named):
        raise Refusal(RefusalCode.ALREADY_ANSWERED, "recipients")
    reason = "" if disposition.security >= SecurityLevel.SECRET else act.reason.strip()
    still = [one for one in named if one.is_open]
    must_say = disposition.security < SecurityLevel.SECRET and any(one.read_at is not None for one in still)
    if must_say and not reason:
        raise Refusal(RefusalCode.REASON_MISSING, "reason")
    if not still:
        return Decision(records=())
    withdrawn = [
        msgspec.structs.replace(
            one,
            state=RecipientState.WITHDRAWN,
            withdrawn_at=context.now,
            withdrawn_by=context.actor.user,
            withdrawn_reason=reason,
        )
        for one in still
    ]
    changed = _with_recipients(disposition, withdrawn)
    letter = context.records.get(IncomingLetter, disposition.letter_id)
    if letter is None:
        return Decision(records=(changed,))
    letter = carrier_of(letter, context)
    return Decision(records=(changed, _after_withdrawal(letter, changed, len(withdrawn), context)))


def remind_recipients(act: RemindRecipients, context: Context) -> Decision:
    """Note the reminder beside each of them who has not answered, at most twice a day."""
    disposition = _known(act.disposition_id, context)
    actor = context.actor
    if actor.role == Role.SECRETARY:
        require(actor, Power.DISPOSE, disposition.office)
    else:
        _require_giver(disposition, context)
    reminded = [
        msgspec.structs.replace(
            one, reminded_at=context.now, reminded_by=actor.user, reminders=min(one.reminders + 1, 1000)
        )
        for one in _named(disposition, act.recipients)
        if one.is_open and may_be_reminded(one, context)
    ]
    if not reminded:
        return Decision(records=())
    return Decision(records=(_with_recipients(disposition, reminded),))


def may_be_reminded(one: Recipient, context: Context) -> bool:
    """Whether the last reminder is long enough ago."""
    return one.reminded_at is None or (context.now - one.reminded_at).total_seconds() >= REMIND_AFTER_S


def confirm_disposition(act: ConfirmDisposition, context: Context) -> Decision:
    """Note that who wrote it by hand confirms what was entered."""
    disposition = _known(act.disposition_id, context)
    require(context.actor, Power.DISPOSE, disposition.office)
    if not disposition.entered_as or disposition.from_position != context.actor.position:
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if disposition.confirmed_by:
        return Decision(records=())
    confirmed = msgspec.structs.replace(disposition, confirmed_by=context.actor.user, confirmed_at=context.now)
    return Decision(records=(confirmed,))


def _known(disposition_id: DispositionId, context: Context) -> Disposition:
    disposition = context.records.get(Disposition, disposition_id)
    if disposition is None:
        raise Refusal(RefusalCode.UNKNOWN_DISPOSITION)
    return disposition


def _require_giver(disposition: Disposition, context: Context) -> None:
    """The position that gave it, or the one that entered it."""
    actor = context.actor
    if actor.position not in (disposition.from_position, disposition.entered_as):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    entered = actor.position == disposition.entered_as and has_power(actor, Power.ENTER_WRITTEN)
    require(actor, Power.ENTER_WRITTEN if entered else Power.DISPOSE, disposition.office)


def _named(disposition: Disposition, positions: tuple[PositionId, ...]) -> list[Recipient]:
    named = [disposition.recipient(position) for position in dict.fromkeys(positions)]
    found = [one for one in named if one is not None]
    if not found or len(found) != len(named):
        raise Refusal(RefusalCode.NO_RECIPIENT, "recipients")
    return found


def _with_recipients(disposition: Disposition, changed: list[Recipient]) -> Disposition:
    by_position = {one.position: one for one in changed}
    recipients = tuple(by_position.get(one.position, one) for one in disposition.recipients)
    return msgspec.structs.replace(disposition, recipients=recipients)


def _after_withdrawal(letter: IncomingLetter, changed: Disposition, count: int, context: Context) -> IncomingLetter:
    sheets = [one for one in sheets_of_all_lines(letter, context) if one.id != changed.id]
    sheets.append(changed)
    left = max(0, letter.open_answers - count)
    still_named = {position for one in sheets for position in named_in(one)}
    gone = {one.position for one in changed.recipients if one.never_saw_it} - still_named - {letter.addressee}
    status = letter.status
    if status not in (LetterStatus.VOID, LetterStatus.REGISTERED) and not left:
        answered = any(one.state == RecipientState.ANSWERED for sheet in sheets for one in sheet.recipients)
        status = LetterStatus.DONE if answered else LetterStatus.REGISTERED
    involved = tuple(position for position in letter.involved if position not in gone)
    return msgspec.structs.replace(letter, status=status, open_answers=left, involved=involved)


def sheets_of_all_lines(letter: IncomingLetter, context: Context) -> Iterable[Disposition]:
    """The dispositions of a letter, also those that were given on a line which was merged into it."""
    about = (one for line in lines_of(letter) for one in context.records.children(line))
    return (one for one in about if isinstance(one, Disposition))


def named_in(disposition: Disposition) -> Iterable[PositionId]:
    """The positions that a disposition makes party to its letter."""
    yield disposition.from_position
    if disposition.entered_as:
        yield disposition.entered_as
    yield from (one.position for one in disposition.recipients if not one.never_saw_it)
