"""The books on paper: agenda of incoming letters, ekspedisi, lembar pengantar. Nothing of a secret letter's content.

Columns after the books in use (buku agenda of a kecamatan; buku ekspedisi of Permendagri 47/2016).
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, OfficeId, PositionId
from core.domain.letters import IncomingLetter, LetterStatus
from core.domain.permissions import Power, require
from desktop.services.books import BookChoice, books_of
from desktop.services.clock import WIB, Clock
from desktop.services.papers.forms import Form, PaperWish
from desktop.services.papers.paper import Paper, frame, local_minute
from desktop.services.papers.plain_text import one_line, printable
from desktop.services.register import agenda_text
from desktop.services.sign_in import Session
from desktop.storage.letter_books import letters_between, letters_of, orders_between, orders_on
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault, FaultOf

# A book of so many lines takes some ten seconds and 500 MB to typeset; for more a person is asked for fewer days.
MOST_LINES = 3000


class Days(NamedTuple):
    """From one day to another, both included."""

    since: date
    until: date

    @classmethod
    def of(cls, wish: PaperWish, today: date) -> "Days":
        """The days of a wish, in their order."""
        since, until = wish.since or today, wish.until or today
        return cls(min(since, until), max(since, until))

    def moments(self) -> tuple[datetime, datetime]:
        """When the first day begins and the last is over, where the office is."""
        begins = datetime.combine(self.since, time(), WIB)
        return begins, datetime.combine(self.until, time(), WIB) + timedelta(days=1)


class BookService:
    """Makes books for whoever may read the register."""

    def __init__(self, store: Store, session: Session, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._session = session
        self._clock = clock

    def books(self) -> tuple[BookChoice, ...]:
        """The books that letters of this office are numbered in."""
        with self._store.read() as uow:
            return books_of(uow, self._session.office.number, active=False)

    def agenda(self, wish: PaperWish, days: Days) -> Paper:
        """Buku agenda surat masuk."""
        actor = self._session.actor
        require(actor, Power.READ_REGISTER, actor.office)
        with self._store.read() as uow:
            if wish.chosen:
                found = _in_order(uow, actor.office, wish.chosen)
            else:
                found = letters_between(uow.connection, actor.office, days, book=wish.book, limit=MOST_LINES + 1)
            _check_length(len(found))
            orders = orders_on(uow.connection, [one.id for one in found])
            titles = _titles(uow, self._session)
        named = [one.name for one in self.books() if one.book == wish.book]
        facts = self._frame("Daftar surat masuk" if wish.chosen else "Buku agenda surat masuk", days, wish.chosen)
        facts["book"] = one_line(named[0]) if named else ""
        facts["rows"] = [_agenda_row(one, orders.get(one.id, []), titles) for one in found]
        return _paper(Form.AGENDA_BOOK, "daftar-surat" if wish.chosen else "buku-agenda", days, facts, lying=True)

    def dispatch(self, days: Days, chosen: tuple[LetterId, ...] = ()) -> Paper:
        """Buku ekspedisi: what was handed to whom, with room for the hand that took it; of `chosen` letters or days."""
        facts = self._frame("Buku ekspedisi", days, chosen)
        facts["rows"] = [row for _, row in self._handed(days, chosen)]
        return _paper(Form.DISPATCH_BOOK, "buku-ekspedisi", days, facts, lying=True)

    def slips(self, days: Days, chosen: tuple[LetterId, ...] = ()) -> Paper:
        """Lembar pengantar: as the ekspedisi, a sheet for each who was given letters."""
        sheets: dict[str, list[dict[str, Any]]] = {}
        for title, row in self._handed(days, chosen):
            sheets.setdefault(title, []).append(row)
        facts = self._frame("Lembar pengantar", days, chosen)
        facts["sheets"] = [{"to": title, "rows": sheets[title]} for title in sorted(sheets)]
        return _paper(Form.ROUTING_SLIP, "lembar-pengantar", days, facts)

    def _handed(self, days: Days, chosen: tuple[LetterId, ...]) -> list[tuple[str, dict[str, Any]]]:
        actor = self._session.actor
        require(actor, Power.READ_REGISTER, actor.office)
        with self._store.read() as uow:
            if chosen:
                about = _in_order(uow, actor.office, chosen)
                orders = orders_on(uow.connection, chosen)
                found = [(order, letter) for letter in about for order in orders.get(letter.id, ())]
            else:
                found = orders_between(uow.connection, actor.office, days.moments(), limit=MOST_LINES + 1)
            titles = _titles(uow, self._session)
        handed = [
            (titles.get(to.position, ""), _handed_row(order, letter, titles.get(to.position, "")))
            for order, letter in found
            for to in order.recipients
        ]
        _check_length(len(handed))
        return handed

    def _frame(self, title: str, days: Days, chosen: tuple[LetterId, ...]) -> dict[str, Any]:
        facts = frame(self._session, self._clock(), title=title)
        return facts | {"since": days.since.isoformat(), "until": days.until.isoformat(), "chosen": bool(chosen)}


def _in_order(uow: UnitOfWork, office: OfficeId, chosen: tuple[LetterId, ...]) -> tuple[IncomingLetter, ...]:
    """Some letters of the office in the order of their numbers."""
    found = [one for one in letters_of(uow.connection, chosen).values() if one.office == office]
    return tuple(sorted(found, key=lambda one: (one.agenda_year, one.agenda_no, one.agenda_suffix, one.id)))


def _paper(form: Form, name: str, days: Days, facts: dict[str, Any], *, lying: bool = False) -> Paper:
    return Paper(form=form, name=f"{name}-{days.since}-{days.until}", facts=facts, lying=lying)


def _check_length(lines: int) -> None:
    if lines > MOST_LINES:
        raise EnvironmentFault(FaultOf.PAPER_TOO_LONG, f"more than {MOST_LINES} lines")


def _titles(uow: UnitOfWork, session: Session) -> dict[PositionId, str]:
    return {one.number: one_line(one.title) for one in uow.directory.positions_of(session.office.number)}


def letter_line(letter: IncomingLetter) -> dict[str, Any]:
    """The register line of a letter: what everybody sees who may see that it exists."""
    return {
        "agenda": agenda_text(letter.agenda_no, letter.agenda_suffix),
        "received": letter.received_on.isoformat(),
        "sender": one_line(letter.sender),
        "number": one_line(letter.letter_no),
        "dated": "" if letter.letter_date is None else letter.letter_date.isoformat(),
        "subject": "" if letter.is_secret else printable(letter.subject),
        "security": int(letter.security),
        "urgency": int(letter.urgency),
        "code": one_line(letter.classification),
        "void": letter.status == LetterStatus.VOID,
    }


def _agenda_row(letter: IncomingLetter, orders: list[Disposition], titles: dict[PositionId, str]) -> dict[str, Any]:
    first = next((one for one in orders if one.parent is None), None)
    return {
        **letter_line(letter),
        "to": [] if first is None else [titles.get(one.position, "") for one in first.recipients],
        "disposed": "" if first is None else local_minute(first.issued_at),
        "done": letter.status == LetterStatus.DONE,
    }


def _handed_row(order: Disposition, letter: IncomingLetter, title: str) -> dict[str, Any]:
    return {**letter_line(letter), "at": local_minute(order.issued_at), "to": title}
