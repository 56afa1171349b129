"""An agenda book as CSV or workbook, taken into the register: every good line, and a list of the others.

Lines go in by the same act as a letter that is typed, in transactions of a few hundred. The id of an imported letter
is made from the line, so that the same file imported twice (or again after a power cut) adds nothing twice.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from core.domain.classification import check_code, normalize_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import ROW_ID_BYTES, LetterId, OfficeId, PositionId
from core.domain.letters import Channel, LetterStatus, SecurityLevel, Urgency
from core.domain.offices import Actor, Role
from core.domain.permissions import Power, require
from core.domain.registering import LIMITS, RegisterLetter, check_texts
from desktop.services.clock import Clock, local_date
from desktop.services.importing_tables import (
    NEEDED,
    BookTable,
    Line,
    begins_workbook,
    guess,
    open_csv,
    read_table,
)
from desktop.services.secrecy import Secrecy, sealed_letter_texts
from desktop.storage.letters import letters
from desktop.storage.meta import UndoHold
from desktop.storage.number_books import holds_number
from desktop.storage.replica import Replica
from desktop.storage.undoing import hold_step
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault, FaultOf

WordT = TypeVar("WordT")

BATCH = 400
# Long enough to look through what came in; meanwhile it is not sent.
UNDO_MS = 300_000
MAX_PROBLEMS = 1000
MAX_DIGITS = 9

_SECURITY = {
    "": SecurityLevel.OPEN,
    "biasa": SecurityLevel.OPEN,
    "terbuka": SecurityLevel.OPEN,
    "biasa/terbuka": SecurityLevel.OPEN,
    "terbatas": SecurityLevel.RESTRICTED,
    "rahasia": SecurityLevel.SECRET,
    "sangat rahasia": SecurityLevel.TOP_SECRET,
}
_URGENCY = {
    "": Urgency.NORMAL,
    "biasa": Urgency.NORMAL,
    "segera": Urgency.URGENT,
    "sangat segera": Urgency.IMMEDIATE,
    "kilat": Urgency.IMMEDIATE,
}


class LineProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not taken in: its number in the file (the header is line 1), why, and the column."""

    line: int
    code: str
    column: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the file. `problems` are the first of the `refused` lines.

    Of the `known` lines `standing` are letters that could be struck through.
    """

    added: int
    known: int
    problems: tuple[LineProblem, ...]
    refused: int = 0
    standing: int = 0


class BadLine(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, column: str) -> None:
        """Why and where."""
        super().__init__(code)
        self.code = code
        self.column = column


class ImportService:
    """Takes agenda books in on behalf of one person."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock
        self._step = UndoHold()

    def agenda_csv(self, path: Path) -> ImportReport:
        """Import a CSV with a header row (comma, semicolon or tab; UTF-8 or Windows-1252)."""
        require(self._actor, Power.IMPORT, self._actor.office)
        headers, lines = open_csv(path)
        columns = guess(headers)
        if not set(columns) >= NEEDED:
            raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "header")
        return self._run(columns, lines)

    def agenda_book(self, path: Path) -> ImportReport:
        """Import a CSV, or the first sheet of a workbook (XLSX), with a line of headers."""
        if not begins_workbook(path):
            return self.agenda_csv(path)
        table = read_table(path)
        return self.take(table, guess(table.headers))

    def check(self, table: BookTable, columns: Sequence[str]) -> ImportReport:
        """What `take` would do, and every line that it would not take; nothing is written.

        `columns` names the field of each column of the table.
        """
        require(self._actor, Power.IMPORT, self._actor.office)
        added = known = standing = 0
        problems: list[LineProblem] = []
        numbers: set[tuple[int, int]] = set()
        now, addressee = self._clock(), self._head_position()
        with self._store.read() as uow:
            for line, cells in _filled(columns, table.lines):
                if cells is None:
                    problems.append(LineProblem(line=line, code="line_malformed", column=""))
                    continue
                try:
                    act = self._act(cells, addressee, now)
                    check_texts(act)
                    check_code(act.classification)
                    self._check_number(uow, act)
                    number = _fresh_number(act, numbers)
                except BadLine as err:
                    problems.append(LineProblem(line=line, code=err.code, column=err.column))
                except Refusal as err:
                    problems.append(LineProblem(line=line, code=err.code.value, column=err.field))
                else:
                    numbers.add(number)
                    here = letters.get(uow.connection, act.letter_id)
                    added, known = added + (here is None), known + (here is not None)
                    standing += here is not None and here.record.status == LetterStatus.REGISTERED
        return ImportReport(
            added=added,
            known=known,
            problems=tuple(problems[:MAX_PROBLEMS]),
            refused=len(problems),
            standing=standing,
        )

    def ids_of(self, table: BookTable, columns: Sequence[str]) -> tuple[LetterId, ...]:
        """Which letters the lines of the table are, or would be."""
        filled = (cells for _, cells in _filled(columns, table.lines) if cells is not None)
        return tuple(dict.fromkeys(_id_of(self._actor.office, cells) for cells in filled))

    def take(self, table: BookTable, columns: Sequence[str]) -> ImportReport:
        """Import the table; `columns` names the field of each of its columns.

        FILE_UNREADABLE where none is the sender or none the subject.
        """
        require(self._actor, Power.IMPORT, self._actor.office)
        if not set(columns) >= NEEDED:
            raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "header")
        return self._run(columns, table.lines)

    def _run(self, columns: Sequence[str], lines: Iterable[Line]) -> ImportReport:
        addressee = self._head_position()
        added = known = 0
        self._step = UndoHold()
        problems: list[LineProblem] = []
        batch: list[tuple[int, dict[str, str]]] = []
        for line, cells in _filled(columns, lines):
            if cells is None:
                problems.append(LineProblem(line=line, code="line_malformed", column=""))
                continue
            batch.append((line, cells))
            if len(batch) == BATCH:
                a, k = self._take(batch, addressee, problems)
                added, known, batch = added + a, known + k, []
        a, k = self._take(batch, addressee, problems)
        shown = tuple(problems[:MAX_PROBLEMS])
        return ImportReport(added=added + a, known=known + k, problems=shown, refused=len(problems))

    def _take(
        self, batch: list[tuple[int, dict[str, str]]], addressee: PositionId | None, problems: list[LineProblem]
    ) -> tuple[int, int]:
        added = known = first = 0
        now = self._clock()
        with self._store.begin() as uow:
            before = uow.meta.chain()
            for line, cells in batch:
                try:
                    act = self._sealed(uow, self._act(cells, addressee, now))
                    self._check_number(uow, act)
                    changed = Replica(uow).perform(act, self._actor, now)
                except BadLine as err:
                    problems.append(LineProblem(line=line, code=err.code, column=err.column))
                except Refusal as err:
                    if err.code == RefusalCode.ALREADY_EXISTS:
                        known += 1
                    else:
                        problems.append(LineProblem(line=line, code=err.code.value, column=err.field))
                else:
                    added += bool(changed)
                    known += not changed
                    first = first or (uow.outbox.newest() if changed else 0)
            if first:
                span = (first, uow.outbox.newest())
                self._step = hold_step(
                    uow, self._step, span, user=self._actor.user, now=now, before=before, for_ms=UNDO_MS
                )
        return added, known

    def _act(self, cells: dict[str, str], addressee: PositionId | None, now: datetime) -> RegisterLetter:
        received = _date(cells.get("received_on", ""), "received_on") or local_date(now)
        return RegisterLetter(
            letter_id=_id_of(self._actor.office, cells),
            agenda_year=received.year,
            agenda_no=_number(cells.get("agenda_no", "")),
            received_on=received,
            letter_no=cells.get("letter_no", ""),
            letter_date=_date(cells.get("letter_date", ""), "letter_date"),
            sender=cells.get("sender", ""),
            subject=cells.get("subject", ""),
            security=_word(_SECURITY, cells.get("security", ""), "security"),
            urgency=_word(_URGENCY, cells.get("urgency", ""), "urgency"),
            classification=normalize_code(cells.get("classification", "")),
            addressee=addressee,
            due_on=_date(cells.get("due_on", ""), "due_on"),
            channel=Channel.PAPER,
            summary=cells.get("summary", ""),
            scans=(),
        )

    def _sealed(self, uow: UnitOfWork, act: RegisterLetter) -> RegisterLetter:
        """A secret line with its texts for its readers alone; NO_READER where none of them has a key."""
        secrecy = Secrecy(uow, self._clock())
        if act.security < SecurityLevel.SECRET or not secrecy.seals(self._actor):
            return act
        for field in ("subject", "summary"):
            if len(getattr(act, field)) > LIMITS[field]:
                raise Refusal(RefusalCode.TEXT_TOO_LONG, field)
        addressed = () if act.addressee is None else (act.addressee,)
        sealing = secrecy.begin(act.letter_id, self._actor.office, addressed)
        texts = {"subject": act.subject, "summary": act.summary}
        sealed = sealed_letter_texts(act.letter_id, texts, sealing.content)
        return msgspec.structs.replace(act, keys=sealing.keys, **sealed)

    def _check_number(self, uow: UnitOfWork, act: RegisterLetter) -> None:
        held = act.agenda_no and holds_number(
            uow.connection, self._actor.office, act.book, act.agenda_year, number=act.agenda_no
        )
        if held and letters.get(uow.connection, act.letter_id) is None:
            raise Refusal(RefusalCode.NUMBER_TAKEN, "agenda_no")

    def _head_position(self) -> PositionId | None:
        with self._store.read() as uow:
            everyone = uow.directory.positions_of(self._actor.office)
        return next((one.number for one in everyone if one.role == Role.HEAD), None)


