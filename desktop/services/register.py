"""Reading the register of incoming letters as one person may see it."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import msgspec

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, PositionId
from core.domain.letter_readings import ReadingWay, is_noted
from core.domain.letters import (
    IncomingLetter,
    LetterStatus,
    SecurityLevel,
    Urgency,
    register_visible,
    subject_visible,
    without_secrets,
)
from core.domain.numbering import MAX_NUMBER, format_agenda
from core.domain.offices import Actor, Position
from core.domain.permissions import Power, has_power
from core.domain.recasting import has_clear_scans, has_clear_texts
from core.domain.secrecy import is_sealed
from core.protocol.codec import decode
from core.protocol.records import KIND_OF
from desktop.services.acting_titles import ActingNote, ActingTitles
from desktop.services.arrivals import ArrivalView, arrivals_of, stands_for
from desktop.services.clock import Clock, local_date
from desktop.services.find_words import understand, year_of
from desktop.services.letter_codes import letter_of
from desktop.services.letter_lines import lines_here, sheets_of_lines
from desktop.services.scan_words import words_around
from desktop.services.secrecy import Secrecy
from desktop.services.secret_readings import note_reading
from desktop.services.signatures import NO_SIGNATURE, SignatureReader, SignatureView
from desktop.storage import letter_list
from desktop.storage.base import SyncMark
from desktop.storage.conflicts import conflicts
from desktop.storage.letter_list import PAGE_ROWS, LetterFilter, LetterOrder, LetterQuery, ListedLetter, Outline
from desktop.storage.letters import letters
from desktop.storage.scan_search import in_scans, scan_texts
from desktop.storage.standing import at_hub, mark_of
from desktop.storage.unit_of_work import Store, UnitOfWork

_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code


class RowState(Enum):
    """What the status column says."""

    UNDISPOSED = "undisposed"
    DISPOSED = "disposed"
    FOLLOWED_UP = "followed_up"
    DONE = "done"
    DUE = "due"
    VOID = "void"


class LetterRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the register. `subject` is None where it is secret; `agenda` is empty while provisional."""

    id: LetterId
    agenda: str
    received_on: date
    letter_no: str
    sender: str
    subject: str | None
    urgency: Urgency
    security: SecurityLevel
    state: RowState
    mark: SyncMark


class DispositionView(msgspec.Struct, frozen=True, kw_only=True):
    """One disposition with the titles of the positions it names, and what its signatures prove.

    `acting` if not the holder issued it.
    """

    disposition: Disposition
    from_title: str
    titles: dict[PositionId, str]
    mark: SyncMark
    acting: ActingNote | None = None
    signature: SignatureView = NO_SIGNATURE
    answers: dict[PositionId, SignatureView] = {}


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """One letter with all that the reading pane shows; of a secret one no more than the register line.

    `stands` is the number of the letter that a line was merged into.
    """

    letter: IncomingLetter
    rev: int
    subject: str | None
    agenda: str
    classification_name: str
    addressee_title: str
    registered_by: str
    mark: SyncMark
    state: RowState
    dispositions: tuple[DispositionView, ...]
    may_dispose: bool
    may_file: bool
    may_reclassify: bool
    may_strike: bool
    scan_visible: bool
    conflicts: int = 0
    not_let_in: int = 0
    arrivals: tuple[ArrivalView, ...] = ()
    may_merge: bool = False
    stands: str = ""


class FoundScan(msgspec.Struct, frozen=True, kw_only=True):
    """A letter whose scans hold the words, and what stands there around them."""

    row: LetterRow
    words: str


