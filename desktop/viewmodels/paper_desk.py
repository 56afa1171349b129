"""A paper before it is printed: which form, of what, on which size, and its pages as they will be.

The paper is gathered, typeset and drawn in a lane of its own, so that neither the window nor the scans wait for it.
"""

import io
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.ids import BookId, LetterId
from desktop.services.books import BookChoice
from desktop.services.papers.forms import (
    AGENDA_FORMS,
    BOOK_FORMS,
    CHOSEN_FORMS,
    LETTER_FORMS,
    PAPER_SIZES,
    Form,
    PaperWish,
    sizes_for,
)
from desktop.services.papers.making import PaperService
from desktop.services.papers.paper import Paper
from desktop.services.papers.saving import save_file
from desktop.system.page_renderer import PageImage, PageRenderer
from desktop.system.print_choices import PrintChoice, PrintChoices
from desktop.system.typesetter import Typesetter
from desktop.viewmodels.failures import failure_of
from desktop.workers.runner import CancelToken, Lane, TaskRunner

# Wide enough that a landscape book can be read when it is magnified.
PREVIEW_WIDTH = 1300
PRINT_DPI = 300
MM_PER_INCH = 25.4
USUAL_SIZE = "a4"


class PaperPress(Protocol):
    """Takes the pages of a paper one after the other; called on a background thread."""

    def begin(self, width_mm: float, height_mm: float) -> bool:
        """Whether there is a printer that takes pages of this size."""

    def page(self, image: PageImage) -> None:
        """The next page."""

    def end(self) -> bool:
        """No more pages; whether all went out."""


class Composed(NamedTuple):
    """A paper as it is shown: its PDF, how many pages that has, the page in view, and the books to choose from."""

    paper: Paper
    pdf: bytes
    pages: int
    image: PageImage
    books: tuple[BookChoice, ...]


class PaperTools(NamedTuple):
    """What a paper desk works with besides its service."""

    typesetter: Typesetter
    pages: PageRenderer
    choices: PrintChoices


