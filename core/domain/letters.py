"""Incoming letters: the record, who may see what of it, and which letter stands for another.

Fields follow the agenda book of incoming letters and the registration form of SRIKANDI; security (sifat) and urgency
(derajat) are two axes, as the regulations have them, although printed sheets mix them in one row. Dates are never
refused for being odd: letters dated next year or last century do arrive, and the clock of a PC may be wrong.
"""

from datetime import date, datetime
from enum import IntEnum

import msgspec

from core.domain.acting import Context
from core.domain.attachments import Attachment
from core.domain.attendance import Attendance
from core.domain.books import DEFAULT_BOOK
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, LetterId, OfficeId, PositionId, RecordFileId, RowId, UserId
from core.domain.letter_changes import LetterChange, readable_changes
from core.domain.letter_readings import LetterReading
from core.domain.numbering import NumberClaim, series_of
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.receipts import Receipt
from core.domain.secrecy import SealedKey, is_sealed


class SecurityLevel(IntEnum):
    """Sifat: the security level of the SKKAAD."""

    OPEN = 0  # biasa/terbuka
    RESTRICTED = 1  # terbatas
    SECRET = 2  # rahasia
    TOP_SECRET = 3  # sangat rahasia


class Urgency(IntEnum):
    """Derajat: how fast the letter must move."""

    NORMAL = 0  # biasa
    URGENT = 1  # segera
    IMMEDIATE = 2  # sangat segera


class Channel(IntEnum):
    """Kanal: the way the letter came."""

    PAPER = 0
    SRIKANDI = 1
    WHATSAPP = 2
    EMAIL = 3
    COURIER = 4


class LetterStatus(IntEnum):
    """Where the letter stands."""

    REGISTERED = 1  # belum didisposisi
    DISPOSED = 2  # didisposisi
    FOLLOWED_UP = 3  # ditindaklanjuti: someone has answered, others have not
    DONE = 4  # selesai
    VOID = 5  # batal: entered by mistake; the line stays, struck through