def _fresh_number(act: RegisterLetter, numbers: set[tuple[int, int]]) -> tuple[int, int]:
    """The number of the line; Refusal if a line before it has it."""
    number = (act.agenda_year, act.agenda_no)
    if act.agenda_no and number in numbers:
        raise Refusal(RefusalCode.NUMBER_TAKEN, "agenda_no")
    return number


def _filled(columns: Sequence[str], lines: Iterable[Line]) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Each line that says something, by field; None for one that cannot be read."""
    for line, cells in lines:
        if cells is None:
            yield line, None
            continue
        named = dict(zip(columns, cells, strict=False))
        if any(named.values()):
            yield line, named


def _id_of(office: OfficeId, cells: dict[str, str]) -> LetterId:
    text = "\x1f".join(f"{name}={cells[name]}" for name in sorted(cells) if name)
    digest = bytearray(hashlib.sha256(f"{office}\x1e{text}".encode()).digest()[:ROW_ID_BYTES])
    digest[6] = 0x80 | digest[6] & 0x0F  # UUIDv8: made from content, RFC 9562 section 5.8
    digest[8] = 0x80 | digest[8] & 0x3F
    return LetterId(bytes(digest))


def _number(text: str) -> int:
    digits = text.strip().lstrip("0")
    if not digits:
        return 0
    if not digits.isdecimal() or len(digits) > MAX_DIGITS:
        raise BadLine("number_malformed", "agenda_no")
    return int(digits)


def _date(text: str, column: str) -> date | None:
    text = text.strip()
    if not text:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007  # a calendar date has no zone
        except ValueError:
            continue
    raise BadLine("date_malformed", column)


def _word(words: Mapping[str, WordT], text: str, column: str) -> WordT:
    found = words.get(" ".join(text.lower().split()))
    if found is None:
        raise BadLine("word_unknown", column)
    return found
