"""Berkaskan: choosing the record file of one letter."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.ids import LetterId, RecordFileId
from desktop.services.archives import RecordFileRow, RecordFileService
from desktop.services.letters import LetterService
from desktop.services.person_service import Together
from desktop.services.register import LetterView, RegisterService
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import Lane, TaskRunner, untold


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that was filed, or `count` of them at once; `title` is empty when they were taken out.

    `refused` are the codes of those of a pile that could not be filed.
    """

    letter_id: LetterId
    agenda: str
    title: str
    count: int = 1
    refused: tuple[str, ...] = ()


class _Loaded(msgspec.Struct, frozen=True, kw_only=True):
    letter: LetterView | None
    files: tuple[RecordFileRow, ...]


class Filing(OneAtATime):
    """Lists the open record files, those of the letter's classification first, and files the letter.

    Signals besides those of OneAtATime: `changed()` when letter or list is another; `filed(object)` with a Filed after
    the commit.
    """

    changed = Signal()
    filed = Signal(object)

    def __init__(
        self,
        service: RecordFileService,
        register: RegisterService,
        *,
        letters: LetterService,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        """Without a letter."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._register = register
        self._letters = letters
        self._all: tuple[RecordFileRow, ...] = ()
        self._words: tuple[str, ...] = ()
        self._letter_id: LetterId | None = None
        self.pile: tuple[LetterId, ...] = ()
        self.rows: RowList[RecordFileRow] = RowList(_key_of, columns=3, parent=self)
        self.letter: LetterView | None = None
        self.may_open = service.may_open

    @property
    def current(self) -> RecordFileRow | None:
        """The file in which the letter lies now."""
        lies_in = self.letter.letter.record_file if self.letter else None
        return next((row for row in self._all if row.record_file.id == lies_in), None)

    @property
    def total(self) -> int:
        """How many files there are to choose from, whatever is listed."""
        return len(self._all)

    def open(self, letter_id: LetterId, pile: tuple[LetterId, ...] = ()) -> None:
        """Begin with a letter; `changed` follows when it and the files were read. A `pile` is filed as one step."""
        self._letter_id = letter_id
        self.pile = tuple(dict.fromkeys((letter_id, *pile)))
        self.letter, self._all, self._words = None, (), ()
        self.rows.reset([])
        work = partial(_read, self._service, self._register, letter_id=letter_id)
        self._runner.run(Lane.STORE, untold(work), done=self._on_loaded, failed=self._refuse)

    def set_words(self, text: str) -> None:
        """Keep only files that hold all these words in code, title, year or place."""
        self._words = tuple(text.casefold().split())
        self._fill()

    def file_into(self, row: RecordFileRow) -> None:
        """File the letter; `filed` or `refused` follows."""
        self.file_into_new(row.record_file.id, row.record_file.title)

    def file_into_new(self, record_file_id: RecordFileId, title: str) -> None:
        """File the letter into a file that is not listed here, such as one that was just opened."""
        self._file(record_file_id, title)

    def take_out(self) -> None:
        """Take the letter out of its file; `filed` or `refused` follows."""
        self._file(None, "")

    def _file(self, target: RecordFileId | None, title: str) -> None:
        if self._letter_id is None:
            return
        agenda = self.letter.agenda if self.letter else ""
        result = Filed(letter_id=self._letter_id, agenda=agenda, title=title, count=len(self.pile))
        self._begin(partial(self._letters.file_all, self.pile, target), partial(self._on_filed, result))

    def _on_loaded(self, loaded: _Loaded) -> None:
        if loaded.letter is None or loaded.letter.letter.id != self._letter_id:
            return
        self.letter = loaded.letter
        code = loaded.letter.letter.classification
        still_open = [row for row in loaded.files if row.record_file.closed_on is None]
        self._all = tuple(sorted(still_open, key=partial(_likeness, code)))
        self._fill()

    def _fill(self) -> None:
        self.rows.replace([row for row in self._all if self._matches(row)])
        self.changed.emit()

    def _matches(self, row: RecordFileRow) -> bool:
        one = row.record_file
        text = f"{one.classification} {one.title} {one.year} {one.location}".casefold()
        return all(word in text for word in self._words)

    def _on_filed(self, result: Filed, together: Together) -> None:
        # Those that lay there already are counted too: they are where they were wished to be.
        count = result.count - len(together.refused)
        self.filed.emit(msgspec.structs.replace(result, count=count, refused=together.refused))


def _key_of(row: RecordFileRow) -> bytes:
    return row.record_file.id


def _likeness(code: str, row: RecordFileRow) -> tuple[int, int, str]:
    """The letter's own code first, then its neighbours, then the rest; newer before older."""
    own = row.record_file.classification
    main = code.split(".", maxsplit=1)[0]
    rank = 0 if code and own == code else 1 if main and own.split(".", maxsplit=1)[0] == main else 2
    return rank, -row.record_file.year, row.record_file.title.casefold()


def _read(service: RecordFileService, register: RegisterService, *, letter_id: LetterId) -> _Loaded:
    return _Loaded(letter=register.letter(letter_id), files=service.listed())
