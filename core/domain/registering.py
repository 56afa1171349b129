"""Entering letters into the agenda book, and what a letter must say to stand in it."""

from datetime import date

import msgspec

from core.domain.acting import Context, Decision
from core.domain.attachments import MAX_SCANS, Attachment, kept_scans
from core.domain.attendance import MAX_PLACE, is_clock
from core.domain.books import DEFAULT_BOOK, require_open_year
from core.domain.classification import check_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, LetterId, PositionId, small_row_id
from core.domain.letters import Channel, IncomingLetter, LetterStatus, SecurityLevel, Urgency
from core.domain.numbering import check_number, check_suffix, series_of
from core.domain.offices import Position
from core.domain.permissions import Power, require
from core.domain.secrecy import SealedKey, is_too_long, require_sealed, with_keys

LIMITS = {"letter_no": 200, "sender": 300, "subject": 2000, "summary": 4000, "event_place": MAX_PLACE}


class RegisterLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Enter a letter into the agenda book. `agenda_no` comes from the PC's lease, from an imported book, or is 0."""

    letter_id: LetterId
    agenda_year: int
    agenda_no: int
    received_on: date
    letter_no: str
    letter_date: date | None
    sender: str
    subject: str
    security: SecurityLevel
    urgency: Urgency
    classification: str
    addressee: PositionId | None
    due_on: date | None
    channel: Channel
    summary: str
    scans: tuple[Attachment, ...]
    book: BookId = DEFAULT_BOOK
    agenda_suffix: str = ""
    keys: tuple[SealedKey, ...] = ()
    event_on: date | None = None
    event_from: str = ""
    event_until: str = ""
    event_place: str = ""
    reply_by: date | None = None


def register_letter(act: RegisterLetter, context: Context) -> Decision:
    """Enter the letter; a provisional number becomes a real one where the store is the authority."""
    actor = context.actor
    require(actor, Power.REGISTER_LETTER, actor.office)
    known = context.records.get(IncomingLetter, act.letter_id)
    if known is not None:
        # A PC whose chain was mended sends an act again under another number: it has been done, and is not undone.
        if (known.registered_by, known.office) == (actor.user, actor.office):
            return Decision(records=())
        raise Refusal(RefusalCode.ALREADY_EXISTS)
    check_texts(act)
    check_code(act.classification)
    keys = with_keys((), act.keys, by=actor.user, at=context.now) if act.security >= SecurityLevel.SECRET else ()
    if keys:
        require_sealed({"subject": act.subject, "summary": act.summary})
    if len(act.scans) > MAX_SCANS:
        raise Refusal(RefusalCode.TOO_MANY_SCANS, "scans")
    if act.addressee is not None:
        require_position(act.addressee, context)
    require_open_year(context, actor.office, act.book, act.agenda_year)
    number = act.agenda_no
    if act.agenda_suffix:
        require(actor, Power.INSERT_NUMBER, actor.office)
        check_suffix(act.agenda_suffix)
    if number or act.agenda_suffix:
        check_number(number)
    else:
        number = context.records.assign_number(actor.office, act.agenda_year, series_of(act.book))
    letter = IncomingLetter(
        id=act.letter_id,
        office=actor.office,
        agenda_year=act.agenda_year,
        agenda_no=number,
        received_on=act.received_on,
        letter_no=act.letter_no,
        letter_date=act.letter_date,
        sender=act.sender,
        subject=act.subject,
        security=act.security,
        urgency=act.urgency,
        classification=act.classification,
        addressee=act.addressee,
        due_on=act.due_on,
        channel=act.channel,
        summary=act.summary,
        scans=kept_scans(act.scans, secret=act.security >= SecurityLevel.SECRET),
        status=LetterStatus.REGISTERED,
        record_file=None,
        involved=() if act.addressee is None else (act.addressee,),
        open_answers=0,
        registered_by=actor.user,
        registered_at=context.now,
        book=act.book,
        agenda_suffix=act.agenda_suffix,
        keys=keys,
        event_on=act.event_on,
        event_from=act.event_from,
        event_until=act.event_until,
        event_place=act.event_place,
        reply_by=act.reply_by,
        reply_asked=PositionId(0) if act.reply_by is None else actor.position,
    )
    return Decision(records=(letter,))


def check_texts(letter: RegisterLetter | IncomingLetter) -> None:
    """Refuse a letter without what every letter has, or with a text longer than its field."""
    for field, limit in LIMITS.items():
        if is_too_long(getattr(letter, field), limit):
            raise Refusal(RefusalCode.TEXT_TOO_LONG, field)
    if not letter.sender.strip():
        raise Refusal(RefusalCode.SENDER_MISSING, "sender")
    # A secret letter is registered by its envelope, without a subject.
    if not letter.subject.strip() and letter.security < SecurityLevel.SECRET:
        raise Refusal(RefusalCode.SUBJECT_MISSING, "subject")
    for field in ("event_from", "event_until"):
        if not is_clock(getattr(letter, field)):
            raise Refusal(RefusalCode.TIME_MALFORMED, field)
    if letter.event_place and letter.security >= SecurityLevel.SECRET:
        raise Refusal(RefusalCode.PLACE_NOT_KEPT, "event_place")


def require_position(number: PositionId, context: Context) -> None:
    """Refuse an addressee that is no position of the actor's office."""
    position = context.records.get(Position, small_row_id(number))
    if position is None or position.office != context.actor.office:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "addressee")
