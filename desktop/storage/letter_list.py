"""The register as a list: any page by key, the total and the place of every page without OFFSET.

An outline holds the key of each 64th row: a page is what a screen shows and a little more, since in any order but
that of receipt each row lies on another page of the file. In the order people see first, newest received first, the
outline is made from the counts a day in a few milliseconds whatever the number of letters; other orders and filters
take one pass over a narrow index, in the background.
"""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, desc, false, func, literal_column, select, true, tuple_
from sqlalchemy.engine import Connection

from core.domain.ids import OfficeId, PositionId
from core.domain.letters import LetterStatus, SecurityLevel, Urgency
from desktop.storage.directory import position
from desktop.storage.letter_search import SearchWords, match_expression, search
from desktop.storage.letters import day_of, first_of_day, letter, letter_day, letter_involved
from desktop.storage.search_words import search_tokens
from desktop.storage.streams import Streams
from sql.direct import kept

PAGE_ROWS = 64
SEARCH_LIMIT = 1000
YEARS_BACK = 20
_LEAD_AND_PLACE = 2


class LetterOrder(Enum):
    """The columns by which the register can be sorted."""

    RECEIVED = "received"
    AGENDA = "agenda"
    SENDER = "sender"
    STATUS = "status"


class LetterFilter(Enum):
    """The quick filters of the register."""

    ALL = "all"
    UNDISPOSED = "undisposed"
    DUE = "due"
    WAITING = "waiting"
    DONE = "done"


class LetterQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What the list shows. `involved` limits it to letters of one position; `today` decides what is due.

    `office` None: every letter that is here. `words`, and those of the sender and the number, list at most the newest
    `SEARCH_LIMIT` letters that hold them.
    """

    office: OfficeId | None
    today: date
    order: LetterOrder = LetterOrder.RECEIVED
    descending: bool = True
    only: LetterFilter = LetterFilter.ALL
    year: int | None = None
    words: str = ""
    sender: str = ""
    number: str = ""
    addressee: str = ""
    security: SecurityLevel | None = None
    urgency: Urgency | None = None
    involved: PositionId | None = None
    record_file: bytes | None = None

    @property
    def searched(self) -> SearchWords:
        """What is looked for in the search index; false if nothing is."""
        return SearchWords(anywhere=self.words, sender=self.sender, number=self.number)


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """The total and, for each page, the key at which it starts and how many rows to skip from there."""

    total: int
    starts: tuple[tuple[tuple[Any, ...], int], ...]


class ListedLetter(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of one line of the register."""

    n: int
    id: bytes
    agenda_year: int
    agenda_no: int
    agenda_suffix: str
    received_on: date
    letter_no: str
    sender: str
    subject: str
    security: int
    urgency: int
    status: int
    due_on: date | None
    involved: bytes
    office: int
    mark: int


_COLUMNS = [letter.c[name] for name in ListedLetter.__struct_fields__]
_KEYS: dict[LetterOrder, tuple[ColumnElement[Any], ...]] = {
    LetterOrder.RECEIVED: (letter.c.n,),
    LetterOrder.AGENDA: (letter.c.agenda_year, letter.c.agenda_no, letter.c.n),
    LetterOrder.SENDER: (letter.c.sender, letter.c.n),
    LetterOrder.STATUS: (letter.c.status, letter.c.n),
}


def outline(connection: Connection, query: LetterQuery) -> Outline:
    """The outline of a list."""
    query = _settled(connection, query)
    if query.searched:
        return _search_outline(connection, query)
    if _by_days(query):
        return _day_outline(connection, query)
    keys = _KEYS[query.order]
    place = func.row_number().over(order_by=_ordered(query)).label("place")
    listed = _narrow(select(*keys, place), query).subquery()
    every = select(*listed.c).where((listed.c.place - 1) % PAGE_ROWS == 0).order_by(listed.c.place)
    starts = tuple((tuple(row)[:-1], 0) for row in connection.execute(every))
    total = connection.execute(_narrow(select(func.count()).select_from(letter), query)).scalar_one()
    return Outline(total=int(total), starts=starts)


def page(connection: Connection, query: LetterQuery, start: tuple[tuple[Any, ...], int]) -> tuple[ListedLetter, ...]:
    """The page that starts at a place of the outline."""
    key, skip = start
    query = _settled(connection, query)
    if query.searched:
        by_n = {row.n: _listed(row) for row in connection.execute(select(*_COLUMNS).where(letter.c.n.in_(key)))}
        return tuple(by_n[n] for n in key if n in by_n)
    limit = skip + PAGE_ROWS
    rows: list[Any] = []
    for bound in _bounds(query, key):
        if len(rows) < limit:
            statement = _narrow(select(*_COLUMNS), query).where(bound).order_by(*_ordered(query))
            rows.extend(connection.execute(statement.limit(limit - len(rows))))
    return tuple(_listed(row) for row in rows[skip:])