class RegisterService:
    """Lists and opens letters for one signed-in person."""

    def __init__(self, store: Store, actor: Actor, clock: Clock, classification_names: Any) -> None:
        """`classification_names` answers `.name_of(code)` with a name or the empty text."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._names = classification_names

    def query(
        self,
        *,
        order: LetterOrder = LetterOrder.RECEIVED,
        descending: bool = True,
        only: LetterFilter = LetterFilter.ALL,
        year: int | None = None,
        words: str = "",
        record_file: bytes | None = None,
    ) -> LetterQuery:
        """A query that stays within what the person may see. `words` may hold filter words (`services.find_words`)."""
        actor, asked = self._actor, understand(words)
        everything = has_power(actor, Power.READ_REGISTER)
        return LetterQuery(
            office=actor.office,
            today=local_date(self._clock()),
            order=order,
            descending=descending,
            only=only,
            year=asked.year if year is None else year,
            words=asked.words,
            sender=asked.sender,
            number=asked.number,
            addressee=asked.addressee,
            security=asked.security,
            urgency=asked.urgency,
            involved=None if everything else actor.position,
            record_file=record_file,
        )

    def outline(self, query: LetterQuery) -> Outline:
        """Total and places of a list."""
        with self._store.read() as uow:
            return letter_list.outline(uow.connection, query)

    def page(self, query: LetterQuery, start: tuple[tuple[Any, ...], int]) -> tuple[LetterRow, ...]:
        """The rows of the page that starts at a place of the outline."""
        with self._store.read() as uow:
            rows = letter_list.page(uow.connection, query, start)
            waiting = {(_LETTER, row.id) for row in rows if row.mark == SyncMark.WAITING}
            arrived = {row_id for _, row_id in at_hub(uow, waiting)}
        return tuple(self._row(row, query.today, at_hub=row.id in arrived) for row in rows)

    def find(self, typed: str, *, limit: int) -> tuple[LetterRow, ...]:
        """The newest letters for what was typed, a few; the one whose agenda number it is stands first.

        The code of a printed paper means its letter alone.
        A year among the words that stands in no letter with the others means the year of receipt.
        """
        scanned = letter_of(typed)
        query = self.query(words="" if scanned else typed)
        words = query.words.split()
        with self._store.read() as uow:
            rows: list[ListedLetter] = []
            if scanned is not None:
                rows += letter_list.with_id(uow.connection, query, scanned)
            elif len(words) == 1 and words[0].isascii() and words[0].isdecimal() and int(words[0]) <= MAX_NUMBER:
                rows += letter_list.with_agenda(uow.connection, query, int(words[0]), limit=limit)
            if scanned is None:
                rows += letter_list.newest(uow.connection, query, limit=limit)
            years = [word for word in words if year_of(word) is not None]
            if not rows and years and len(words) > 1:
                rest = " ".join(word for word in words if word != years[-1])
                dated = msgspec.structs.replace(query, words=rest, year=year_of(years[-1]))
                rows += letter_list.newest(uow.connection, dated, limit=limit)
        unique = {row.n: row for row in rows}
        return tuple(self._row(row, query.today, at_hub=False) for row in unique.values())[:limit]

    def find_in_scans(self, typed: str, *, limit: int) -> tuple[FoundScan, ...]:
        """The newest letters whose scans hold all words; of a secret letter no scan was ever read."""
        query = self.query(words=typed)
        with self._store.read() as uow:
            found = in_scans(uow.connection, query, limit=limit)
            texts = scan_texts(uow.connection, found)
        tokens = letter_list.search_tokens(query.words)
        return tuple(
            FoundScan(row=self._row(one, query.today, at_hub=False), words=words_around(texts.get(one.n, ""), tokens))
            for one in found
        )

    def count(self, query: LetterQuery) -> int:
        """How many letters a query lists."""
        with self._store.read() as uow:
            return letter_list.count(uow.connection, query)

    def letter(self, letter_id: LetterId) -> LetterView | None:
        """One letter, or None if it is not here or not for this person.

        That this person reads a secret one is on record before it is opened; Refusal or EnvironmentFault if it cannot.
        """
        today = note_reading(self._store, self._actor, self._clock, letter_id)
        with self._store.read() as uow:
            stored = letters.get(uow.connection, letter_id)
            if stored is None or not register_visible(self._actor, stored.record):
                return None
            letter = stored.record
            titles = {one.number: one.title for one in uow.directory.positions_of(letter.office)}
            opened = Secrecy(uow).letter(letter, today)
            visible = subject_visible(self._actor, letter) and opened is not None
            visible = visible and (not letter.is_secret or self._is_noted(letter, today))
            if opened is not None:
                letter = opened
            person = uow.directory.person(letter.registered_by)
            return LetterView(
                letter=letter if visible else without_secrets(letter),
                rev=stored.rev,
                subject=letter.subject if visible else None,
                agenda=agenda_text(letter.agenda_no, letter.agenda_suffix),
                classification_name=self._names.name_of(letter.classification),
                addressee_title=titles.get(letter.addressee, "") if letter.addressee else "",
                registered_by=person.name if person else "",
                mark=mark_of(uow, (_LETTER, letter.id), stored.mark),
                state=row_state(letter.status, letter.due_on, today),
                dispositions=self._chain(uow, letter, titles, today) if visible else (),
                not_let_in=self._not_let_in(uow, letter) if visible else 0,
                may_dispose=self._may_dispose(letter),
                may_file=has_power(self._actor, Power.FILE_LETTER) and letter.status != LetterStatus.VOID,
                may_reclassify=has_power(self._actor, Power.RAISE_SECURITY),
                may_strike=has_power(self._actor, Power.VOID_NUMBER) and letter.status == LetterStatus.REGISTERED,
                scan_visible=visible,
                conflicts=self._conflicts(uow, letter),
                arrivals=arrivals_of(uow, letter),
                may_merge=self._may_merge(letter),
                stands=stands_for(uow, letter),
            )

    def positions(self) -> tuple[Position, ...]:
        """The positions of the person's office, in their order."""
        with self._store.read() as uow:
            return uow.directory.positions_of(self._actor.office)

    def _not_let_in(self, uow: UnitOfWork, letter: IncomingLetter) -> int:
        """For how many people there is something to seal; at least one, where something lies in the clear."""
        secrecy = Secrecy(uow, self._clock())
        if not letter.is_secret or not secrecy.seals(self._actor):
            return 0
        lines = lines_here(uow, letter)
        lost = [one for line in lines for one in conflicts.of_letter(uow.connection, line.id)]
        clear = (
            any(has_clear_scans(line) for line in lines)
            or any(has_clear_texts(one.record) for _, one in sheets_of_lines(uow, letter))
            or any(has_clear_texts(one) for one in lost)
        )
        return max(len(secrecy.not_let_in(line)) for line in lines) or int(clear)

    def _is_noted(self, letter: IncomingLetter, day: date) -> bool:
        return is_noted(letter.readings, self._actor.user, day, way=ReadingWay.OPENED)

    def _conflicts(self, uow: UnitOfWork, letter: IncomingLetter) -> int:
        """How many open conflicts the person is shown who may settle them."""
        if not has_power(self._actor, Power.AMEND_LETTER):
            return 0
        return conflicts.count_of(uow.connection, letter.office, [letter.id]).get(letter.id, 0)

    def _may_merge(self, letter: IncomingLetter) -> bool:
        return has_power(self._actor, Power.VOID_NUMBER) and letter.status != LetterStatus.VOID and not letter.keys

    def _may_dispose(self, letter: IncomingLetter) -> bool:
        if not has_power(self._actor, Power.DISPOSE) or letter.status == LetterStatus.VOID:
            return False
        return has_power(self._actor, Power.READ_REGISTER) or self._actor.position in letter.involved

    def _chain(
        self, uow: UnitOfWork, letter: IncomingLetter, titles: dict[PositionId, str], today: date
    ) -> tuple[DispositionView, ...]:
        marked, reader, secrecy = ActingTitles(uow), SignatureReader(uow), Secrecy(uow)
        return tuple(
            DispositionView(
                disposition=opened,
                from_title=marked(titles.get(one.record.from_position, ""), one.record.under),
                titles=_titles_in(one.record, titles, marked),
                mark=mark_of(uow, (_DISPOSITION, one.record.id), one.mark),
                acting=marked.note(one.record.under),
                signature=reader.order(one.record, opened),
                answers=reader.answers(one.record, opened),
            )
            for line, one in sheets_of_lines(uow, letter)
            for opened in (secrecy.disposition(one.record, line, today),)
        )

    def _row(self, row: ListedLetter, today: date, *, at_hub: bool) -> LetterRow:
        secret = row.security >= SecurityLevel.SECRET
        hidden = secret and not has_power(self._actor, Power.READ_SECRET)
        if hidden:
            hidden = self._actor.position not in decode(row.involved, tuple[PositionId, ...])
        return LetterRow(
            id=LetterId(row.id),
            agenda=agenda_text(row.agenda_no, row.agenda_suffix),
            received_on=row.received_on,
            letter_no=row.letter_no,
            sender=row.sender,
            subject=None if hidden or is_sealed(row.subject) else row.subject,
            urgency=Urgency(row.urgency),
            security=SecurityLevel(row.security),
            state=row_state(LetterStatus(row.status), row.due_on, today),
            mark=SyncMark.AT_HUB if at_hub else SyncMark(row.mark),
        )


