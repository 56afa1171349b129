"""Finds letters in the register that are probably the one that is being entered."""

from datetime import date, timedelta

import msgspec

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, LetterStatus, register_visible, subject_visible
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.secrecy import is_sealed
from core.domain.twins import Face, TwinSign, twin_sign
from desktop.services.clock import Clock, local_date
from desktop.services.letters import LetterEntry
from desktop.services.register import agenda_text
from desktop.storage import letter_twins
from desktop.storage.unit_of_work import Store

MOST = 3
# Three arrivals of one letter lie days apart, a yearly letter of the same words a year.
DAYS_BACK = 60


class Twin(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that is in the register already. `subject` is None where it is secret."""

    letter_id: LetterId
    sign: TwinSign
    agenda: str
    received_on: date
    letter_no: str
    letter_date: date | None
    sender: str
    subject: str | None

    @property
    def is_sure(self) -> bool:
        """Whether the clerk is asked before another entry is made of it."""
        return self.sign < TwinSign.SUBJECT


class TwinService:
    """Looks for one signed-in person, in the letters of that person's office."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def of(self, face: Face) -> tuple[Twin, ...]:
        """The letters that look like this one, the surest first, a few at most; struck ones are none."""
        if not has_power(self._actor, Power.READ_REGISTER):
            return ()
        since = local_date(self._clock()) - timedelta(days=DAYS_BACK)
        with self._store.read() as uow:
            candidates = [
                *letter_twins.with_files(uow.connection, face.files),
                *letter_twins.with_number(uow.connection, face.letter_no),
                *letter_twins.from_sender(uow.connection, face.sender, since=since),
            ]
        found: dict[LetterId, Twin] = {}
        for one in candidates:
            if one.id in found or one.office != self._actor.office or one.status == LetterStatus.VOID:
                continue
            if not register_visible(self._actor, one):
                continue
            open_subject = one.subject if not one.is_secret and not is_sealed(one.subject) else ""
            sign = twin_sign(face, face_of(one, subject=open_subject))
            if sign is not None:
                found[one.id] = self._twin(one, sign)
        return tuple(sorted(found.values(), key=lambda one: one.sign)[:MOST])

    def _twin(self, letter: IncomingLetter, sign: TwinSign) -> Twin:
        shown = subject_visible(self._actor, letter) and not is_sealed(letter.subject)
        return Twin(
            letter_id=letter.id,
            sign=sign,
            agenda=agenda_text(letter.agenda_no, letter.agenda_suffix),
            received_on=letter.received_on,
            letter_no=letter.letter_no,
            letter_date=letter.letter_date,
            sender=letter.sender,
            subject=letter.subject if shown else None,
        )


def face_of(letter: IncomingLetter | LetterEntry, *, subject: str | None = None) -> Face:
    """What a letter is recognised by; another `subject` where its own is not to be looked at.

    Small pictures do not count: two letters may have the same picture of an empty page.
    """
    return Face(
        letter_no=letter.letter_no,
        sender=letter.sender,
        letter_date=letter.letter_date,
        subject=letter.subject if subject is None else subject,
        files=frozenset(bytes(scan.sha256) for scan in letter.scans),
    )