def _bounds(query: LetterQuery, key: tuple[Any, ...]) -> tuple[ColumnElement[bool], ...]:
    """What lies at a key or after it, in the parts in which SQLite finds it by its indexes.

    Beneath a leading column that many letters share, it seeks by the row id only where that column is fixed: first
    the rest of the group in which the page starts, then the groups after it.
    """
    keys = _KEYS[query.order]
    if len(keys) != _LEAD_AND_PLACE:
        row, at = tuple_(*keys), tuple_(*key)
        return (row <= at if query.descending else row >= at,)
    lead, place = keys
    if query.descending:
        return ((lead == key[0]) & (place <= key[1]), lead < key[0])
    return ((lead == key[0]) & (place >= key[1]), lead > key[0])


def count(connection: Connection, query: LetterQuery) -> int:
    """How many letters the query lists."""
    query = _settled(connection, query)
    if query.searched:
        return len(_hits(connection, query))
    if _by_days(query):
        statement = select(func.coalesce(func.sum(letter_day.c.letters), 0))
    else:
        statement = _narrow(select(func.count()).select_from(letter), query)
    return int(connection.execute(statement).scalar_one())


def narrowed(connection: Connection, statement: Select[Any], query: LetterQuery) -> Select[Any]:
    """A statement over letters, limited to those that the query lists; its words and its order do not count."""
    return _narrow(statement, _settled(connection, query))


def coded_letters(connection: Connection, office: OfficeId, *, limit: int) -> list[tuple[str, str, str]]:
    """Subject, sender and code of the newest letters of an office that have a code and are no secret."""
    statement = (
        select(letter.c.subject, letter.c.sender, letter.c.classification)
        .where(letter.c.office == office, letter.c.classification != "")
        .where(letter.c.security < SecurityLevel.SECRET, letter.c.status != LetterStatus.VOID)
        .order_by(desc(letter.c.n))
        .limit(limit)
    )
    return [(row.subject, row.sender, row.classification) for row in connection.execute(statement)]


def _settled(connection: Connection, query: LetterQuery) -> LetterQuery:
    """The query without its office where this PC holds letters of that office alone: the fast ways need no more."""
    if query.office is not None and Streams(connection).serves_only(query.office):
        return msgspec.structs.replace(query, office=None)
    return query


def _by_days(query: LetterQuery) -> bool:
    return (
        query.order == LetterOrder.RECEIVED
        and query.office is None
        and query.only == LetterFilter.ALL
        and query.year is None
        and query.involved is None
        and query.record_file is None
        and not query.addressee
        and query.security is None
        and query.urgency is None
    )


def _day_outline(connection: Connection, query: LetterQuery) -> Outline:
    order = desc(letter_day.c.day) if query.descending else letter_day.c.day
    days = connection.execute(
        select(letter_day.c.day, letter_day.c.letters).where(letter_day.c.letters > 0).order_by(order)
    ).all()
    starts: list[tuple[tuple[Any, ...], int]] = []
    total = place = 0
    for day, letters in days:
        # Day by day, not page by page: of a million letters there are six times as many pages as days.
        before, total = total, total + letters
        edge = (first_of_day(day + 1) - 1 if query.descending else first_of_day(day),)
        starts.extend([(edge, at - before) for at in range(place, total, PAGE_ROWS)])
        place = len(starts) * PAGE_ROWS
    return Outline(total=total, starts=tuple(starts))


def _search_outline(connection: Connection, query: LetterQuery) -> Outline:
    found = _hits(connection, query)
    if query.order != LetterOrder.RECEIVED or not query.descending:
        ordered = select(letter.c.n).where(letter.c.n.in_(found)).order_by(*_ordered(query))
        found = connection.execute(ordered).scalars().all()
    starts = tuple((tuple(found[at : at + PAGE_ROWS]), 0) for at in range(0, len(found), PAGE_ROWS))
    return Outline(total=len(found), starts=starts)


def newest(connection: Connection, query: LetterQuery, *, limit: int) -> tuple[ListedLetter, ...]:
    """The newest letters that a query lists, a few: what is shown while somebody is typing."""
    query = _settled(connection, msgspec.structs.replace(query, order=LetterOrder.RECEIVED, descending=True))
    if query.searched:
        found = _hits(connection, query, most=limit)
        return tuple(_listed(row) for row in connection.execute(_some(), {"places": list(found)}))
    statement = _narrow(select(*_COLUMNS), query).order_by(desc(letter.c.n)).limit(limit)
    return tuple(_listed(row) for row in connection.execute(statement))


# Built once: building a statement costs more than running it, and this one runs at every key.
@kept
def _some() -> Any:
    return select(*_COLUMNS).where(letter.c.n.in_(bindparam("places", expanding=True))).order_by(desc(letter.c.n))


