"""Joining the arrivals of one letter: to a letter that stands in the book, or two letters of the book to one."""

from datetime import date
from functools import partial

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId
from core.domain.joining import JoinArrival, MergeLetters
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.numbering import MAX_NUMBER
from core.domain.permissions import Power, has_power
from core.domain.secrecy import is_sealed
from core.domain.twins import TwinSign
from desktop.services.clock import millis
from desktop.services.letters import LetterEntry, Registered
from desktop.services.person_service import PersonService
from desktop.services.register import LetterRow, RegisterService, agenda_text
from desktop.services.twins import Twin, TwinService, face_of
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.letter_drafts import drop_draft
from desktop.storage.letters import letters
from desktop.storage.scan_items import give_items
from desktop.storage.unit_of_work import UnitOfWork

MOST = 20


class MergeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that another one may be. `sign` if it looks like it; `subject` is None where it is secret."""

    letter_id: LetterId
    agenda: str
    received_on: date
    sender: str
    letter_no: str
    subject: str | None
    sign: TwinSign | None = None


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """Two letters that are one: the one that stands, and the agenda numbers of both, empty where it is provisional."""

    stands: LetterId
    agenda: str
    struck: str


class JoiningService(PersonService):
    """The acts of one signed-in person."""

    @property
    def may_merge(self) -> bool:
        """Whether this person may say of two letters of the book that they are one."""
        return has_power(self._actor, Power.VOID_NUMBER)

    def join(self, letter_id: LetterId, entry: LetterEntry) -> Registered:
        """Note that a letter of the book has come once more, with the scans that were taken in; Refusal.

        The person's draft goes with it, as when a letter is registered. The answer names the letter that stands.
        """
        now = self._clock()
        with self._store.begin() as uow:
            known = self._stands(uow, letter_id)
            act = JoinArrival(
                arrival_id=self._new_id(now),
                letter_id=known.id,
                received_on=entry.received_on,
                channel=entry.channel,
                scans=entry.scans,
            )
            self._perform_in(uow, act, now)
            drop_draft(uow.connection, self._actor.user, self._actor.position)
            joined = self._stands(uow, known.id)
            for scan in joined.scans[len(known.scans) :]:
                add = partial(uow.blobs.add, state=BlobState.TO_SEND, now_ms=millis(now), letter=joined.id)
                if scan.thumbnail:
                    add(scan.thumbnail, scan.thumbnail_size, reason=FileReason.THUMBNAIL)
                add(scan.sha256, scan.size)
            same = zip(entry.scans, entry.scans, strict=True)
            give_items(uow.connection, entry.items, same, now_ms=millis(now))
        agenda = agenda_text(joined.agenda_no, joined.agenda_suffix)
        return Registered(letter_id=joined.id, agenda=agenda, joined=True)

    def merge(self, one: LetterId, other: LetterId) -> Merged:
        """Say that two letters are one: the one that was registered first stands. It can be undone; Refusal."""
        with self._store.begin() as uow:
            both = [self._letter(uow, one), self._letter(uow, other)]
            stands, struck = sorted(both, key=_rank)
            self._perform_in(uow, MergeLetters(letter_id=struck.id, into=stands.id), undoable=True)
        return Merged(
            stands=stands.id,
            agenda=agenda_text(stands.agenda_no, stands.agenda_suffix),
            struck=agenda_text(struck.agenda_no, struck.agenda_suffix),
        )

    def _stands(self, uow: UnitOfWork, letter_id: LetterId) -> IncomingLetter:
        found = self._letter(uow, letter_id)
        while found.merged_into is not None:
            found = self._letter(uow, found.merged_into)
        return found

    @staticmethod
    def _letter(uow: UnitOfWork, letter_id: LetterId) -> IncomingLetter:
        stored = letters.get(uow.connection, letter_id)
        if stored is None:
            raise Refusal(RefusalCode.UNKNOWN_LETTER)
        return stored.record


class MergeChoices:
    """What a letter may be merged with, for one signed-in person."""

    def __init__(self, register: RegisterService, twins: TwinService) -> None:
        """Over what this person may see."""
        self._register = register
        self._twins = twins

    def of(self, letter_id: LetterId, words: str = "") -> tuple[MergeChoice, ...]:
        """The letters that look like it; with words those in which they stand, or whose agenda number they are."""
        view = self._register.letter(letter_id)
        if view is None:
            return ()
        subject = "" if view.subject is None or is_sealed(view.subject) else view.subject
        alike = {one.letter_id: _of_twin(one) for one in self._twins.of(face_of(view.letter, subject=subject))}
        found = alike
        if words.strip():
            rows = self._register.find(words, limit=MOST)
            found = {row.id: alike.get(row.id, _of_row(row)) for row in rows if row.state.value != "void"}
        return tuple(choice for other, choice in found.items() if other != letter_id)


def _rank(letter: IncomingLetter) -> tuple[bool, object, int, bytes]:
    """What was entered first comes first; a struck line never stands."""
    number = letter.agenda_no or MAX_NUMBER + 1
    return letter.status == LetterStatus.VOID, letter.registered_at, number, letter.id


def _of_twin(twin: Twin) -> MergeChoice:
    fields = (field for field in MergeChoice.__struct_fields__)
    return MergeChoice(**{field: getattr(twin, field) for field in fields})


def _of_row(row: LetterRow) -> MergeChoice:
    return MergeChoice(
        letter_id=row.id,
        agenda=row.agenda,
        received_on=row.received_on,
        sender=row.sender,
        letter_no=row.letter_no,
        subject=row.subject,
    )