def _titles_in(one: Disposition, titles: dict[PositionId, str], marked: ActingTitles) -> dict[PositionId, str]:
    named = {to.position: marked(titles.get(to.position, ""), to.under) for to in one.recipients}
    if one.entered_as:
        named.setdefault(one.entered_as, titles.get(one.entered_as, ""))
    return named


def agenda_text(number: int, suffix: str = "") -> str:
    """The agenda number as it is shown; empty while it is provisional."""
    return format_agenda(number, suffix) if number else ""


def row_state(status: LetterStatus, due_on: date | None, today: date) -> RowState:
    """The status, or DUE where an open letter's date has come."""
    if status < LetterStatus.DONE and due_on is not None and due_on <= today:
        return RowState.DUE
    return {
        LetterStatus.REGISTERED: RowState.UNDISPOSED,
        LetterStatus.DISPOSED: RowState.DISPOSED,
        LetterStatus.FOLLOWED_UP: RowState.FOLLOWED_UP,
        LetterStatus.DONE: RowState.DONE,
        LetterStatus.VOID: RowState.VOID,
    }[status]


def whole_seconds(moment: datetime) -> datetime:
    """A moment without its fraction of a second."""
    return moment.replace(microsecond=0)


# What the view-models need to ask and to read: storage itself stands behind the services.
__all__ = [
    "PAGE_ROWS",
    "DispositionView",
    "FoundScan",
    "LetterFilter",
    "LetterOrder",
    "LetterQuery",
    "LetterRow",
    "LetterView",
    "Outline",
    "RegisterService",
    "RowState",
    "SyncMark",
    "agenda_text",
    "row_state",
    "whole_seconds",
]