def with_agenda(connection: Connection, query: LetterQuery, number: int, *, limit: int) -> tuple[ListedLetter, ...]:
    """The letters with an agenda number, those of the newest year first."""
    newest_year = query.today.year
    years = range(newest_year - YEARS_BACK, newest_year + 1)
    numbered = _narrow(select(*_COLUMNS), _settled(connection, query))
    statement = numbered.where(letter.c.agenda_year.in_(years), letter.c.agenda_no == number)
    return tuple(_listed(row) for row in connection.execute(statement.order_by(desc(letter.c.n)).limit(limit)))


def with_id(connection: Connection, query: LetterQuery, letter_id: bytes) -> tuple[ListedLetter, ...]:
    """One letter, if the query may list it."""
    statement = _narrow(select(*_COLUMNS), _settled(connection, query)).where(letter.c.id == letter_id)
    return tuple(_listed(row) for row in connection.execute(statement))


def among(connection: Connection, query: LetterQuery, places: Sequence[int]) -> list[ListedLetter]:
    """Those of some letters, by their places, that a query lists, whatever its words; the newest first."""
    statement = _narrow(select(*_COLUMNS), _settled(connection, query)).where(letter.c.n.in_(places))
    return [_listed(row) for row in connection.execute(statement.order_by(desc(letter.c.n)))]


def _hits(connection: Connection, query: LetterQuery, *, most: int | None = None) -> Sequence[int]:
    """The newest letters that hold the words and pass the filters; `SEARCH_LIMIT` at most, or fewer."""
    most = SEARCH_LIMIT if most is None else most
    if _by_days(msgspec.structs.replace(query, order=LetterOrder.RECEIVED)):
        return search(connection, query.searched, limit=most)
    first, below = (0, None) if query.year is None else of_year(query.year)
    hits: list[int] = []
    while len(hits) < most:
        found = search(connection, query.searched, limit=SEARCH_LIMIT, below=below)
        if not found or found[0] < first:
            break
        narrowed = _narrow(select(letter.c.n), query).where(letter.c.n.in_(found)).order_by(desc(letter.c.n))
        hits.extend(connection.execute(narrowed).scalars())
        below = found[-1]
    return hits[:most]


def of_year(year: int) -> tuple[int, int]:
    """The smallest row id of a year, and that of the next."""
    return first_of_day(date(year, 1, 1).toordinal()), first_of_day(date(year, 12, 31).toordinal() + 1)


def _narrow(statement: Select[Any], query: LetterQuery) -> Select[Any]:
    if query.office is not None:
        statement = statement.where(letter.c.office == query.office)
    if query.involved is not None:
        mine = select(letter_involved.c.n).where(letter_involved.c.position == query.involved)
        statement = statement.where(letter.c.n.in_(mine))
    if query.year is not None:
        first, below = of_year(query.year)
        statement = statement.where(letter.c.n >= first, letter.c.n < below)
    if query.record_file is not None:
        statement = statement.where(letter.c.record_file == query.record_file)
    if query.addressee:
        named = select(position.c.number).where(position.c.title.icontains(query.addressee, autoescape=True))
        theirs = select(letter_involved.c.n).where(letter_involved.c.position.in_(named))
        statement = statement.where(letter.c.n.in_(theirs))
    if query.security is not None:
        statement = statement.where(letter.c.security == query.security)
    if query.urgency is not None:
        statement = statement.where(letter.c.urgency == query.urgency)
    return statement.where(_condition(query))


def _condition(query: LetterQuery) -> ColumnElement[bool]:
    open_letter = letter.c.status < LetterStatus.DONE
    conditions: dict[LetterFilter, ColumnElement[bool]] = {
        LetterFilter.ALL: true(),
        LetterFilter.UNDISPOSED: letter.c.status == LetterStatus.REGISTERED,
        LetterFilter.DUE: (letter.c.due_on <= query.today) & open_letter,
        LetterFilter.WAITING: letter.c.mark > literal_column("0"),
        LetterFilter.DONE: letter.c.status == LetterStatus.DONE,
    }
    return conditions.get(query.only, false())


def _ordered(query: LetterQuery) -> list[Any]:
    return [desc(key) if query.descending else key for key in _KEYS[query.order]]


def _listed(row: Any) -> ListedLetter:
    return ListedLetter(**row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for it


__all__ = [
    "PAGE_ROWS",
    "LetterFilter",
    "LetterOrder",
    "LetterQuery",
    "ListedLetter",
    "Outline",
    "among",
    "count",
    "day_of",
    "match_expression",
    "narrowed",
    "newest",
    "of_year",
    "outline",
    "page",
    "search",
    "search_tokens",
    "with_agenda",
]
