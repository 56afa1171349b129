"""An agenda book as CSV, taken into the register: every good line, and a list of the others.

Lines go in by the same act as a letter that is typed, in transactions of a few hundred. The id of an imported letter
is made from the line, so that the same file imported twice (or again after a power cut) adds nothing twice.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from core.domain.classification import normalize_code
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import ROW_ID_BYTES, LetterId, OfficeId, PositionId
from core.domain.letters import LIMITS, Channel, RegisterLetter, SecurityLevel, Urgency
from core.domain.offices import Actor, Role
from core.domain.permissions import Power, require
from desktop.services.clock import Clock, local_date
from desktop.services.secrecy import Secrecy, sealed_letter_texts
from desktop.storage.letters import letters
from desktop.storage.number_books import holds_number
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store, UnitOfWork
from desktop.system.faults import EnvironmentFault, FaultOf

WordT = TypeVar("WordT")

BATCH = 400
MAX_BYTES = 200 * 1024 * 1024
MAX_PROBLEMS = 1000
MAX_DIGITS = 9

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "agenda": "agenda_no",
        "nomor agenda": "agenda_no",
        "no agenda": "agenda_no",
        "no": "agenda_no",
        "nomor urut": "agenda_no",
        "tanggal terima": "received_on",
        "tgl terima": "received_on",
        "diterima": "received_on",
        "tanggal penerimaan": "received_on",
        "nomor surat": "letter_no",
        "no surat": "letter_no",
        "tanggal surat": "letter_date",
        "tgl surat": "letter_date",
        "asal surat": "sender",
        "asal": "sender",
        "pengirim": "sender",
        "dari": "sender",
        "perihal": "subject",
        "hal": "subject",
        "isi singkat": "subject",
        "sifat": "security",
        "derajat": "urgency",
        "klasifikasi": "classification",
        "kode klasifikasi": "classification",
        "kode": "classification",
        "ringkasan": "summary",
        "keterangan": "summary",
        "tenggat": "due_on",
    }
)
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
    """What became of the file."""

    added: int
    known: int
    problems: tuple[LineProblem, ...]


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

    def agenda_csv(self, path: Path) -> ImportReport:
        """Import a CSV with a header row (comma, semicolon or tab; UTF-8 or Windows-1252)."""
        require(self._actor, Power.IMPORT, self._actor.office)
        text = _read_text(path)
        columns, lines = _open_table(text)
        addressee = self._head_position()
        added = known = 0
        problems: list[LineProblem] = []
        batch: list[tuple[int, dict[str, str]]] = []
        for line, cells in lines:
            if cells is None:
                problems.append(LineProblem(line=line, code="line_malformed", column=""))
                continue
            batch.append((line, dict(zip(columns, cells, strict=False))))
            if len(batch) == BATCH:
                a, k = self._take(batch, addressee, problems)
                added, known, batch = added + a, known + k, []
        a, k = self._take(batch, addressee, problems)
        return ImportReport(added=added + a, known=known + k, problems=tuple(problems[:MAX_PROBLEMS]))

    def _take(
        self, batch: list[tuple[int, dict[str, str]]], addressee: PositionId | None, problems: list[LineProblem]
    ) -> tuple[int, int]:
        added = known = 0
        now = self._clock()
        with self._store.begin() as uow:
            for line, cells in batch:
                if not any(cells.values()):
                    continue
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


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "too large")
        data = path.read_bytes()
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING, path.name) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, type(err).__name__) from err
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel on Windows writes


def _open_table(text: str) -> tuple[list[str], Iterator[tuple[int, list[str] | None]]]:
    if "\0" in text:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "not text")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "header") from err
    columns = [HEADERS.get(_header_word(cell), "") for cell in header]
    if "sender" not in columns or "subject" not in columns:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, "header")
    return columns, _lines(reader)


def _lines(reader: Any) -> Iterator[tuple[int, list[str] | None]]:
    """The number at which each row begins in the file, and its cells; None where it cannot be read as a row."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            yield line, [cell.strip() for cell in cells]


def _header_word(cell: str) -> str:
    return " ".join(cell.replace("_", " ").replace(".", " ").replace("*", " ").lower().split())


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