class Arrival(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One more arrival of a letter: by WhatsApp in the morning, on paper on Thursday.

    `scans` says how many of the letter's scans came with it. They stand at the end, arrival by arrival, and what is
    attached later (`core.domain.attaching`) comes before them: so a number is enough to find them, also after the
    letter was sealed and its scans have other names. `letter` is the line of the book that was made of the arrival
    before it was known to be one.
    """

    id: RowId
    received_on: date
    channel: Channel
    scans: int
    by: UserId
    position: PositionId
    at: datetime
    letter: LetterId | None = None


class IncomingLetter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One line of the agenda book of incoming letters.

    `agenda_no` 0 means provisional. `involved` holds every position that the letter was addressed or disposed to, but
    for an address that was a mistake and an order that was withdrawn before it was read: it decides in whose inbox the
    letter lies. `open_answers` counts recipients who have not answered yet. A number with a suffix was inserted
    (sisipan): `0125a`. `book` 0 is the agenda book of incoming letters. `changes` are those of its fields since it was
    entered, the oldest first. `keys` let its readers into a sealed letter. `readings` say who read it while it was
    secret. `arrivals` are those after the first, in the order in which they were joined to it. `merged_into` is the
    letter of which this one turned out to be an arrival. `receipts` tell what was heard late. An invitation says when
    its event is and where; the place of a secret one is not kept. `attendance` is who decided to go there. `reply_by`:
    an answer is waited for, as the position `reply_asked` said last; what ended that is the answer's number or a
    reason.
    """

    id: LetterId
    office: OfficeId
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
    status: LetterStatus
    record_file: RecordFileId | None
    involved: tuple[PositionId, ...]
    open_answers: int
    registered_by: UserId
    registered_at: datetime
    book: BookId = DEFAULT_BOOK
    agenda_suffix: str = ""
    changes: tuple[LetterChange, ...] = ()
    keys: tuple[SealedKey, ...] = ()
    readings: tuple[LetterReading, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    merged_into: LetterId | None = None
    receipts: tuple[Receipt, ...] = ()
    event_on: date | None = None
    event_from: str = ""
    event_until: str = ""
    event_place: str = ""
    attendance: tuple[Attendance, ...] = ()
    reply_by: date | None = None
    reply_asked: PositionId = PositionId(0)
    reply_no: str = ""
    reply_reason: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether subject and scan are for the addressees only."""
        return self.security >= SecurityLevel.SECRET


EVENT_FIELDS = ("event_on", "event_from", "event_until", "event_place")


def subject_visible(actor: Actor, letter: IncomingLetter) -> bool:
    """Whether the actor may read the subject and the scan, not only the register line."""
    return not letter.is_secret or has_power(actor, Power.READ_SECRET) or actor.position in letter.involved


def register_visible(actor: Actor, letter: IncomingLetter) -> bool:
    """Whether the actor may see that the letter exists."""
    if actor.office != letter.office:
        return False
    return has_power(actor, Power.READ_REGISTER) or actor.position in letter.involved


def without_secrets(letter: IncomingLetter) -> IncomingLetter:
    """The register line of a letter: what everybody sees of it who may see that it exists."""
    changes = readable_changes(letter.changes, sealed=True)
    blank = {"subject": "", "summary": "", "event_place": "", "reply_reason": ""}
    return msgspec.structs.replace(letter, **blank, scans=(), changes=changes)


def is_in_clear(letter: IncomingLetter) -> bool:
    """Whether a letter says something to whoever looks at its row: it is not sealed, or notes on it alone are."""
    return any(text and not is_sealed(text) for text in (letter.subject, letter.summary))


def is_sealed_letter(letter: IncomingLetter) -> bool:
    """Whether what a letter says is sealed, whatever its level is by now."""
    return bool(letter.keys) and not is_in_clear(letter)


def is_for_readers(letter: IncomingLetter) -> bool:
    """Whether what a letter says is for its readers alone: it is secret, and sealed."""
    return letter.is_secret and is_sealed_letter(letter)


def number_claims(letter: IncomingLetter) -> tuple[NumberClaim, ...]:
    """The agenda number that the letter holds, if it has one."""
    if not letter.agenda_no:
        return ()
    claim = NumberClaim(
        office=letter.office,
        year=letter.agenda_year,
        series=series_of(letter.book),
        number=letter.agenda_no,
        suffix=letter.agenda_suffix,
    )
    return (claim,)


def field_text(letter: IncomingLetter, field: str) -> str:
    """The value of an amendable field as text."""
    return as_text(getattr(letter, field))


def as_text(value: object) -> str:
    """A value as a correction tells it: a date as ISO 8601, a level or a position as its number, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, int) else str(value)


def visible_letter(letter_id: LetterId, context: Context, field: str = "") -> IncomingLetter:
    """The letter, also a struck one, if the actor may see that it exists; Refusal otherwise."""
    letter = context.records.get(IncomingLetter, letter_id)
    if letter is None or not register_visible(context.actor, letter):
        raise Refusal(RefusalCode.UNKNOWN_LETTER, field)
    return letter


def require_letter(letter_id: LetterId, context: Context) -> IncomingLetter:
    """As `visible_letter`, if it is not struck through; Refusal otherwise."""
    letter = visible_letter(letter_id, context)
    if letter.status == LetterStatus.VOID:
        raise Refusal(RefusalCode.LETTER_VOID)
    return letter


def carrier_of(letter: IncomingLetter, context: Context) -> IncomingLetter:
    """The letter that stands for this one: itself, or the one that it turned out to be an arrival of."""
    seen = {letter.id}
    while letter.merged_into is not None and letter.merged_into not in seen:
        seen.add(letter.merged_into)
        further = context.records.get(IncomingLetter, letter.merged_into)
        if further is None:
            break
        letter = further
    return letter


def require_carrier(letter_id: LetterId, context: Context) -> IncomingLetter:
    """As `require_letter`, of the letter that stands for it."""
    known = context.records.get(IncomingLetter, letter_id)
    return require_letter(letter_id if known is None else carrier_of(known, context).id, context)


def lines_of(letter: IncomingLetter) -> tuple[LetterId, ...]:
    """The lines of the book that this letter stands for: its own, and those that were merged into it."""
    return (letter.id, *(one.letter for one in letter.arrivals if one.letter is not None))