class PaperDesk(QObject):
    """One paper at a time; `shown` is None while there is none.

    Signals: `changed()` when paper, page or busy is another; `refused(str, str)` with code and field; `done(str)` with
    the name of the file that was written, empty after printing; `unprinted()` when the printer did not take it.
    """

    changed = Signal()
    refused = Signal(str, str)
    done = Signal(str)
    unprinted = Signal()

    def __init__(
        self,
        service: PaperService,
        tools: PaperTools,
        runner: TaskRunner,
        *,
        today: Callable[[], date],
        parent: QObject | None = None,
    ) -> None:
        """Nothing is made before `begin`."""
        super().__init__(parent)
        self._service = service
        self._tools = tools
        self._runner = runner
        self._wish = PaperWish(form=Form.DISPOSITION_SHEET)
        self._today = today
        self.shown: Composed | None = None
        self._token: CancelToken | None = None
        self.size = USUAL_SIZE
        self.page = 1
        self.busy = False
        self.chosen = False
        """Whether the form is of letters that were chosen, not of days."""

    @property
    def form(self) -> Form:
        """The form that is shown."""
        return self._wish.form

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms that can be chosen: those of the letter, or the books."""
        if self._wish.form in AGENDA_FORMS:
            return AGENDA_FORMS
        if self.chosen:
            return CHOSEN_FORMS
        return BOOK_FORMS if self._wish.letter is None else LETTER_FORMS

    @property
    def days(self) -> tuple[date, date]:
        """The days that a book is of."""
        today = self._today()
        return self._wish.since or today, self._wish.until or today

    @property
    def printer(self) -> str:
        """The printer that took this form last; empty if none did."""
        return self._tools.choices.of(self.form).printer

    def begin_letter(self, letter_id: LetterId) -> None:
        """Show the first form of a letter."""
        self.begin(PaperWish(form=Form.DISPOSITION_SHEET, letter=letter_id))

    def begin_books(self) -> None:
        """Show the agenda book of this month."""
        today = self._today()
        self.begin(PaperWish(form=Form.AGENDA_BOOK, since=today.replace(day=1), until=today))

    def choose_book(self, book: BookId | None) -> None:
        """Show the letters of one book, or of all."""
        self.begin(msgspec.structs.replace(self._wish, book=book))

    def choose_form(self, form: Form) -> None:
        """Show another form of the same letter or the same days."""
        self.begin(msgspec.structs.replace(self._wish, form=form))

    def choose_days(self, since: date, until: date) -> None:
        """Show the days from one to the other."""
        self.begin(msgspec.structs.replace(self._wish, since=since, until=until))

    def choose_size(self, size: str) -> None:
        """Show it on another size, and remember that for the form."""
        self.size = size
        self._remember(PrintChoice(size=size, printer=self.printer))
        self._compose()

    def show_page(self, page: int) -> None:
        """Turn to a page, counted from 1."""
        composed = self.shown
        if composed is None or self.busy or not 1 <= page <= composed.pages:
            return
        work = partial(_redraw, self._tools.pages, composed, page=page)
        self._run(work, partial(self._on_redrawn, page))

    def save(self, path: Path) -> None:
        """Write the PDF; `done` or `refused` follows."""
        self._run(partial(_save, self._service, self._tools, self._wish, size=self.size, path=path), self._on_saved)

    def print_on(self, press: PaperPress, *, printer: str) -> None:
        """Hand every page to the printer, and remember it for the form; `done`, `unprinted` or `refused` follows."""
        self._remember(PrintChoice(size=self.size, printer=printer))
        work = partial(_print, self._service, self._tools, self._wish, size=self.size, press=press)
        self._run(work, self._on_printed)

    def leave(self) -> None:
        """Forget the paper; the process that made it ends."""
        self._cancel()
        self.shown = None
        self._runner.run(Lane.PAPER, partial(_rest, self._tools.typesetter))

    def begin(self, wish: PaperWish) -> None:
        """Show what is wished for, on the size that the form had last."""
        self._wish = wish
        self.chosen = bool(wish.chosen)
        self.size = self._tools.choices.of(wish.form).size
        if self.size not in sizes_for(wish.form):
            self.size = USUAL_SIZE
        self._compose()

    def _compose(self) -> None:
        self.shown = None
        self.page = 1
        self._run(partial(_compose, self._service, self._tools, self._wish, size=self.size), self._on_composed)

    def _run(self, work: Callable[[CancelToken], object], done: Callable[..., None]) -> None:
        self._cancel()
        self.busy = True
        self._token = self._runner.run(Lane.PAPER, work, done=done, failed=self._on_failed)
        self.changed.emit()

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._token = None
        self.busy = False

    def _remember(self, choice: PrintChoice) -> None:
        self._runner.run(Lane.FILES, partial(_keep, self._tools.choices, self.form.value, choice=choice))

    def _on_composed(self, composed: Composed) -> None:
        self._cancel()
        self.shown = composed
        self.changed.emit()

    def _on_redrawn(self, page: int, composed: Composed) -> None:
        self.page = page
        self._on_composed(composed)

    def _on_saved(self, name: str) -> None:
        self._cancel()
        self.changed.emit()
        self.done.emit(name)

    def _on_printed(self, went_out: bool) -> None:  # noqa: FBT001  # the value of a task
        self._cancel()
        self.changed.emit()
        if went_out:
            self.done.emit("")
        else:
            self.unprinted.emit()

    def _on_failed(self, error: Exception) -> None:
        self._cancel()
        self.changed.emit()
        self.refused.emit(*failure_of(error))


def _typeset(tools: PaperTools, paper: Paper, size: str) -> bytes:
    return tools.typesetter.typeset(paper.form, paper.filled(PAPER_SIZES[size]))


def _draw(pages: PageRenderer, pdf: bytes, *, page: int, width: int) -> PageImage:
    return pages.render(partial(io.BytesIO, pdf), page=page - 1, width=width)


def _compose(service: PaperService, tools: PaperTools, wish: PaperWish, _token: CancelToken, *, size: str) -> Composed:
    paper = service.make(wish)
    pdf = _typeset(tools, paper, size)
    pages = tools.pages.inspect(partial(io.BytesIO, pdf)).pages
    return Composed(paper, pdf, pages, _draw(tools.pages, pdf, page=1, width=PREVIEW_WIDTH), service.books())


def _redraw(pages: PageRenderer, composed: Composed, _token: CancelToken, *, page: int) -> Composed:
    return composed._replace(image=_draw(pages, composed.pdf, page=page, width=PREVIEW_WIDTH))


def _save(
    service: PaperService, tools: PaperTools, wish: PaperWish, _token: CancelToken, *, size: str, path: Path
) -> str:
    save_file(path, _typeset(tools, service.release(wish), size))
    return path.name


def _print(
    service: PaperService, tools: PaperTools, wish: PaperWish, token: CancelToken, *, size: str, press: PaperPress
) -> bool:
    paper = service.release(wish)
    pdf = _typeset(tools, paper, size)
    count = tools.pages.inspect(partial(io.BytesIO, pdf)).pages
    across, down = sorted(PAPER_SIZES[size], reverse=paper.lying)
    if not press.begin(across, down):
        return False
    for page in range(1, count + 1):
        if token.cancelled:
            break
        press.page(_draw(tools.pages, pdf, page=page, width=round(across / MM_PER_INCH * PRINT_DPI)))
    return press.end()


def _keep(choices: PrintChoices, form: str, _token: CancelToken, *, choice: PrintChoice) -> None:
    choices.keep(form, choice)


def _rest(typesetter: Typesetter, _token: CancelToken) -> None:
    typesetter.rest()
