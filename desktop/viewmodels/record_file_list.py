"""Arsip: the record files of the office, and the letters that lie in the chosen one."""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.archives import RecordFile
from core.domain.ids import LetterId, RecordFileId
from core.domain.letters import IncomingLetter
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.archives import RecordFileRow, RecordFileService
from desktop.services.letters import LetterService
from desktop.services.register import LetterRow, RegisterService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner, untold

FILE_COLUMNS = 6
LETTER_COLUMNS = 4
# A berkas is a folder on a shelf: more letters than this do not fit into one, and a list so long helps nobody.
MOST_PAGES = 10
# A sync that brings many letters commits many times a second; nobody reads a list so fast.
CHANGES_MS = 80


class FileOrder(Enum):
    """The columns by which record files can be sorted."""

    CODE = "code"
    TITLE = "title"
    YEAR = "year"
    LETTERS = "letters"
    LOCATION = "location"


class LettersOf(msgspec.Struct, frozen=True, kw_only=True):
    """The letters in one record file; `total` may be more than are listed."""

    rows: tuple[LetterRow, ...]
    total: int


class TakenOut(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was just taken out of a record file, to be put back if that was a slip."""

    letter_id: LetterId
    agenda: str
    record_file: RecordFileId


_KEYS: Mapping[FileOrder, Callable[[RecordFileRow], Any]] = MappingProxyType(
    {
        FileOrder.CODE: lambda row: (_code_parts(row), row.record_file.title.casefold()),
        FileOrder.TITLE: lambda row: row.record_file.title.casefold(),
        FileOrder.YEAR: lambda row: row.record_file.year,
        FileOrder.LETTERS: lambda row: row.letters,
        FileOrder.LOCATION: lambda row: row.record_file.location.casefold(),
    }
)


class RecordFileList(QObject):
    """Keeps both lists fresh, and takes letters out of their file.

    Signals: `changed()` when the files or the chosen one are another; `letters_changed()`; `taken_out(object)` with a
    TakenOut after the commit; `put_back()`; `failed(str, str)` with code and field.
    """

    changed = Signal()
    letters_changed = Signal()
    taken_out = Signal(object)
    put_back = Signal()
    failed = Signal(str, str)

    def __init__(
        self,
        service: RecordFileService,
        register: RegisterService,
        *,
        letters: LetterService,
        actor: Actor,
        runner: TaskRunner,
        feed: ChangeFeed,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._register = register
        self._letters = letters
        self._runner = runner
        self._all: tuple[RecordFileRow, ...] = ()
        self._words: tuple[str, ...] = ()
        self._reading: CancelToken | None = None
        self._wanted: bytes | None = None
        self.order = FileOrder.CODE
        self.descending = False
        self.may_open = service.may_open
        self.may_file = has_power(actor, Power.FILE_LETTER)
        self.may_read = has_power(actor, Power.READ_REGISTER)
        self.files: RowList[RecordFileRow] = RowList(_file_key, columns=FILE_COLUMNS, parent=self)
        self.letters: RowList[LetterRow] = RowList(_letter_key, columns=LETTER_COLUMNS, parent=self)
        self.letters_total = 0
        self.current: RecordFileRow | None = None
        self.loaded = False
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._on_change)
        self._reading_files = Reading(runner, service.listed, parent=self)
        self._reading_files.done.connect(self._on_files)
        self._reading_files.failed.connect(self.failed)

    @property
    def total(self) -> int:
        """How many record files the office has, whatever is listed."""
        return len(self._all)

    @property
    def filtered(self) -> bool:
        """Whether words narrow the list."""
        return bool(self._words)

    def set_words(self, text: str) -> None:
        """Keep only files that hold all these words in code, title, year or place."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._fill()

    def sort(self, order: FileOrder, *, descending: bool) -> None:
        """Sort the files."""
        self.order, self.descending = order, descending
        self._fill()

    def open(self, row: RecordFileRow | None) -> None:
        """Choose a file; its letters follow a moment later."""
        before = self.current.record_file.id if self.current else None
        self.current = row
        if row is None or row.record_file.id != before:
            self.letters.reset([])
            self.letters_total = 0
            self.letters_changed.emit()
            self._read_letters()
            self.changed.emit()

    def want(self, record_file_id: bytes) -> None:
        """Choose this file as soon as it is listed, such as one that was just opened."""
        self._wanted = record_file_id
        self.refresh()

    @property
    def wanted_place(self) -> int:
        """Where the wanted file stands, or -1; asked once, it is forgotten."""
        place = -1 if self._wanted is None else self.files.place_of(self._wanted)
        if place >= 0:
            self._wanted = None
        return place

    @Slot()
    def refresh(self) -> None:
        """Read the files again; several wishes while one reading is under way become one."""
        self._reading_files.ask()

    def take_out(self, row: LetterRow) -> None:
        """Take a letter out of the chosen file."""
        if self.current is None or not self.may_file:
            return
        undo = TakenOut(letter_id=row.id, agenda=row.agenda, record_file=self.current.record_file.id)
        self._file(undo.letter_id, None, done=partial(self._on_taken_out, undo))

    def undo(self, slip: TakenOut) -> None:
        """Put a letter back where it was."""
        self._file(slip.letter_id, slip.record_file, done=self._on_put_back)

    def _file(self, letter_id: LetterId, target: RecordFileId | None, *, done: Callable[[Any], None]) -> None:
        work = untold(partial(self._letters.file, letter_id, target))
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed)

    def _fill(self) -> None:
        rows = [row for row in self._all if self._matches(row)]
        self.files.replace(sorted(rows, key=_KEYS[self.order], reverse=self.descending))
        if self.current is not None:
            place = self.files.place_of(self.current.record_file.id)
            self.current = self.files.row(place) if place >= 0 else self.current
        self.changed.emit()

    def _matches(self, row: RecordFileRow) -> bool:
        one = row.record_file
        text = f"{one.classification} {one.title} {one.year} {one.location}".casefold()
        return all(word in text for word in self._words)

    def _read_letters(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self.current is not None:
            work = partial(_read_letters, self._register, self.current.record_file.id)
            self._reading = self._runner.run(Lane.STORE, work, done=self._on_letters, failed=self._on_failed)

    @Slot(object)
    def _on_change(self, changes: Changes) -> None:
        # Before the screen was seen once there is nothing to keep fresh.
        if self.loaded and changes.touches(RecordFile, IncomingLetter):
            self._changes.ask()

    @Slot(object)
    def _on_files(self, files: tuple[RecordFileRow, ...]) -> None:
        self.loaded = True
        self._all = files
        self._fill()
        self._read_letters()

    def _on_letters(self, found: LettersOf) -> None:
        self._reading = None
        self.letters.replace(found.rows)
        self.letters_total = found.total
        self.letters_changed.emit()

    def _on_taken_out(self, undo: TakenOut, _value: object) -> None:
        self.taken_out.emit(undo)

    def _on_put_back(self, _value: object) -> None:
        self.put_back.emit()

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(*failure_of(error))


def _file_key(row: RecordFileRow) -> bytes:
    return row.record_file.id


def _letter_key(row: LetterRow) -> bytes:
    return row.id


def _code_parts(row: RecordFileRow) -> tuple[int, ...]:
    """`000.10` stands behind `000.9`."""
    return tuple(int(part) for part in row.record_file.classification.split(".") if part.isdigit())


def _read_letters(register: RegisterService, record_file: RecordFileId, token: CancelToken) -> LettersOf:
    query = register.query(record_file=record_file)
    outline = register.outline(query)
    rows: list[LetterRow] = []
    for start in outline.starts[:MOST_PAGES]:
        if token.cancelled:
            break
        rows.extend(register.page(query, start))
    return LettersOf(rows=tuple(rows), total=outline.total)
