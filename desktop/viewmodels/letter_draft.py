"""What a person has filled in so far, and what it becomes: an entry for the agenda book or a correction."""

from collections.abc import Iterable
from datetime import date

import msgspec

from core.domain.amending import AMENDABLE
from core.domain.attachments import Attachment
from core.domain.books import DEFAULT_BOOK
from core.domain.ids import BookId, PositionId
from core.domain.letters import Channel, IncomingLetter, SecurityLevel, Urgency, as_text
from desktop.services.letters import LetterEntry

COPIED = ("sender", "classification", "urgency", "security", "letter_date", "addressee", "channel", "book")
# What can stay from letter to letter when a pile is entered, and what does unless somebody says otherwise.
STICKY = ("sender", "letter_date", "classification", "addressee", "channel", "received_on")
USUALLY_STICKY = frozenset({"addressee", "channel", "received_on"})


class LetterDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the form, in the order of the paper.

    `insert_after` puts a late letter beside that number of the book (sisipan); 0 takes the next one.
    """

    letter_no: str = ""
    letter_date: date | None = None
    sender: str = ""
    subject: str = ""
    classification: str = ""
    security: SecurityLevel = SecurityLevel.OPEN
    urgency: Urgency = Urgency.NORMAL
    due_on: date | None = None
    addressee: PositionId | None = None
    received_on: date | None = None
    channel: Channel = Channel.PAPER
    summary: str = ""
    scans: tuple[Attachment, ...] = ()
    book: BookId = DEFAULT_BOOK
    insert_after: int = 0
    event_on: date | None = None
    event_from: str = ""
    event_until: str = ""
    event_place: str = ""
    reply_by: date | None = None

    @property
    def subject_required(self) -> bool:
        """A secret letter is registered by its envelope, without a subject."""
        return self.security < SecurityLevel.SECRET


def draft_of(letter: IncomingLetter) -> LetterDraft:
    """The form as it is filled for a letter that is to be corrected."""
    fields = (field for field in LetterDraft.__struct_fields__ if field != "insert_after")
    return LetterDraft(**{field: getattr(letter, field) for field in fields})


def copied(draft: LetterDraft, previous: LetterDraft, fields: Iterable[str] = COPIED) -> LetterDraft:
    """The draft with what letters of one delivery have in common taken from the one before."""
    return msgspec.structs.replace(draft, **{field: getattr(previous, field) for field in fields})


def draft_from(entry: LetterEntry) -> LetterDraft:
    """The form as it was when this was kept of it."""
    return LetterDraft(**{field: getattr(entry, field) for field in LetterDraft.__struct_fields__})


def entry_of(draft: LetterDraft, today: date) -> LetterEntry:
    """The entry for the agenda book; a letter without a date of receipt was received today."""
    values = {field: getattr(draft, field) for field in LetterDraft.__struct_fields__}
    values["received_on"] = draft.received_on or today
    return LetterEntry(**values)


def amendable_texts(draft: LetterDraft) -> dict[str, str]:
    """The fields that can be corrected, as a correction tells them."""
    return {field: as_text(getattr(draft, field)).strip() for field in AMENDABLE}
