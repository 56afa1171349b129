"""The cards of the disposition screen: what is told of a letter to decide on, and of a disposition."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from core.domain.dispositions import Disposition, RecipientState
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, Urgency, subject_visible
from core.domain.offices import Actor
from core.domain.secrecy import is_sealed
from desktop.services.clock import WIB
from desktop.services.dispositions import Assignment
from desktop.services.register import agenda_text


class InboxEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One card. `who` sent the letter or the disposition; `to` holds the titles of a disposition's recipients.

    `reminded` says that the sender asked again. `subject` is None where it is secret or where the letter has not
    arrived yet (`arrived`). Times are local.
    """

    key: bytes
    letter_id: LetterId
    arrived: bool
    who: str
    to: tuple[str, ...]
    subject: str | None
    agenda: str
    letter_no: str
    when: datetime
    urgency: Urgency
    due_on: date | None
    unread: bool
    own: RecipientState | None
    answered: int
    disposition: Disposition | None
    reminded: bool = False

    def holds(self, words: Collection[str]) -> bool:
        """Whether the card holds all these words, which are lower case already."""
        text = " ".join((self.who, *self.to, self.subject or "", self.agenda, self.letter_no)).casefold()
        return all(word in text for word in words)


def letter_entry(letter: IncomingLetter, actor: Actor, *, unread: bool) -> InboxEntry:
    """The card of a letter that waits for a decision."""
    return InboxEntry(
        key=letter.id,
        letter_id=letter.id,
        arrived=True,
        who=letter.sender,
        to=(),
        subject=_subject(letter, actor),
        agenda=agenda_text(letter.agenda_no, letter.agenda_suffix),
        letter_no=letter.letter_no,
        when=letter.registered_at.astimezone(WIB),
        urgency=letter.urgency,
        due_on=letter.due_on,
        unread=unread,
        own=None,
        answered=0,
        disposition=None,
    )


def assignment_entry(one: Assignment, actor: Actor) -> InboxEntry:
    """The card of a disposition that `actor` was given or gave."""
    disposition, letter = one.disposition, one.letter
    mine = disposition.recipient(actor.position)
    return InboxEntry(
        key=disposition.id,
        letter_id=disposition.letter_id,
        arrived=letter is not None,
        who=one.from_title,
        to=one.to_titles,
        subject=None if letter is None else _subject(letter, actor),
        agenda=agenda_text(letter.agenda_no, letter.agenda_suffix) if letter else "",
        letter_no=letter.letter_no if letter else "",
        when=disposition.issued_at.astimezone(WIB),
        urgency=letter.urgency if letter else Urgency.NORMAL,
        due_on=disposition.due_on,
        unread=mine is not None and mine.state is RecipientState.UNREAD,
        own=mine.state if mine else None,
        answered=sum(to.state is RecipientState.ANSWERED for to in disposition.recipients),
        disposition=disposition,
        reminded=mine is not None and mine.is_open and mine.reminders > 0,
    )


def _subject(letter: IncomingLetter, actor: Actor) -> str | None:
    """The subject, or None where it is secret: a list shows no sealed one, the letter itself does."""
    return letter.subject if subject_visible(actor, letter) and not is_sealed(letter.subject) else None
